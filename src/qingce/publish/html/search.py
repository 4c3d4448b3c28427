"""Search without a server: an inverted index of two-character pieces, so Chinese needs no word list."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any

from qingce.core.page import (
    Block,
    Box,
    Break,
    Bullets,
    Form,
    Heading,
    Index,
    Kpis,
    Line,
    Page,
    Table,
    lines,
    walk,
)
from qingce.publish.html.address import metric_path, page_path
from qingce.publish.html.cards import MetricCard


@dataclass(frozen=True, slots=True)
class Entry:
    """One place that can be found: where it is, its title, the page it stands on, and its text."""

    href: str
    title: str
    where: str
    text: str


def folded(text: str) -> str:
    """What is compared: compatibility forms unified, lower case, no spaces.

    >>> folded("ＥＳＧ 报告　2024")
    'esg报告2024'
    """
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def pieces(text: str) -> set[str]:
    """Every run of two characters of the folded text.

    >>> sorted(pieces("绿色贷款"))
    ['绿色', '色贷', '贷款']
    """
    flat = folded(text)
    return set(map(add, flat, flat[1:]))


def plain(line: Line) -> str:
    """The words of a line."""
    return "".join(" " if isinstance(node, Break) else node.text for node in line)


def page_entries(page: Page, where: str) -> tuple[Entry, ...]:
    """The page as places to be found: one for its beginning and one for each heading."""
    sections: list[tuple[str, str, list[str]]] = [("", page.title, [])]
    for block in walk(page.blocks):
        if isinstance(block, Heading):
            sections.append((f"#{block.id}", plain(block.line), []))
        else:
            sections[-1][2].extend(_words(block))
    return tuple(
        Entry(page_path(page.slug) + fragment, title, where, " ".join(word for word in words if word))
        for fragment, title, words in sections
    )


def metric_entries(metrics: Iterable[MetricCard], where: str) -> tuple[Entry, ...]:
    """Every metric card by its label and 口径."""
    return tuple(
        Entry(metric_path(m.name), m.label, where, f"{m.definition} {m.name} {m.owner}".strip())
        for m in metrics
    )


def index(entries: Sequence[Entry]) -> Mapping[str, Any]:
    """The index for the script: ``entries`` and, by piece, the ascending numbers of entries that hold it."""
    grams: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        for piece in pieces(entry.title) | pieces(entry.text):
            grams.setdefault(piece, []).append(number)
    return {
        "entries": [[e.href, e.title, e.where, e.text] for e in entries],
        "grams": {piece: grams[piece] for piece in sorted(grams)},
    }


def _words(block: Block) -> Iterable[str]:
    match block:
        case Table(caption=caption, note=note):
            yield caption
            yield from map(plain, lines(block))
            yield note
        case Kpis(items=items):
            for item in items:
                yield f"{item.label} {plain(item.number)} {plain(item.note)}"
        case Box(title=title):
            yield title
        case Index(title=title, statement=statement, rows=rows):
            yield from (title, statement)
            yield from dict.fromkeys(row.group for row in rows)
            yield from (f"{row.code} {row.title} {row.omission}" for row in rows)
        case Form(title=title, questions=questions):
            yield title
            yield from (question.text for question in questions)
        case Bullets():
            return
        case _:
            yield from map(plain, lines(block))
