"""The workbook as its owner sent it, with the places marked that could not be taken."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.check import Finding
from qingce.ledger.returned import COLUMNS, ROWS
from qingce.publish.xlsx.collect import ENTRY

if TYPE_CHECKING:
    from openpyxl import Workbook

AUTHOR = "青册"
BAD, NOTED = "FFF6C6C1", "FFFBF0DC"
_LIMIT = 900


def mark(path: Path, findings: Iterable[Finding], keys: Mapping[tuple[str, str], str]) -> bytes:
    """Mark the places of findings with a colour and a note; earlier marks go.

    Args:
        keys: by sheet and cell, the row's key as it is by now, so that the workbook can be sent again.
    """
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, keep_links=False)
    _unmark(book)
    _put(book, findings)
    for (title, ref), key in keys.items():
        book[title][ref].value = key
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _unmark(book: Workbook) -> None:
    """Take away what was marked the time before."""
    from openpyxl.styles import PatternFill

    entry = PatternFill("solid", fgColor=f"FF{ENTRY.lstrip('#')}")
    for sheet in book.worksheets:
        for cells in sheet.iter_rows(max_row=min(sheet.max_row, ROWS), max_col=min(sheet.max_column, COLUMNS)):
            for cell in cells:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    cell.fill = copy(entry) if not cell.protection.locked else PatternFill()


def _put(book: Workbook, findings: Iterable[Finding]) -> None:
    """Colour the cell of each finding, with every word said about it in one note."""
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    told: dict[tuple[str, str], list[str]] = {}
    bad: set[tuple[str, str]] = set()
    for finding in findings:
        where = _where(book, finding)
        if where is None:
            continue
        told.setdefault(where, []).append(f"{finding.reason}{finding.advice}")
        if finding.blocks:
            bad.add(where)
    for (title, ref), words in told.items():
        cell = book[title][ref]
        colour = BAD if (title, ref) in bad else NOTED
        cell.fill = PatternFill("solid", fgColor=colour)
        comment = Comment("\n".join(dict.fromkeys(words))[:_LIMIT], AUTHOR)
        comment.width, comment.height = 320, 140
        cell.comment = comment


def _where(book: Workbook, finding: Finding) -> tuple[str, str] | None:
    """The cell that a finding is about: its row, in the column of that heading."""
    place = finding.place
    if place.row is None or place.sheet not in book.sheetnames:
        return None
    sheet = book[place.sheet]
    for cells in sheet.iter_rows(min_row=1, max_row=min(30, place.row), max_col=COLUMNS):
        for cell in cells:
            if isinstance(cell.value, str) and cell.value.strip() == place.column:
                return place.sheet, f"{cell.column_letter}{place.row}"
    return place.sheet, f"A{place.row}"
