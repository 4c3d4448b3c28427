"""Drawing a sample that anybody can draw again: the frame, a method and a seed decide it, on every machine.

Nothing here is random in the computer's sense. A unit's place is sha256 over the frame's hash, the method, the
seed and the unit's id, so the order in which a frame is given, the platform and the library do not matter.
``docs/methods/sampling.md`` states each method with its source and holds a program of the standard library that
draws the same.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import accumulate

from qingce.core.errors import Refused

_CIRCLE = 1 << 256
LARGEST = 500
"""Units of one sample; whoever tests more should test all of them by program."""


class Method(StrEnum):
    """How a sample is drawn."""

    ALL = "all"
    RANDOM = "random"
    SYSTEMATIC = "systematic"
    STRATIFIED = "stratified"
    MONETARY_UNIT = "monetary_unit"
    TOP = "top"


METHOD_LABELS: Mapping[Method, str] = {
    Method.ALL: "全部", Method.RANDOM: "简单随机", Method.SYSTEMATIC: "等距", Method.STRATIFIED: "分层随机",
    Method.MONETARY_UNIT: "货币单元（与金额成比例）", Method.TOP: "最大若干项加随机",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """One thing that may be drawn.

    Attributes:
        id: no two units of a frame share it.
        amount: what it weighs, in the frame's unit; 0 where nothing is measured.
        stratum: the group it belongs to.
    """

    id: str
    amount: Decimal = Decimal(0)
    stratum: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A unit of a sample.

    Attributes:
        certain: it had to be in: one of the largest, or all are.
        weight: how many units (or how many times its own amount) it speaks for: one over the chance of being drawn.
    """

    unit: Unit
    certain: bool
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample with everything that is needed to draw it again.

    Attributes:
        frame: sha256 of the frame.
        count, total: units of the frame, and their amounts.
        interval: of monetary units, what one drawn unit stands for; ``None`` with other methods.
        outside: units that the method cannot draw: without a positive amount, for monetary units.
    """

    method: Method
    size: int
    seed: str
    frame: str
    count: int
    total: Decimal
    drawn: tuple[Drawn, ...]
    interval: Fraction | None = None
    outside: int = 0
    top: int = 0


def plain(amount: Decimal) -> str:
    """A decimal without exponent and idle zeros.

    >>> plain(Decimal("1200.50")), plain(Decimal("1E3")), plain(Decimal("-0.0"))
    ('1200.5', '1000', '0')
    """
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def line(unit: Unit) -> str:
    """A unit as it enters the frame's hash.

    >>> line(Unit("借据 1", Decimal("5.00"), "B01"))
    '["借据 1","5","B01"]'
    """
    return json.dumps([unit.id, plain(unit.amount), unit.stratum], ensure_ascii=False, separators=(",", ":"))


def frame_hash(frame: Iterable[Unit]) -> str:
    """sha256 over the units' lines, sorted, each with a line feed."""
    made = hashlib.sha256()
    for text in sorted(map(line, frame)):
        made.update(text.encode() + b"\n")
    return made.hexdigest()


def draw(frame: Sequence[Unit], method: Method, size: int, seed: str, *, top: int = 0) -> Draw:
    """Draw a sample.

    Args:
        size: how many units; not looked at where all are taken.
        top: with :attr:`Method.TOP`, how many of the largest are in for certain.

    Raises:
        Refused: an empty frame, a size that cannot be, no seed, or a method that this frame does not bear.

    >>> frame = [Unit(f"L{n}", Decimal(n)) for n in range(1, 11)]
    >>> [d.unit.id for d in draw(frame, Method.RANDOM, 3, "2025").drawn]
    ['L1', 'L2', 'L6']
    """
    seed = seed.strip()
    if not frame:
        raise Refused("总体是空的，没有可抽的项。")
    if len({unit.id for unit in frame}) != len(frame):
        raise Refused("总体中有两项编号相同，抽样不能重做；请先查明重复。")
    if not seed and method is not Method.ALL:
        raise Refused("请写种子：任何人凭它都能重抽出同样的样本，例如 20250115。")
    mark = frame_hash(frame)
    lots = _Lots(mark, method, seed)
    able = [u for u in frame if u.amount > 0] if method is Method.MONETARY_UNIT else list(frame)
    if method is Method.ALL:
        size = len(frame)
    _sized(size, len(able), method)
    interval: Fraction | None = None
    if method is Method.MONETARY_UNIT:
        drawn, interval = _monetary(able, size, lots)
    elif method is Method.STRATIFIED:
        drawn = _stratified(able, size, lots)
    elif method is Method.SYSTEMATIC:
        drawn = _systematic(able, size, lots)
    elif method is Method.TOP:
        drawn = _top(able, size, top, lots)
    else:
        drawn = _random(able, size, lots)
    total = sum((unit.amount for unit in frame), Decimal(0))
    return Draw(method, size, seed, mark, len(frame), total, tuple(drawn), interval, len(frame) - len(able), top)


def _sized(size: int, able: int, method: Method) -> None:
    if not able:
        raise Refused("按金额抽样要求金额为正；这个总体没有金额为正的项。")
    if size < 1 or size > able:
        raise Refused(f"样本量为 1 至 {able:,}（{METHOD_LABELS[method]}可抽的项数），不能是 {size:,}。")
    if size > LARGEST:
        raise Refused(f"一次最多抽 {LARGEST} 项；要检查更多，请分次抽取，或用复算包由程序全部核对。")


@dataclass(frozen=True, slots=True)
class _Lots:
    """Where sha256 puts a unit, or the start of a step through the frame."""

    frame: str
    method: Method
    seed: str

    def number(self, name: str) -> int:
        text = "\n".join((self.frame, self.method, self.seed, name))
        return int.from_bytes(hashlib.sha256(text.encode()).digest())

    def shuffled(self, units: Iterable[Unit]) -> list[Unit]:
        return sorted(units, key=lambda unit: (self.number(f"unit {unit.id}"), unit.id))

    def places(self, total: int, count: int, name: str = "start") -> list[int]:
        """``count`` whole numbers below ``total``, evenly apart, from one common start."""
        start = self.number(name)
        return [(start + i * _CIRCLE) * total // (count * _CIRCLE) for i in range(count)]


def _random(units: Sequence[Unit], size: int, lots: _Lots) -> list[Drawn]:
    weight = Fraction(len(units), size)
    return [Drawn(unit, weight == 1, weight) for unit in sorted(lots.shuffled(units)[:size], key=lambda u: u.id)]


def _systematic(units: Sequence[Unit], size: int, lots: _Lots) -> list[Drawn]:
    ordered = sorted(units, key=lambda u: (u.stratum, u.id))
    weight = Fraction(len(units), size)
    return [Drawn(ordered[place], weight == 1, weight) for place in lots.places(len(ordered), size)]


def _stratified(units: Sequence[Unit], size: int, lots: _Lots) -> list[Drawn]:
    groups: dict[str, list[Unit]] = {}
    for unit in units:
        groups.setdefault(unit.stratum, []).append(unit)
    if size < len(groups):
        raise Refused(f"共有 {len(groups)} 层，每层至少一项，样本量不能少于 {len(groups)}。")
    sizes = allocate({name: len(found) for name, found in groups.items()}, size)
    return [drawn for name in sorted(groups) for drawn in _random(groups[name], sizes[name], lots)]


def allocate(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """A sample's size over strata: one each, the rest one by one to the stratum furthest below its proportion.

    >>> allocate({"B01": 60, "B02": 30, "HQ": 1}, 10)
    {'B01': 6, 'B02': 3, 'HQ': 1}
    """
    total = sum(counts.values())
    made = dict.fromkeys(sorted(counts), 1)
    for _ in range(size - len(made)):
        open_ = [name for name in made if made[name] < counts[name]]
        short = max(open_, key=lambda name: Fraction(size * counts[name], total) - made[name])
        made[short] += 1
    return made


def _top(units: Sequence[Unit], size: int, top: int, lots: _Lots) -> list[Drawn]:
    if not 1 <= top <= size:
        raise Refused(f"最大项数为 1 至 {size}（样本量），不能是 {top}。")
    ordered = sorted(units, key=lambda u: (-abs(u.amount), u.id))
    certain = [Drawn(unit, True, Fraction(1)) for unit in ordered[:top]]
    return certain + (_random(ordered[top:], size - top, lots) if size > top else [])


def _monetary(units: Sequence[Unit], size: int, lots: _Lots) -> tuple[list[Drawn], Fraction]:
    digits = max(max(0, -int(u.amount.as_tuple().exponent)) for u in units)
    scaled = {unit.id: int(unit.amount.scaleb(digits)) for unit in units}
    rest: list[Unit] = list(units)
    certain: list[Unit] = []
    while rest:
        need, total = size - len(certain), sum(scaled[u.id] for u in rest)
        # at or above the interval a unit cannot be missed; what is left gets an interval of its own
        large = [u for u in rest if scaled[u.id] * need >= total]
        if not large:
            break
        certain += large
        taken = {u.id for u in large}
        rest = [u for u in rest if u.id not in taken]
    certain.sort(key=lambda u: (-u.amount, u.id))
    drawn = [Drawn(unit, True, Fraction(1)) for unit in certain]
    if not rest:
        return drawn, Fraction(sum(scaled.values()), size * 10**digits)
    ordered = lots.shuffled(rest)
    reached = list(accumulate(scaled[u.id] for u in ordered))
    need = size - len(certain)
    interval = Fraction(reached[-1], need)
    hit = [ordered[bisect_right(reached, place)] for place in lots.places(reached[-1], need)]
    drawn += [Drawn(u, False, interval / scaled[u.id]) for u in sorted(hit, key=lambda u: (-u.amount, u.id))]
    return drawn, interval / 10**digits
