"""Footnotes: what a reader must know beside a number, put into the document so that every format shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from qingce.core.page import (
    Block,
    Box,
    Bullets,
    Chart,
    Document,
    Heading,
    Kpi,
    Kpis,
    Line,
    Number,
    Page,
    Paragraph,
    Table,
    numbers,
)


def with_notes(document: Document, notes: Mapping[str, str]) -> Document:
    """The document in which each number that rests on a noted figure carries the note.

    Args:
        notes: words by a figure's key, as text.
    """
    if not notes:
        return document
    pages = (replace(page, blocks=tuple(_block(block, notes) for block in page.blocks)) for page in document.pages)
    return replace(document, pages=tuple(pages))


def notes_of(page: Page) -> tuple[str, ...]:
    """The footnotes of a page, each once, in the order in which it is read."""
    return tuple(dict.fromkeys(number.note for number in numbers(page) if number.note))


def noted(block: Kpis, notes: Mapping[str, str]) -> Kpis:
    """A row of headline figures with its notes."""
    shown = _block(block, notes)
    assert isinstance(shown, Kpis)
    return shown


def _line(line: Line, notes: Mapping[str, str]) -> Line:
    return tuple(_noted(node, notes) if isinstance(node, Number) else node for node in line)


def _noted(number: Number, notes: Mapping[str, str]) -> Number:
    words = "".join(dict.fromkeys(notes[key] for key in number.figures if key in notes))
    return replace(number, note=words) if words else number


def _lines(lines: Iterable[Line], notes: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(_line(line, notes) for line in lines)


def _block(block: Block, notes: Mapping[str, str]) -> Block:
    match block:
        case Heading(line=line) | Paragraph(line=line):
            return replace(block, line=_line(line, notes))
        case Table(header=header, rows=rows):
            return replace(block, header=_lines(header, notes), rows=tuple(_lines(row, notes) for row in rows))
        case Chart(table=table):
            shown = _block(table, notes)
            assert isinstance(shown, Table)
            return replace(block, table=shown)
        case Kpis(items=items):
            return Kpis(tuple(Kpi(i.label, _line(i.number, notes), _line(i.note, notes)) for i in items))
        case Box(blocks=blocks):
            return replace(block, blocks=tuple(_block(inner, notes) for inner in blocks))
        case Bullets(items=entries):
            return replace(block, items=tuple(tuple(_block(b, notes) for b in entry) for entry in entries))
        case _:
            return block
