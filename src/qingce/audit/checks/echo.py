"""A passage that repeats the numbers of an earlier one repeats all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from qingce.audit.checks.repeat import apart, likeness
from qingce.audit.model import Kind, Qualifier
from qingce.audit.relation import Outcome, near_miss, overlap, significant
from qingce.audit.statement import Reading, Said

RULE = "echo"
_REACH = 40


def check(reading: Reading) -> Iterator[Outcome]:
    """图示、表格或摘要重复正文数字时：前后数字均与正文一致，而其中一个只差一位或两位颠倒，即为不一致。"""
    said = reading.said
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, s in enumerate(said):
        seen[_key(s)].append(i)
    twin: dict[int, set[int]] = {}
    for places in seen.values():
        if 2 <= len(places) <= 6:
            for i in places:
                twin[i] = {j for j in places if j != i}
    by_digits: dict[tuple[str, int, str], list[int]] = defaultdict(list)
    for i, s in enumerate(said):
        by_digits[_shape(s)].append(i)
    for (measure, _, _), places in by_digits.items():
        if measure == "1":
            continue
        for n, j in enumerate(places):
            for i in places[max(0, n - 24) : n]:
                loose = said[i].quantity.qualifier is said[j].quantity.qualifier is Qualifier.OVER
                if j - i > 1 and (loose or j - i <= 160) and near_miss(said[i].quantity, said[j].quantity):
                    outcome = _suspect(reading, i, j, twin)
                    if outcome is not None:
                        yield outcome


def _key(s: Said) -> tuple[str, str]:
    return str(abs(s.quantity.value)), s.quantity.dimension


def _shape(s: Said) -> tuple[str, int, str]:
    """Quantities of one shape may be slips of each other: unit, digits before and after the point."""
    text = str(abs(s.quantity.value))
    return s.quantity.dimension + str(s.quantity.scale), len(text), str(text.find("."))


def _suspect(reading: Reading, i: int, j: int, twin: dict[int, set[int]]) -> Outcome | None:
    said = reading.said
    a, b = said[i], said[j]
    if (
        not a.quantity.unit
        or significant(a.quantity) < 2
        or overlap(a.quantity, b.quantity)
        or apart(reading, a, b)
        or a.sentence == b.sentence
    ):
        return None
    if any(abs(t - i) <= _REACH for t in twin.get(j, ())) and any(abs(t - j) <= _REACH for t in twin.get(i, ())):
        return None
    if a.own.strip() and b.own.strip() and _group(a) != _group(b):
        return None
    anchors = _anchors(i, j, twin)
    like = likeness(reading, a, b)
    enough = (
        (anchors >= 3 and (like >= 0.2 or not b.own.strip()))
        or (anchors >= 2 and like >= 0.4)
        or (anchors >= 1 and like >= 0.7 and j - i <= 12)
    )
    if a.quantity.qualifier is b.quantity.qualifier is Qualifier.OVER:
        enough = enough or _distant(reading, i, j)
    if not enough or (i in twin and j in twin):
        return None
    main, other = (a, b) if j in twin and i not in twin else (b, a)
    return Outcome(
        RULE,
        False,
        (main.quantity, other.quantity),
        f"此处 {main.quantity.text}，第 {other.quantity.span.line} 行对应位置为 "
        f"{other.quantity.text}，两段其余数字相同。",
        f"{main.quantity.text} ≠ {other.quantity.text}",
        confidence=min(0.95, 0.6 + 0.1 * anchors),
        resolve="核对两处哪一个与底稿一致。",
    )


def _distant(reading: Reading, i: int, j: int) -> bool:
    """Two rounded counts that lead to one and the same rounded number soon after."""
    said = reading.said
    mine = {
        (s.quantity.value, s.quantity.scale) for s in said[i + 1 : i + 3] if s.quantity.qualifier is not Qualifier.EXACT
    }
    return any(
        (s.quantity.value, s.quantity.scale) in mine for s in said[j + 1 : j + 10] if significant(s.quantity) >= 3
    )


def _group(s: Said) -> str:
    kind = s.quantity.kind
    return kind.value if kind in (Kind.CHANGE, Kind.GROWTH, Kind.POINTS) else "level"


def _anchors(i: int, j: int, twin: dict[int, set[int]]) -> int:
    """How many neighbours of one are repeated among the neighbours of the other."""
    return sum(any(abs(t - j) <= 4 and t != i for t in twin.get(n, ())) for n in range(i - 4, i + 5) if n not in (i, j))
