"""Several files of one dataset: each is kept by itself, and a correction touches its own file only."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from qingce.ledger.records import delivery
from qingce.ledger.records.guard import Delivered
from qingce.ledger.records.model import Loaded
from tests.ledger.conftest import GOOD, HEADER, Desk, rows_of, rules


def months(desk: Desk) -> list[Path]:
    """Three months of two loans each."""
    return [
        desk.csv(*(f"L{n},2024-{month}-28,B1,{n}.00,,,,,," for n in (1, 2)), name=f"loan-{month}.csv")
        for month in ("10", "11", "12")
    ]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were opened for reading from here on."""
    seen: list[str] = []
    open_csv = delivery.open_csv

    def noted(delivered: Delivered, *given: object) -> object:
        seen.append(delivered.name)
        return open_csv(delivered, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(delivery, "open_csv", noted)
    return seen


def files(loaded: Loaded) -> tuple[Path, ...]:
    assert loaded.parquet is not None, loaded.findings
    return loaded.parquet


def test_every_file_is_kept_by_itself_in_order(desk: Desk) -> None:
    loaded = desk.load(*months(desk))
    assert [duckdb.read_parquet(str(p)).fetchall()[0][1].month for p in files(loaded)] == [10, 11, 12]
    assert loaded.rows == 6 and [each.rows for each in loaded.inputs] == [2, 2, 2]


def test_a_correction_reads_and_replaces_its_own_file_only(desk: Desk, opened: list[str]) -> None:
    paths = months(desk)
    first = files(desk.load(*paths))
    before = [(p.read_bytes(), p.stat().st_mtime_ns) for p in first]
    opened.clear()
    paths[1].write_text(paths[1].read_text().replace("L2,2024-11-28,B1,2.00", "L2,2024-11-28,B1,2.50"))
    second = files(desk.load(*paths))
    assert opened == ["loan-11.csv"]
    assert [a == b for a, b in zip(first, second, strict=True)] == [True, False, True]
    assert [(p.read_bytes(), p.stat().st_mtime_ns) for p in first] == before
    assert str(rows_of(desk.load(*paths))[3][3]) == "2.50"


def test_another_month_reads_only_itself(desk: Desk, opened: list[str]) -> None:
    paths = months(desk)
    desk.load(*paths[:2])
    opened.clear()
    assert desk.load(*paths).rows == 6 and opened == ["loan-12.csv"]


def test_a_month_taken_back_reads_nothing(desk: Desk, opened: list[str]) -> None:
    paths = months(desk)
    desk.load(*paths)
    opened.clear()
    assert desk.load(*paths[1:]).rows == 4 and opened == []


@pytest.mark.parametrize("late", [0, 1, 2])
def test_a_key_of_another_file_is_found_with_both_places_after_a_correction(desk: Desk, late: int) -> None:
    """The corrected file takes a key that a file has which is not read again."""
    paths = months(desk)
    desk.load(*paths)
    other = (late + 1) % 3
    stolen = paths[other].read_text().splitlines()[2]
    with paths[late].open("a") as file:
        file.write(f"{stolen}\n")
    [finding] = desk.load(*paths).findings
    names = sorted([(paths[late].name, 4), (paths[other].name, 3)], key=lambda n: paths.index(desk.root / n[0]))
    assert finding.rule == "row_duplicate"
    assert (finding.place.file, finding.place.row) == names[1]
    assert f"{names[0][0]} 第 {names[0][1]} 行" in finding.reason


def test_files_accepted_at_different_times_are_held_against_one_another(desk: Desk) -> None:
    """A and B, then A and C were accepted; B and C share a key and were never together."""
    a, b, c = (
        desk.csv(f"L{n},2024-12-31,B1,1,,,,,,", name=f"{name}.csv") for name, n in (("a", 1), ("b", 2), ("c", 2))
    )
    assert desk.load(a, b).accepted and desk.load(a, c).accepted
    assert rules(desk.load(b, c).findings) == ["row_duplicate"]


def test_a_bad_file_among_good_ones_leaves_the_last_state(desk: Desk, opened: list[str]) -> None:
    paths = months(desk)
    first = desk.load(*paths)
    bad = desk.csv("L1,2024-13-01,B1,5,,,,,,", name="loan-13.csv")
    refused = desk.load(*paths, bad)
    assert (not refused.accepted and refused.rows == 0 and rules(refused.findings) == ["date_form"]) or rules(
        refused.findings) == ["date_unreal"]
    assert [each.rows for each in refused.inputs] == [2, 2, 2, 1]
    opened.clear()
    assert desk.load(*paths) == first and opened == []


def test_findings_of_a_file_that_is_not_read_again_are_told_again(desk: Desk, opened: list[str]) -> None:
    old = desk.csv(*(f"L{n},2024-06-30,B1,5,,,,07010,," for n in range(150)), name="old.csv")
    before = desk.load(old).findings
    assert len(before) == 101 and before[-1].tried == 150
    opened.clear()
    after = desk.load(old, desk.csv(GOOD, name="late.csv")).findings
    assert opened == ["late.csv"] and after == before


def test_two_files_with_the_same_bytes_are_two_files(desk: Desk) -> None:
    from dataclasses import replace

    desk.declared = replace(desk.declared, grain=())
    loaded = desk.load(desk.csv(GOOD, name="a.csv"), desk.csv(GOOD, name="b.csv"))
    assert len(set(files(loaded))) == 2 and len(rows_of(loaded)) == 2


def test_an_import_cut_short_goes_on_where_it_stopped(
    desk: Desk, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = months(desk)
    keep_part = delivery.Store.keep_part

    def cut(store: delivery.Store, dataset: str, part: delivery.Part, room: Path) -> delivery.Part:
        if part.input.path == "loan-12.csv":
            raise KeyboardInterrupt
        return keep_part(store, dataset, part, room)

    with monkeypatch.context() as patch:
        patch.setattr(delivery.Store, "keep_part", cut)
        with pytest.raises(KeyboardInterrupt):
            desk.load(*paths)
    assert not (desk.store / "loan" / "latest.json").exists()
    opened.clear()
    assert desk.load(*paths).rows == 6 and opened == ["loan-12.csv"]


@pytest.mark.parametrize("header", [HEADER, "借据号,数据日期,机构,余额,利率,用量,份数,用途,绿色,备注"])
def test_a_gbk_file_is_as_exact_as_any(desk: Desk, header: str) -> None:
    lines = [f"L{n},2024-12-31,城关支行,{n}.10,4.35,,,清洁能源,是,第{n}笔" for n in range(3_000)]
    path = desk.put("loan.csv", "\n".join([header, *lines, ""]).encode("gb18030"))
    loaded = desk.load(path)
    assert rules(loaded.findings) == ["csv_gbk"] and loaded.rows == 3_000
    assert rows_of(loaded)[2_999][2::5] == ("B1", "05040") and rows_of(loaded)[2_999][-1] == "第2999笔"
    lines[2_000] = lines[2_000].replace("城关支行", "成关支行")
    found = desk.load(desk.put("loan.csv", "\n".join([header, *lines, ""]).encode("gb18030"))).findings
    assert [(f.rule, f.place.row) for f in found if f.blocks] == [("org_unknown", 2_002)]


def test_a_gbk_file_with_a_broken_character_far_down_is_refused(desk: Desk) -> None:
    lines = [f"L{n},2024-12-31,B1,{n}.10,,,,,,第{n}笔贷款借据备注" for n in range(30_000)]
    raw = "\n".join([HEADER, *lines, ""]).encode("gb18030")
    at = raw.rfind("第".encode("gb18030"))
    loaded = desk.load(desk.put("loan.csv", raw[:at] + b"\xff" + raw[at + 1 :]))
    assert not loaded.accepted and "csv_encoding" in rules(loaded.findings)


def test_a_line_of_utf_8_in_a_gbk_file_is_told(desk: Desk) -> None:
    lines = [f"L{n},2024-12-31,B1,{n}.10,,,,,,第{n}笔贷款借据备注".encode("gb18030") for n in range(300)]
    lines[200] = "L200,2024-12-31,B1,5.10,,,,,,项目贷款".encode()
    found = desk.load(desk.put("loan.csv", b"\n".join([HEADER.encode(), *lines, b""]))).findings
    assert [(f.rule, f.place.row, f.place.column) for f in found if f.rule != "csv_gbk"] == [
        ("text_mixed", 202, "备注")
    ]
