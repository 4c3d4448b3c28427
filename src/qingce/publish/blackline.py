"""A blackline (改动标示稿): the text of two editions in one, what is gone struck through, what is new underlined."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SAME, GONE, NEW = "", "gone", "new"
Run = tuple[str, str]
"""Words and whether both editions have them, only the older one or only the newer one."""
Runs = tuple[Run, ...]
_CONTEXT = 1
"""Unchanged paragraphs that are shown on either side of a changed one."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A paragraph with its marks; ``skipped`` unchanged ones stand here instead where it has no words.

    ``number`` says which paragraph of the page it is, in words.
    """

    number: str
    runs: Runs = ()
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A page on which something changed."""

    title: str
    paragraphs: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another one: as printed in the older and in the newer edition, empty where it has none."""

    label: str
    change: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Blackline:
    """The whole paper.

    Attributes:
        lead: which two editions, with their hashes.
        summary: what changed and how often, in words.
        issued: the day of the newer edition; no clock is asked.
    """

    title: str
    organisation: str
    lead: tuple[str, ...]
    summary: tuple[tuple[str, str], ...]
    figures: tuple[Moved, ...]
    definitions: tuple[tuple[str, Runs], ...]
    pages: tuple[MarkedPage, ...]
    issued: dt.date


def merged(before: Sequence[tuple[str, bool]] | None, after: Sequence[tuple[str, bool]] | None) -> Runs:
    """Two sides of a paragraph as one; each piece with whether it is not on the other side.

    >>> merged([("贷款 ", False), ("5", True), (" 亿元", False)], [("贷款 ", False), ("6", True), (" 亿元", False)])
    (('贷款 ', ''), ('5', 'gone'), ('6', 'new'), (' 亿元', ''))
    """
    old, new = list(before or ()), list(after or ())
    made: list[Run] = []
    while old or new:
        while old and old[0][1]:
            made.append((old.pop(0)[0], GONE))
        while new and new[0][1]:
            made.append((new.pop(0)[0], NEW))
        if old and new:
            made.append((old.pop(0)[0], SAME))
            new.pop(0)
        else:  # one side is at its end: what the other still has is not on it
            made += [(text, GONE) for text, _ in old] + [(text, NEW) for text, _ in new]
            old, new = [], []
    return tuple(made)


def shortened(paragraphs: Sequence[Marked]) -> tuple[Marked, ...]:
    """The changed paragraphs with their neighbours; longer stretches without a change are counted.

    >>> same = [Marked(str(n), (("甲", SAME),)) for n in range(5)]
    >>> [(p.number, p.skipped) for p in shortened([*same, Marked("5", (("乙", NEW),))])]
    [('', 4), ('4', 0), ('5', 0)]
    """
    changed = [n for n, one in enumerate(paragraphs) if any(mark for _, mark in one.runs)]
    shown = {near for n in changed for near in range(n - _CONTEXT, n + _CONTEXT + 1)}
    return tuple(_shown(paragraphs, shown))


def _shown(paragraphs: Sequence[Marked], shown: set[int]) -> Iterator[Marked]:
    left = 0
    for n, one in enumerate(paragraphs):
        if n not in shown:
            left += 1
            continue
        if left:
            yield Marked("", skipped=left)
        left = 0
        yield one
    if left:
        yield Marked("", skipped=left)
