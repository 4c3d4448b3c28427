"""Sensitivity: for which weight, and from which share on, another set of topics is material.

A weight's share moves; the others of its family keep their proportions. Every test is linear in that share, so the
shares at which something changes are found exactly, with no steps between which a change could hide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from qingce.casework.materiality import Assessment, Line, Trials, trials_of


@dataclass(frozen=True, slots=True)
class Flip:
    """Shares of one weight at which a topic's verdict is another than now.

    Attributes:
        low, high: the ends; ``low_in``, ``high_in``: whether they belong to it.
        becomes: material there, or no longer.
    """

    topic: str
    weight: str
    low: Fraction
    high: Fraction
    low_in: bool
    high_in: bool
    becomes: bool

    def holds(self, share: Fraction) -> bool:
        """Whether a share lies in it."""
        above = share > self.low or (share == self.low and self.low_in)
        return above and (share < self.high or (share == self.high and self.high_in))


def moved(weights: Mapping[str, Fraction], name: str, share: Fraction) -> dict[str, Fraction]:
    """The weights with another share for one; the others of its family keep their proportions.

    >>> third = Fraction(1, 3)
    >>> found = moved({"group:a": third, "group:b": third, "group:c": third}, "group:a", Fraction(1, 2))
    >>> [str(w) for w in found.values()]
    ['1/2', '1/4', '1/4']
    """
    family = name.partition(":")[0] + ":"
    rest = 1 - weights[name]
    scaled = {n: w * (1 - share) / rest for n, w in weights.items() if n.startswith(family)}
    return {**weights, **scaled, name: share}


def flips(case: Assessment, within: Fraction) -> tuple[Flip, ...]:
    """Every change of the set of material topics while one weight's share moves by at most ``within`` of itself.

    Args:
        within: above 0, below 1: 1/5 means from 80 % to 120 % of the share, never beyond the whole.
    """
    found: list[Flip] = []
    for name, share in case.weights.items():
        if not 0 < share < 1:
            continue
        low, high = share * (1 - within), min(share * (1 + within), (1 + share) / 2)
        for topic in case.topics:
            found += _of(trials_of(case, topic), topic.id, name, case.every, low, high)
    return tuple(found)


def _of(
    tests: Trials, topic: str, name: str, weights: Mapping[str, Fraction], low: Fraction, high: Fraction
) -> list[Flip]:
    now = tests.material(weights)
    inner = sorted({at for line in tests.lines if (at := _root(line, name, weights)) and low < at < high})
    ends = [low, *inner, high]
    # points and the stretches between them, in order: within each the verdict is one
    cells: list[tuple[Fraction, Fraction]] = [(low, low)]
    for before, after in pairwise(ends):
        cells += [(before, after), (after, after)]
    off = [tests.material(moved(weights, name, (a + b) / 2)) != now for a, b in cells]
    return [_joined(topic, name, run, not now) for run in _runs(cells, off)]


def _root(line: Line, name: str, weights: Mapping[str, Fraction]) -> Fraction | None:
    """The share at which a line meets its threshold; ``None``: none, or always."""
    if name not in line.values:
        return None
    own = line.values[name] - line.threshold
    others = sum((weights[n] * (v - line.threshold) for n, v in line.values.items() if n != name), Fraction())
    rest = others / (1 - weights[name])
    return rest / (rest - own) if rest != own else None


def _runs(
    cells: Sequence[tuple[Fraction, Fraction]], off: Sequence[bool]
) -> list[list[tuple[Fraction, Fraction]]]:
    runs: list[list[tuple[Fraction, Fraction]]] = []
    before = False
    for cell, changed in zip(cells, off, strict=True):
        if changed:
            runs[-1].append(cell) if before else runs.append([cell])
        before = changed
    return runs


def _joined(topic: str, name: str, run: Sequence[tuple[Fraction, Fraction]], becomes: bool) -> Flip:
    (first, first_end), (last_start, last) = run[0], run[-1]
    return Flip(topic, name, first, last, first == first_end, last_start == last, becomes)
