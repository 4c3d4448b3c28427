"""A level, its change and its growth, told in one breath, fit one another."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.model import Kind, Qualifier, Quantity
from qingce.audit.relation import Outcome, fits, ratio_bounds
from qingce.audit.statement import Reading, Said, grams

RULE = "change"
_BEFORE = re.compile(r"年初|期初|上年|去年|上期|同期|\b(?:prior|previous|last)\b", re.I)
_FROM = re.compile(r"(?:由|从|自)[^，。]{0,20}$|\bfrom\b[^.,]{0,20}$", re.I)
_TO = re.compile(r"[增升降减高加少跌扩]\w?[至到]|^\s*[至到]|\bto\b", re.I)


def check(reading: Reading) -> Iterator[Outcome]:
    """水平、增减额与增减率须相符：增减率＝增减额÷（水平－增减额）；印刷精度之内不算不符。"""
    said = reading.said
    for i in range(len(said) - 2):
        a, b, c = said[i : i + 3]
        if not _together(a, b, c):
            continue
        delta, growth = (b, c) if b.quantity.kind is Kind.CHANGE else (c, b)
        if delta.quantity.kind is not Kind.CHANGE or growth.quantity.dimension != "percent":
            continue
        if growth.quantity.kind is not Kind.GROWTH and not re.fullmatch(r"\s*(?:或|or|,|，|\(|（)\s*", growth.own):
            continue
        if not _own_words_only(delta) or not _own_words_only(growth):
            continue
        if delta.quantity.dimension == a.quantity.dimension and a.quantity.dimension not in ("percent", "point"):
            yield _compare(a.quantity, delta.quantity, growth.quantity)

    yield from _from_to(reading)


def _from_to(reading: Reading) -> Iterator[Outcome]:
    """“由甲增至乙，增长若干”: the growth, the difference or the points told behind."""
    said = reading.said
    for a, b, c in zip(said, said[1:], said[2:], strict=False):
        p, q, told = a.quantity, b.quantity, c.quantity
        if p.dimension != q.dimension or not p.dimension or c.sentence != a.sentence or not _FROM.search(a.own[-24:]):
            continue
        between = reading.flat[a.end : b.begin].replace("\n", " ")
        if len(between) > 24 or not _TO.search(between) or not _own_words_only(c) or not told.sign:
            continue
        if any(x.qualifier is not Qualifier.EXACT for x in (p, q, told)):
            continue
        yield from _step(p, q, told)


def _step(p: Quantity, q: Quantity, told: Quantity) -> Iterator[Outcome]:
    value = told.sign * abs(told.base)
    if told.dimension == "percent" and p.dimension != "percent":
        bounds = ratio_bounds(q, p)
        if bounds is None:
            return
        low, high = (bounds[0] - 1) * 100 - told.step, (bounds[1] - 1) * 100 + told.step
        true = f"{(q.base / p.base - 1) * 100:.2f}%"
    elif told.dimension == p.dimension or (told.dimension == "point" and p.dimension == "percent"):
        slack = p.step + q.step + told.step
        low, high = q.base - p.base - slack, q.base - p.base + slack
        true = f"{(q.base - p.base) / told.scale:,}"
    else:
        return
    yield Outcome(
        RULE,
        fits(value, low, high),
        (told, q, p),
        f"由 {p.text} 到 {q.text}，变动应为 {true}，文中写“{told.direction} {told.text}”。",
        f"{p.text} → {q.text}: {true}",
        resolve="核对前后两数与变动。",
    )


def _together(a: Said, b: Said, c: Said) -> bool:
    """One sentence or one block, all exact, the first a level."""
    if a.quantity.kind is not Kind.AMOUNT or _BEFORE.search(a.own[-12:]):
        return False
    if c.row - a.row > 6 or a.sentence != c.sentence:
        return False
    return all(s.quantity.qualifier is Qualifier.EXACT and s.quantity.unit for s in (a, b, c))


def _own_words_only(said: Said) -> bool:
    """Whether the words before it are only a comparison, so that it speaks of the level before."""
    words = said.own
    for known in (
        said.quantity.direction,
        "较年初",
        "较上年末",
        "较上年",
        "较去年",
        "同比",
        "环比",
        "比上年末",
        "比上年",
        "比年初",
        "上年",
        "年初",
        "末",
        "同期",
        "相较",
        "去年",
        "达",
        "高达",
        "幅度",
        "幅",
        "为",
        "增速",
        "增长率",
        "率",
        "净",
        "了",
        "or",
        "and",
        "year-on-year",
        "an increase of",
        "a decrease of",
        "increase",
        "decrease",
        "by",
        "an",
        "a",
        "of",
        "up",
        "down",
    ):
        words = words.replace(known, "") if known else words
    return len(grams(words)) <= 1


def _compare(level: Quantity, delta: Quantity, growth: Quantity) -> Outcome:
    sign = -1 if delta.sign < 0 else 1
    ends = []
    for p in (-1, 1):
        for q in (-1, 1):
            change = sign * (delta.base + p * delta.step)
            prior = level.base + q * level.step - change
            if prior <= 0:
                return Outcome(RULE, True, (level, delta))
            ends.append(change / prior * 100)
    told = (-1 if (growth.sign or sign) < 0 else 1) * abs(growth.value)
    holds = fits(told, min(ends) - growth.step, max(ends) + growth.step)
    computed = (min(ends) + max(ends)) / 2
    sum_ = f"{delta.text} ÷ ({level.text} {'−' if sign > 0 else '+'} {delta.text}) = {computed:.2f}%"
    return Outcome(
        RULE,
        holds,
        (growth, level, delta),
        f"按水平与增减额推算的增减率为 {computed:.2f}%，文中写 {growth.text}。",
        sum_,
        resolve="核对水平、增减额和增减率三者的底稿。",
    )
