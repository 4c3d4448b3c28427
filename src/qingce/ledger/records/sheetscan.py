"""One worksheet's XML, streamed: formulas, error cells, and what would exhaust a reader's memory.

A spreadsheet reader hands back a formula's last result without saying so, and reserves memory for
the whole rectangle between the first cell and the last. Both are settled here, on the bytes.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from qingce.ledger.records.collect import LIMIT
from qingce.ledger.records.workbook import Sheet, Unfit, inflate

TEXT_LIMIT = 2 << 30
"""Bytes of text that all cells together may hold."""
_ROW_LIMIT = 64 << 20
_CELL = rb"<(?:\w+:)?c\b([^>]*)>"
_FORMULA = re.compile(_CELL + rb"\s*<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*))")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:\s*<(?:\w+:)?v>([^<]*))?")
_REF = re.compile(rb"\br=[\"']([A-Z]{1,4})([0-9]{1,9})[\"']")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^>]*\sr=[\"'][A-Z]{1,3}[0-9]{1,7}[\"'])")
_FAR_DOWN = rb"[A-Z]*(?:[0-9]{8}|[2-9][0-9]{6}|1[1-9][0-9]{5}|10[5-9][0-9]{4})"
"""Row numbers beyond the 1,048,576 of a worksheet."""
_SHARED_REF = re.compile(rb"\bt=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<")


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell that is no value.

    Attributes:
        letters: of its column; with ``row`` empty where the sheet does not tell.
        value: the formula, or the error's name.
    """

    rule: str
    letters: str = ""
    row: int | None = None
    value: str = ""


@dataclass(slots=True)
class Flaws:
    """The cells of a sheet that are no values: the first of each rule, and how many there are."""

    told: list[Flaw] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, flaw: Flaw) -> None:
        """One more."""
        self.counts[flaw.rule] += 1
        if self.counts[flaw.rule] <= LIMIT:
            self.told.append(flaw)


def judge_sheet(path: Path, sheet: Sheet, columns: int) -> Flaws:
    """Every formula and error cell of the sheet.

    Args:
        columns: how many columns are declared; cells far to the right of them are refused.

    Raises:
        Unfit: the sheet must not be opened at all.
        OSError: the file cannot be read.
    """
    far = rb"(?:" + _far_right(columns) + rb"|" + _FAR_DOWN + rb")"
    usual, other = re.compile(rb' r="' + far), re.compile(rb"\sr=[\"']" + far)
    shared, found = 0, Flaws()
    for rows in _rows(path, sheet):
        # nearly all writers put one blank before and double quotes around; that form is found fast
        if usual.search(rows) or (rows.count(b"r=") != rows.count(b' r="') and other.search(rows)):
            raise Unfit("xlsx_extent", f"工作表“{sheet.name}”的数据区以外很远处还有单元格。")
        _judge_placed(rows, sheet)
        _find_formulas(rows, found)
        _find_errors(rows, found)
        shared += rows.count(b't="s"') + rows.count(b"t='s'")
    _judge_text(path, sheet, shared)
    return found


def _rows(path: Path, sheet: Sheet) -> Iterator[bytes]:
    """The sheet's XML up to the end of its data, cut between rows."""
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        pending = b""
        for block in inflate(file, archive.getinfo(sheet.part)):
            pending += block
            end = pending.find(b"</sheetData>")
            cut = end if end >= 0 else pending.rfind(b"row>") + 4
            if end < 0 and cut < 4:
                if len(pending) > _ROW_LIMIT:
                    raise Unfit("xlsx_damaged", f"工作表“{sheet.name}”的一行大得不合常理。")
                continue
            yield pending[:cut]
            if end >= 0:
                return
            pending = pending[cut:]
        yield pending


def _far_right(columns: int) -> bytes:
    """A pattern for cells more than a screen to the right of the declared columns."""
    last = min(25, (columns + 50) // 26)
    if last == 25:
        return rb"[A-Z]{3}"
    return rb"[%c-Z][A-Z]|[A-Z]{3}" % (ord("A") + last)


def _judge_placed(rows: bytes, sheet: Sheet) -> None:
    cells = sum(map(rows.count, (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")))
    if cells != rows.count(b'<c r="') and _UNPLACED.search(rows):
        raise Unfit("xlsx_damaged", f"工作表“{sheet.name}”的单元格没有写明位置。")


def _find_formulas(rows: bytes, found: Flaws) -> None:
    if b"<f" not in rows and b":f" not in rows:
        return
    placed = 0
    for match in _FORMULA.finditer(rows):
        placed += 1
        written = _text(match[2])
        found.add(_flaw("xlsx_formula", match[1], f"={written}" if written else "（与邻格共用的公式）"))
    for _ in range(sum(1 for _ in _ANY_FORMULA.finditer(rows)) - placed):
        found.add(Flaw("xlsx_formula"))


def _find_errors(rows: bytes, found: Flaws) -> None:
    if b't="e"' not in rows and b"t='e'" not in rows:
        return
    for match in _ERROR.finditer(rows):
        found.add(_flaw("xlsx_error_cell", match[1], _text(match[2])))


def _text(raw: bytes | None) -> str:
    return html.unescape((raw or b"").decode("utf-8", "replace")).strip()


def _flaw(rule: str, attributes: bytes, value: str) -> Flaw:
    ref = _REF.search(attributes)
    letters, row = (ref[1].decode(), int(ref[2])) if ref else ("", None)
    return Flaw(rule, letters, row, value)


def _judge_text(path: Path, sheet: Sheet, cells: int) -> None:
    """Refuse a workbook whose shared texts, written out into their cells, would fill the memory."""
    with zipfile.ZipFile(path) as archive:
        if "xl/sharedStrings.xml" not in archive.namelist():
            return
        member = archive.getinfo("xl/sharedStrings.xml")
        if cells * member.file_size <= TEXT_LIMIT:
            return
        with path.open("rb") as file:
            texts = b"".join(inflate(file, member))
    sizes = [len(part) for part in re.split(rb"<(?:\w+:)?si[\s/>]", texts)[1:]]
    if not sizes or cells * max(sizes) <= TEXT_LIMIT:
        return
    total = 0
    for rows in _rows(path, sheet):
        for match in _SHARED_REF.finditer(rows):
            number = int(match[1])
            total += sizes[number] if number < len(sizes) else 0
        if total > TEXT_LIMIT:
            raise Unfit("xlsx_bomb", f"工作表“{sheet.name}”的文字总量大得不合常理。")
