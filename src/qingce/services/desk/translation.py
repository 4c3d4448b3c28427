"""A chapter in both languages, block beside block, with how each translation stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding
from qingce.core.errors import Missing
from qingce.core.page import Block, Box, Bullets, Chart, Page, Paragraph, Text
from qingce.publish.english import English
from qingce.publish.twin import STATES, Pair, State
from qingce.services.desk.desk import Desk
from qingce.services.desk.laid import current
from qingce.services.english.compose import Reader
from qingce.services.english.terms import term_base
from qingce.services.english.twins import Twin, twins

__all__ = ["STATES", "Row", "Side", "side_by_side"]


@dataclass(frozen=True)
class Row:
    """A block in both languages.

    Attributes:
        number: of the Chinese block; 0 is the title.
        zh, en: bound to the same figures; nothing where the text is lacking.
    """

    number: int
    state: State
    zh: tuple[Block, ...]
    en: tuple[Block, ...]


@dataclass(frozen=True)
class Side:
    """A chapter in both languages.

    Attributes:
        file: of the English page; ``there`` whether anybody has begun it.
        findings: what is wrong with the translation.
    """

    name: str
    file: str
    there: bool
    title: str
    rows: tuple[Row, ...]
    counts: Counter[State]
    findings: tuple[Finding, ...]


def side_by_side(desk: Desk, actor: Actor, slug: str) -> Side:
    """A chapter in both languages.

    Raises:
        Denied: no right.
        Missing: there is no page of that name.
    """
    desk.require(actor, Action.READ_PAGES)
    project = current(desk)
    page = project.composed.document.page(slug)
    twin = next((t for t in twins(project.folder) if page and page.file == f"pages/{t.name}.md"), None)
    if page is None or twin is None:
        raise Missing("报告里没有这一页。")
    reader = Reader(project, English(term_base(project.folder)), lambda: project.judged)
    with reader.on(twin):
        rows = tuple(_row(twin, pair, reader, page) for pair in twin.pairs)
    return Side(twin.name, f"pages/en/{twin.name}.md", twin.there, twin.front.get("title", ""), rows, twin.counts,
                tuple(reader.findings))


def _row(twin: Twin, pair: Pair, reader: Reader, page: Page) -> Row:
    if pair.number == 0 and pair.source is not None:
        translated = pair.state in (State.CURRENT, State.STALE)
        return Row(0, pair.state, (Paragraph((Text(page.title, strong=True),)),),
                   (Paragraph((Text(twin.front["title"], strong=True),)),) if translated else ())
    zh, en = reader.both(twin, pair)
    return Row(pair.number, pair.state, _as_tables(zh), _as_tables(en))


def _as_tables(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Charts as the tables behind them: it is the words and numbers that are held against each other."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case Chart(table=table, caption=caption):
                found.append(replace(table, caption=caption))
            case Box(blocks=inner):
                found.append(replace(block, blocks=_as_tables(inner)))
            case Bullets(items=items):
                found.append(replace(block, items=tuple(map(_as_tables, items))))
            case _:
                found.append(block)
    return tuple(found)
