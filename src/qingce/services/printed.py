"""The words that a page prints, as an edition that is read back must show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qingce.core.page import (
    Block,
    Box,
    Bullets,
    Chart,
    Form,
    Index,
    Kpis,
    Line,
    Page,
    Table,
    lines,
)
from qingce.core.page import Text as Words

Row = tuple[Line, ...]


def drawn(spec: object) -> Iterator[str]:
    """Every text that a chart's specification holds."""
    if isinstance(spec, str):
        yield spec
    elif isinstance(spec, Mapping):
        for value in spec.values():
            yield from drawn(value)
    elif isinstance(spec, list | tuple):
        for value in spec:
            yield from drawn(value)


def rows(blocks: Sequence[Block]) -> Iterator[Row]:
    """The rows of all tables, those behind charts among them."""
    for block in blocks:
        if isinstance(block, Table):
            yield from (row for row in (block.header, *block.rows) if row)


def other_lines(page: Page, blocks: Sequence[Block]) -> Iterator[Line]:
    """Every other line of words that a page prints, titles, captions and notes among them."""
    yield (Words(f"{page.number}{page.title}"),)
    for block in blocks:
        if not isinstance(block, Table):
            yield from lines(block)
        yield from ((Words(text),) for text in _texts(block) if text)


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Table(caption=caption, note=note):
            yield from (caption, note)
        case Chart(caption=caption):
            yield caption
        case Kpis(items=items):
            yield from (item.label for item in items)
        case Box(title=title):
            yield title
        case Form(title=title, questions=questions, contact=contact):
            yield from (title, *contact)
            for n, question in enumerate(questions, 1):
                yield f"{n}.{question.text}"
                yield from question.answers
        case Bullets(items=items, ordered=True):
            yield from (f"{n}." for n in range(1, len(items) + 1))
        case Index(statement=statement):
            yield statement
