"""Freezing: what stands in the way, what is under the hash, and that it comes out the same again."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qingce.casework.campaign import Draft
from qingce.casework.item import Step
from qingce.casework.rights import ANYBODY
from qingce.core.errors import Denied, Missing, ProjectError, Refused, Stale
from qingce.services.desk import Desk
from qingce.services.desk import freeze as freezing
from qingce.services.desk.campaign import filed_scope, open_campaign
from qingce.services.desk.collecting import file, items, submit
from qingce.services.desk.editions import (
    differences,
    editions,
    proof,
    publish,
    published,
    remake,
    sealed,
    verify,
    withdraw,
)
from qingce.services.desk.freeze import freeze
from qingce.services.desk.review import approve, review
from qingce.services.desk.waivers import end_waiver, judged, waive
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, value, with_posts


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """A desk with its posts."""
    return begin(with_posts)


def spoil(bank: Desk) -> str:
    """Let a declared ERROR rule fail; returns the content of the finding."""
    edit(bank, "records/volunteering.csv", "B01,education,22", "B01,education,0")
    for row in ("30,75.0", "16,40.0", "9,18.0"):
        edit(bank, "records/volunteering.csv", row, "0," + row.split(",")[1])
    return next(j.finding.content for j in judged(bank, by(bank, "office")) if j.finding.blocks)


def test_an_edition_holds_everything_under_one_hash(bank: Desk):
    made = freeze(bank, by(bank, "office"))
    seal = sealed(bank, made)
    said = seal.manifest
    assert {"site/index.html", "site/report.pdf", "site/report.docx", "site/databook.xlsx", "site/figures.json",
            "inputs/qingce.toml", "inputs/overlay.json", "inputs/records/volunteering.csv", "frozen/findings.json",
            "frozen/factors.json", "frozen/text.json"} <= set(seal.files)
    assert said["journal"]["seq"] == bank.journal.count() - 2
    assert [e.did for e in bank.journal.page(limit=2)] == ["checkpointed", "frozen"]
    point = proof(bank, made).checkpoint
    assert point is not None and point["seq"] == bank.journal.count() - 1, "what was frozen is signed with it"
    assert said["code"]["package"] and len(said["code"]["declarations"]) == 32
    assert seal.damage() == []
    assert not any(".qingce" in name for name in seal.files)


def test_an_edition_comes_out_the_same_from_a_clean_clone_of_its_inputs(bank: Desk, tmp_path: Path):
    seal = sealed(bank, freeze(bank, by(bank, "office")))
    out = remake(seal, tmp_path / "clean")
    assert differences(seal, out) == []
    for name in ("report.pdf", "report.docx", "databook.xlsx", "figures.json", "index.html"):
        assert (out / name).read_bytes() == seal.read(f"site/{name}")


def test_what_is_found_wrong_forbids_to_freeze_until_it_is_waived(bank: Desk, clock):
    content = spoil(bank)
    with pytest.raises(Refused, match="未处理的错误") as refused:
        freeze(bank, by(bank, "office"))
    assert [f.rule for f in refused.value.findings] == ["volunteer_attendances_reach_events"]
    with pytest.raises(Denied):
        waive(bank, by(bank, "office"), content, reason="台账补录中", until=dt.date(2025, 2, 1))
    waive(bank, by(bank, "manager"), content, reason="台账补录中", until=dt.date(2025, 2, 1))
    seal = sealed(bank, freeze(bank, by(bank, "office")))
    kept = json.loads(seal.read("frozen/findings.json"))
    words = next(f["waiver"] for f in kept if f["rule"] == "volunteer_attendances_reach_events")
    assert words == "已豁免：台账补录中（分管副行长岗批准，有效期至 2025-02-01）"
    page = seal.read("site/pages/volunteering.html").decode()
    assert words in page
    assert words in seal.read("site/figures.json").decode()


def test_a_waiver_that_is_over_no_longer_helps(bank: Desk, clock):
    waive(bank, by(bank, "manager"), spoil(bank), reason="台账补录中", until=dt.date(2025, 1, 10))
    clock.pass_days(5)
    with pytest.raises(Refused) as refused:
        freeze(bank, by(bank, "office"))
    assert "到期" in refused.value.findings[0].advice


def test_a_waiver_holds_for_exactly_what_was_found(bank: Desk):
    content = spoil(bank)
    given = waive(bank, by(bank, "manager"), content, reason="台账补录中", until=dt.date(2025, 2, 1))
    edit(bank, "records/volunteering.csv", "V-2024-04,2024-11-15,B02,education,0,18.0",
         "V-2024-04,2024-11-15,B02,education,1,18.0")
    with pytest.raises(Refused):
        freeze(bank, by(bank, "office"))
    end_waiver(bank, by(bank, "manager"), given.id, "台账已补")
    with pytest.raises(Missing):
        waive(bank, by(bank, "manager"), content, reason="再来一次", until=dt.date(2025, 2, 1))


@pytest.mark.parametrize(("reason", "until"), [
    ("", dt.date(2025, 2, 1)), ("有因", None), ("有因", dt.date(2024, 12, 31)), ("有因", dt.date(2027, 1, 1)),
])
def test_a_waiver_needs_a_reason_and_a_day(bank: Desk, reason: str, until: dt.date | None):
    content = spoil(bank)
    before = bank.journal.count()
    with pytest.raises(Refused):
        waive(bank, by(bank, "manager"), content, reason=reason, until=until)
    assert bank.journal.count() == before


def test_items_that_are_not_approved_are_listed(bank: Desk):
    office = by(bank, "office")
    due = {Step.FILE: dt.date(2025, 1, 20), Step.REVIEW: dt.date(2025, 1, 25), Step.APPROVE: dt.date(2025, 1, 30)}
    open_campaign(bank, office, Draft("2024", "2024 年度", "2024", due, filed_scope(bank, packs=("volunteering",))))
    with pytest.raises(Refused, match="还不能封版：共 1 项") as refused:
        freeze(bank, office)
    assert "注册志愿者" in refused.value.findings[0].reason
    [one] = items(bank, office, campaign="2024")
    file(bank, by(bank, "filer"), one.id, value("80"), version=one.version)
    submit(bank, by(bank, "filer"), [one.id])
    review(bank, by(bank, "reviewer"), [one.id])
    with pytest.raises(Refused, match="1 项"):
        freeze(bank, office)
    approve(bank, by(bank, "approver"), [one.id])
    made = freeze(bank, office)
    figures = json.loads(sealed(bank, made).read("site/figures.json"))["figures"]
    filed = next(f for f in figures if f["id"] == "registered_volunteers/HEAD/2024")
    assert filed["value"] == "80"
    assert "青册填报项 2024/registered_volunteers/HEAD" in filed["source"]
    assert verify(bank, office, made.id) == ([], [])


def test_only_the_office_freezes_and_publishes(bank: Desk):
    for name in ("filer", "reviewer", "approver", "manager", "assurer", "admin"):
        with pytest.raises(Denied):
            freeze(bank, by(bank, name))
    assert editions(bank, by(bank, "office")) == []


def test_the_public_reads_what_is_published(bank: Desk):
    office = by(bank, "office")
    made = freeze(bank, office)
    assert published(bank) == []
    with pytest.raises(Denied):
        publish(bank, by(bank, "manager"), made.id)
    publish(bank, office, made.id)
    assert [e.id for e in published(bank)] == [made.id]
    with pytest.raises(Refused):
        publish(bank, office, made.id)
    withdraw(bank, office, made.id, "封面有误")
    assert published(bank) == []
    assert [e.did for e in bank.journal.page(subject=f"edition/{made.id}")] == [
        "edition_withdrawn", "published", "frozen"]
    assert not bank.may(ANYBODY, freezing.Action.READ_EDITIONS)


def test_what_happens_meanwhile_is_noticed(bank: Desk, monkeypatch: pytest.MonkeyPatch):
    put = freezing._put_together

    def busy(*given):
        seal = put(*given)
        with bank.writing() as made:
            made.append("office", "footnote_set", "footnote/volunteer_hours/HEAD/2024", {"words": "含线上活动。"})
        return seal

    monkeypatch.setattr(freezing, "_put_together", busy)
    with pytest.raises(Stale):
        freeze(bank, by(bank, "office"))
    assert editions(bank, by(bank, "office")) == []


def test_a_changed_file_is_never_served(bank: Desk):
    made = freeze(bank, by(bank, "office"))
    seal = sealed(bank, made)
    path = seal.path("site/report.pdf")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ProjectError, match="封版之后被改动过"):
        seal.read("site/report.pdf")
    with pytest.raises(Refused, match="不一致"):
        publish(bank, by(bank, "office"), made.id)


def test_the_state_is_what_the_journal_gives(bank: Desk):
    publish(bank, by(bank, "office"), freeze(bank, by(bank, "office")).id)
    assert bank.journal.rebuild(verify_only=True).differs == ()


CHILD = """
import sys
from qingce.services.desk import open_desk
from qingce.services.desk.freeze import freeze
desk = open_desk(sys.argv[1], url=sys.argv[2])
print("ready", flush=True)
print(freeze(desk, desk.actor("office")).id, flush=True)
"""


@pytest.mark.usefixtures("two_cores")
def test_a_kill_at_any_moment_leaves_no_half_an_edition(bank: Desk):
    chance = random.Random(5)
    url = bank.store.url.render_as_string(hide_password=False)
    for _ in range(6):
        before = bank.journal.count()
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(bank.folder), url], stdout=subprocess.PIPE,
                                 text=True, env={**os.environ})
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
        time.sleep(chance.random() * 2.0)
        child.send_signal(signal.SIGKILL)
        said = child.communicate()[0].strip()
        there = editions(bank, by(bank, "office"))
        assert bank.journal.verify() is None
        # the edition and the signed checkpoint stand together or not at all
        assert bank.journal.count() == before + 2 * len(there)
        if said:
            assert [e.id for e in there] == [said]
        if there:
            assert sealed(bank, there[0]).damage() == []
            return
    made = freeze(bank, by(bank, "office"))
    assert not list((bank.state / "editions").glob(".room-*"))
    assert verify(bank, by(bank, "office"), made.id) == ([], [])
