"""So much a year over so many years makes the total told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

RULE = "years"
_FROM = re.compile(r"(?:自|从|since|from)\s*(20\d\d)", re.I)
_TO = re.compile(r"(?:截至|截止|至|到|by(?: the end of)?|up to)\s*(20\d\d)", re.I)
_EACH = re.compile(r"每年|年均|a year|per year|annually|each year|per annum", re.I)
_SUM = re.compile(r"共|累计|合计|总额|total|altogether", re.I)


def check(reading: Reading) -> Iterator[Outcome]:
    """“自某年起每年若干，截至某年共若干”：合计须等于每年数乘以年数。"""
    said = reading.said
    for n, total in enumerate(said[1:], 1):
        if not _SUM.search(total.own[-30:]) or not total.quantity.dimension.startswith("money"):
            continue
        each = said[n - 1]
        if (
            each.sentence != total.sentence
            or each.quantity.dimension != total.quantity.dimension
            or not _EACH.search(each.own[-40:])
        ):
            continue
        before = reading.flat[each.sentence : each.begin]
        began, ended = (
            _FROM.search(before.replace("\n", "")),
            _TO.findall(reading.flat[each.end : total.begin].replace("\n", "")),
        )
        if not began or not ended:
            continue
        years = int(ended[-1]) - int(began[1]) + 1
        if not 1 <= years <= 60:
            continue
        p, q = each.quantity, total.quantity
        due = p.base * years
        holds = (
            q.low is None or q.high is None or abs(due - q.base) <= q.step + p.step * years or q.low <= due <= q.high
        )
        yield Outcome(
            RULE,
            holds,
            (q, p),
            f"{began[1]} 年至 {ended[-1]} 年共 {years} 年、每年 {p.text}，"
            f"合计应为 {due / q.scale:,}，文中写 {q.text}。",
            f"{p.text} × {years}",
            confidence=0.75,
            resolve="核对起止年份与各年金额。",
        )
