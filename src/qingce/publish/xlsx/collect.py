"""The workbook in which an owner answers what a campaign asks of him.

Whoever fills it in may sort it, move columns, save it in another program: each row carries a key in a hidden
column, and columns are known by their headings. What the key vouches for stands again on a sheet that
spreadsheet programs do not offer to show.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from qingce.core.amount import ABSENT, Absent, Value
from qingce.publish.xlsx.cells import exact_cell, height, number_format, number_text, safe
from qingce.publish.xlsx.style import BODY_FONT, CARE_PALE, MID, Styles
from qingce.publish.xlsx.table import HEAD_ROW, Cell, Paper

SHEET, COVER, SEAL_SHEET = "填报", "说明", "_qingce"
KEY = "编号（请勿改动）"
ANSWERS = ("填数", "不适用", "暂缺")
QUALIFIERS = ("准确", "超过", "接近", "大约")
ENTRY = "#EAF3FB"
"""The ground of cells that are to be filled in."""
_FIRST = HEAD_ROW + 1
_WORDY = ("source", "reason", "explanation", "estimate_reason")


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the sheet.

    Attributes:
        field: of a row; for entered ones, of what comes back.
    """

    field: str
    text: str
    width: float
    entered: bool = False
    look: str = "text"


HEADINGS: tuple[Heading, ...] = (
    Heading("key", KEY, 20, look="code"),
    Heading("number", "序号", 6, look="center"),
    Heading("label", "指标", 26, look="strong"),
    Heading("member", "分项", 14),
    Heading("org", "机构", 16),
    Heading("unit", "单位", 9, look="center"),
    Heading("prior", "上年值", 15, look="number"),
    Heading("value", "本年值", 16, True, "number"),
    Heading("answer", "答复", 10, True, "center"),
    Heading("qualifier", "措辞", 8, True, "center"),
    Heading("source", "出处", 26, True),
    Heading("reason", "不适用或暂缺的原因", 26, True),
    Heading("estimate_method", "估算方法", 16, True, "center"),
    Heading("estimate_share", "估算占比（%）", 10, True, "number"),
    Heading("estimate_reason", "估算理由", 26, True),
    Heading("explanation", "与上年差异的说明", 30, True),
    Heading("tolerance", "容许差异", 10, look="center"),
    Heading("state", "状态", 9, look="center"),
    Heading("definition", "口径", 56, look="muted"),
)
AT: Mapping[str, int] = {heading.field: number for number, heading in enumerate(HEADINGS)}


@dataclass(frozen=True, slots=True)
class CollectRow:
    """One figure that is asked for, with what was said so far.

    Attributes:
        key: identifies the row when it comes back, and proves that nobody made it up.
        places: digits behind the point in print.
        counts: only whole numbers from zero are possible.
        tolerance: the share of last year's value by which the answer may differ; ``None``: any.
        answer: one of :data:`ANSWERS`, or empty.
        estimate_method, estimate_share, estimate_reason: what was said where the value is estimated; the method by
            its label, the share in percent.
        locked: it is shown but not asked for: it was submitted, or is computed from records.
    """

    key: str
    label: str
    member: str
    org: str
    unit: str
    definition: str = ""
    places: int = 2
    counts: bool = False
    prior: Value = ABSENT
    tolerance: Decimal | None = None
    value: Value = ABSENT
    answer: str = ""
    qualifier: str = ""
    source: str = ""
    reason: str = ""
    estimate_method: str = ""
    estimate_share: Value = ABSENT
    estimate_reason: str = ""
    explanation: str = ""
    state: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class CollectBook:
    """A whole workbook.

    Attributes:
        owner: the post that fills it in.
        seal: names and values for the sheet nobody sees: the campaign, the version of the layout.
        methods: labels of the ways to estimate that may be chosen.
        issued: the date that the file's properties carry.
    """

    title: str
    organisation: str
    period: str
    owner: str
    due: str
    issued: dt.date
    rows: Sequence[CollectRow] = ()
    seal: Mapping[str, str] = field(default_factory=dict)
    methods: Sequence[str] = ()


def render_collect(book: CollectBook) -> bytes:
    """The workbook as the bytes of an .xlsx file; the same book gives the same bytes."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": BODY_FONT, "font_size": 10},
    })
    workbook.set_properties({
        "title": safe(book.title), "author": safe(book.organisation), "company": safe(book.organisation),
        "subject": safe(book.period), "created": dt.datetime.combine(book.issued, dt.time()),
    })
    styles = Styles(workbook)
    cover, paper = (Paper(workbook.add_worksheet(name), styles) for name in (COVER, SHEET))
    _cover(cover, book)
    _sheet(paper, book)
    _seal(workbook.add_worksheet(SEAL_SHEET), book)
    paper.sheet.activate()
    workbook.close()
    return buffer.getvalue()


# -- the cells ------------------------------------------------------------------------------
def _sheet(paper: Paper, book: CollectBook) -> None:
    sheet, last = paper.sheet, HEAD_ROW + len(book.rows)
    paper.set_up(book.organisation, f"{book.title} {SHEET}")
    sheet.set_tab_color(MID)
    sheet.set_row(0, 28)
    paper.put(0, AT["number"], book.title, "heading")
    told = "只填浅蓝色单元格；数字请直接填写，不要用公式。可以排序、筛选，不要删改指标名称。"
    paper.put(1, AT["number"], told, "remark")
    sheet.set_row(2, 6)
    for number, heading in enumerate(HEADINGS):
        sheet.set_column(number, number, heading.width, None, {"hidden": heading.field == "key"})
        paper.put(HEAD_ROW, number, heading.text, "head")
    sheet.set_row(HEAD_ROW, 30)
    for number, row in enumerate(book.rows, 1):
        _row(paper, HEAD_ROW + number, number, row)
    if book.rows:
        _rules(sheet, book.rows, book.methods)
        _warn(sheet, paper.styles, last)
        sheet.autofilter(HEAD_ROW, 0, last, len(HEADINGS) - 1)
    sheet.freeze_panes(_FIRST, AT["org"])
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, AT["number"], max(last, _FIRST), AT["state"])
    sheet.ignore_errors({"number_stored_as_text": f"A1:Z{last + 1}"})
    sheet.protect("", {
        "sort": True, "autofilter": True, "format_columns": True, "format_rows": True, "select_locked_cells": True,
    })


def _row(paper: Paper, line: int, number: int, row: CollectRow) -> None:
    shown: dict[str, str | Decimal] = {
        "key": row.key, "number": Decimal(number), "label": row.label, "member": row.member, "org": row.org,
        "unit": row.unit, "prior": _number(row.prior, row.places), "value": _number(row.value, row.places),
        "answer": row.answer, "qualifier": row.qualifier, "source": row.source, "reason": row.reason,
        "explanation": row.explanation, "estimate_method": row.estimate_method, "state": row.state,
        "estimate_share": _number(row.estimate_share, 0), "estimate_reason": row.estimate_reason,
        "definition": row.definition,
        "tolerance": "" if row.tolerance is None else row.tolerance,
    }
    forms = {"number": "0", "tolerance": "±0%", "prior": number_format(row.places)}
    # no thousands or fixed places where somebody types: what he typed is what he sees
    forms["estimate_share"] = "0.##"
    forms["value"] = "0" if row.counts else "#,##0.##########;-#,##0.##########"
    for at, heading in enumerate(HEADINGS):
        value = shown[heading.field]
        if heading.entered and not row.locked:
            _entry(paper, line, at, heading, value, forms.get(heading.field, "General"))
        else:
            paper.put(line, at, Cell(value, number_format=forms.get(heading.field, "")), heading.look)
    wrapped = [(safe(str(shown[h.field])), h.width) for h in HEADINGS if h.look in ("text", "strong", "muted")]
    paper.sheet.set_row(line, height(wrapped, least=24))


def _entry(paper: Paper, line: int, at: int, heading: Heading, value: str | Decimal, form: str) -> None:
    more: dict[str, Any] = {"bg_color": ENTRY, "locked": False, "border": 1, "border_color": "#B9D3EA"}
    if isinstance(value, Decimal):
        paper.sheet.write_number(line, at, value, paper.styles.get(heading.look, num_format=form, **more))
        return
    # a cell of text keeps what looks like a number or a formula as it was typed
    text_form = {"num_format": "@"} if heading.field in _WORDY else {"num_format": form}
    format = paper.styles.get(heading.look, **more, **text_form)
    if value:
        paper.sheet.write_string(line, at, safe(value), format)
    else:
        paper.sheet.write_blank(line, at, None, format)


def _number(value: Value, places: int) -> str | Decimal:
    if isinstance(value, Absent):
        return ""
    exact = exact_cell(value, places)
    # what a spreadsheet would round must come back as it went out
    return exact if exact is not None and exact == value else number_text(value, max(places, _places(value)))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _rules(sheet: Worksheet, rows: Sequence[CollectRow], methods: Sequence[str]) -> None:
    first, last = _FIRST, HEAD_ROW + len(rows)
    for name, words, hint in (
        ("answer", ANSWERS, "填数：有数值；不适用：本机构没有这项业务；暂缺：有这项业务但取不到数。后两种须写原因。"),
        ("qualifier", QUALIFIERS, "一般选“准确”；来源只说“超过”“约”时照实选。"),
        ("estimate_method", methods, "实测、账单或系统记录的数留空；有估算的选方法，并填占比和理由。"),
    ):
        if not words:
            continue
        sheet.data_validation(first, AT[name], last, AT[name], {
            "validate": "list", "source": list(words), "input_title": HEADINGS[AT[name]].text, "input_message": hint,
            "error_title": "请从列表选择", "error_message": f"只能选：{'、'.join(words)}。",
        })
    at = AT["estimate_share"]
    sheet.data_validation(first, at, last, at, {
        "validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 100, "input_title": "估算占比（%）",
        "input_message": "这个数里有百分之几是估算的，只填数字，全部为 100。", "error_title": "不是可填的数",
        "error_message": "请填 0 到 100 之间的数，不要带百分号。",
    })
    for number, row in enumerate(rows):
        line = first + number
        rule: dict[str, Any] = {"criteria": ">=", "value": 0, "validate": "integer",
                                "error_message": f"单位“{row.unit}”按个数计，请填不小于 0 的整数。"}
        if not row.counts:
            rule = {"validate": "decimal", "criteria": "between", "minimum": -10**15, "maximum": 10**15,
                    "error_message": "请填数字，不要带单位和汉字。"}
        sheet.data_validation(line, AT["value"], line, AT["value"], {
            **rule, "error_title": "不是可填的数", "input_title": row.unit[:32] or "无单位",
            "input_message": f"按“{row.unit}”填写；没有发生填 0，不适用或暂缺请留空并改选答复。"[:255],
        })


def _warn(sheet: Worksheet, styles: Styles, last: int) -> None:
    """A value far from last year's turns amber as it is typed."""
    value, prior, tolerance, said = (
        f"${chr(ord('A') + AT[name])}{_FIRST + 1}" for name in ("value", "prior", "tolerance", "explanation"))
    far = (f"=AND(ISNUMBER({value}),ISNUMBER({prior}),ISNUMBER({tolerance}),"
           f"ABS({value}-{prior})>ABS({prior})*{tolerance})")
    care = styles.get("number", bg_color=CARE_PALE)
    for name, when in (("value", far), ("explanation", f'{far[:-1]},{said}="")')):
        rule = {"type": "formula", "criteria": when, "format": care}
        sheet.conditional_format(_FIRST, AT[name], last, AT[name], rule)


# -- the sheets around ----------------------------------------------------------------------
_STEPS = (
    "到“填报”表，只填浅蓝色单元格；灰字和白底单元格供对照，不必改动。",
    "有数的，在“本年值”直接填数字，单位以“单位”列为准，并写明“出处”（文件、系统或台账的名称）。没有发生填 0。",
    "本机构没有这项业务的，“答复”选“不适用”；有这项业务但取不到数的，选“暂缺”。两者都要写原因，本年值留空。",
    "本年值有估算的（缺表、按面积推算等），选“估算方法”，填“估算占比”和“估算理由”；全部实测的三栏留空。",
    "与上年相差超过“容许差异”的，本年值会变为黄色，请在“与上年差异的说明”写明原因。",
    "不要用公式、宏或指向其他文件的链接；从别处复制时请“选择性粘贴 — 数值”。",
    "填好后保存为 .xlsx，在系统“我的任务 — 用 Excel 填”页上传。有误的单元格会标红退回，其余内容仍在，改好再传即可。",
    "用 WPS、网页版 Excel 或 LibreOffice 打开、排序、筛选都可以；不要删除行，也不要改指标、分项、机构和单位。",
)


def _cover(paper: Paper, book: CollectBook) -> None:
    sheet = paper.sheet
    paper.set_up(book.organisation, f"{book.title} {COVER}")
    sheet.set_portrait()
    sheet.set_column(0, 0, 3)
    sheet.set_column(1, 1, 18)
    sheet.set_column(2, 2, 78)
    for line, (text, look, size) in enumerate(((book.title, "title", 44), (book.organisation, "subtitle", 26))):
        sheet.set_row(line, size)
        for at in range(3):
            paper.put(line, at, text if at == 1 else "", look)
    facts = (("期间", book.period), ("填报岗位", book.owner), ("填报截止", book.due or "未设定"),
             ("填报项数", f"{len(book.rows)} 项，其中 {sum(not r.locked for r in book.rows)} 项待填"))
    for number, (name, value) in enumerate(facts):
        paper.put(3 + number, 1, name, "key")
        paper.put(3 + number, 2, value)
        sheet.set_row(3 + number, 22)
    paper.put(8, 1, "怎样填写", "section")
    paper.put(8, 2, "", "section")
    for number, text in enumerate(_STEPS):
        paper.put(9 + number, 1, f"{number + 1}", "key")
        paper.put(9 + number, 2, text)
        sheet.set_row(9 + number, height([(text, 78)], least=24))
    sign = 10 + len(_STEPS)
    paper.put(sign, 1, "签字（打印存档用）", "section")
    paper.put(sign, 2, "", "section")
    for number, text in enumerate(("填报人", "部门负责人", "日期"), 1):
        paper.put(sign + number, 1, text, "key")
        paper.put(sign + number, 2, "")
        sheet.set_row(sign + number, 28)
    sheet.print_area(0, 0, sign + 3, 2)
    sheet.protect()


def _seal(sheet: Worksheet, book: CollectBook) -> None:
    for number, (name, value) in enumerate(book.seal.items()):
        sheet.write_string(number, 0, name)
        sheet.write_string(number, 1, value)
    start = len(book.seal) + 1
    for number, row in enumerate(book.rows):
        sheet.write_string(start + number, 0, "row")
        sheet.write_string(start + number, 1, row.key)
    sheet.protect()
    sheet.very_hidden()
