"""What is stored stays: nothing half, nothing lost, nothing read twice."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from qingce.core.org import Org, OrgTree
from qingce.ledger.records import bytescan, hashed, store
from qingce.ledger.records.validate import Validation
from tests.ledger.conftest import GOOD, HEADER, ORGS, USES, Desk, rows_of, rules


def stored(desk: Desk) -> set[str]:
    return {path.name for path in desk.store.rglob("*.parquet")}


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is hashed and no database is opened from here on."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(hashed, "scan_text", refuse)
    monkeypatch.setattr(hashed, "sha256_of", refuse)
    monkeypatch.setattr(duckdb, "connect", refuse)


def test_a_second_run_returns_the_first_verdict_without_reading(
    desk: Desk, request: pytest.FixtureRequest
) -> None:
    paths = [desk.csv(GOOD + ",x", header=HEADER + ",多"), desk.xlsx(["L2", "2024-12-31", "B1", 5])]
    first = desk.load(*paths)
    request.getfixturevalue("unread")
    second = desk.load(*paths)
    assert second == first and rules(second.findings) == ["column_unknown"]


def test_a_refusal_is_remembered_too(desk: Desk, request: pytest.FixtureRequest) -> None:
    path = desk.csv("L1,2024-02-30,B1,x,,,,,,")
    first = desk.load(path)
    request.getfixturevalue("unread")
    assert desk.load(path) == first and first.findings


def test_a_touched_file_is_hashed_again_but_not_read_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.csv(GOOD)
    first = desk.load(path)
    os.utime(path, (1, 1))
    monkeypatch.setattr(Validation, "take", lambda *_: pytest.fail("read again"))
    assert desk.load(path) == first


def test_a_change_that_keeps_size_and_time_is_seen(desk: Desk) -> None:
    path = desk.csv(GOOD)
    before = path.stat()
    desk.load(path)
    path.write_text(path.read_text().replace("100.10", "100.20"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size and path.stat().st_mtime_ns == before.st_mtime_ns
    assert str(rows_of(desk.load(path))[0][3]) == "100.20"


def test_everything_a_file_is_judged_by_is_part_of_the_name(desk: Desk) -> None:
    path = desk.csv(GOOD)
    names = {desk.load(path).parquet}  # a tuple of one path
    columns = dict(desk.declared.columns)
    columns["note"] = replace(columns["note"], pattern=".")
    for change in [
        lambda: setattr(desk, "declared", replace(desk.declared, columns=columns)),
        lambda: setattr(desk, "codes", {"use": replace(USES, values=USES.values[:2])}),
    ]:
        change()
        names.add(desk.load(path).parquet)
    names.add(desk.load(path, orgs=OrgTree([*ORGS.rows, Org("B3", "新支行", "支行", "LZB")])).parquet)
    names.add(desk.load(path, orgs=None).parquet)
    path.rename(desk.root / "other.csv")
    names.add(desk.load(desk.root / "other.csv").parquet)
    assert len(names) == 6 == len(stored(desk))


def test_a_bad_delivery_removes_nothing(desk: Desk) -> None:
    good = desk.load(desk.csv(GOOD))
    [kept] = good.parquet or ()
    bytes_before = kept.read_bytes()
    for content in ["L1,2024-02-30,B1,x,,,,,,", GOOD + "\n" + GOOD, '"']:
        assert desk.load(desk.csv(content)).parquet is None
    assert stored(desk) == {kept.name} and kept.read_bytes() == bytes_before
    assert desk.load(desk.csv(GOOD)).parquet == good.parquet


def test_a_damaged_store_is_mended(desk: Desk) -> None:
    path = desk.csv(GOOD)
    first = desk.load(path)
    [part] = first.parquet or ()
    [verdict] = (p for p in (desk.store / "loan").glob("*.json") if p.stem != "latest")
    for damage in [
        lambda p: p.write_bytes(b"PAR1"),
        lambda p: p.unlink(),
        lambda p: p.with_suffix(".json").write_text("{"),
        lambda p: p.with_suffix(".json").write_text('{"size": 1}'),
        lambda p: p.with_suffix(".json").unlink(),
        lambda _: verdict.write_text("{"),
        lambda _: verdict.write_text('{"parts": [["x", 1]]}'),
        lambda _: verdict.unlink(),
        lambda _: verdict.with_name("latest.json").write_text("[]"),
    ]:
        damage(part)
        assert desk.load(path) == first and len(rows_of(first)) == 1
    for content in ["[]", "{", '{"loan.csv": 3}', f'{{"{path}": [1, "x"]}}']:
        (desk.store / "hashes.json").write_text(content)
        assert desk.load(path) == first


def test_what_is_wrong_only_for_the_moment_is_not_remembered(desk: Desk) -> None:
    path = desk.root / "loan.csv"
    assert rules(desk.load(path).findings) == ["file_missing"]
    desk.csv(GOOD)
    assert desk.load(path).rows == 1


def test_a_file_that_changes_while_it_is_read_is_refused_and_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.csv(GOOD)
    tell = Validation.tell

    def meanwhile(self: Validation) -> None:
        tell(self)
        path.write_text(f"{HEADER}\n")

    with monkeypatch.context() as patch:
        patch.setattr(Validation, "tell", meanwhile)
        assert rules(desk.load(path).findings) == ["file_changed"]
    assert stored(desk) == set()
    assert rules(desk.load(path).findings) == ["rows_none"]


def test_a_store_that_cannot_be_written_is_a_finding(desk: Desk) -> None:
    desk.put(".qingce/records", "a file where the folder should be")
    loaded = desk.load(desk.csv(GOOD))
    assert rules(loaded.findings) == ["machine_full"] and loaded.parquet is None


def test_what_a_crash_left_behind_is_swept_out_after_a_day(desk: Desk) -> None:
    old, young = desk.store / ".work" / "old", desk.store / ".work" / "young"
    for room in (old, young):
        room.mkdir(parents=True)
        (room / "half.parquet").write_bytes(b"PAR1")
    os.utime(old, (1, 1))
    desk.load(desk.csv(GOOD))
    assert not old.exists() and young.exists() and len(list((desk.store / ".work").iterdir())) == 1


LOADER = """
import sys
from pathlib import Path
from qingce.core.dataset import Dataset, Date, Money, OrgCode, Text
from qingce.ledger.records import load_dataset
columns = dict(loan_no=Text("借据号"), as_of=Date("数据日期"), org=OrgCode("机构"), balance=Money("余额"))
loan = Dataset(
    name="loan", label="贷款台账", owner="", grain=("loan_no",), columns=columns, time="as_of", org="org",
    doc="",
)
root = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
load_dataset(loan, [root / "loan.csv"], root=root, codes={}, orgs=None, store=root / "store")
print("done", flush=True)
"""


def _deliver(root: Path, first: int) -> None:
    rows = "\n".join(f"L{n},2024-12-31,B1,{n}.00,,,,,," for n in range(first, first + 60_000))
    (root / "loan.csv").write_text(f"{HEADER}\n{rows}\n")


def _start(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", LOADER, str(root)],
        cwd=Path(__file__).parents[2],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None and process.stdout.readline() == "ready\n"
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    return process


def _whole(root: Path) -> int:
    """How many verdicts are visible; every one of them must be whole."""
    home = root / "store" / "loan"
    for path in (home / "parts").glob("*.parquet"):
        assert duckdb.sql(f"SELECT count(*) FROM read_parquet('{path}')").fetchall() == [(60_000,)]
    verdicts = [path for path in home.glob("*.json") if path.stem != "latest"]
    assert all(store.Store(root / "store").find("loan", path.stem) is not None for path in verdicts)
    return len(verdicts)


def test_killed_at_any_moment_all_that_is_visible_is_whole(tmp_path: Path) -> None:
    _deliver(tmp_path, 1_000_000)
    begun = time.perf_counter()
    with _start(tmp_path) as process:
        assert process.stdout is not None and process.stdout.readline() == "done\n"
    span = time.perf_counter() - begun
    [before] = (tmp_path / "store" / "loan" / "parts").glob("*.parquet")
    content = before.read_bytes()
    finished = 0
    for moment in range(20):
        _deliver(tmp_path, moment)
        with _start(tmp_path) as process:
            time.sleep(span * moment / 20)
            process.kill()
            finished += "done" in process.communicate()[0]
        assert _whole(tmp_path) >= 1 + finished
        assert before.read_bytes() == content
    assert finished < 20


def test_chunks_do_not_matter_to_what_a_pass_sees(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [
        b"a,b\r\n1,2\r\n\r\n3,4\r\n",
        b"a\n\n\nb",
        b"a,b\r1,2",
        b"a\r\nb\r",
        b"x\n" + "兰州".encode() + b"\n\xff\n",
        b"a\nb\0c\n",
        b"a\r\n\r\r\nb",
        b"\n\r\n",
        b"",
        "兰".encode()[:2],
        b"\xff\xfea\0",
    ]
    for number, text in enumerate(texts):
        path = tmp_path / str(number)
        path.write_bytes(text)
        seen = set()
        for size in (2, 3, 5, 1 << 20):
            monkeypatch.setattr(bytescan, "CHUNK", size)
            seen.add(repr(bytescan.scan_text(path)))
        assert len(seen) == 1, text
