"""A workbook that comes back: opened only where it is fit to be, and read as people left it.

Nothing here knows what the cells mean; a row is its cells by the heading of their column.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from qingce.core.check import Finding, Place
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.guard import admit
from qingce.ledger.records.sheetscan import judge_sheet
from qingce.ledger.records.workbook import Unfit, inspect

ROWS, COLUMNS = 20_000, 60
"""How far a sheet is read; what lies farther was not issued."""
_HEAD_ROWS = 30
_TEXT = re.compile(r"\s+")
Content = str | Decimal | bool | dt.datetime | dt.date | dt.time | None


@dataclass(frozen=True, slots=True)
class Returned:
    """A cell as it stands.

    Attributes:
        kind: ``value``, ``formula``, ``error`` or ``empty``.
        percent: it is shown as a percentage, so that 0.0863 in it reads 8.63 %.
        ref: where it stands, as ``H12``.
    """

    content: Content
    kind: str
    percent: bool = False
    ref: str = ""

    @property
    def text(self) -> str:
        """What a person reads in it, on one line, full-width forms made plain."""
        if self.content is None:
            return ""
        text = f"{self.content:f}" if isinstance(self.content, Decimal) else str(self.content)
        return _TEXT.sub(" ", unicodedata.normalize("NFKC", text)).strip()


EMPTY = Returned(None, "empty")


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """A row: where it stands, and its cells by heading."""

    sheet: str
    line: int
    cells: Mapping[str, Returned]

    def __getitem__(self, heading: str) -> Returned:
        return self.cells.get(heading, EMPTY)


@dataclass(frozen=True, slots=True)
class ReturnedBook:
    """A workbook as read; without rows where a finding forbids opening it."""

    rows: tuple[ReturnedRow, ...] = ()
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()


def read_returned(path: Path, name: str, key: str, headings: Collection[str]) -> ReturnedBook:
    """Read every sheet that has the key's heading, wherever its columns stand by now.

    Args:
        path: of the received file; its name need not be the one it was given.
        name: as findings quote it, with its suffix.
        key: the heading of the column without which a sheet is not ours.
        headings: the columns wanted.

    Returns:
        Rows, or findings that say why it was not opened; ``missing`` are headings that no sheet has.
    """
    collector = Collector()
    delivered = admit(path, path.parent, collector)
    if delivered is None or delivered.kind != "xlsx":
        if delivered is not None:
            collector.add("file_kind", "交来的不是 XLSX 工作簿。", Place(name))
        return ReturnedBook(findings=_renamed(collector, name))
    try:
        for sheet in inspect(path):
            judge_sheet(path, sheet, COLUMNS)
        return _read(path, name, key, headings, collector)
    except Unfit as unfit:
        collector.add(unfit.rule, unfit.reason, Place(name))
    except (OSError, MemoryError):
        raise
    except Exception:  # whatever a reader of a damaged file raises, the file is what is wrong
        collector.add("xlsx_damaged", "文件不是完好的 XLSX：工作表读不出来。", Place(name))
    return ReturnedBook(findings=_renamed(collector, name))


def _renamed(collector: Collector, name: str) -> tuple[Finding, ...]:
    return tuple(replace(f, place=replace(f.place, file=name)) for f in collector.findings())


def _read(path: Path, name: str, key: str, headings: Collection[str], collector: Collector) -> ReturnedBook:
    from openpyxl import load_workbook
    from openpyxl.utils import get_column_letter

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the reader does not support is not read
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    rows: list[ReturnedRow] = []
    seen: set[str] = set()
    try:
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            where: dict[int, str] = {}
            for line, whole in enumerate(islice(sheet.iter_rows(), ROWS), 1):
                cells = whole[:COLUMNS]
                if not where:
                    where = _head(cells, key, headings) if line <= _HEAD_ROWS else {}
                    seen |= set(where.values())
                    if not where and line > _HEAD_ROWS:
                        break
                    continue
                found = {where[at]: _cell(cell, f"{get_column_letter(at + 1)}{line}")
                         for at, cell in enumerate(cells) if at in where}
                if any(cell.kind != "empty" for cell in found.values()):
                    rows.append(ReturnedRow(sheet.title, line, found))
    finally:
        book.close()
    return ReturnedBook(tuple(rows), collector.findings(), tuple(h for h in headings if h not in seen))


def _head(cells: tuple[Any, ...], key: str, headings: Collection[str]) -> dict[int, str]:
    """Where each wanted column stands, if this row is the row of headings."""
    wanted = {_word(heading): heading for heading in headings}
    found = {at: wanted[_word(cell.value)] for at, cell in enumerate(cells)
             if isinstance(cell.value, str) and _word(cell.value) in wanted}
    return found if key in found.values() else {}


def _word(text: str) -> str:
    return _TEXT.sub("", unicodedata.normalize("NFKC", text)).strip("*")


def _cell(cell: Any, ref: str) -> Returned:
    value = cell.value
    if value is None or (isinstance(value, str) and not value.strip()):
        return Returned(None, "empty", ref=ref)
    if cell.data_type == "f" or not isinstance(value, str | int | float | bool | dt.date | dt.time):
        return Returned(str(getattr(value, "text", value)), "formula", ref=ref)
    if cell.data_type == "e":
        return Returned(str(value), "error", ref=ref)
    if isinstance(value, float):
        # spreadsheet programs keep 15 digits and write 17; the last two are noise
        value = Decimal(f"{value:.15g}")
    elif isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)
    return Returned(value, "value", "%" in str(cell.number_format or ""), ref)
