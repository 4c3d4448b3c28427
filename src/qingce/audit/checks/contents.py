"""The table of contents names the headings as they stand, on the pages on which they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading
from qingce.core.check import NOTE, WARNING

RULE = "contents"
_HEAD = re.compile(r"^\s*(?:目\s*[录錄]|contents|table of contents)(?:\s+contents)?\s*$", re.I)
_DOTTED = re.compile(r"^(?P<title>.{2,60}?)\s*(?:[.．·…]\s?){3,}\s*(?P<page>\d{1,3})\s*$")
_PLAIN = re.compile(r"^(?P<title>\S.{1,50}?)\s+(?P<page>\d{1,3})\s*$")
_NUMBER = re.compile(r"^(?:第[一二三四五六七八九十\d]+[章节篇部]|[一二三四五六七八九十]+[、.]|\d+(?:\.\d+)*[、.]?)\s*")
_BLANK = re.compile(r"[\s　·•.,，。、:：|/—-]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: its row, its title without blanks, its page."""

    row: int
    title: str
    page: int


def check(reading: Reading) -> Iterator[Outcome]:
    """目录：标题须与正文标题逐字相同，页码须不减，且与标题所在页一致（读得出页码时）。"""
    entries = _entries(reading)
    if len(entries) < 4:
        return
    last = entries[-1].row
    places: dict[str, list[int]] = defaultdict(list)
    for row in range(last + 1, len(reading.rows)):
        line = reading.rows[row].strip()
        if 2 <= len(line) <= 40:
            places[_bare(line)].append(row)
    short = [name for name in places if 4 <= len(name) <= 30]
    for before, entry in zip([None, *entries], entries, strict=False):
        if before is not None and entry.page < before.page:
            told = f"目录中“{entry.title}”的页码 {entry.page} 小于上一项的 {before.page}。"
            yield _outcome(reading, entry, False, told, 0.8)
        rows = places.get(entry.title, [])
        if rows:
            yield from _page(reading, entry, rows)
        elif len(entry.title) >= 5 and (like := _like(entry.title, short)):
            yield _outcome(reading, entry, False, f"目录写“{entry.title}”，正文标题为“{like}”。", 0.7)


def _entries(reading: Reading) -> list[Entry]:
    """The lines of the contents: dotted ones anywhere in the first part, plain ones below the word 目录."""
    found: list[Entry] = []
    below = -1
    for row, line in enumerate(reading.rows[:600]):
        if _HEAD.match(line):
            below = row
        m = _DOTTED.match(line)
        if m is None and below >= 0 and row - below <= 80 and not re.search(r"[。；%]", line):
            m = _PLAIN.match(line)
        if m and not re.search(r"\d[,.]\d|20\d\d$", m["title"]) and (not found or row - found[-1].row <= 12):
            found.append(Entry(row, _bare(m["title"]), int(m["page"])))
    return found


def _bare(title: str) -> str:
    return _BLANK.sub("", _NUMBER.sub("", title.strip()))


def _like(title: str, names: list[str]) -> str:
    """The heading that is this title but for a character or two; empty where none is, or several are."""
    near = [
        name for name in names
        if abs(len(name) - len(title)) <= 2 and len(set(name) & set(title)) * 10 >= len(set(title)) * 7
        and SequenceMatcher(None, title, name).ratio() >= 0.8
    ]
    return near[0] if len(near) == 1 else ""


def _page(reading: Reading, entry: Entry, rows: list[int]) -> Iterator[Outcome]:
    pages = {p for row in rows if (p := reading.lines[row].page) is not None}
    if not pages:
        yield _outcome(reading, entry, True, "", 0.9)
    elif len(rows) == 1 or entry.page in pages:
        where = "、".join(map(str, sorted(pages)))
        yield _outcome(reading, entry, entry.page in pages,
                       f"目录写“{entry.title}”在第 {entry.page} 页，标题在第 {where} 页。", 0.7)


def _outcome(reading: Reading, entry: Entry, holds: bool, message: str, confidence: float) -> Outcome:
    start = reading.starts[entry.row]
    span = reading.span(start, start + len(reading.rows[entry.row]))
    return Outcome(RULE, holds, (), message, "", WARNING if "页" in message else NOTE, confidence,
                   "按正文标题与页码更新目录。", span)
