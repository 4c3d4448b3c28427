"""The databook is read back with another library: numbers are numbers, text stays text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_UP
from decimal import Decimal as D
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from qingce.core.amount import ABSENT, Value
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.factor import Source, read_factor
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.metric import STOCK, filed
from qingce.core.unit import unit
from qingce.publish.xlsx import Book, BookFactor, BookRow, BookSource, book_row, render_book
from qingce.publish.xlsx.cells import exact_cell, number_text, rounded, safe

HEADINGS = 4
"""Row, as a spreadsheet counts, of the headings of a table sheet."""

HOSTILE = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "%0A=1", "{=A1}", "https://example.com",
    "internal:'x'!A1", "mailto:a@b.c", "1.5", "1e5", "TRUE", "#REF!", "<r><t>x</t></r>", "<r>&</r>",
    "_x0041_", "a\x00b\x0bc", "\ud800", "\ufffe", "\u202e反", "]]>", "名\r\n称", "'quoted", "é" * 40_000,
]


def row(value: Value = D("152.1834567"), **more: Any) -> BookRow:
    given_ = {"metric": "loans", "label": "绿色贷款余额", "org": "某银行", "unit": "亿元", "pack": "绿色金融",
              "definition": "期末余额合计。", "owner": "公司金融部", "kind": "期末", **more}
    return BookRow(values=given_.pop("values", (value,)), **given_)


def book(*rows: BookRow, **more: Any) -> Book:
    periods = ("2024", "2023", "2022")
    return replace(Book("2024 年报告", "某银行", "2024", periods, dt.date(2025, 4, 25), rows=rows), **more)


def opened(made: Book) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_book(made)), rich_text=False)


def cells(sheet: Worksheet, number: int = 1) -> dict[str, Cell]:
    """The cells of the n-th data row by heading."""
    return {
        str(sheet.cell(HEADINGS, column).value): sheet.cell(HEADINGS + number, column)  # type: ignore[misc]
        for column in range(1, sheet.max_column + 1)
    }


def data(made: Book, number: int = 1) -> dict[str, Cell]:
    return cells(opened(made)["指标数据"], number)


# -- numbers --------------------------------------------------------------------------------


def test_a_value_is_a_number_with_its_digits_and_the_format_of_its_places() -> None:
    cell = data(book(row(places=1)))["2024"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", 152.1834567, "#,##0.0;-#,##0.0")


@pytest.mark.parametrize(
    ("value", "name", "places", "held", "form"),
    [
        ("8.63", "%", 2, 0.0863, "#,##0.00%;-#,##0.00%"), ("-4.51", "吨CO2", 2, -4.51, "#,##0.00;-#,##0.00"),
        ("4280", "人", 0, 4280, "#,##0;-#,##0"), ("0", "件", 0, 0, "#,##0;-#,##0"),
        ("0.45", "个百分点", 2, 0.45, "#,##0.00;-#,##0.00"), ("98.5431", "%", 0, 0.985431, "#,##0%;-#,##0%"),
    ],
)
def test_units_have_their_formats(value: str, name: str, places: int, held: float, form: str) -> None:
    cell = data(book(row(D(value), unit=name, places=places)))["2024"]
    assert (cell.data_type, cell.value, cell.number_format) == ("n", held, form)


def test_absent_is_a_dash_and_zero_is_a_number() -> None:
    found = data(book(row(values=(ABSENT, D(0)))))
    assert (found["2024"].value, found["2023"].value, found["2022"].value) == ("—", 0, "—")


def test_more_than_fifteen_digits_go_as_text_with_a_note() -> None:
    found = data(book(row(D("12345678901234.56"), unit="元", note="原备注")))
    assert (found["2024"].data_type, found["2024"].value) == ("s", "12,345,678,901,234.56")
    assert str(found["备注"].value).startswith("原备注；数字超过 15 位有效数字")


def test_fifteen_digits_still_go_as_a_number_without_a_note() -> None:
    found = data(book(row(D("9234567890123.57"), unit="元")))
    assert (found["2024"].data_type, found["2024"].value) == ("n", 9234567890123.57)
    assert found["备注"].value is None


@pytest.mark.parametrize("value", ["1E+400", "NaN", "Infinity", "-sNaN"])
def test_what_is_no_number_goes_as_text(value: str) -> None:
    assert data(book(row(D(value))))["2024"].data_type == "s"
    assert data(book(row(D(value), unit="%")))["2024"].data_type == "s"


DECIMALS = st.decimals(
    min_value=D("-1e16"), max_value=D("1e16"), allow_nan=False, allow_infinity=False
) | st.fractions(min_value=-10**6, max_value=10**6).map(lambda f: D(f.numerator) / D(f.denominator))


@settings(max_examples=300, deadline=None)
@given(DECIMALS, st.integers(0, 4))
def test_a_number_in_a_cell_prints_as_the_report_prints_it(value: D, places: int) -> None:
    held = exact_cell(value, places)
    if held is None:
        assert len(rounded(value, places).as_tuple().digits) > 15 - places
        assert D(number_text(value, places).replace(",", "")) == rounded(value, places)
        return
    # what another program reads: the shortest digits of the double
    seen = D(repr(float(held)))
    step = D(1).scaleb(-places)
    assert seen.quantize(step, rounding=ROUND_HALF_UP) == rounded(value, places)
    assert f"{unit('元').print(seen, places)}" == unit("元").print(value, places)


def test_a_value_just_below_a_tie_is_not_rounded_up_twice() -> None:
    value = D("0.12499999999999999999999")
    held = exact_cell(value, 2)
    assert held is not None
    assert rounded(held, 2) == D("0.12")


# -- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text_in_every_place(text: str) -> None:
    place = Place(text, text, 1, text)
    finding = Finding(text, Status.FAIL, Severity.ERROR, text, 1, 0, ({text: text},), place, text, text)
    factor = read_factor(
        "f", {"label": text, "unit": "kgCO2/kWh",
              "editions": [{"value": "0.5", "valid_from": "2024-01-01", "source": text, "trust": text,
                            "note": text, "region": text}]}, "f.yaml")
    made = opened(Book(
        text, text, text, ("2024",), dt.date(2025, 4, 25), text, text,
        (row(label=text, dims=text, org=text, unit=text, pack=text, owner=text, definition=text, note=text,
             source=text, metric=text, kind=text, standards=(text,), pages=(text,)),),
        (finding,), {text: text}, (BookFactor(factor, factor.editions[0], metrics=(text,)),),
        (BookSource(text, text, text, 1, True, text, text),), (text,),
    ))
    assert made.sheetnames == ["说明", "指标数据", "三年对照", "口径", "勾稽结果", "因子", "数据来源"]
    for sheet in made:
        for line in sheet.iter_rows():
            for cell in line:
                assert cell.data_type in "ns", (sheet.title, cell.coordinate, cell.value)
                assert cell.hyperlink is None or cell.hyperlink.location.split("'")[1] in made.sheetnames
    label = cells(made["指标数据"])["指标"]
    assert label.value == safe(text)
    if text[:1] in "=+-@\t":
        assert label.quotePrefix


def test_long_text_says_that_it_was_cut() -> None:
    assert safe("字" * 9000).endswith("（原文 9000 字，此处截断）")


# -- sheets ---------------------------------------------------------------------------------


def test_rows_of_one_pack_stand_together_and_keep_their_order() -> None:
    made = opened(book(row(pack="甲", label="1"), row(pack="乙", label="2"), row(pack="甲", label="3")))
    sheet = made["指标数据"]
    assert [cells(sheet, n)["指标"].value for n in (1, 2, 3)] == ["1", "3", "2"]
    assert [cells(sheet, n)["主题"].value for n in (1, 2, 3)] == ["甲", "甲", "乙"]


def test_each_metric_is_defined_once() -> None:
    sheet = opened(book(row(), row(dims="基础设施"), row(metric="other", label="其他")))["口径"]
    assert [cells(sheet, n)["指标代码"].value for n in (1, 2)] == ["loans", "other"]
    assert sheet.max_row == HEADINGS + 2


def test_checks_show_failures_first_with_their_sentence_and_cases() -> None:
    cases = tuple({"n": str(number)} for number in range(25))
    checks = (
        Finding("holds", Status.PASS, Severity.ERROR, "成立", 6, 6),
        Finding("skipped", Status.NOT_APPLICABLE, Severity.NOTE, "没有上期", 0, 0),
        Finding("broken", Status.FAIL, Severity.WARNING, "相差 2", 30, 5, cases,
                Place("a.csv", row=3, value="x")),
    )
    sheet = opened(book(checks=checks, sentences={"broken": "各部分之和等于合计。"}))["勾稽结果"]
    found = [cells(sheet, n) for n in (1, 2, 3)]
    assert [f["结果"].value for f in found] == ["未通过", "不适用", "通过"]
    assert (found[0]["勾稽关系"].value, found[0]["说明"].value) == ("各部分之和等于合计。", "相差 2")
    assert (found[2]["勾稽关系"].value, found[2]["说明"].value) == ("成立", None)
    assert (found[0]["试算"].value, found[0]["相符"].value) == (30, 5)
    assert str(found[0]["明细"].value).startswith("a.csv 第 3 行：x；n=0；")
    assert str(found[0]["明细"].value).endswith("n=19；另有 5 例")


def test_factors_carry_value_source_and_trust() -> None:
    factor = read_factor("carbon_ratio", {"label": "碳氧比", "unit": "kgCO2/kgC", "editions": [
        {"value": "44/12", "valid_from": "2020-01-01", "source": "s", "trust": "unconfirmed"}]}, "f.yaml")
    source = Source("s", "指南", "某部门", "2021")
    sheet = opened(book(factors=(BookFactor(factor, factor.editions[0], source, ("范围一",)),)))["因子"]
    found = cells(sheet)
    assert (found["取值"].value, found["原文写法"].value) == (pytest.approx(44 / 12, abs=1e-14), "44/12")
    assert (found["核实"].value, found["来源"].value) == ("未核实", "指南，某部门，2021")


def test_synthetic_files_say_so() -> None:
    sources = (BookSource("records/a.csv", "能耗台账", "ab" * 32, 1200, synthetic=True),
               BookSource("records/b.csv", "机构", "cd" * 32, 3))
    sheet = opened(book(sources=sources))["数据来源"]
    assert [cells(sheet, n)["性质"].value for n in (1, 2)] == ["示例数据", "报送数据"]
    assert cells(sheet)["行数"].value == 1200


def test_an_empty_book_opens_and_says_that_there_is_nothing() -> None:
    made = opened(book())
    assert made["指标数据"].cell(HEADINGS + 1, 1).value == "（无）"


def test_sheets_are_set_up_for_paper_and_for_reading() -> None:
    made = opened(book(row(), row(dims="基础设施")))
    sheet = made["指标数据"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("D5", "A4:R6")
    assert (sheet.page_setup.orientation, int(sheet.page_setup.paperSize)) == ("landscape", 9)
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)  # 1 is not written
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert "某银行" in sheet.oddFooter.left.text


def test_a_book_has_one_to_three_periods() -> None:
    with pytest.raises(ValueError, match="one to three periods"):
        book(periods=("2024", "2023", "2022", "2021"))


# -- the file -------------------------------------------------------------------------------


def test_the_same_book_gives_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    made = book(row(), checks=(Finding("holds", Status.PASS, Severity.ERROR, "成立", 1, 1),))
    first = render_book(made)
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert render_book(made) == first
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2025-04-25T00:00:00Z" in archive.read("docProps/core.xml")


def test_a_row_comes_from_figures_in_the_unit_they_are_shown_in() -> None:
    metric = filed("绿色贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部").named("loans")

    def figure(period: str, value: Value, **more: Any) -> Figure:
        return Figure(FigureKey("loans", "LZB", period), value, unit("元"), **more)

    made = book_row(
        metric,
        {"2024": figure("2024", D("15218000000.00"), qualifier=Qualifier.OVER, source="年报", revision=2),
         "2023": figure("2023", ABSENT)},
        ("2024", "2023", "2022"), org="某银行", pack="绿色金融",
    )
    assert made.values == (D("152.18"), ABSENT, ABSENT)
    assert (made.unit, made.kind, made.qualifier, made.revision) == ("亿元", "期末", Qualifier.OVER, 2)
    assert (made.definition, made.source) == ("绿色贷款余额，由归口部门填报。", "年报")
    unanswered = figure("2024", ABSENT, answered=Answered.NOT_AVAILABLE, reason="尚未统计")
    missing = book_row(metric, {"2024": unanswered}, ("2024",), org="某银行")
    assert missing.note == "暂缺：尚未统计"
