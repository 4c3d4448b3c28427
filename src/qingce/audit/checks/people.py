"""Men and women make the total of the staff."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading, Said

RULE = "people"
_MEN = re.compile(r"男性?(?:员工|职工|雇员|人数|董事)|\b(?:male|men)\b", re.I)
_WOMEN = re.compile(r"女性?(?:员工|职工|雇员|人数|董事)|\b(?:female|women)\b", re.I)
_ALL = re.compile(
    r"(?:员工|职工|雇员|在职)[^，。]{0,6}(?:总数|总人数|合计|人数)|"
    r"total (?:employees|workforce|headcount|number of employees)",
    re.I,
)


def check(reading: Reading) -> Iterator[Outcome]:
    """员工总数须等于男性与女性之和；表中数与标签被拆散时，以表内能否找到相符的三个数为准。"""
    rows = reading.rows
    men = [
        r
        for r, line in enumerate(rows)
        if _MEN.search(line) and len(line) < 40 and not re.search(r"[%率比]|小时|培训|hour", line)
    ]
    for r in men:
        near = range(max(0, r - 12), min(len(rows), r + 13))
        women = [
            w
            for w in near
            if _WOMEN.search(rows[w]) and len(rows[w]) < 40 and not re.search(r"[%率比]|小时|培训|hour", rows[w])
        ]
        totals = [t for t in near if _ALL.search(rows[t]) and len(rows[t]) < 40]
        if women and totals:
            yield from _triple(reading, r, women[0], totals[0])


def _triple(reading: Reading, man: int, woman: int, total: int) -> Iterator[Outcome]:
    numbers = [s for s in reading.within(man - 70, man + 70) if _head(s)]
    labelled = {row: [s for s in numbers if s.row == row and not s.alone] for row in (man, woman, total)}
    if all(labelled.values()):
        for t, m, w in zip(labelled[total], labelled[man], labelled[woman], strict=False):
            yield _outcome(t, m, w)
        return
    if any(labelled.values()):
        return
    loose = [s for s in numbers if s.alone or len(reading.rows[s.row].strip()) <= 12]
    values = sorted({s.quantity.base: s for s in loose}.values(), key=lambda s: -s.quantity.base)[:40]
    known = {s.quantity.base: s for s in values}
    close: list[tuple[Decimal, Said, Said, Said]] = []
    for n, t in enumerate(values):
        for i, a in enumerate(values[n + 1 :], n + 1):
            if a.quantity.base * 2 < t.quantity.base:
                break
            rest = known.get(t.quantity.base - a.quantity.base)
            if rest is not None and _near(t, a, rest):
                yield _outcome(t, a, rest)
                return
            for b in values[i + 1 :]:
                gap = abs(t.quantity.base - a.quantity.base - b.quantity.base)
                if gap * 25 <= t.quantity.base <= b.quantity.base * 6 and _near(t, a, b):
                    close.append((gap, t, a, b))
    if len(close) == 1:
        yield _outcome(*close[0][1:])


def _near(*three: Said) -> bool:
    rows = [s.row for s in three]
    return max(rows) - min(rows) <= 16


def _head(s: Said) -> bool:
    q = s.quantity
    return q.step == 0 and q.dimension in ("", "person") and q.base >= 100 and q.scale == 1


def _outcome(total: Said, a: Said, b: Said) -> Outcome:
    t, p, q = total.quantity, a.quantity, b.quantity
    amount = p.base + q.base
    return Outcome(
        RULE,
        amount == t.base,
        (q, t, p),
        f"男女员工合计 {amount:,}，总数为 {t.base:,}，差 {abs(amount - t.base):,}。",
        f"{p.base:,} + {q.base:,} = {amount:,}",
        confidence=0.75,
        resolve="核对员工总数与男女人数。",
    )
