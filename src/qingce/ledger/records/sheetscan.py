"""One worksheet's XML, streamed: formulas, error cells, and what would exhaust a reader's memory.

A spreadsheet reader hands back a formula's last result without saying so, and reserves memory for
the whole rectangle between the first cell and the last. Both are settled here, on the bytes.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from qingce.core.check import Place
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.workbook import Sheet, Unfit, inflate

TEXT_LIMIT = 2 << 30
"""Bytes of text that all cells together may hold."""
_ROW_LIMIT = 64 << 20
_CELL = rb"<(?:\w+:)?c\b([^>]*)>"
_FORMULA = re.compile(_CELL + rb"\s*<(?:\w+:)?f[\s/>]")
_ANY_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_ERROR = re.compile(rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:\s*<(?:\w+:)?v>([^<]*))?")
_REF = re.compile(rb"\br=[\"']([A-Z]{1,4})([0-9]{1,9})[\"']")
_UNPLACED = re.compile(rb"<(?:\w+:)?c(?=[\s/>])(?![^>]*\sr=[\"'][A-Z]{1,3}[0-9]{1,7}[\"'])")
_FAR_DOWN = rb"[A-Z]*(?:[0-9]{8}|[2-9][0-9]{6}|1[1-9][0-9]{5}|10[5-9][0-9]{4})"
"""Row numbers beyond the 1,048,576 of a worksheet."""
_SHARED_REF = re.compile(rb"\bt=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>([0-9]{1,9})<")


def judge_sheet(path: Path, sheet: Sheet, columns: int, place: Place, collector: Collector) -> None:
    """Find every formula and error cell of the sheet.

    Args:
        columns: how many columns are declared; cells far to the right of them are refused.

    Raises:
        Unfit: the sheet must not be opened at all.
        OSError: the file cannot be read.
    """
    far = rb"(?:" + _far_right(columns) + rb"|" + _FAR_DOWN + rb")"
    usual, other = re.compile(rb' r="' + far), re.compile(rb"\sr=[\"']" + far)
    shared = 0
    for rows in _rows(path, sheet):
        # nearly all writers put one blank before and double quotes around; that form is found fast
        if usual.search(rows) or (rows.count(b"r=") != rows.count(b' r="') and other.search(rows)):
            raise Unfit("xlsx_extent", f"工作表“{sheet.name}”的数据区以外很远处还有单元格。")
        _judge_placed(rows, sheet)
        _find_formulas(rows, place, collector)
        _find_errors(rows, place, collector)
        shared += rows.count(b't="s"') + rows.count(b"t='s'")
    _judge_text(path, sheet, shared)


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


def _find_formulas(rows: bytes, place: Place, collector: Collector) -> None:
    if b"<f" not in rows and b":f" not in rows:
        return
    told = 0
    for match in _FORMULA.finditer(rows):
        told += 1
        _tell("xlsx_formula", "单元格是公式，不是数值", match[1], place, collector)
    for _ in range(sum(1 for _ in _ANY_FORMULA.finditer(rows)) - told):
        collector.add("xlsx_formula", "工作表里有公式。", place)


def _find_errors(rows: bytes, place: Place, collector: Collector) -> None:
    if b't="e"' not in rows and b"t='e'" not in rows:
        return
    for match in _ERROR.finditer(rows):
        said = (match[2] or b"").decode("utf-8", "replace")
        _tell("xlsx_error_cell", f"单元格是错误值 {said}".rstrip(), match[1], place, collector)


def _tell(rule: str, reason: str, attributes: bytes, place: Place, collector: Collector) -> None:
    ref = _REF.search(attributes)
    letters, row = (ref[1].decode(), int(ref[2])) if ref else ("", None)
    collector.add(rule, f"{reason}。", Place(place.file, place.sheet, row, letters))


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
