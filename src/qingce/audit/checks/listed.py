"""A number of things announced in words, and the list of them that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.number import chinese
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading
from qingce.core.check import WARNING

RULE = "list"
_COUNT = r"[两二三四五六七八九十]{1,3}|\d{1,2}"
_NOUN = r"(?:个|大|项|类|方面|种|条|点|步|篇章|部分)"
_AHEAD = re.compile(
    rf"(?:以下|下列|下述|如下)\s*({_COUNT})\s*{_NOUN}[^。；;：:\n]{{0,16}}[：:]|"
    rf"(?<![第十百\d])({_COUNT})\s?大[^，。；、：:\n\d]{{2,8}}[：:]"
)
_BEHIND = re.compile(rf"“(?P<items>[^“”\n]{{2,80}}、[^“”\n]{{1,60}})”\s?(?P<n>{_COUNT})\s?(?:大|个|项)(?!以上)")
_ENGLISH = re.compile(
    r"\b(?:the following|these)\s+(?P<n>two|three|four|five|six|seven|eight|nine|ten)\s+[a-z ]{3,30}:\s", re.I)
_WORDS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
_SERIES = (
    re.compile(r"(?<![一二三四五六七八九十第])(?P<i>[一二三四五六七八九十]{1,3})是(?!否)"),
    re.compile(r"[（(](?P<i>[一二三四五六七八九十]{1,3})[）)]"),
    re.compile(r"[（(](?P<i>\d{1,2})[）)]"),
    re.compile(r"(?:^|\n)\s*(?P<i>\d{1,2})[.、](?!\d)"),
    re.compile(r"第(?P<i>[一二三四五六七八九十]{1,3})[，,]"),
)
_REACH = 4_000


def check(reading: Reading) -> Iterator[Outcome]:
    """报出的条数（“以下十五个方面”“三大工程”）须等于其后逐项列举的条数；列举以“等”结尾的不作判断。"""
    flat = reading.flat
    for m in _AHEAD.finditer(flat):
        size = _number(m[1] or m[2])
        count = _series(flat, m.end()) or _named(flat[m.end() : m.end() + 160])
        yield from _judged(reading, m, size, count)
    for m in _BEHIND.finditer(flat):
        yield from _judged(reading, m, _number(m["n"]), _items(m["items"]))
    for m in _ENGLISH.finditer(flat):
        yield from _judged(reading, m, _WORDS[m["n"].lower()], _series(flat, m.end()))


def _number(text: str) -> int:
    return int(text) if text.isdigit() else int(chinese(text) or 0)


def _series(flat: str, start: int) -> int:
    """How far the first series of numbered items behind a place counts; 0 where none begins soon."""
    for pattern in _SERIES:
        due = 1
        for m in pattern.finditer(flat, start, start + _REACH):
            if due == 1 and m.start() - start > 12:
                break
            number = _number(m["i"])
            if number == due:
                due += 1
            elif number == 1:
                break
        if due > 2:
            return due - 1
    return 0


def _named(behind: str) -> int:
    """How many short names stand in a row up to the full stop; 0 where they are no plain list."""
    return _items(re.split(r"[。\n]", behind.replace("\n", ""))[0]) if "。" in behind else 0


def _items(words: str) -> int:
    items = re.split(r"、|，?以及|和(?=[^、]{2,12}$)|及(?=[^、]{2,12}$)|与(?=[^、]{2,12}$)", words.strip("“” "))
    if re.search(r"等$|等[多几\d]|[，；,;：:]", words) or any(not 1 < len(i.strip("“” ")) <= 14 for i in items):
        return 0
    return len(items)


def _judged(reading: Reading, m: re.Match[str], size: int, count: int) -> Iterator[Outcome]:
    if count < 2 or not 2 <= size <= 40 or abs(count - size) > max(2, size // 4):
        return
    words = m[0].replace("\n", "").strip(" ：:")
    yield Outcome(
        RULE, count == size, (), f"“{words[-40:]}”报出 {size} 项，其后列举的是 {count} 项。", f"{size} ≠ {count}",
        WARNING, 0.7, "核对条数，或补齐列举。", reading.span(m.start(), m.end()))
