"""Page (页) and Edition (报告期次): the neutral document that every format is rendered from.

A page is parsed once from Markdown with bindings; what is left is a tree of plain values. Numbers
in it are :class:`Number` nodes that carry the figures they rest on, so that each format can link
them to their lineage in its own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

# -- inline ---------------------------------------------------------------------------------

Also = tuple[tuple[str, str], ...]
"""The same words in other units: each unit's name and what is printed in it."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words; ``also`` where they name a unit of money that a reader may switch."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""
    also: Also = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A bound number.

    Attributes:
        text: as printed, unit and wording included.
        figures: keys (as text) of the figures it rests on, the main one first; ``""`` keys never occur.
        binding: what the page wrote, for example ``green_loan_balance.growth``.
        metric: the metric's name; ``label`` its Chinese name with the aspect.
        raw: the value as a plain decimal string for machines, ``""`` where absent.
        note: a footnote: what a reader must know beside the number, for example that it was restated.
        unit: the unit of ``raw``.
        also: for money, the number as printed in each unit of :data:`~qingce.core.unit.MONEY_UNITS`.
        unmarked: the page asked not to mark it as an estimate.
    """

    text: str
    figures: tuple[str, ...]
    binding: str
    metric: str
    label: str
    raw: str
    strong: bool = False
    note: str = ""
    unit: str = ""
    also: Also = ()
    unmarked: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A number quoted from elsewhere, with its source; it is not one of the project's figures."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Break:
    """A forced line break."""


Inline = Text | Number | Said | Break
Line = tuple[Inline, ...]

# -- blocks ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the page's own title; ``level`` 2 to 4, ``id`` unique in the edition."""

    level: int
    line: Line
    id: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of running text."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list; each item is a sequence of blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``aligns`` are ``left``, ``right`` or ``center``; ``total`` marks the last row as a sum."""

    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    aligns: tuple[str, ...]
    caption: str = ""
    note: str = ""
    total: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A Vega-Lite chart with its words.

    Attributes:
        spec: a complete Vega-Lite v5/v6 spec with inline data and no fonts or colours set by a theme.
        alt: the message of the chart in one sentence, with its numbers.
        table: the same data as a table, for readers who do not see the picture.
    """

    id: str
    spec: Mapping[str, Any]
    alt: str
    caption: str
    table: Table
    height: int = 240


@dataclass(frozen=True, slots=True)
class Kpi:
    """One headline figure: a label, the number, and a smaller line below."""

    label: str
    number: Line
    note: Line = ()


@dataclass(frozen=True, slots=True)
class Kpis:
    """A row of headline figures."""

    items: tuple[Kpi, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """Something set apart: ``kind`` is ``case`` or ``note``."""

    kind: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class IndexRow:
    """A clause of a standard and where it is answered: page slugs, or the omission's words."""

    code: str
    title: str
    group: str
    pages: tuple[str, ...]
    figures: tuple[str, ...]
    omission: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """The content index of a standard; page numbers are filled in by the format."""

    standard: str
    title: str
    statement: str
    rows: tuple[IndexRow, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a form; ``answers`` empty means free text."""

    id: str
    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form for the reader, answered on the web and shown as tick boxes in print."""

    id: str
    title: str
    questions: tuple[Question, ...]
    contact: tuple[str, ...] = ()


Block = Heading | Paragraph | Bullets | Table | Chart | Kpis | Box | Index | Form

# -- the whole ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the web edition, one section of the printed one.

    Attributes:
        slug: unique name, used in addresses and in standards' answers.
        part: the part of the report it belongs to, ``""`` for front and back matter.
        part_title: the part's subtitle; given by its first page.
        number: printed before the title inside a part, ``""`` elsewhere.
    """

    slug: str
    title: str
    blocks: tuple[Block, ...]
    part: str = ""
    part_title: str = ""
    number: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report before it is rendered."""

    title: str
    subtitle: str
    organisation: str
    period: str
    language: str
    pages: tuple[Page, ...]
    meta: Mapping[str, str] = field(default_factory=dict)

    def page(self, slug: str) -> Page | None:
        """The page of that slug."""
        return next((p for p in self.pages if p.slug == slug), None)


@dataclass(frozen=True, slots=True)
class Edition:
    """A frozen document: pages and figures under one hash."""

    id: str
    document: Document
    figures: Mapping[str, int]
    hash: str


def walk(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Every block, the nested ones included."""
    for block in blocks:
        yield block
        if isinstance(block, Box):
            yield from walk(block.blocks)
        elif isinstance(block, Bullets):
            for item in block.items:
                yield from walk(item)
        elif isinstance(block, Chart):
            yield block.table


def lines(block: Block) -> Iterator[Line]:
    """Every line of inline text that stands directly in a block."""
    match block:
        case Heading(line=line) | Paragraph(line=line):
            yield line
        case Table(header=header, rows=rows):
            yield from header
            for row in rows:
                yield from row
        case Kpis(items=items):
            for item in items:
                yield item.number
                yield item.note
        case _:
            return


def numbers(page: Page) -> Iterator[Number]:
    """Every bound number of a page."""
    for block in walk(page.blocks):
        for line in lines(block):
            for node in line:
                if isinstance(node, Number):
                    yield node
