"""Weights: given directly, or from pairwise judgements by the analytic hierarchy process (AHP) with its consistency.

Source: T. L. Saaty, The Analytic Hierarchy Process (1980): judgements from 1 (equal) to 9 (extreme), random
consistency index by size, a ratio above 0.1 calls for another look. Priorities are the normalised geometric means
of the rows (Crawford and Williams, 1985); of a consistent matrix they are exact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

RANDOM_INDEX = tuple(map(Decimal, (
    "0", "0", "0.58", "0.90", "1.12", "1.24", "1.32", "1.41", "1.45", "1.49", "1.51", "1.48", "1.56", "1.57", "1.59",
)))
"""Saaty's mean consistency index of random matrices of 1 to 15 rows."""
LIMIT = Decimal("0.1")
JUDGEMENTS = tuple([Fraction(1, n) for n in range(9, 1, -1)] + [Fraction(n) for n in range(1, 10)])
"""What may be said of a pair."""
_DIGITS = 40
_KEPT = Decimal("1e-15")


@dataclass(frozen=True)
class Weighing:
    """Weights that add up to 1 with their consistency.

    Attributes:
        ratio: Saaty's consistency ratio; 0 for direct weights and for two or fewer.
        worst: the pair that fits worst with the others, with the judgement that would fit; ``None`` where all fit.
    """

    weights: Mapping[str, Fraction]
    ratio: Decimal = Decimal(0)
    worst: tuple[str, str, Decimal] | None = None

    @property
    def consistent(self) -> bool:
        """Whether the judgements may stand as they are."""
        return self.ratio <= LIMIT


def direct(values: Mapping[str, Decimal]) -> Weighing:
    """Weights in any unit, made to add up to 1.

    Raises:
        ValueError: none, a negative one, or all are nil; the message is Chinese.

    >>> direct({"a": Decimal(1), "b": Decimal(3)}).weights["b"]
    Fraction(3, 4)
    """
    total = sum(map(Fraction, values.values()), Fraction())
    if any(v < 0 or not v.is_finite() for v in values.values()):
        raise ValueError("权重不能是负数。")
    if not total:
        raise ValueError("权重不能全部为零。")
    return Weighing({name: Fraction(value) / total for name, value in values.items()})


def ahp(names: Sequence[str], judged: Mapping[tuple[str, str], Fraction]) -> Weighing:
    """Weights from pairwise judgements.

    Args:
        judged: for each pair once, in the order of ``names``: how many times the first matters as much as the second.

    Raises:
        ValueError: too many names, a pair without a judgement, or one outside 1/9 to 9; the message is Chinese.

    >>> found = ahp("abc", {("a", "b"): Fraction(2), ("a", "c"): Fraction(4), ("b", "c"): Fraction(2)})
    >>> [str(w) for w in found.weights.values()], found.ratio, found.consistent
    (['4/7', '2/7', '1/7'], Decimal('0'), True)
    """
    if not names or len(names) > len(RANDOM_INDEX):
        raise ValueError(f"层次分析法一次比较 1 至 {len(RANDOM_INDEX)} 项。")
    matrix = _matrix(names, judged)
    column = [row[0] for row in matrix]
    if all(matrix[i][j] * column[j] == column[i] for i in range(len(names)) for j in range(len(names))):
        total = sum(column, Fraction())
        return Weighing({name: value / total for name, value in zip(names, column, strict=True)})
    with localcontext(prec=_DIGITS):
        means = [_root(_product(row), len(names)) for row in matrix]
        shares = [mean / sum(means) for mean in means]
        ratio = _ratio(matrix, shares)
        worst = _worst(names, matrix, shares)
        kept = [Fraction(share.quantize(_KEPT)) for share in shares]
    total = sum(kept, Fraction())
    return Weighing({name: value / total for name, value in zip(names, kept, strict=True)}, ratio, worst)


def _matrix(names: Sequence[str], judged: Mapping[tuple[str, str], Fraction]) -> list[list[Fraction]]:
    size = len(names)
    matrix = [[Fraction(1)] * size for _ in names]
    for i in range(size):
        for j in range(i + 1, size):
            value = judged.get((names[i], names[j]))
            if value is None:
                other = judged.get((names[j], names[i]))
                value = None if other is None else 1 / other
            if value not in JUDGEMENTS:
                raise ValueError("每一对都要比较，取 1 至 9 或其倒数。")
            matrix[i][j], matrix[j][i] = value, 1 / value
    return matrix


def _product(row: Sequence[Fraction]) -> Fraction:
    made = Fraction(1)
    for value in row:
        made *= value
    return made


def _root(value: Fraction, degree: int) -> Decimal:
    return (_decimal(value).ln() / degree).exp()


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _ratio(matrix: Sequence[Sequence[Fraction]], shares: Sequence[Decimal]) -> Decimal:
    """Consistency index over the random index."""
    size = len(shares)
    if size < 3:
        return Decimal(0)
    sums = [sum((_decimal(a) * s for a, s in zip(row, shares, strict=True)), Decimal()) for row in matrix]
    largest = sum((total / share for total, share in zip(sums, shares, strict=True)), Decimal()) / size
    index = (largest - size) / (size - 1)
    return max(Decimal(0), index / RANDOM_INDEX[size - 1]).quantize(Decimal("1e-9"))


def _worst(
    names: Sequence[str], matrix: Sequence[Sequence[Fraction]], shares: Sequence[Decimal]
) -> tuple[str, str, Decimal]:
    def off(pair: tuple[int, int]) -> Decimal:
        i, j = pair
        return abs((_decimal(matrix[i][j]) * shares[j] / shares[i]).ln())

    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    i, j = max(pairs, key=off)
    return names[i], names[j], (shares[i] / shares[j]).quantize(Decimal("0.01"))
