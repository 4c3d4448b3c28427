"""The same measure stated twice has the same value, unit, direction and threshold."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from qingce.audit.model import Kind, Qualifier
from qingce.audit.relation import Outcome, digits_of, near_miss, overlap, significant
from qingce.audit.statement import Reading, Said, core_of, grams, is_short
from qingce.audit.words import DRIFT
from qingce.core.check import NOTE, WARNING

RULE = "repeat"
_HAN = re.compile(r"[\u4e00-\u9fff]")


def check(reading: Reading) -> Iterator[Outcome]:
    """同一指标两处披露：数值、单位、方向、“超/近/余”等限定词须相容；名称笼统、可能另有所指的不作判断。"""
    yield from _same_name(reading)
    yield from _same_digits(reading)


def _same_name(reading: Reading) -> Iterator[Outcome]:
    """Quantities under one name: compared when the name is telling and never used for several things."""
    named: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for s in reading.said:
        q = s.quantity
        if q.unit and q.dimension and not s.alone and q.kind is not Kind.PLAIN:
            kind = q.kind.value if q.kind in (Kind.GROWTH, Kind.CHANGE, Kind.POINTS) else "level"
            for name in _names(reading, s):
                named[(name, q.dimension + kind)].append(s)
    for group in named.values():
        yield from _compare(reading, group)


def _names(reading: Reading, s: Said) -> list[str]:
    """The names it may go by: its clause, and in a block of labels the last one, two or three lines joined."""
    names = {_name(s, s.core)}
    label = reading.flat[max(reading.starts[s.row], s.begin - 60) : s.begin]
    if is_short(label):
        for row in range(s.row - 1, max(-1, s.row - 4), -1):
            above = reading.rows[row]
            if not is_short(above) or any(c.isdigit() for c in above):
                break
            label = above.strip() + label
            names.add(_name(s, core_of(label)))
    return sorted(n for n in names if n)


def _name(s: Said, core: str) -> str:
    """A name worth trusting: long enough and, for counts, with the thing counted."""
    q = s.quantity
    han = len(_HAN.findall(core))
    words = len(re.findall(r"[A-Za-z]{3,}", core))
    if q.kind in (Kind.GROWTH, Kind.CHANGE, Kind.POINTS):
        return core if (han >= 8 or words >= 3) and s.versus else ""
    after = s.after if q.dimension in ("item", "event", "occasion", "matter") else ""
    return core + after if han >= 5 or words >= 3 else ""


def _compare(reading: Reading, group: list[Said]) -> Iterator[Outcome]:
    values: list[Said] = []
    for s in group:
        if not any(overlap(s.quantity, v.quantity) for v in values):
            values.append(s)
            if len(values) > 2:
                return
    first = group[0]
    if len(values) == 1:
        for s in group[1:]:
            yield Outcome(RULE, True, (s.quantity, first.quantity))
        return
    a, b = values
    weights = [sum(overlap(s.quantity, v.quantity) for s in group) for v in values]
    main, other = (a, b) if weights[0] < weights[1] else (b, a)
    if main.sentence == other.sentence or apart(reading, main, other) or not _telling(main, other):
        return
    yield Outcome(
        RULE,
        False,
        (main.quantity, other.quantity, *(s.quantity for s in group if s not in (main, other))),
        f"“{first.core}”两处不一致：此处 {main.quantity.text}，"
        f"另见第 {other.quantity.span.line} 行 {other.quantity.text}。",
        f"{main.quantity.text} ≠ {other.quantity.text}",
        confidence=0.8,
        resolve="核对两处口径、时点与底稿；确为同一指标的统一写法。",
    )


def apart(reading: Reading, a: Said, b: Said) -> bool:
    """Whether the words set two quantities apart: another year, or the group here and the bank there."""
    x, y = reading.year(a), reading.year(b)
    if x and y and x != y:
        return True
    groups = ["集团" in s.own or "group" in s.own.lower() for s in (a, b)]
    return groups[0] != groups[1] and bool(re.search("本行|母公司|银行|the bank", a.own + b.own, re.I))


def _telling(a: Said, b: Said) -> bool:
    """Whether a difference can only be a slip: digits alike, or a threshold that the exact value misses."""
    p, q = a.quantity, b.quantity
    if Qualifier.EXACT not in (p.qualifier, q.qualifier) or p.qualifier is not q.qualifier:
        low, high = sorted((abs(p.base), abs(q.base)))
        return low > 0 and high / low < Decimal("1.3")
    return near_miss(p, q) or digits_of(p) == digits_of(q)


def _same_digits(reading: Reading) -> Iterator[Outcome]:
    """Equal digits in like words: another scale, measure or direction is a slip; digits alone tie nothing."""
    groups: dict[str, list[Said]] = defaultdict(list)
    for s in reading.said:
        if s.quantity.unit and significant(s.quantity) >= 2:
            groups[digits_of(s.quantity)].append(s)
    for group in groups.values():
        for n, b in enumerate(group[1:12], 1):
            for a in group[max(0, n - 4) : n]:
                outcome = _pair(reading, a, b)
                if outcome is not None:
                    yield outcome


def _pair(reading: Reading, a: Said, b: Said) -> Outcome | None:
    p, q = a.quantity, b.quantity
    same = likeness(reading, a, b)
    near = b.row - a.row <= 25
    if p.value != q.value and abs(p.value) != abs(q.value):
        return None
    if p.dimension == q.dimension and p.scale == q.scale:
        if (
            p.sign * q.sign < 0
            and significant(p) >= 2
            and (near or significant(p) >= 4)
            and same >= (0.3 if significant(p) >= 3 else 0.6)
            and not apart(reading, a, b)
            and _near_words(a, b)
        ):
            return Outcome(
                RULE,
                False,
                (q, p),
                f"同一数值两处方向相反：此处“{q.direction} {q.text}”，第 {p.span.line} 行“{p.direction} {p.text}”。",
                confidence=0.85,
                resolve="核对变动方向。",
            )
        words = {p.qualifier, q.qualifier}
        if words == {Qualifier.OVER, Qualifier.EXACT} and significant(p) >= 4 and (same >= 0.3 or near):
            over, exact = (p, q) if p.qualifier is Qualifier.OVER else (q, p)
            told = f"“{over.text}”不成立：第 {exact.span.line} 行的准确数正是 {exact.text}，并未超过。"
            return Outcome(
                RULE, False, (over, exact), told, severity=NOTE, confidence=0.75, resolve="改为“达”或取较低的整数。"
            )
        return Outcome(RULE, True, (q, p)) if same >= 0.34 or (near and significant(p) >= 4) else None
    if p.dimension == q.dimension and p.dimension.startswith("money") and p.scale != q.scale:
        if (significant(p) >= 4 and (same >= 0.3 or (near and same > 0))) or (significant(p) == 3 and same >= 0.6):
            return Outcome(
                RULE,
                False,
                (q, p),
                f"数字相同而单位不同：此处 {q.text}，第 {p.span.line} 行 {p.text}。",
                f"{q.text} = {q.base:,} 元；{p.text} = {p.base:,} 元",
                confidence=0.85,
                resolve="核对金额单位是万元还是亿元。",
            )
        return None
    if frozenset({p.dimension, q.dimension}) in DRIFT and p.scale == q.scale and significant(p) >= 3 and same >= 0.45:
        return Outcome(
            RULE,
            False,
            (q, p),
            f"同一数值两处计量单位不同：此处 {q.text}，第 {p.span.line} 行 {p.text}。",
            severity=NOTE if "firm" in (p.dimension, q.dimension) else WARNING,
            confidence=0.7,
            resolve="统一计量单位；人与人次、户与家含义不同。",
        )
    return None


def _near_words(a: Said, b: Said) -> bool:
    """Whether both compare, or both do not."""
    return a.quantity.kind == b.quantity.kind


def likeness(reading: Reading, a: Said, b: Said) -> float:
    """How much of the shorter name is found in the other's surroundings, 0 to 1."""
    x, y = grams(a.own + a.after), grams(b.own + b.after)
    if not x or not y:
        return 0.0
    wide_x, wide_y = x | grams(reading.context(a)), y | grams(reading.context(b))
    return max(len(x & wide_y) / len(x) if len(x) >= 2 else 0.0, len(y & wide_x) / len(y) if len(y) >= 2 else 0.0)
