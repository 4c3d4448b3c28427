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

ESTIMATES = "（含估算数）"
"""Stands in the caption of a chart that shows an estimated figure."""


def with_notes(document: Document, notes: Mapping[str, str]) -> Document:
    """The document in which each number that rests on a noted figure carries the note.

    Args:
        notes: words by a figure's key, as text.
    """
    if not notes:
        return document
    pages = (replace(page, blocks=tuple(_block(block, notes) for block in page.blocks)) for page in document.pages)
    return replace(document, pages=tuple(pages))


def with_estimates(document: Document, notes: Mapping[str, str], caption: str = ESTIMATES) -> Document:
    """The document in which each number that rests on an estimate is marked, after other notes it has.

    Numbers of which the page took the mark away stay bare. A chart whose drawing cannot carry marks says in its
    caption that it shows estimates.

    Args:
        notes: words by the key of an estimated figure, as text.
        caption: what is put behind a chart's caption.
    """
    if not notes:
        return document
    return replace(document, pages=tuple(
        replace(page, blocks=tuple(_captioned(_block(block, notes, True), notes, caption) for block in page.blocks))
        for page in document.pages))


def _captioned(block: Block, notes: Mapping[str, str], caption: str) -> Block:
    if isinstance(block, Box):
        return replace(block, blocks=tuple(_captioned(inner, notes, caption) for inner in block.blocks))
    if isinstance(block, Chart) and any(
        isinstance(node, Number) and not node.unmarked and any(key in notes for key in node.figures)
        for row in block.table.rows for line in row for node in line
    ):
        return replace(block, caption=f"{block.caption}{caption}")
    return block


def notes_of(page: Page) -> tuple[str, ...]:
    """The footnotes of a page, each once, in the order in which it is read."""
    return tuple(dict.fromkeys(number.note for number in numbers(page) if number.note))


def noted(block: Kpis, notes: Mapping[str, str], *, estimates: bool = False) -> Kpis:
    """A row of headline figures with its notes.

    Args:
        estimates: the notes are those of estimates.
    """
    shown = _block(block, notes, estimates)
    assert isinstance(shown, Kpis)
    return shown


def _line(line: Line, notes: Mapping[str, str], estimates: bool) -> Line:
    return tuple(_noted(node, notes, estimates) if isinstance(node, Number) else node for node in line)


def _noted(number: Number, notes: Mapping[str, str], estimates: bool) -> Number:
    if estimates and number.unmarked:
        return number
    words = "".join(dict.fromkeys(notes[key] for key in number.figures if key in notes))
    return replace(number, note=number.note + words) if words else number


def _lines(lines: Iterable[Line], notes: Mapping[str, str], estimates: bool) -> tuple[Line, ...]:
    return tuple(_line(line, notes, estimates) for line in lines)


def _block(block: Block, notes: Mapping[str, str], estimates: bool = False) -> Block:
    match block:
        case Heading(line=line) | Paragraph(line=line):
            return replace(block, line=_line(line, notes, estimates))
        case Table(header=header, rows=rows):
            return replace(block, header=_lines(header, notes, estimates),
                           rows=tuple(_lines(row, notes, estimates) for row in rows))
        case Chart(table=table):
            shown = _block(table, notes, estimates)
            assert isinstance(shown, Table)
            return replace(block, table=shown)
        case Kpis(items=items):
            return Kpis(tuple(
                Kpi(i.label, _line(i.number, notes, estimates), _line(i.note, notes, estimates)) for i in items))
        case Box(blocks=blocks):
            return replace(block, blocks=tuple(_block(inner, notes, estimates) for inner in blocks))
        case Bullets(items=entries):
            return replace(block, items=tuple(tuple(_block(b, notes, estimates) for b in entry) for entry in entries))
        case _:
            return block
