"""The words of a page, paragraph by paragraph, as a reader reads them: what editions are compared by."""

from __future__ import annotations

from collections.abc import Iterator

from qingce.core.page import (
    Block,
    Box,
    Break,
    Bullets,
    Chart,
    Form,
    Heading,
    Index,
    Kpis,
    Line,
    Page,
    Paragraph,
    Table,
)


def words(line: Line) -> str:
    """The words of a line."""
    return "".join("\n" if isinstance(node, Break) else node.text for node in line)


def paragraphs(page: Page) -> Iterator[str]:
    """Every paragraph, heading, list item and table row of a page."""
    for block in page.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading(line=line) | Paragraph(line=line):
            yield words(line)
        case Bullets(items=items):
            for item in items:
                for inner in item:
                    yield from (f"• {text}" for text in _block(inner))
        case Table(header=header, rows=rows, caption=caption, note=note):
            yield from (text for text in (caption,) if text)
            yield from (" | ".join(words(cell) for cell in row) for row in (header, *rows))
            yield from (f"注：{text}" for text in (note,) if text)
        case Chart(table=table, caption=caption):
            yield caption
            yield from _block(table)
        case Kpis(items=cards):
            for kpi in cards:
                yield " ".join(part for part in (kpi.label, words(kpi.number), words(kpi.note)) if part)
        case Box(title=title, blocks=blocks):
            yield from (text for text in (title,) if text)
            for inner in blocks:
                yield from _block(inner)
        case Index(rows=rows):
            for row in rows:
                yield " | ".join(part for part in (row.code, row.title, "、".join(row.pages), row.omission) if part)
        case Form(questions=questions):
            yield from (question.text for question in questions)
