"""A table of key figures whose numbers were torn from their labels still has to hold the figures of the text."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

from qingce.audit.model import Qualifier, Quantity
from qingce.audit.relation import Outcome, digits_of, near_miss, significant
from qingce.audit.statement import Reading, Said, grams, is_short

RULE = "indicators"
_LABEL = re.compile(r"[\u4e00-\u9fff]{4,}|[A-Za-z]{4,} [A-Za-z ]{4,}")


def check(reading: Reading) -> Iterator[Outcome]:
    """关键指标表（数与标签被拆散时）：表中列有某指标、单位相同，正文数字却不在表内，而表内另有只差一位或两位颠倒的数，即为不一致。"""
    told: dict[str, list[Said]] = {}
    for s in reading.said:
        if s.quantity.unit and not s.alone and len(digits_of(s.quantity)) >= 3:
            told.setdefault(digits_of(s.quantity), []).append(s)
    alike: dict[tuple[object, ...], list[Said]] = {}
    for group in told.values():
        for key in _keys(group[0].quantity):
            alike.setdefault(key, []).append(group[0])
    for first, last in _regions(reading):
        numbers = [s for s in reading.within(first, last) if s.alone and len(digits_of(s.quantity)) >= 3]
        present = {digits_of(s.quantity) for s in reading.within(first, last)}
        tied = [s for s in numbers if digits_of(s.quantity) in told]
        for s in tied:
            yield Outcome(RULE, True, (s.quantity, told[digits_of(s.quantity)][0].quantity))
        at = [t.row for t in tied]
        for s in numbers:
            company = bisect_right(at, s.row + 30) - bisect_left(at, s.row - 30)
            if digits_of(s.quantity) not in told and company:
                others = {p.quantity.index: p for key in _keys(s.quantity) for p in alike.get(key, ())[:40]}
                loose = company >= 2 and len(tied) >= 4
                yield from _orphan(reading, s, list(others.values()), present, (first, last), loose)


def _mistyped(a: Quantity, b: Quantity) -> bool:
    """Two digits exchanged; one digit other only in long numbers, where chance is small."""
    if not near_miss(a, b) or min(significant(a), significant(b)) < 2:
        return False
    return sorted(digits_of(a)) == sorted(digits_of(b)) or significant(a) >= 5


def _keys(q: Quantity) -> list[tuple[object, ...]]:
    """What numbers that may be slips of one another share: the same digits, or all digits but one."""
    text = str(abs(q.value))
    keys: list[tuple[object, ...]] = [(len(text), text.find("."), "".join(sorted(text)))]
    if significant(q) >= 5:
        keys += [(i, text[:i], text[i + 1 :]) for i in range(len(text))]
    return keys


def _regions(reading: Reading) -> Iterator[tuple[int, int]]:
    """Stretches of short lines with at least six lines of numbers only."""
    alone = {s.row for s in reading.said if s.alone}
    begin, count, long = 0, 0, 0
    for row, line in enumerate([*reading.rows, "。" * 3]):
        if is_short(line) and row < len(reading.rows):
            count += row in alone
            long = 0
        else:
            long += 1
            if long >= 1:
                if count >= 6:
                    yield begin, row - 1
                begin, count = row + 1, 0


def _orphan(
    reading: Reading, s: Said, others: list[Said], present: set[str], region: tuple[int, int], loose: bool
) -> Iterator[Outcome]:
    """A number of the table that the text does not know: is it a known one mistyped, whose label stands here?

    ``loose``: many numbers around it are known, so that a label anywhere in the table will do.
    """
    others = [
        p
        for p in others
        if p.quantity.qualifier is Qualifier.EXACT
        and _mistyped(p.quantity, s.quantity)
        and digits_of(p.quantity) not in present
        and not region[0] <= p.row <= region[1]
    ]
    if not others:
        return
    wide = reading.rows[max(region[0], s.row - 70) : min(region[1], s.row + 70) + 1]
    near = reading.rows[max(region[0], s.row - 12) : min(region[1], s.row + 12) + 1]
    matches = [(cover, p) for p in others if (cover := _named(reading, p, wide if loose else [], near))]
    matches.sort(key=lambda m: (-m[0], m[1].quantity.index))
    if not matches or (len(matches) > 1 and matches[1][0] >= matches[0][0]):
        return
    p = matches[0][1]
    yield Outcome(
        RULE,
        False,
        (s.quantity, p.quantity),
        f"指标表中的 {s.quantity.text} 与正文第 {p.quantity.span.line} 行 {p.quantity.text} 疑为同一指标，"
        "正文数字不在表中。",
        f"{s.quantity.text} ≠ {p.quantity.text}",
        confidence=0.65,
        resolve="核对指标表与正文哪一个与底稿一致。",
    )


def _named(reading: Reading, p: Said, wide: list[str], near: list[str]) -> float:
    """How well the labels of a table name a quantity of the text, 0 where they do not, or its unit is not there."""
    unit = p.quantity.unit.split(" ")[0]
    if any(unit in line for line in wide):
        context = grams(reading.context(p))
        cover = max((len(g & context) / len(g) for g in _labels(wide) if len(g) >= 3), default=0.0)
        if cover >= (0.5 if significant(p.quantity) >= 5 else 0.75):
            return cover
    words = reading.context(p)[-40:]
    beside = any(line.strip() == unit for line in near) and any(_share_term(line, words) for line in near)
    return 0.5 if beside else 0.0


def _labels(lines: list[str]) -> list[frozenset[str]]:
    """Labels as pairs of characters, each alone and with the line that goes on with it."""
    alone = [grams(line) for line in lines if _LABEL.search(line)]
    return alone + [
        grams(a.strip() + b) for a, b in pairwise(lines) if _LABEL.search(a) and not any(c.isdigit() for c in a + b)
    ]


def _share_term(label: str, words: str) -> bool:
    """Whether a label and a passage share a term of four characters."""
    han = "".join(c for c in label if "\u4e00" <= c <= "\u9fff")
    return any(han[i : i + 4] in words for i in range(len(han) - 3))
