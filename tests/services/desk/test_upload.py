"""Ledgers through the desk: accepted or refused as a whole, corrected, withdrawn, and whole after any crash."""

from __future__ import annotations

import io
import os
import random
import time
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook

from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger import jobs
from qingce.ledger.jobs import Job, Jobs
from qingce.ledger.journal import now
from qingce.services.desk import Desk
from qingce.services.desk.jobs import run_due, run_one
from qingce.services.desk.recovery import recover
from qingce.services.desk.shelf import OURS, arrange
from qingce.services.desk.upload import Delivery, deliver, deliveries, ledgers, withdraw
from qingce.services.project import Project
from tests.services.desk.background_work import LEASE, kill_at_random, patient

HEAD = "活动编号,活动日期,机构,服务类别,参加人次,服务时长"
DEATHS = int(os.environ.get("QINGCE_KILLS", "4"))


def csv(*numbers: int, hours: str = "10.0") -> bytes:
    """Activities of these numbers."""
    rows = (f"N-{n},2024-05-01,B01,education,{n},{hours}" for n in numbers)
    return "\n".join([HEAD, *rows]).encode()


def send(desk: Desk, data: bytes, name: str = "12月.csv", who: str = "head", **said: object) -> Job:
    """Deliver and have it judged."""
    job = deliver(desk, desk.actor(who), "volunteering", data, name, **said)  # type: ignore[arg-type]
    run_due(desk)
    return Jobs(desk.store).get(job.id)  # type: ignore[return-value]


def all_of(desk: Desk) -> list[Delivery]:
    """Every delivery, newest first."""
    return deliveries(desk, desk.actor("office"), limit=10_000)


def files(desk: Desk) -> list[str]:
    """Our files in the records folder."""
    return sorted(p.name for p in (desk.folder / "records").rglob("*") if OURS.fullmatch(p.name) or ".part" in p.name)


def attendances(desk: Desk) -> object:
    """What the report would print from the records."""
    return Project(desk.folder).figure("volunteer_attendances", period=2024).value


def test_an_accepted_ledger_counts_with_its_control_totals(bank: Desk):
    before = attendances(bank)
    job = send(bank, csv(7, 8))
    assert (job.state, job.result["rows"], job.result["used"]) == ("done", 2, 2)
    one = all_of(bank)[0]
    assert (one.state, one.rows, one.used, one.refused) == ("accepted", 2, 2, 0)
    assert one.totals == {"参加人次": "15", "服务时长": "20.000000"} or Decimal(one.totals["服务时长"]) == 20
    assert attendances(bank) == before + 15  # type: ignore[operator]
    assert files(bank) == [f"12月.{one.sha256[:16]}.csv"]


def test_a_refused_ledger_changes_nothing_and_says_where(bank: Desk):
    before = attendances(bank)
    job = send(bank, csv(7) + b"\nN-9,2024-13-01,B99,education,x,1")
    one = all_of(bank)[0]
    assert (job.state, one.state, one.rows, one.used, one.refused) == ("refused", "refused", 2, 0, 2)
    assert {(f.place.file, f.place.row) for f in one.findings} == {("12月.csv", 3)}
    assert {f.place.column for f in one.findings} >= {"活动日期", "机构", "参加人次"}
    assert files(bank) == [] and attendances(bank) == before
    assert [e.did for e in bank.journal.page(subject="ledger/volunteering")] == ["import_refused"]


def test_the_same_file_again_is_the_same_delivery(bank: Desk):
    first = send(bank, csv(7))
    again = send(bank, csv(7), "改了名.csv")
    assert first.id == again.id and len(all_of(bank)) == 1 and len(files(bank)) == 1


def test_what_was_refused_may_come_again(bank: Desk):
    bad = csv(7) + b"\nx"
    assert send(bank, bad).id != send(bank, bad).id
    assert [d.state for d in all_of(bank)] == ["refused", "refused"]


def test_rows_that_are_there_already_are_refused(bank: Desk):
    send(bank, csv(7, 8), "11月.csv")
    job = send(bank, csv(8, 9), "12月.csv")
    found = next(d for d in all_of(bank) if d.id == job.id).findings
    assert job.state == "refused" and "12月.csv" in {f.place.file for f in found}


def test_a_correction_takes_the_place_of_what_it_corrects(bank: Desk):
    before = attendances(bank)
    first = send(bank, csv(7, 8), "12月.csv")
    send(bank, csv(7, 9), "12月更正.csv", replaces=first.id)
    assert {d.state for d in all_of(bank)} == {"accepted", "replaced"} and len(files(bank)) == 1
    assert attendances(bank) == before + 16  # type: ignore[operator]


def test_a_correction_that_is_refused_leaves_what_stands(bank: Desk):
    first = send(bank, csv(7, 8))
    assert send(bank, csv(7) + b"\nx", replaces=first.id).state == "refused"
    assert [d.state for d in all_of(bank) if d.id == first.id] == ["accepted"] and len(files(bank)) == 1


def test_what_is_withdrawn_counts_no_more_and_may_come_again(bank: Desk):
    before, head = attendances(bank), bank.actor("head")
    job = send(bank, csv(7))
    with pytest.raises(Refused, match="原因"):
        withdraw(bank, head, job.id, " ")
    assert withdraw(bank, head, job.id, "交错了").state == "withdrawn"
    assert files(bank) == [] and attendances(bank) == before
    with pytest.raises(Refused):
        withdraw(bank, head, job.id, "再来一次")
    assert send(bank, csv(7)).state == "done" and len(files(bank)) == 1


def test_the_number_of_rows_that_the_sender_gave_is_held_against_what_was_read(bank: Desk):
    assert send(bank, csv(7, 8), rows=3).state == "refused"
    assert "应有 3 行，读到 2 行" in all_of(bank)[0].findings[0].reason


def test_parquet_and_xlsx_go_the_same_way(bank: Desk):
    import datetime as dt

    book = Workbook()
    book.active.title = "志愿服务台账"
    book.active.append(HEAD.split(","))
    book.active.append(["N-7", dt.date(2024, 5, 1), "B01", "education", 7, 10])
    buffer = io.BytesIO()
    book.save(buffer)
    assert send(bank, buffer.getvalue(), "台账.xlsx").state == "done", all_of(bank)[0].findings
    table = pa.table({
        "activity_no": ["N-8"], "held_on": [dt.date(2024, 5, 1)], "org": ["B01"], "service": ["education"],
        "attendances": pa.array([8], pa.int64()), "hours": pa.array([Decimal("10.0")], pa.decimal128(18, 6)),
    })
    sink = io.BytesIO()
    pq.write_table(table, sink)
    assert send(bank, sink.getvalue(), "台账.parquet").state == "done", all_of(bank)[0].findings


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x.csv", "..\\..\\x.csv", "/abs/x.csv", "a/../../x.csv"])
def test_no_name_leads_out_of_the_records_folder(bank: Desk, name: str):
    send(bank, csv(7), name)
    found = [p for p in bank.folder.parent.rglob("*.csv") if OURS.fullmatch(p.name)]
    assert found and all(p.parent == bank.folder / "records" / "volunteering" for p in found)


@pytest.mark.parametrize("name", ["x.exe", "x.xlsm", "x", "x.csv.gz"])
def test_what_is_no_ledger_is_refused_at_the_door(bank: Desk, name: str):
    with pytest.raises(Refused, match="CSV"):
        deliver(bank, bank.actor("head"), "volunteering", csv(7), name)


def test_rights_are_asked(bank: Desk):
    for who in ("checker", "assurer", "office"):
        with pytest.raises(Denied):
            deliver(bank, bank.actor(who), "volunteering", csv(7), "x.csv")
    with pytest.raises(Missing):
        deliver(bank, bank.actor("head"), "volunteerin", csv(7), "x.csv")
    assert [d.name for d in ledgers(bank, bank.actor("head"))] == ["volunteering"]
    assert ledgers(bank, bank.actor("assurer")) == []


def test_what_people_put_there_by_hand_is_left_alone(bank: Desk):
    own = bank.folder / "records" / "volunteering" / "手工.csv"
    own.parent.mkdir()
    own.write_bytes(csv(7))
    send(bank, csv(8))
    arrange(bank)
    assert own.read_bytes() == csv(7)


def test_the_folder_is_put_right_from_the_journal(bank: Desk):
    send(bank, csv(7))
    path = next(p for p in (bank.folder / "records").rglob("*.csv") if OURS.fullmatch(p.name))
    content = path.read_bytes()
    path.write_bytes(b"half")
    path.with_name(f"strange.{'0' * 16}.csv").write_bytes(csv(9))
    path.with_name(f".{path.name}.part").write_bytes(b"ha")
    recover(bank)
    assert files(bank) == [path.name] and path.read_bytes() == content


def test_the_state_is_what_the_journal_gives(bank: Desk):
    withdraw(bank, bank.actor("head"), send(bank, csv(7)).id, "交错了")
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_killed_at_any_moment_journal_and_folder_agree(bank: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(jobs, "MOST_TAKES", 1_000_000)
    url, head = bank.store.url.render_as_string(hide_password=False), bank.actor("head")
    start = time.perf_counter()
    wanted = {send(bank, csv(990_000, 990_001, 990_002, 990_003, 990_004), "first.csv").id: "accepted"}
    # time enough to be done in a few takes
    longest = 3 * (time.perf_counter() - start)
    for seed in range(DEATHS):
        chance = random.Random(seed)
        data = csv(*range(seed * 10, seed * 10 + 5)) + (b"\nx" if chance.random() < 0.3 else b"")
        job = deliver(bank, head, "volunteering", data, f"{seed}.csv")
        wanted[job.id] = "refused" if data.endswith(b"x") else "accepted"
        kill_at_random(str(bank.folder), url, seed, longest, patient)
    time.sleep(LEASE.total_seconds())
    bank.clock = bank.journal.clock = now
    recover(bank)
    while run_one(bank, Jobs(bank.store, LEASE)) is not None:
        pass
    assert {d.id: d.state for d in all_of(bank)} == wanted and bank.journal.verify() is None
    told = [str(e.detail["delivery"]) for did in ("imported", "import_refused")
            for e in bank.journal.page(did=did, limit=10_000)]
    assert sorted(told) == sorted(wanted), "each delivery is on the journal once"
    assert bank.journal.rebuild(verify_only=True).differs == ()
    assert files(bank) == sorted(Path(d.path).name for d in all_of(bank) if d.state == "accepted")
    for path in (bank.folder / "records").rglob("*.csv"):
        if OURS.fullmatch(path.name):
            assert path.read_bytes().startswith(HEAD.encode()) and path.read_bytes().count(b"\n") == 5
