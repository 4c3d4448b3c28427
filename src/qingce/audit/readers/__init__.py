"""Readers: a file of any supported format becomes a :class:`qingce.audit.model.Text`."""

from __future__ import annotations

import stat
from collections.abc import MutableMapping, Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from qingce.audit.model import Cell, Line, Table, Text
from qingce.audit.readers.limits import LIMITS, Limits, UnreadableError, check_size
from qingce.audit.readers.markup import looks_like_html, read_html
from qingce.audit.readers.parts import Grid, Part, Words
from qingce.audit.readers.plain import decode, split
from qingce.audit.readers.word import read_docx

__all__ = ["LIMITS", "Limits", "UnreadableError", "read_bytes", "read_text"]

_BETWEEN = "  "
"""What stands between the cells of a row in the line that shows it."""
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def read_text(path: str | Path, limits: Limits = LIMITS, kept: MutableMapping[str, str] | None = None) -> Text:
    """Read a PDF, DOCX, HTML or plain text file; what it is, its first bytes tell.

    Args:
        kept: pages of PDFs read before, by a hash of what they are drawn from; what it lacks is put in.

    Raises:
        UnreadableError: no such file, damaged, encrypted, empty, without text, of another format or over a limit.
    """
    file = Path(path)
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableError("不是普通文件。")
        check_size(status.st_size, limits.file_bytes, "文件字节数")
        with file.open("rb") as source:
            head = source.read(4096)
        if b"%PDF-" in head[:1024]:
            return _from_pdf(str(path), file, limits, kept)
        return read_bytes(str(path), file.read_bytes(), limits)
    except FileNotFoundError as exc:
        raise UnreadableError("没有这个文件。") from exc
    except (OSError, ValueError) as exc:
        raise UnreadableError(f"文件打不开：{getattr(exc, 'strerror', None) or exc}。") from exc


def _from_pdf(name: str, file: Path, limits: Limits, kept: MutableMapping[str, str] | None) -> Text:
    from qingce.audit.readers.pdf import read_pdf

    parts, pages, pictures = read_pdf(file, limits, kept)
    text = assembled(name, parts, pages=pages)
    if not pictures:
        return text
    some = "、".join(map(str, pictures[:20])) + (" 等" if len(pictures) > 20 else "")
    return replace(text, notes=(f"第 {some} 面只有图片，没有文字，未审读（共 {len(pictures)} 面）。",))


def read_bytes(name: str, data: bytes, limits: Limits = LIMITS) -> Text:
    """Read the bytes of a DOCX, HTML or plain text file.

    Raises:
        UnreadableError: as :func:`read_text` raises it.
    """
    if not data.strip():
        raise UnreadableError("文件是空的。")
    if data.startswith(b"PK\x03\x04"):
        return assembled(name, read_docx(data, limits))
    if data.startswith(_COMPOUND):
        raise UnreadableError("是旧版 .doc/.xls，或加了密码的 Office 文件；请另存为不加密的 .docx 或 PDF。")
    if looks_like_html(data) or Path(name).suffix.lower() in (".html", ".htm", ".xhtml"):
        parts, title = read_html(data, limits)
        return assembled(name, parts, title=title)
    text = decode(data)
    check_size(len(text), limits.characters, "文字数")
    return plain_text(name, text)


def plain_text(name: str, text: str) -> Text:
    """Plain text, its lines numbered as in the file; form feeds part its pages, as PDF extractors write them."""
    rows = split(text)
    paged = any("\f" in row for row in rows)
    pages = list(accumulate((row.count("\f") for row in rows), initial=1)) if paged else []
    starts = accumulate((len(row) + 1 for row in rows), initial=0)
    lines = tuple(
        # a form feed begins the page of what follows it on the line
        Line(n + 1, row.replace("\f", " "), pages[n + 1] if paged else None, start)
        for n, (row, start) in enumerate(zip(rows, starts, strict=False))
    )
    return Text(name, lines, pages=pages[-1] if paged else 0)


def assembled(name: str, parts: Sequence[Part], *, title: str = "", pages: int = 0) -> Text:
    """The text that a reader's parts make: every line of words, and every row of a table, is one line.

    Raises:
        UnreadableError: there are no words in it.
    """
    lines: list[Line] = []
    tables: list[Table] = []
    start = 0
    for part in parts:
        rows = [part] if isinstance(part, Words) else _rows(part)
        first = len(lines)
        for row in rows:
            number = len(lines) + 1
            if isinstance(row, Words):
                line = Line(number, row.text, row.page, start)
            else:
                text, cells = _shown(row, number)
                line = Line(number, text, part.page, start, cells)
            lines.append(line)
            start += len(line.text) + 1
        if isinstance(part, Grid):
            tables.append(_table(part, lines[first:]))
    if not any(line.text.strip() for line in lines):
        raise UnreadableError("没有读到文字；如是扫描件，请先做文字识别（OCR）。")
    heading = next((p.text for p in parts if isinstance(p, Words) and p.level == 1), "")
    return Text(name, tuple(lines), tuple(tables), title or heading, pages)


class _Row(tuple[Cell, ...]):
    """The cells that begin in one row of a grid; their lines and offsets are not known yet."""


def _rows(grid: Grid) -> list[Words | _Row]:
    found: list[Words | _Row] = [Words(grid.caption, page=grid.page)] if grid.caption else []
    return [*found, *(_Row(Cell(c.text, 0, 0, c.rows, c.span) for c in row) for row in grid.rows)]


def _shown(row: _Row, number: int) -> tuple[str, tuple[Cell, ...]]:
    cells, text = [], ""
    for cell in row:
        text += _BETWEEN if text and cell.text else ""
        cells.append(Cell(cell.text, number, len(text), cell.rows, cell.columns))
        text += cell.text
    return text, tuple(cells)


def _table(grid: Grid, lines: Sequence[Line]) -> Table:
    told = [line for line in lines if line.cells is not None]
    width = max((c.column + c.span for row in grid.rows for c in row), default=0)
    rows = []
    for row, line in zip(grid.rows, told, strict=True):
        places: list[Cell | None] = [None] * width
        for cell, shown in zip(row, line.cells or (), strict=True):
            places[cell.column] = shown
        rows.append(tuple(places))
    return Table(tuple(rows), grid.page, grid.caption)
