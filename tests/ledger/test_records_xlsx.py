"""XLSX deliveries: cells become exact text, and a workbook that is more than data is refused."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from qingce.core.check import Severity
from tests.ledger.conftest import GOOD, HEADER, LABELS, Desk, rows_of, rules

DAY = dt.date(2024, 12, 31)
ROW: list[Any] = ["L1", DAY, "B1", 100.1, 4.35, 1.5, 3, "05040", "是", "甲"]


def with_cell(column: int, value: object) -> list[Any]:
    return [value if n == column else cell for n, cell in enumerate(ROW)]


def repack(
    path: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None
) -> Path:
    """The workbook with its parts changed, left out or added."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in {**parts, **(extra or {})}.items():
            changed = change(name, content)
            if changed is not None:
                new.writestr(name, changed)
    return path


def in_sheet(path: Path, old: str, new: str) -> Path:
    def change(name: str, content: bytes) -> bytes:
        if not name.startswith("xl/worksheets/sheet"):
            return content
        text = content.decode()
        assert re.search(old, text), f"{old} is not in the sheet"
        return re.sub(old, new, text, count=1).encode()

    return repack(path, change)


def test_a_workbook_gives_the_same_data_as_the_csv(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx(ROW))
    assert loaded.findings == () and loaded.inputs[0].sheet == "贷款台账"
    assert rows_of(loaded) == rows_of(desk.load(desk.csv(GOOD)))


def test_dates_may_be_cells_or_iso_text(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx(ROW, with_cell(1, "2023-12-31")))
    assert [row[1] for row in rows_of(loaded)] == [DAY, dt.date(2023, 12, 31)]


@pytest.mark.parametrize(
    ("number", "stored"),
    [
        (0.1 + 0.2, "0.30"),
        (1.1 * 3, "3.30"),
        (100, "100.00"),
        (1e9, "1000000000.00"),
        (999999999.99, "999999999.99"),
    ],
)
def test_binary_noise_is_not_money(desk: Desk, number: float, stored: str) -> None:
    assert rows_of(desk.load(desk.xlsx(with_cell(3, number))))[0][3] == Decimal(stored)


CELLS: dict[str, tuple[int, object, str]] = {
    "three places in money": (3, 1234.565, "number_places"),
    "residue of a subtraction": (3, 0.3 - 0.1 - 0.2, "number_places"),
    "text in money": (3, "十万", "number_form"),
    "flag in money": (3, True, "cell_type"),
    "date in money": (3, DAY, "cell_type"),
    "16 digits in money": (3, 12345678901234.56, "number_inexact"),
    "fraction in a whole number": (6, 1.5, "number_places"),
    "huge whole number": (6, 1e300, "number_inexact"),
    "serial number as date": (1, 45657, "cell_type"),
    "date with a time": (1, dt.datetime(2024, 12, 31, 8), "date_time"),
    "date as text of eight digits": (1, "20241231", "date_form"),
    "day that does not exist": (1, "2024-02-30", "date_unreal"),
    "date in a code column": (7, DAY, "cell_type"),
    "fraction in a text column": (9, 1.5, "cell_type"),
    "17 digits in a text column": (9, 12345678901234567, "cell_type"),
    "number as flag": (8, 2, "cell_type"),
    "empty required cell": (3, None, "value_required"),
}


@pytest.mark.parametrize("name", CELLS)
def test_a_bad_cell_is_found(desk: Desk, name: str) -> None:
    column, value, rule = CELLS[name]
    other = with_cell(1, dt.date(2023, 12, 31))
    loaded = desk.load(desk.xlsx(other, [], with_cell(column, value)))
    [finding] = [f for f in loaded.findings if f.blocks]
    assert (finding.rule, finding.place.sheet, finding.place.row) == (rule, "贷款台账", 4)
    assert finding.place.column == LABELS[column] and "\uffff" not in finding.reason + finding.place.value
    assert loaded.parquet is None


def test_a_number_in_a_code_column_is_its_digits_and_lost_zeros_are_found(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx(with_cell(7, 5040)))
    warning, error = sorted(loaded.findings, key=lambda f: f.rule)
    assert warning.rule == "cell_number_as_text" and warning.severity is Severity.WARNING
    assert error.rule == "code_unknown" and "05040" in error.reason


def test_a_whole_number_in_a_text_column_is_accepted_with_one_warning(desk: Desk) -> None:
    loaded = desk.load(
        desk.xlsx(with_cell(9, 12), [*with_cell(9, 13)[:1], dt.date(2023, 12, 31), *with_cell(9, 13)[2:]])
    )
    assert rules(loaded.findings) == ["cell_number_as_text"] and loaded.findings[0].place.row == 2
    assert [row[9] for row in rows_of(loaded)] == ["12", "13"]


def test_yes_and_no_may_be_cells(desk: Desk) -> None:
    assert rows_of(desk.load(desk.xlsx(with_cell(8, False))))[0][8] is False


def test_formulas_are_refused_and_named(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx(ROW, with_cell(3, "{=SUM(1,2)}"), with_cell(9, '{="x"}')))
    assert [(f.rule, f.place.row, f.place.column, f.place.value) for f in loaded.findings] == [
        ("xlsx_formula", 3, "余额", "=SUM(1,2)"),
        ("xlsx_formula", 4, "备注", '="x"'),
    ]
    assert loaded.findings[0].reason == "“余额”（D 列）是公式，不是数值：=SUM(1,2)。"
    assert loaded.parquet is None


def test_a_formula_that_is_filled_down_is_told_in_every_cell(desk: Desk) -> None:
    path = desk.xlsx(with_cell(3, "{=SUM(1,2)}"), with_cell(3, "{=SUM(1,2)}"))
    path = in_sheet(path, r"<f>", '<f t="shared" ref="D2:D3" si="0">')
    found = desk.load(in_sheet(path, r"<f>SUM\(1,2\)</f>", '<f t="shared" si="0"/>')).findings
    assert [(f.place.row, f.place.value) for f in found] == [(2, "=SUM(1,2)"), (3, "（与邻格共用的公式）")]


def test_formulas_below_a_title_or_beside_the_table_are_named_by_what_stands_above_them(desk: Desk) -> None:
    path = desk.root / "loan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("贷款台账")
        page.write(0, 0, "2024 年贷款台账")
        page.write_row(1, 2, [*LABELS, "合计"])
        page.write_formula(2, 5, "=A1", None, 7)
        page.write_formula(2, 12, "=A1&\"甲\"", None, 7)
        page.write_formula(2, 14, "=A1", None, 7)
    assert [(f.place.column, f.reason.partition("是")[0], f.place.value) for f in desk.load(path).findings] == [
        ("余额", "“余额”（F 列）", "=A1"), ("合计", "“合计”（M 列）", '=A1&"甲"'), ("O", "O 列的单元格", "=A1"),
    ]


def test_more_formulas_than_a_hundred_are_counted(desk: Desk) -> None:
    found = desk.load(desk.xlsx(*[with_cell(3, "{=SUM(1,2)}")] * 120)).findings
    assert len(found) == 101 and "共 120 处" in found[-1].reason


def test_a_formula_whose_place_is_hidden_is_still_found(desk: Desk) -> None:
    path = desk.xlsx(ROW, with_cell(3, "{=SUM(1,2)}"))
    loaded = desk.load(in_sheet(path, r"<f>", "<!-- > --><f>"))
    assert rules(loaded.findings) == ["xlsx_formula"]


def test_text_that_looks_like_a_formula_stays_text(desk: Desk) -> None:
    assert rows_of(desk.load(desk.xlsx(with_cell(9, "=1+1"))))[0][9] == "=1+1"


def test_error_cells_are_refused(desk: Desk) -> None:
    book = openpyxl.Workbook()
    book.active.title = "贷款台账"  # type: ignore[union-attr]
    for row in [LABELS, with_cell(9, "#N/A")]:
        book.active.append(row)  # type: ignore[union-attr]
    book.active["J2"].data_type = "e"  # type: ignore[index, union-attr]
    book.save(desk.root / "loan.xlsx")
    [finding] = desk.load(desk.root / "loan.xlsx").findings
    assert (finding.rule, finding.place.row, finding.place.column) == ("xlsx_error_cell", 2, "备注")
    assert finding.place.value == "#N/A" and finding.reason == "“备注”（J 列）是错误值：#N/A。"


def test_the_heading_may_stand_below_notes_and_blank_rows(desk: Desk) -> None:
    path = desk.root / "loan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Sheet1")
        page.write(0, 0, "# synthetic: seed 7")
        page.write_row(3, 2, LABELS)
        page.write_row(6, 2, ["L1", "2024-12-31", "B1", "1.005"])
    loaded = desk.load(path)
    assert loaded.inputs[0].synthetic
    assert [(f.rule, f.place.row) for f in loaded.findings] == [("number_places", 7)]


@pytest.mark.parametrize(("titles", "row", "advice"), [
    (["2024 年贷款台账"], 2, "删去上面 1 行（第 1 行）再交。"),
    (["2024 年贷款台账", "", "单位：元"], 4, "删去上面 3 行（第 1 至 3 行）再交。"),
])
def test_a_title_above_the_heading_is_one_finding(desk: Desk, titles: list[str], row: int, advice: str) -> None:
    path = desk.root / "loan.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("贷款台账")
        for at, title in enumerate(titles):
            page.write(at, 0, title)
        page.write_row(row - 1, 0, LABELS)
        page.write_row(row, 0, ["L1", "2024-12-31", "B1", "1.00"])
    [finding] = desk.load(path).findings
    assert (finding.rule, finding.place.row, finding.advice) == ("heading_below", row, advice)
    assert finding.reason == f"表头像在第 {row} 行（认出 10 列），第 1 行却是“2024 年贷款台账”。"


def test_a_heading_far_down_or_nowhere_is_columns_that_are_missing(desk: Desk) -> None:
    found = desk.load(desk.xlsx(["甲"], ["乙"], head=["贷款台账"])).findings
    assert {"column_missing", "column_unknown"} <= set(rules(found)) and "heading_below" not in rules(found)


def test_the_sheet_of_the_datasets_name_is_read_and_others_are_noted(desk: Desk) -> None:
    path = desk.xlsx(ROW)
    book = openpyxl.load_workbook(path)
    book.create_sheet("说明", 0).append(["请填写"])
    book.save(path)
    loaded = desk.load(path)
    assert [(f.rule, f.place.sheet) for f in loaded.findings] == [("xlsx_sheet_ignored", "说明")]
    assert loaded.rows == 1


def test_a_hidden_sheet_does_not_count_as_the_only_one(desk: Desk) -> None:
    path = desk.xlsx(ROW, sheet="数据")
    book = openpyxl.load_workbook(path)
    book.create_sheet("旧").sheet_state = "hidden"
    book.save(path)
    assert desk.load(path).rows == 1


def test_two_sheets_of_other_names_are_not_guessed_between(desk: Desk) -> None:
    path = desk.xlsx(ROW, sheet="贷款台帐")
    book = openpyxl.load_workbook(path)
    book.create_sheet("二月")
    book.save(path)
    [finding] = desk.load(path).findings
    assert finding.rule == "xlsx_sheet" and "是否应为“贷款台帐”" in finding.reason


def test_a_sheet_without_anything_is_empty(desk: Desk) -> None:
    assert rules(desk.load(desk.xlsx(head=[])).findings) == ["file_empty"]


def test_only_a_heading_is_an_empty_dataset(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx())
    assert rules(loaded.findings) == ["rows_none"] and rows_of(loaded) == []


def _same(name: str, content: bytes) -> bytes:
    return content


def _macro_enabled(name: str, content: bytes) -> bytes:
    return content.replace(b"spreadsheetml.sheet.main", b"x").replace(
        b"application/vnd.openxmlformats-officedocument.x",
        b"application/vnd.ms-excel.sheet.macroEnabled.main",
    )


def _unknown_encoding(name: str, content: bytes) -> bytes:
    return re.sub(rb"<\?xml[^>]*>", b'<?xml version="1.0" encoding="UTF-Z8"?>', content) if name == (
        "xl/workbook.xml") else content


def _doctype(name: str, content: bytes) -> bytes:
    entities = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return re.sub(rb"(<\?xml[^>]*>)", rb"\1" + entities, content) if name == "xl/workbook.xml" else content


REFUSED: dict[str, tuple[Callable[[str, bytes], bytes | None], dict[str, bytes], str]] = {
    "a macro": (_same, {"xl/vbaProject.bin": b"x"}, "xlsx_macro"),
    "a macro type": (_macro_enabled, {}, "xlsx_macro"),
    "a macro sheet": (_same, {"xl/macrosheets/sheet1.xml": b"<x/>"}, "xlsx_macro"),
    "an embedded object": (_same, {"xl/embeddings/oleObject1.bin": b"x"}, "xlsx_macro"),
    "an external link": (_same, {"xl/externalLinks/externalLink1.xml": b"<x/>"}, "xlsx_link"),
    "a data connection": (_same, {"xl/connections.xml": b"<x/>"}, "xlsx_link"),
    "a document type": (_doctype, {}, "xlsx_damaged"),
    "an encoding that nobody knows": (_unknown_encoding, {}, "xlsx_damaged"),
    "a zip bomb": (_same, {"xl/media/zeros.bin": bytes(64 << 20)}, "xlsx_bomb"),
    "no workbook": (lambda n, c: None if n == "xl/workbook.xml" else c, {}, "xlsx_damaged"),
    "no content types": (lambda n, c: None if n == "[Content_Types].xml" else c, {}, "xlsx_damaged"),
    "broken sheet": (
        lambda n, c: c[: len(c) // 2] if n.startswith("xl/worksheets/sheet") else c,
        {},
        "xlsx_damaged",
    ),
    "UTF-16 parts": (
        lambda n, c: c.decode().encode("utf-16") if n.startswith("xl/worksheets/sheet") else c,
        {},
        "xlsx_damaged",
    ),
    "parts of one name but for case": (_same, {"xl/Workbook.xml": b"<x/>"}, "xlsx_damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_workbook_that_is_more_than_data_or_less_is_refused(desk: Desk, name: str) -> None:
    change, extra, rule = REFUSED[name]
    loaded = desk.load(repack(desk.xlsx(ROW), change, extra))
    assert rules(loaded.findings) == [rule] and loaded.parquet is None


def test_a_member_that_inflates_to_more_than_it_says_is_refused(desk: Desk) -> None:
    path = desk.xlsx(ROW)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo("xl/styles.xml")
    raw = bytearray(path.read_bytes())
    entry = raw.index(b"PK\x01\x02")
    while raw[entry + 46 : entry + 46 + len(member.filename)] != member.filename.encode():
        entry = raw.index(b"PK\x01\x02", entry + 1)
    raw[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    path.write_bytes(raw)
    assert rules(desk.load(path).findings) == ["xlsx_bomb"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('r="J2"', 'r="XFD2"', "xlsx_extent"),
        ('r="J2"', 'r="J99999999"', "xlsx_extent"),
        ('<c r="J2"', "<c", "xlsx_damaged"),
    ],
)
def test_cells_that_would_exhaust_a_reader_are_refused(desk: Desk, old: str, new: str, rule: str) -> None:
    assert rules(desk.load(in_sheet(desk.xlsx(ROW), old, new)).findings) == [rule]


def test_a_long_text_shared_by_very_many_cells_is_refused(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qingce.ledger.records import sheetscan

    monkeypatch.setattr(sheetscan, "TEXT_LIMIT", 30_000)
    path = desk.xlsx(
        *([*with_cell(9, "长" * 3000)[:1], DAY, *with_cell(9, "长" * 3000)[2:]] for _ in range(9))
    )
    assert rules(desk.load(path).findings) == ["xlsx_bomb"]


NOT_WORKBOOKS = {
    "nothing": (b"", "file_empty"),
    "text": (b"hello", "xlsx_damaged"),
    "cut short": (b"PK\x03\x04", "xlsx_damaged"),
    "encrypted or old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"E\0n\0c\0", "xlsx_encrypted"),
    "CSV": (f"{HEADER}\n".encode(), "xlsx_damaged"),
    "Parquet": (b"PAR1....PAR1", "file_kind"),
}


@pytest.mark.parametrize("name", NOT_WORKBOOKS)
def test_what_is_no_workbook_is_refused(desk: Desk, name: str) -> None:
    content, rule = NOT_WORKBOOKS[name]
    assert rules(desk.load(desk.put("loan.xlsx", content)).findings) == [rule]


def test_a_plain_zip_is_no_workbook(desk: Desk) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert rules(desk.load(desk.put("loan.xlsx", buffer.getvalue())).findings) == ["xlsx_damaged"]


def test_many_formulas_are_counted(desk: Desk) -> None:
    loaded = desk.load(desk.xlsx(*(with_cell(3, "{=1+1}") for _ in range(150))))
    assert len(loaded.findings) == 101 and loaded.findings[-1].tried == 150
