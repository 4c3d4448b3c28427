"""Exact parts: totals in fen and heads split by skewed weights, to the last fen and the last head.

Everything that decides a number is integer or IEEE arithmetic on integers below 2**53, so the same
seed gives the same parts on every machine.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.int64]
_STEPS = 4096


@cache
def _bell(spread: float) -> Ints:
    """Quantiles of a log-normal weight, as whole numbers around 4096."""
    curve = NormalDist(0.0, spread)
    steps = [curve.inv_cdf((k + 0.5) / _STEPS) for k in range(_STEPS)]
    made: Ints = np.maximum(np.rint(np.exp(np.array(steps)) * 4096), 1).astype(np.int64)
    return made


def skewed(rng: np.random.Generator, count: int, spread: float = 1.0) -> Ints:
    """Positive whole weights with a long right tail; ``spread`` is the sigma of their logarithm."""
    drawn = rng.integers(0, _STEPS * 256, count, dtype=np.int64)
    # the low bits keep two draws of the same step from being the same number
    made: Ints = _bell(spread)[drawn >> 8] * (960 + (drawn & 255) // 2)
    return made


def split(total: int, weights: Ints, *, least: int = 0, most: int | Ints | None = None) -> Ints:
    """Whole parts of a total in proportion to weights, which add up to it exactly.

    Args:
        least: no part is smaller.
        most: no part is larger; one ceiling for all or one for each.

    Raises:
        ValueError: the parts cannot keep within ``least`` and ``most``.

    >>> split(1000, np.array([1, 1, 1])).tolist()
    [333, 333, 334]
    >>> split(1000, np.array([1, 1, 98]), least=10, most=600).tolist()
    [199, 201, 600]
    """
    count = len(weights)
    if not count:
        if total:
            raise ValueError(f"{total} cannot be split over nothing")
        return np.zeros(0, np.int64)
    free = total - least * count
    ceiling = None if most is None else np.broadcast_to(np.asarray(most, np.int64), count)
    if free < 0 or (ceiling is not None and int(ceiling.sum()) < total):
        raise ValueError(f"{total} does not go into {count} parts from {least} to {most}")
    parts = _proportional(free, weights)
    if ceiling is not None:
        _level(parts, ceiling - least)
    made: Ints = parts + least
    return made


def _proportional(total: int, weights: Ints) -> Ints:
    if not total:
        return np.zeros(len(weights), np.int64)
    ends = np.cumsum(weights)
    steps = np.floor(ends * (total / int(ends[-1]))).astype(np.int64)
    steps[-1] = total
    parts: Ints = np.diff(np.minimum(steps, total), prepend=0)
    return parts


def _level(parts: Ints, most: Ints) -> None:
    """Move what lies above the ceilings into the room below them, in place, keeping the sum."""
    excess = int(np.maximum(parts - most, 0).sum())
    if not excess:
        return
    np.minimum(parts, most, out=parts)
    room = most - parts
    added = np.minimum(_proportional(excess, room), room)
    parts += added
    _pour(parts, most, excess - int(added.sum()))


def _pour(parts: Ints, most: Ints, amount: int) -> None:
    """Fill up parts in order until the amount is gone."""
    room = most - parts
    ends = np.cumsum(room)
    parts += np.clip(amount - (ends - room), 0, room)
