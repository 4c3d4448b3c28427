"""CSV files as files: their bytes, encoding, structure, and where they lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qingce.core.check import Severity
from tests.ledger.conftest import GOOD, HEADER, LABELS, Desk, rows_of, rules

FILES: dict[str, tuple[bytes, str, int | None]] = {
    "nothing in it": (b"", "file_empty", None),
    "comments only": ("# 合成\n".encode(), "file_empty", None),
    "a NUL byte": (f"{HEADER}\n{GOOD}\nL2,2024-\x0012-31\n".encode(), "csv_nul", 3),
    "neither UTF-8 nor GB18030": (HEADER.encode() + b"\n" + b"\xff\xff\xff\n", "csv_encoding", 2),
    "one broken character in UTF-8": (
        f"{HEADER}\n{GOOD}\n".encode() * 3 + "兰州".encode()[:5] + b"\n",
        "csv_encoding",
        7,
    ),
    "UTF-16": (f"{HEADER}\n{GOOD}\n".encode("utf-16"), "csv_encoding", None),
    "lone carriage returns": (f"{HEADER}\r{GOOD}\r".encode(), "csv_newline", 1),
    "quote that never closes": (f'{HEADER}\n{GOOD}\nL2,"2024-12-31,B1,5\n{GOOD}\n'.encode(), "csv_quote", 3),
    "text behind a quote": (f'{HEADER}\n"L1"x,2024-12-31,B1,5,,,,,,\n'.encode(), "csv_quote", 2),
    "quote open in the heading": (b'"loan_no,as_of\n1,2\n', "csv_quote", 1),
    "too few cells": (f"{HEADER}\n{GOOD}\nL2,2024-12-31\n".encode(), "csv_ragged", 3),
    "too many cells": (f"{HEADER}\n{GOOD}\n{GOOD},多\n".encode(), "csv_ragged", 3),
    "semicolons": (HEADER.replace(",", ";").encode() + b"\n", "csv_delimiter", 1),
    "tabs": ("借据号\t数据日期\n".encode(), "csv_delimiter", 1),
    "missing column": (b"loan_no,as_of,org\nL1,2024-12-31,B1\n", "column_missing", 1),
    "heading twice": (f"{HEADER},balance\n".encode(), "column_twice", 1),
    "name and label of one column": (f"{HEADER},余额\n".encode(), "column_twice", 1),
    "a workbook in disguise": (b"PK\x03\x04 and so on", "file_kind", None),
    "Parquet in disguise": (b"PAR1 and so on", "file_kind", None),
    "an old workbook in disguise": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "file_kind", None),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_found(desk: Desk, name: str) -> None:
    content, rule, row = FILES[name]
    loaded = desk.load(desk.put("loan.csv", content))
    found = [f for f in loaded.findings if f.blocks]
    assert [f.rule for f in found] == [rule] and found[0].place.row == row
    assert loaded.parquet is None


def test_a_line_of_more_than_a_megabyte_is_found(desk: Desk) -> None:
    long = desk.put("long.csv", f"{HEADER}\n{GOOD}\n".encode() + b"9" * ((1 << 20) + 1))
    [finding] = desk.load(long).findings
    assert (finding.rule, finding.place.row) == ("csv_line_long", 3)


def test_a_line_of_a_megabyte_is_still_read(desk: Desk) -> None:
    row = "L1,2024-12-31,B1,5,,,,,,"
    assert desk.load(desk.csv(row + "x" * ((1 << 20) - len(row)))).rows == 1


def test_a_record_too_long_for_the_database_is_refused(desk: Desk) -> None:
    more = [f"x{n}" for n in range(30)]
    long = '"' + "甲\n" * 60_000 + '"'
    loaded = desk.load(desk.csv(",".join([GOOD, *[long] * 30]), header=",".join([HEADER, *more])))
    assert [f.rule for f in loaded.findings if f.blocks] == ["csv_unreadable"]


def test_an_endless_line_is_found_without_reading_it_into_memory(desk: Desk) -> None:
    import resource

    path = desk.root / "endless.csv"
    with path.open("wb") as file:
        file.write(f"{HEADER}\n".encode())
        for _ in range(300):
            file.write(b"9" * (1 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert rules(desk.load(path).findings) == ["csv_line_long"]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB, of 300 MB


def test_gbk_is_read_with_a_warning_and_gives_the_same_data(desk: Desk) -> None:
    header = ",".join(LABELS)
    warned = desk.load(desk.put("a.csv", f"{header}\n{GOOD}\n".encode("gbk")))
    plain = desk.load(desk.put("b.csv", f"{header}\n{GOOD}\n"))
    assert rules(warned.findings) == ["csv_gbk"] and warned.findings[0].severity is Severity.WARNING
    assert rows_of(warned) == rows_of(plain)


def test_gbk_whose_headings_make_no_sense_is_refused(desk: Desk) -> None:
    loaded = desk.load(desk.put("a.csv", "客户号,客户名称\n1,兰州\n".encode("gbk")))
    assert rules(loaded.findings) == ["csv_encoding"]


def test_synthetic_data_say_so(desk: Desk) -> None:
    for number, mark in enumerate(["# synthetic: seed 7", "#合成数据", '"# 合成，种子 7"', "# Synthetic,,,"]):
        loaded = desk.load(desk.csv(GOOD, name=f"{number}.csv", header=f"{mark}\n{HEADER}"))
        assert loaded.inputs[0].synthetic, mark
    assert not desk.load(desk.csv(GOOD)).inputs[0].synthetic


def test_a_formula_in_a_text_column_stays_text(desk: Desk) -> None:
    dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(0)"]
    loaded = desk.load(desk.csv(*(f"L{n},2024-12-31,B1,5,,,,,,{t}" for n, t in enumerate(dangerous))))
    assert [row[9] for row in rows_of(loaded)] == dangerous


def test_a_noncharacter_that_readers_use_as_a_mark_is_refused_in_text(desk: Desk) -> None:
    assert rules(desk.load(desk.csv("L1,2024-12-31,B1,5,,,,,,\uffffx")).findings) == ["value_nul"]


def test_a_link_is_not_followed(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "secret.csv"
    outside.write_text(f"{HEADER}\n{GOOD}\n")
    link = desk.root / "loan.csv"
    link.symlink_to(outside)
    (desk.root / "dir").symlink_to(tmp_path)
    assert rules(desk.load(link).findings) == ["file_symlink"]
    assert rules(desk.load(desk.root / "dir" / "secret.csv").findings) == ["file_symlink"]
    assert rules(desk.load(outside).findings) == ["file_outside"]
    assert rules(desk.load(desk.root / ".." / "secret.csv").findings) == ["file_outside"]


def test_what_is_not_a_file_is_not_opened(desk: Desk) -> None:
    (desk.root / "folder.csv").mkdir()
    os.mkfifo(desk.root / "pipe.csv")
    assert rules(desk.load(desk.root / "folder.csv").findings) == ["file_kind"]
    assert rules(desk.load(desk.root / "pipe.csv").findings) == ["file_kind"]
    assert rules(desk.load(desk.root / "none.csv").findings) == ["file_missing"]
    assert rules(desk.load(desk.root / "nul\0.csv").findings) == ["file_missing"]
    assert rules(desk.load(desk.put("loan.txt", "x")).findings) == ["file_kind"]
    assert rules(desk.load(desk.put("loan.xlsm", "x")).findings) == ["xlsx_macro"]


def test_a_name_with_wildcards_or_quotes_reads_only_that_file(desk: Desk) -> None:
    for name in ["a[1].csv", "a*.csv", "q?.csv", "it's.csv", "空 格.csv"]:
        assert desk.load(desk.csv(GOOD, name=name)).rows == 1
