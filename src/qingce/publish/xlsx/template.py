"""An Excel template for one ledger: headings, formats and drop-downs that help and refuse nothing.

Above the headings stand two rows that begin with ``#``, which intake reads over: what the ledger
is, and a note for each column. A value the drop-down does not know can still be typed; intake, not
the spreadsheet, says what is wrong with it.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from qingce.core.code import CodeList
from qingce.core.dataset import Column, Dataset
from qingce.publish.words import TYPE_WORDS, values_of
from qingce.publish.xlsx.cells import height, looks_like_formula, safe, width
from qingce.publish.xlsx.style import BODY_FONT, CARE_PALE, DEEP, ICE, MUTED, RULE, WHITE

CODES_SHEET = "代码"
"""The hidden sheet that holds lists too long for a drop-down of their own; intake knows it."""
HEAD_ROW = 2
LAST_ROW = 1_048_575
INLINE = 255
_ILLEGAL = re.compile(r"[\[\]:*?/\\]")
_FORMATS = {
    "text": "@",
    "org": "@",
    "code": "@",
    "flag": "@",
    "date": "yyyy-mm-dd",
    "money": "#,##0.00",
    "rate": "0.00####",
    "whole": "0",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a drop-down offers: a title and its entries, with a second word for each on the hidden sheet."""

    title: str
    entries: tuple[str, ...]
    beside: tuple[str, ...]


def sheet_name(dataset: Dataset) -> str:
    """The worksheet's name: the label where Excel allows it, else the declared name."""
    label = dataset.label
    sound = (
        len(label) <= 31
        and not _ILLEGAL.search(label)
        and not label.startswith("'")
        and label.lower() != "history"
    )
    return label if sound and label != CODES_SHEET else dataset.name[:31]


def choice_of(codes: CodeList) -> Choice:
    """Labels where each belongs to one code only, otherwise codes; intake takes either."""
    labels = [value.label for value in codes.values]
    plain = [value.code for value in codes.values]
    taken = set(plain)
    clear = len(set(labels)) == len(labels) and not any(
        label in taken and label != code for label, code in zip(labels, plain, strict=True)
    )
    entries, beside = (labels, plain) if clear else (plain, labels)
    return Choice(codes.label, tuple(entries), tuple(beside))


def render_template(
    dataset: Dataset, codes: Mapping[str, CodeList], orgs: Sequence[tuple[str, str]] = (), *, issued: dt.date
) -> bytes:
    """The template as the bytes of an .xlsx file; the same declaration gives the same bytes.

    Args:
        codes: code lists by name, those that the columns use.
        orgs: codes and names of the orgs, for drop-downs of org columns.
    """
    buffer = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    font = {"font_name": BODY_FONT, "font_size": 10}
    workbook = Workbook(buffer, {"in_memory": True, "default_format_properties": font, **plain})
    workbook.set_properties({"title": safe(dataset.label), "created": dt.datetime.combine(issued, dt.time())})
    sheet = workbook.add_worksheet(sheet_name(dataset))
    found = {name: _choice(column, codes, orgs) for name, column in dataset.columns.items()}
    places = _codes_sheet(workbook, {name: choice for name, choice in found.items() if choice is not None})
    _heads(workbook, sheet, dataset)
    for at, (name, column) in enumerate(dataset.columns.items()):
        _column(workbook, sheet, at, column, places.get(name))
    _set_up(sheet, dataset)
    workbook.close()
    return buffer.getvalue()


def _set_up(sheet: Any, dataset: Dataset) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD_ROW)
    sheet.set_tab_color(CARE_PALE)
    keys_first = tuple(dataset.columns)[: len(dataset.grain)] == dataset.grain
    sheet.freeze_panes(HEAD_ROW + 1, len(dataset.grain) if keys_first else 1)


def _choice(column: Column, codes: Mapping[str, CodeList], orgs: Sequence[tuple[str, str]]) -> Choice | None:
    if column.type == "flag":
        return Choice("是否", ("是", "否"), ("", ""))
    if column.type == "code" and column.of in codes:
        return choice_of(codes[column.of])
    if column.type == "org" and orgs:
        return Choice("机构", tuple(code for code, _ in orgs), tuple(name for _, name in orgs))
    return None


def _codes_sheet(workbook: Any, choices: Mapping[str, Choice]) -> dict[str, str | list[str]]:
    """Where each column's drop-down takes its entries from: a list of its own, or the hidden sheet."""
    found: dict[str, str | list[str]] = {}
    long: dict[Choice, list[str]] = {}
    for name, choice in choices.items():
        joined = ",".join(choice.entries)
        if len(joined) <= INLINE and not any(
            "," in e or e != e.strip() or looks_like_formula(e) for e in choice.entries
        ):
            found[name] = list(choice.entries)
        else:
            long.setdefault(choice, []).append(name)
    if not long:
        return found
    sheet = workbook.add_worksheet(CODES_SHEET)
    sheet.hide()
    for number, (choice, names) in enumerate(long.items()):
        at = 2 * number
        sheet.write_string(0, at, safe(choice.title))
        for row, (entry, beside) in enumerate(zip(choice.entries, choice.beside, strict=True), 1):
            sheet.write_string(row, at, safe(entry))
            sheet.write_string(row, at + 1, safe(beside))
        letter = xl_col_to_name(at)
        for name in names:
            found[name] = f"={CODES_SHEET}!${letter}$2:${letter}${len(choice.entries) + 1}"
    return found


def _heads(workbook: Any, sheet: Any, dataset: Dataset) -> None:
    title = workbook.add_format({"bold": True, "font_size": 12, "font_color": DEEP})
    small = {"font_size": 9, "font_color": MUTED, "text_wrap": True, "valign": "top"}
    note = workbook.add_format({**small, "bottom": 1, "bottom_color": RULE})
    about = (
        f"# {dataset.label}（{dataset.name}）　归口：{dataset.owner or '—'}　{' '.join(dataset.doc.split())}"
    )
    sheet.write_string(0, 0, safe(about), title)
    looks = {optional: _heading_look(workbook, optional) for optional in (True, False)}
    notes = []
    for at, (name, column) in enumerate(dataset.columns.items()):
        text = note_of(column, name in dataset.grain)
        notes.append((text, _wide(column)))
        sheet.write_string(1, at, safe(f"# {text}" if at == 0 else text), note)
        sheet.write_string(HEAD_ROW, at, safe(column.label), looks[column.optional])
    sheet.set_row(1, height(notes, 12.0))
    sheet.set_row(HEAD_ROW, 30)


def _heading_look(workbook: Any, optional: bool) -> Any:
    pale, ink = (ICE, DEEP) if optional else (DEEP, WHITE)
    frame = {"border": 1, "border_color": RULE, "align": "center", "valign": "vcenter", "text_wrap": True}
    return workbook.add_format({"bold": True, "bg_color": pale, "font_color": ink, **frame})


def _wide(column: Column) -> float:
    return min(30, max(14, width(column.label) + 4))


def note_of(column: Column, key: bool = False) -> str:
    """What a column takes, in a line: required or not, kind, values, and the declaration's own remark."""
    said = ["选填" if column.optional else "必填", TYPE_WORDS[column.type], values_of(column), column.doc]
    return ("主键，" if key else "") + "；".join(part for part in said if part)


def _column(workbook: Any, sheet: Any, at: int, column: Column, source: str | list[str] | None) -> None:
    form = _FORMATS.get(column.type) or "#,##0" + ("." + "0" * column.places if column.places else "")
    sheet.set_column(at, at, _wide(column), workbook.add_format({"num_format": form}))
    told: dict[str, Any] = {
        "input_title": safe(column.label)[:32],
        "input_message": safe(note_of(column))[:255],
        "ignore_blank": True,
        "show_error": False,  # a hint, never a refusal
    }
    rule = {"validate": "list", "source": source} if source is not None else {"validate": "any"}
    sheet.data_validation(HEAD_ROW + 1, at, LAST_ROW, at, {**rule, **told})
