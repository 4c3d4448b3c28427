"""An average told beside its total and its count is their quotient."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qingce.audit.model import Qualifier
from qingce.audit.relation import Outcome, fits, ratio_bounds
from qingce.audit.statement import Reading, Said

RULE = "average"
_PER = (
    (re.compile(r"户均|每户|per (?:household|account)", re.I), {"household"}),
    (re.compile(r"家均|每家|平均每家|per (?:company|firm|enterprise)", re.I), {"firm"}),
    (re.compile(r"人均|每人|每位|per (?:employee|person|capita|head|participant)", re.I), {"person", "person_time"}),
    (re.compile(r"笔均|每笔|per (?:transaction|loan)", re.I), {"transaction", "loan"}),
    (re.compile(r"每场|场均|per (?:event|session)", re.I), {"event"}),
)


def check(reading: Reading) -> Iterator[Outcome]:
    """平均数：同句列有总数与个数时，户均、人均、笔均须等于总数除以个数；句中有几个总数或几个个数的不作判断。"""
    said = reading.said
    for n, average in enumerate(said):
        dimensions = next((d for words, d in _PER if words.search(average.own[-24:])), None)
        if dimensions is None or not average.quantity.dimension:
            continue
        before = [s for s in said[max(0, n - 6) : n] if s.sentence == average.sentence and _exact(s)]
        totals = [s for s in before if s.quantity.dimension == average.quantity.dimension and not s.quantity.sign]
        counts = [s for s in before if s.quantity.dimension in dimensions and not s.quantity.sign]
        if len(totals) == 1 and len(counts) == 1 and totals[0] is not counts[0]:
            yield from _judged(average, totals[0], counts[0])


def _exact(s: Said) -> bool:
    return s.quantity.qualifier is Qualifier.EXACT and s.quantity.base > 0


def _judged(average: Said, total: Said, count: Said) -> Iterator[Outcome]:
    q, bounds = average.quantity, ratio_bounds(total.quantity, count.quantity)
    if bounds is None or q.low is None or q.high is None or not q.base:
        return
    holds = bounds[0] <= q.high and q.low <= bounds[1]
    true = total.quantity.base / count.quantity.base
    close = fits(true / q.base, Decimal("0.5"), Decimal(2)) or true / q.base in (10, 100, Decimal("0.1"))
    if holds or close:
        yield Outcome(
            RULE, holds, (q, total.quantity, count.quantity),
            f"{total.quantity.text} 除以 {count.quantity.text} 为 {true / q.scale:.2f}，文中平均数写 {q.text}。",
            f"{total.quantity.text} ÷ {count.quantity.text} = {true / q.scale:.2f}", confidence=0.75,
            resolve="核对总数、个数与平均数的口径。")
