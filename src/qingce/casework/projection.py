"""From what was found in a sample to what it says of the whole: projected misstatement and its upper limit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction
from functools import cache

from qingce.casework.sampling import Method

CONFIDENCE = Decimal("0.95")
"""At which upper limits are stated."""


class Outcome(StrEnum):
    """What came of testing one unit."""

    AGREE = "agree"
    EXCEPTION = "exception"
    NOT_TESTED = "not_tested"


OUTCOME_LABELS = {Outcome.AGREE: "相符", Outcome.EXCEPTION: "例外", Outcome.NOT_TESTED: "未测试"}


@dataclass(frozen=True, slots=True)
class Result:
    """A drawn unit with what was found.

    Attributes:
        difference: what is recorded less what should be; positive is an overstatement.
        outcome: nothing where it has not been looked at yet.
    """

    amount: Decimal
    weight: Fraction
    certain: bool
    outcome: Outcome | None
    difference: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Projected:
    """What a sample says of its frame.

    Attributes:
        tested, exceptions, open: units looked at; of them those that differ; those without a result.
        known: differences found, added up.
        projected: each difference times the weight of its unit, added up: the estimate for the whole frame.
        upper: the limit that overstatement does not pass, at :data:`CONFIDENCE`; monetary units only.
        rate: exceptions over tested.
    """

    tested: int
    exceptions: int
    open: int
    known: Decimal
    projected: Decimal
    upper: Decimal | None
    rate: Decimal

    @property
    def whole(self) -> bool:
        """Whether every drawn unit was tested; until then the estimate is not one."""
        return self.open == 0


def project(units: Sequence[Result], method: Method, interval: Fraction | None = None) -> Projected:
    """The estimate for the whole frame (Horvitz and Thompson: each difference over the chance of its unit).

    For monetary units that is the difference itself where the unit was in for certain, otherwise its taint
    (difference over amount) times the interval.

    >>> half = Result(Decimal(50), Fraction(2), False, Outcome.EXCEPTION, Decimal(5))
    >>> good = Result(Decimal(100), Fraction(1), True, Outcome.AGREE)
    >>> found = project([half, good], Method.MONETARY_UNIT, Fraction(100))
    >>> found.projected, found.upper
    (Decimal('10.00'), Decimal('317.50'))
    """
    tested = [u for u in units if u.outcome in (Outcome.AGREE, Outcome.EXCEPTION)]
    wrong = [u for u in tested if u.outcome is Outcome.EXCEPTION]
    known = sum((u.difference for u in wrong), Decimal(0))
    total = sum((u.weight * Fraction(u.difference) for u in wrong), Fraction(0))
    upper = _upper(units, wrong, interval) if method is Method.MONETARY_UNIT and interval is not None else None
    rate = Fraction(len(wrong), len(tested)) if tested else Fraction(0)
    return Projected(len(tested), len(wrong), len(units) - len(tested), known, cents(total),
                     None if upper is None else cents(upper), cents(rate * 100))


def _upper(units: Sequence[Result], wrong: Sequence[Result], interval: Fraction) -> Fraction:
    """Stringer's limit for overstatement: known ones in full, the others by taint with Poisson factors."""
    known = sum((Fraction(u.difference) for u in wrong if u.certain and u.difference > 0), Fraction(0))
    if all(u.certain for u in units):
        return known  # all of it was looked at: nothing is estimated
    taints = sorted((min(Fraction(u.difference) / Fraction(u.amount), Fraction(1))
                     for u in wrong if not u.certain and u.difference > 0), reverse=True)
    factors = [Fraction(poisson_limit(k)) for k in range(len(taints) + 1)]
    steps = sum((taint * (factors[k + 1] - factors[k]) for k, taint in enumerate(taints)), Fraction(0))
    return known + interval * (factors[0] + steps)


@cache
def poisson_limit(found: int, confidence: Decimal = CONFIDENCE) -> Decimal:
    """The mean at which so few events, or fewer, come with a chance of one less the confidence.

    >>> [str(poisson_limit(k)) for k in range(4)]
    ['3.00', '4.75', '6.30', '7.76']
    """
    low, high = Decimal(0), Decimal(10 + 4 * found)
    with localcontext() as context:
        context.prec = 30
        for _ in range(60):
            middle = (low + high) / 2
            chance = (-middle).exp() * sum((middle**k / math.factorial(k) for k in range(1, found + 1)), Decimal(1))
            low, high = (middle, high) if chance > 1 - confidence else (low, middle)
    # two places and rounded up, as printed tables have them
    return high.quantize(Decimal("0.01"), rounding=ROUND_CEILING)


def cents(value: Fraction) -> Decimal:
    """Two places, half up, half away from zero."""
    scaled = abs(value) * 100
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if value >= 0 else -whole).scaleb(-2)
