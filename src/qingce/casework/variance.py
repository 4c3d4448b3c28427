"""Variance (差异): how far a value lies from last year's, and whether somebody must say why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from qingce.core.unit import EXACT


@dataclass(frozen=True, slots=True)
class Prior:
    """Last year's value in the item's unit, and where it was taken from."""

    value: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Variance:
    """A difference from last year.

    Attributes:
        change: value less prior value.
        share: the change over the prior value; ``None`` where that was zero.
        beyond: it needs a reason.
    """

    prior: Decimal
    change: Decimal
    share: Decimal | None
    beyond: bool

    @property
    def text(self) -> str:
        """The change in words.

        >>> variance(Decimal(64), Prior(Decimal(51), "2023"), Decimal("0.2")).text
        '+25.49%'
        >>> variance(Decimal(64), Prior(Decimal(0), "2023"), Decimal("0.2")).text
        '上年为 0'
        """
        if self.share is None:
            return "上年为 0" if self.change else "持平"
        if not self.change:
            return "持平"
        return f"{(self.share * 100).quantize(Decimal('0.01'), context=EXACT):+f}%"


def variance(value: Decimal, prior: Prior | None, tolerance: Decimal | None) -> Variance | None:
    """Hold a value against last year's.

    Args:
        tolerance: the share of last year's value by which it may differ; ``None``: by any.

    >>> variance(Decimal(120), Prior(Decimal(100), ""), Decimal("0.2")).beyond
    False
    >>> variance(Decimal("120.01"), Prior(Decimal(100), ""), Decimal("0.2")).beyond
    True
    """
    if prior is None:
        return None
    change = value - prior.value
    if not prior.value:
        return Variance(prior.value, change, None, tolerance is not None and bool(change))
    share = EXACT.divide(change, abs(prior.value))
    # held against the product, not the quotient: a third has no last digit
    beyond = tolerance is not None and abs(change) > EXACT.multiply(abs(prior.value), tolerance)
    return Variance(prior.value, change, share, beyond)
