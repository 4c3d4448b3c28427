"""A brief (会议简报): one page for a meeting, as plain words; every format renders the same cut."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

WIDEST = 96
"""Characters of an entry; what is longer is cut, for one entry must not take the page."""
LONGEST = 12
"""Entries of a section before the page is laid out."""


@dataclass(frozen=True, slots=True)
class Headline:
    """A figure with last year's and the change between them, as printed."""

    label: str
    now: str
    before: str
    change: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a section; ``mark`` says in a word of what sort it is."""

    mark: str
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """A list with its title.

    Attributes:
        lead: a sentence before the list.
        none: what stands where there is nothing to list.
        total: how many there are; the page may show less of them.
        where: where all of them can be read.
    """

    title: str
    entries: tuple[Entry, ...] = ()
    lead: str = ""
    none: str = ""
    total: int = 0
    where: str = ""

    @property
    def rest(self) -> str:
        """What is said of the entries that are not shown."""
        left = self.total - len(self.entries)
        return f"另有 {left} 项，见{self.where or '填报台'}。" if left > 0 else ""


@dataclass(frozen=True, slots=True)
class Brief:
    """One page.

    Attributes:
        audience: for whom, in words.
        day: the day whose state it shows.
        basis: what its figures are taken from.
    """

    organisation: str
    title: str
    audience: str
    period: str
    day: dt.date
    basis: str
    headline: tuple[Headline, ...]
    sections: tuple[Section, ...]


def section(title: str, entries: list[Entry], *, lead: str = "", none: str = "", where: str = "") -> Section:
    """A section of all these entries, the first of them shown, each within its width.

    >>> section("例外", [Entry("缺口", "一" * 100)]).entries[0].words[-2:]
    '一…'
    """
    shown = tuple(Entry(e.mark, e.words if len(e.words) <= WIDEST else f"{e.words[:WIDEST - 1]}…") for e in entries)
    return Section(title, shown[:LONGEST], lead, none, len(entries), where)


def shorter(brief: Brief) -> Brief | None:
    """The brief with one entry less in its longest list; nothing where every list has one entry left.

    >>> day = dt.date(2025, 1, 1)
    >>> long = section("例外", [Entry("", "甲"), Entry("", "乙")], where="疑点")
    >>> cut = shorter(Brief("某银行", "简报", "董事会", "2024", day, "", (), (long,)))
    >>> cut.sections[0].rest, shorter(cut)
    ('另有 1 项，见疑点。', None)
    """
    lengths = [len(one.entries) for one in brief.sections]
    most = max(lengths, default=0)
    if most < 2:
        return None
    at = len(lengths) - 1 - lengths[::-1].index(most)  # of lists as long, the later one matters less
    sections = list(brief.sections)
    sections[at] = replace(sections[at], entries=sections[at].entries[:-1])
    return replace(brief, sections=tuple(sections))
