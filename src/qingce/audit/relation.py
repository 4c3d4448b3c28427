"""Outcomes of checks, and the arithmetic on printed precision that they share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from qingce.audit.model import Quantity, Span
from qingce.core.check import ERROR, Severity


@dataclass(frozen=True, slots=True)
class Outcome:
    """One try of a rule: it holds, or it does not and says why.

    Attributes:
        quantities: the main one first.
        span: the place, when no quantity is the main thing.
    """

    rule: str
    holds: bool
    quantities: tuple[Quantity, ...] = ()
    message: str = ""
    arithmetic: str = ""
    severity: Severity = ERROR
    confidence: float = 0.9
    resolve: str = ""
    span: Span | None = None


def fits(value: Decimal, low: Decimal, high: Decimal) -> bool:
    """Whether a value lies between two bounds, either way round."""
    return min(low, high) <= value <= max(low, high)


def overlap(a: Quantity, b: Quantity) -> bool:
    """Whether two printed quantities can be the same true value."""
    low = max((x for x in (a.low, b.low) if x is not None), default=None)
    high = min((x for x in (a.high, b.high) if x is not None), default=None)
    return low is None or high is None or low <= high


def adds_up(parts: list[Quantity], total: Quantity) -> bool:
    """Whether parts make a total within what rounding allows."""
    slack = total.step + sum((p.step for p in parts), Decimal(0))
    return abs(sum((p.base for p in parts), Decimal(0)) - total.base) <= slack


def ratio_bounds(top: Quantity, bottom: Quantity) -> tuple[Decimal, Decimal] | None:
    """Least and greatest quotient that the printed digits allow; nothing when the divisor may be zero."""
    low, high = bottom.base - bottom.step, bottom.base + bottom.step
    if low <= 0 <= high:
        return None
    ends = [(top.base + s * top.step) / d for s in (-1, 1) for d in (low, high)]
    return min(ends), max(ends)


def digits_of(q: Quantity) -> str:
    """The printed digits without sign, separators and outer zeros of no meaning.

    Two quantities of equal digits may differ in scale only.
    """
    return str(abs(q.value)).replace(".", "")


def near_miss(a: Quantity, b: Quantity) -> bool:
    """Whether one number reads like the other mistyped: one digit other, or two exchanged."""
    x, y = str(abs(a.value)), str(abs(b.value))
    if x == y or len(x) != len(y) or x.find(".") != y.find("."):
        return False
    wrong = [i for i, (p, q) in enumerate(zip(x, y, strict=True)) if p != q]
    return len(wrong) == 1 or (len(wrong) == 2 and Counter(x) == Counter(y))


def significant(q: Quantity) -> int:
    """How many digits carry meaning."""
    return len(digits_of(q).strip("0"))


def slip(gap: Decimal) -> bool:
    """Whether a difference is what one mistyped digit makes, or two neighbours exchanged.

    >>> slip(Decimal("3000")), slip(Decimal("-0.27")), slip(Decimal("1234"))
    (True, True, False)
    """
    text = str(abs(gap)).replace(".", "").strip("0")
    return len(text) == 1 or (bool(text) and int(text) % 9 == 0 and int(text) <= 81)
