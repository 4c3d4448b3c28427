"""Opening a PDF and taking the characters and rules off its pages."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from qingce.audit.readers.limits import Limits, UnreadableError, check_size
from qingce.audit.readers.pdf.furniture import Side, without_furniture
from qingce.audit.readers.pdf.known import Kept, KnownSides
from qingce.audit.readers.pdf.layout import pieces
from qingce.audit.readers.pdf.runs import Glyph, Rules, runs

_MOST_OBJECTS = 20_000
"""Drawn objects looked at on one page: a map or a chart of more is no table."""
_WHY = {
    raw.FPDF_ERR_PASSWORD: "PDF 已加密，需要密码才能打开；请先另存为不加密的文件。",
    raw.FPDF_ERR_SECURITY: "PDF 使用了不支持的加密方式；请先另存为不加密的文件。",
}


def read_sides(path: Path, limits: Limits, kept: Kept | None = None) -> list[Side]:
    """Every side of a PDF, running heads taken off.

    Args:
        kept: sides read before by their prints; what is drawn as it was is not read again.

    Raises:
        UnreadableError: encrypted, damaged, over a limit, or only pictures.
    """
    data = None if kept is None else path.read_bytes()
    known = None if kept is None or data is None else KnownSides(data, kept)
    try:
        document = pdfium.PdfDocument(path if data is None else data)
    except pdfium.PdfiumError as exc:
        code = getattr(exc, "err_code", None)
        raise UnreadableError(_WHY.get(code, "PDF 已损坏，打不开。") if code is not None else _reason(exc)) from exc
    with closing(document):
        check_size(len(document), limits.pages, "PDF 页数")
        sides, characters = [], 0
        for i in range(len(document)):
            side, count = _side(document, i) if known is None else _once(document, i, known)
            characters += count
            check_size(characters, limits.characters, "PDF 字符数")
            sides.append(side)
    if not characters:
        guess = "，像是扫描件" if any(side.picture for side in sides) else ""
        raise UnreadableError(f"PDF 共 {len(sides)} 页，没有文字层{guess}；请先做文字识别（OCR），再审读。")
    return without_furniture(sides)


def _reason(exc: Exception) -> str:
    return _WHY[raw.FPDF_ERR_PASSWORD] if "assword" in str(exc) else "PDF 已损坏，打不开。"


def _once(document: Any, i: int, known: KnownSides) -> tuple[Side, int]:
    found = known.get(i, len(document))
    if found is None:
        found = _side(document, i)
        known.put(i, len(document), *found)
    return found


def _side(document: Any, i: int) -> tuple[Side, int]:
    """One side and how many characters it has; a damaged page is an empty one."""
    try:
        page = document[i]
    except pdfium.PdfiumError:
        return Side(1.0, ()), 0
    with closing(page):
        turn = _Turn(page)
        try:
            with closing(page.get_textpage()) as text:
                glyphs = list(_glyphs(text, turn))
        except pdfium.PdfiumError:
            return Side(turn.height, ()), 0
        rules, pictured = _rules(page, turn)
        found = tuple(pieces(runs(glyphs, rules), rules))
        return Side(turn.height, found, picture=pictured and not glyphs), len(glyphs)


class _Turn:
    """Coordinates of a page as it is read: turned upright, its origin in the lower left corner."""

    def __init__(self, page: Any) -> None:
        self.rotation = page.get_rotation()
        self.left, self.bottom, self.right, self.top = page.get_bbox()
        self.width, self.height = page.get_size()

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        match self.rotation:
            case 90:
                return bottom - self.bottom, self.right - right, top - self.bottom, self.right - left
            case 180:
                return self.right - right, self.top - top, self.right - left, self.top - bottom
            case 270:
                return self.top - top, left - self.left, self.top - bottom, right - self.left
        return left - self.left, bottom - self.bottom, right - self.left, top - self.bottom


def _glyphs(text: Any, turn: _Turn) -> Iterator[Glyph]:
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    handle = text.raw
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(handle, i)
        if raw.FPDFText_IsGenerated(handle, i) == 1 or not 0x20 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            continue
        if raw.FPDFText_GetLooseCharBox(handle, i, pointer):
            char = chr(code)
            if char not in "\ufffe\uffff\xad\u200b\ufeff":
                yield Glyph(char, *turn.box(box.left, box.bottom, box.right, box.top))


def _rules(page: Any, turn: _Turn) -> tuple[Rules, bool]:
    """The upright and level lines of a page, thin filled boxes included, and whether it has pictures."""
    vertical, horizontal, pictured = [], [], False
    for n, item in enumerate(page.get_objects(max_depth=3)):
        if n >= _MOST_OBJECTS:
            break
        pictured |= item.type == raw.FPDF_PAGEOBJ_IMAGE
        if item.type != raw.FPDF_PAGEOBJ_PATH:
            continue
        left, bottom, right, top = turn.box(*item.get_bounds())
        if right - left < 2.5 and top - bottom > 6:
            vertical.append(((left + right) / 2, bottom, top))
        elif top - bottom < 4.5 and right - left > 10:
            horizontal.append(((top + bottom) / 2, left, right))
        elif top - bottom > 6 and right - left > 30:
            horizontal += [(bottom, left, right), (top, left, right)]  # a shaded row ends at a line
    return Rules(tuple(vertical), tuple(horizontal)), pictured
