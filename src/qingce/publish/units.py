"""The unit switch (金额单位切换): the tables and headline figures of a page, said in another unit of money.

Every wording is made by the build from the exact value, so that a reader's choice only uncovers what is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from qingce.core.page import Block, Box, Bullets, Chart, Inline, Kpi, Kpis, Line, Number, Page, Table, Text, walk
from qingce.core.unit import MONEY_UNITS

UNIT_KEYS: Mapping[str, str] = dict(zip(MONEY_UNITS, ("yi", "wan", "yuan"), strict=True))
"""The names by which style sheets know the units."""


def switches(block: Block) -> bool:
    """Whether a block prints money that a reader may switch."""
    match block:
        case Table(rows=rows):
            return any(_has(line) for row in rows for line in row)
        case Kpis(items=items):
            return any(_has(item.number) or _has(item.note) for item in items)
    return False


def page_switches(page: Page) -> bool:
    """Whether any block of a page does."""
    return any(switches(block) for block in walk(page.blocks))


def _has(line: Line) -> bool:
    return any(isinstance(node, Number) and node.also for node in line)


def shown_in(page: Page, unit: str) -> Page:
    """The page as a reader sees it who has chosen a unit; running text keeps its own."""
    return replace(page, blocks=tuple(_block(block, unit) for block in page.blocks))


def _block(block: Block, unit: str) -> Block:
    match block:
        case Table(header=header, rows=rows):
            return replace(block, header=_row(header, unit), rows=tuple(_row(row, unit) for row in rows))
        case Kpis(items=items):
            return Kpis(tuple(Kpi(i.label, _line(i.number, unit), _line(i.note, unit)) for i in items))
        case Chart(table=table):
            made = _block(table, unit)
            assert isinstance(made, Table)
            return replace(block, table=made)
        case Box(blocks=blocks):
            return replace(block, blocks=tuple(_block(b, unit) for b in blocks))
        case Bullets(items=items):
            return replace(block, items=tuple(tuple(_block(b, unit) for b in item) for item in items))
    return block


def _row(row: tuple[Line, ...], unit: str) -> tuple[Line, ...]:
    return tuple(_line(line, unit) for line in row)


def _line(line: Line, unit: str) -> Line:
    return tuple(_node(node, unit) for node in line)


def _node(node: Inline, unit: str) -> Inline:
    if isinstance(node, Number | Text) and node.also:
        return replace(node, text=dict(node.also)[unit])
    return node


def pressed(html: bytes, unit: str) -> bytes:
    """A page of the web edition with the words of one unit uncovered and its own covered, as the style sheet does."""
    key = UNIT_KEYS[unit].encode()
    return html.replace(b'class="own"', b'class="own" hidden').replace(b'class="in-' + key + b'" hidden', b"")
