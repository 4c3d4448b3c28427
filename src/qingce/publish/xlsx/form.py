"""A regulatory form as a workbook: the form, what it was held against, and what stayed blank."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xlsxwriter import Workbook

from qingce.core.amount import Absent, Value
from qingce.core.check import Finding
from qingce.publish.xlsx.cells import exact_cell, hundredth, number_format, number_text, safe
from qingce.publish.xlsx.style import BODY_FONT, Styles
from qingce.publish.xlsx.table import Cell, Column, Paper, Row, Table, fitted

VERDICTS = {"不符": "bad", "尾差": "care", "相符": "good"}
TRUST_CELLS = {"verified": Cell("已核实", "good"), "unconfirmed": Cell("未核实", "care")}


@dataclass(frozen=True, slots=True)
class FormCell:
    """A number in its unit; ``closed`` means that the form does not ask for it."""

    value: Value
    places: int
    unit: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class FormLine:
    """A line of the form; ``metric`` says what fills it, in the words of the declaration."""

    code: str
    label: str
    heading: bool
    unit: str
    cells: tuple[FormCell, ...]
    metric: str = ""
    note: str = ""
    source: str = ""
    trust: str = ""


@dataclass(frozen=True, slots=True)
class FormBook:
    """A filled form.

    Attributes:
        gaps: code, label, column and reason of every blank.
        compared: code, label, column, the form's text, the report's, where it stands, and the verdict:
            相符, 尾差 or 不符.
        issued: the date that the file's properties carry; it must not depend on the clock.
    """

    title: str
    basis: str
    note: str
    organisation: str
    period: str
    issued: dt.date
    synthetic: bool
    columns: tuple[str, ...]
    lines: tuple[FormLine, ...]
    gaps: tuple[tuple[str, str, str, str], ...]
    compared: tuple[tuple[str, str, str, str, str, str, str], ...]
    findings: tuple[Finding, ...]


def render_form(book: FormBook) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same form gives the same bytes."""
    buffer = io.BytesIO()
    workbook = Workbook(
        buffer,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_format_properties": {"font_name": BODY_FONT, "font_size": 10},
        },
    )
    workbook.set_properties(
        {
            "title": safe(book.title),
            "author": safe(book.organisation),
            "company": safe(book.organisation),
            "subject": safe(book.period),
            "created": dt.datetime.combine(book.issued, dt.time()),
        }
    )
    styles = Styles(workbook)
    for name, table in (("填报表", _form(book)), ("与报告核对", _compared(book)), ("缺口", _gaps(book))):
        paper = Paper(workbook.add_worksheet(name), styles)
        paper.set_up(book.organisation, f"{book.title} {name}")
        paper.fill(table)
    workbook.close()
    return buffer.getvalue()


def _form(book: FormBook) -> Table:
    columns = [
        Column("代码", fitted((line.code for line in book.lines), 8, 12), "center"),
        Column("项目", fitted((line.label for line in book.lines), 20, 44)),
        Column("单位", 10, "center"),
        *(Column(label, 17, "number") for label in book.columns),
        Column("口径与备注", 40, "muted"),
        Column("口径出处", 36, "muted"),
        Column("核实", 9, "center"),
        Column("指标", 44, "code"),
    ]
    made = "含合成数据，不得报送。" if book.synthetic else ""
    told = (
        book.organisation,
        book.period,
        f"依据：{book.basis}",
        f"{made}{book.note}",
        "空格为缺口，“／”为表样不填。",
    )
    remark = "　".join(told)
    return Table(book.title, remark, columns, _lines(book), frozen=2, printed=len(columns) - 1)


def _lines(book: FormBook) -> Iterator[Row]:
    for line in book.lines:
        if line.heading:
            blanks = [Cell("", opens=True)] * (len(book.columns) + 5)
            yield [Cell(line.code, "strong", opens=True), Cell(line.label, "strong", opens=True), *blanks]
            continue
        yield [
            line.code,
            line.label,
            line.unit,
            *(_number(cell, line.unit) for cell in line.cells),
            line.note,
            line.source,
            TRUST_CELLS.get(line.trust, Cell(line.trust, "care")),
            line.metric,
        ]


def _number(cell: FormCell, row_unit: str) -> Cell:
    if cell.closed:
        return Cell("／", "absent")
    if isinstance(cell.value, Absent):
        return Cell("", "absent")
    percent = cell.unit == "%"
    number = exact_cell(hundredth(cell.value) if percent else cell.value, cell.places + 2 * percent)
    if number is None:
        return Cell(number_text(cell.value, cell.places))
    form = number_format(cell.places, percent)
    if not percent and cell.unit != row_unit:
        form = ";".join(f'{part}" {cell.unit}"' for part in form.split(";"))  # 个百分点 under a row in %
    return Cell(number, number_format=form)


def _compared(book: FormBook) -> Table:
    columns = [
        Column("结果", 9, "center"),
        Column("代码", 10, "center"),
        Column("项目", 36),
        Column("栏", 16),
        Column("本表", 20, "number"),
        Column("报告所印", 20, "number"),
        Column("出处", 44, "muted"),
    ]
    told = "　".join(f"{f.reason}试算 {f.tried}，相符 {f.passed}。" for f in book.findings)
    order = list(VERDICTS)
    rows: list[Row] = [
        [Cell(verdict, VERDICTS[verdict]), code, label, column, text, printed, where]
        for code, label, column, text, printed, where, verdict in sorted(
            book.compared, key=lambda row: order.index(row[-1])
        )
    ]
    rows += [
        [Cell("不符", "bad"), "", "；".join(f"{k} {v}" for k, v in case.items()), "", "", "", "分项与合计"]
        for finding in book.findings
        if finding.rule == "form_adds_up"
        for case in finding.rows
    ]
    return Table("与报告核对", told, columns, rows, frozen=3)


def _gaps(book: FormBook) -> Table:
    columns = [
        Column("代码", 12, "center"),
        Column("项目", 44),
        Column("栏", 16),
        Column("原因", 60, "muted"),
    ]
    filled = sum(isinstance(c.value, Decimal) for line in book.lines for c in line.cells)
    remark = f"已填 {filled} 格，缺 {len(book.gaps)} 格。缺口留空，不作零填报。"
    return Table("缺口", remark, columns, [list(gap) for gap in book.gaps], frozen=2)
