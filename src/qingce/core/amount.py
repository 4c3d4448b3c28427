"""Amounts: a Decimal with its unit and its slack, or nothing at all.

``ABSENT`` is a value and not zero: whatever is computed from it is absent too and prints as ``—``.
``slack`` is half a step of the last digit a rounded source gave; sums and quotients carry it
along, so that a relation between rounded numbers fails only where rounding cannot explain it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from qingce.core.errors import UnitError
from qingce.core.unit import EXACT, Unit, combine, plain, unit


class Absent:
    """The type of :data:`ABSENT`."""

    _only: Absent | None = None

    def __new__(cls) -> Absent:
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "—"


ABSENT: Final = Absent()
Value = Decimal | Absent
ZERO: Final = Decimal(0)
RATIO: Final = unit("")
# a quotient is rounded at the 60th digit: thirds add up to one but for a trace, which is no difference
_NOISE: Final = Decimal("1e-50")


@dataclass(frozen=True, slots=True)
class Amount:
    """A value with a unit, which knows what it may be added to.

    >>> a, b = Amount.of("211.65", "亿元"), Amount.of("2453.69", "亿元")
    >>> (a / b).to("%").text()
    '8.63 %'
    >>> Amount.of(3, "人") + Amount.of(3, "人次")
    Traceback (most recent call last):
    qingce.core.errors.UnitError: 人次不能换算成人：两者计量的不是同一种量。
    >>> (a - Amount(ABSENT, unit("亿元"))).value
    —
    """

    value: Value
    unit: Unit
    slack: Decimal = ZERO

    @classmethod
    def of(cls, value: Decimal | str | int | Absent, name: str) -> Amount:
        """An exact amount from a literal and a unit's name."""
        return cls(value if isinstance(value, Absent) else Decimal(value), unit(name))

    @property
    def absent(self) -> bool:
        """Whether there is nothing here."""
        return isinstance(self.value, Absent)

    def to(self, target: Unit | str) -> Amount:
        """The same amount in another unit of the same measure."""
        goal = unit(target) if isinstance(target, str) else target
        if isinstance(self.value, Absent):
            self.unit.to(goal, ZERO)
            return Amount(ABSENT, goal)
        if goal is self.unit:
            return self
        value = self.unit.to(goal, self.value)
        return Amount(value, goal, ZERO if self.slack is ZERO else self.unit.to(goal, self.slack))

    def text(self, places: int | None = None) -> str:
        """Number and unit as printed, or ``—``."""
        if isinstance(self.value, Absent):
            return "—"
        number = self.unit.print(self.value, places)
        return f"{number} {self.unit.text}" if self.unit.text else number

    def __add__(self, other: Amount | int) -> Amount:
        return self._sum(_amount(other), 1)

    def __radd__(self, other: int) -> Amount:
        # lets the built-in sum() start from 0
        return self if other == 0 else _amount(other)._sum(self, 1)

    def __sub__(self, other: Amount | int) -> Amount:
        return self._sum(_amount(other), -1)

    def __rsub__(self, other: int) -> Amount:
        return _amount(other)._sum(self, -1)

    def __neg__(self) -> Amount:
        return self._with_sign(Decimal.copy_negate)

    def __abs__(self) -> Amount:
        return self._with_sign(Decimal.copy_abs)

    def _with_sign(self, change: Callable[[Decimal], Decimal]) -> Amount:
        return self if isinstance(self.value, Absent) else Amount(change(self.value), self.unit, self.slack)

    def _sum(self, other: Amount, sign: int) -> Amount:
        right = other.to(self.unit)
        if isinstance(self.value, Absent) or isinstance(right.value, Absent):
            return Amount(ABSENT, self.unit)
        # operators on Decimal round to the thread's 28 digits; only EXACT and the copy_ methods do not
        addend = right.value if sign > 0 else right.value.copy_negate()
        return Amount(EXACT.add(self.value, addend), self.unit, EXACT.add(self.slack, right.slack))

    def __mul__(self, other: Amount | Decimal | int) -> Amount:
        right = _amount(other)
        made = Unit(
            f"{self.unit.name}·{right.unit.name}".strip("·"),
            combine(self.unit.dimension, right.unit.dimension),
            self.unit.scale * right.unit.scale,
        )
        if isinstance(self.value, Absent) or isinstance(right.value, Absent):
            return Amount(ABSENT, made)
        slack = EXACT.add(
            EXACT.multiply(abs(self.value), right.slack), EXACT.multiply(abs(right.value), self.slack)
        )
        return Amount(plain(EXACT.multiply(self.value, right.value)), made, slack)

    __rmul__ = __mul__

    def __truediv__(self, other: Amount | Decimal | int) -> Amount:
        right = _amount(other)
        made = Unit(
            f"{self.unit.name}/{right.unit.name}".strip("/"),
            combine(self.unit.dimension, right.unit.dimension, -1),
            self.unit.scale / right.unit.scale,
        )
        if isinstance(self.value, Absent) or isinstance(right.value, Absent) or right.value == 0:
            return Amount(ABSENT, made)
        value = EXACT.divide(self.value, right.value)
        spread = EXACT.add(self.slack, EXACT.multiply(abs(value), right.slack))
        return Amount(value, made, EXACT.divide(spread, abs(right.value)))

    def __eq__(self, other: object) -> Relation:  # type: ignore[override]
        return Relation.between(self, other, "==")

    def __ne__(self, other: object) -> Relation:  # type: ignore[override]
        return Relation.between(self, other, "!=")

    def __le__(self, other: object) -> Relation:
        return Relation.between(self, other, "<=")

    def __ge__(self, other: object) -> Relation:
        return Relation.between(self, other, ">=")

    def __lt__(self, other: object) -> Relation:
        return Relation.between(self, other, "<")

    def __gt__(self, other: object) -> Relation:
        return Relation.between(self, other, ">")

    def __hash__(self) -> int:
        return hash((self.value, self.unit))


def points(share: Amount) -> Amount:
    """A difference of two shares, said in 百分点.

    >>> points(Amount.of("8.63", "%") - Amount.of("8.18", "%")).text()
    '0.45 个百分点'
    """
    if share.unit.dimension:
        raise UnitError(f"百分点只用于两个占比之差，不能用于{share.unit.name}。")
    percent = share.to("%")
    return Amount(percent.value, unit("百分点"), percent.slack)


def counted_as(amount: Amount, name: str) -> Amount:
    """The same number said of another measure, for a rule that means to compare across measures.

    People met and attendances, or a rank and the number of those ranked, are different measures,
    and adding them is refused; a rule that holds their numbers against each other says so with this.

    >>> (counted_as(Amount.of(771, "人"), "人次") <= Amount.of(800, "人次")).sentence
    '771 人次 <= 800 人次 ✓'
    """
    return Amount(amount.value, unit(name), amount.slack)


def _amount(value: object) -> Amount:
    if isinstance(value, Amount):
        return value
    if isinstance(value, Decimal | int):
        return Amount(Decimal(value), RATIO)
    raise UnitError(f"{value!r} is {type(value).__name__}; write Decimal, never float.")


@dataclass(frozen=True, slots=True)
class Relation:
    """Two amounts held against each other, with the arithmetic kept for the finding.

    Attributes:
        words: what a reader is told instead of the arithmetic; empty where the arithmetic says enough.

    >>> bool(Amount.of(4280, "人") == Amount.of(2048, "人") + Amount.of(2232, "人"))
    True
    >>> (Amount.of(4280, "人") == Amount.of(4278, "人")).sentence
    '4,280 人 == 4,278 人 ✗ (差 2 人)'
    >>> third = Amount.of(1, "人") / Amount.of(3, "人")
    >>> bool(third + third + third == 1), bool(third + third + third < 1)
    (True, False)
    """

    left: Amount
    right: Amount
    sign: str
    holds: bool
    applicable: bool
    gap: Value
    words: str = ""

    @classmethod
    def between(cls, left: Amount, other: object, sign: str) -> Relation:
        """Compare within the slack of both sides."""
        raw = _amount(other)
        # a bare number means "in the unit of the other side"
        bare = raw.unit is RATIO and left.unit.dimension
        right = Amount(raw.value, left.unit) if bare else raw.to(left.unit)
        if isinstance(left.value, Absent) or isinstance(right.value, Absent):
            return cls(left, right, sign, False, False, ABSENT)
        gap = EXACT.subtract(left.value, right.value)
        if gap.copy_abs() <= EXACT.multiply(left.value.copy_abs(), _NOISE):
            gap = ZERO
        slack = EXACT.add(left.slack, right.slack)
        holds = {
            "==": abs(gap) <= slack, "!=": abs(gap) > slack,
            "<=": gap <= slack, ">=": gap >= -slack, "<": gap < slack or (slack == 0 and gap < 0),
            ">": gap > -slack or (slack == 0 and gap > 0),
        }[sign]
        return cls(left, right, sign, holds, True, gap)

    def __bool__(self) -> bool:
        return self.holds

    def saying(self, words: str) -> Relation:
        """The same, told in words where the arithmetic alone would say too little.

        >>> (Amount.of(0, "亿元") > 0).saying("期初没有重述").sentence
        '期初没有重述 ✗'
        """
        return replace(self, words=words)

    @property
    def sentence(self) -> str:
        """The arithmetic, readable; the words where it has some."""
        mark = ("✓" if self.holds else "✗") if self.applicable else "—"
        if self.words:
            return f"{self.words} {mark}"
        text = f"{_shown(self.left)} {self.sign} {_shown(self.right)} {mark}"
        if self.applicable and not self.holds and not isinstance(self.gap, Absent):
            text += f" (差 {_shown(Amount(abs(self.gap), self.left.unit))})"
        return text


def _shown(amount: Amount) -> str:
    if isinstance(amount.value, Absent):
        return "—"
    given = -int(amount.value.normalize(EXACT).as_tuple().exponent) if amount.value else 0
    return amount.text(min(max(given, amount.unit.places if not amount.unit.counts else 0), 6))
