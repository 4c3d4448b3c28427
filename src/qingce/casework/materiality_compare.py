"""Two rounds held against each other: who moved in the ranking, what entered, what left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qingce.casework.materiality import Placed


@dataclass(frozen=True, slots=True)
class Moved:
    """A topic in two rounds.

    Attributes:
        before, after: ranks by the sum of impact and financial score; ``None``: not in that round or not scored.
        change: ``entered`` or ``left`` the material ones, ``new`` or ``gone`` from the list, or ``""``.
    """

    topic: str
    label: str
    before: int | None
    after: int | None
    was: bool
    now: bool
    change: str

    @property
    def steps(self) -> int:
        """Ranks gained; negative: lost; 0 also where one of them is missing."""
        return self.before - self.after if self.before is not None and self.after is not None else 0


def ranks(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Ranks from 1, the highest first; equals share the better rank.

    >>> ranks({"a": Fraction(3), "b": Fraction(5), "c": Fraction(3), "d": Fraction(1)})
    {'b': 1, 'a': 2, 'c': 2, 'd': 4}
    """
    ordered = sorted(scores, key=lambda name: (-scores[name], name))
    places = sorted(scores.values(), reverse=True)
    return {name: places.index(scores[name]) + 1 for name in ordered}


def double_ranks(stood: Iterable[Placed]) -> dict[str, int]:
    """Ranks by the sum of impact and financial score; what was not scored has none."""
    return ranks({p.topic.id: (p.impact or Fraction()) + (p.financial or Fraction()) for p in stood
                  if p.impact is not None or p.financial is not None})


def compared(before: Sequence[Placed], after: Sequence[Placed]) -> tuple[Moved, ...]:
    """Every topic of either round: those of the later one in its order, then those that are gone."""
    old, new = {p.topic.id: p for p in before}, {p.topic.id: p for p in after}
    was, now = double_ranks(before), double_ranks(after)
    found = []
    for name in [*new, *(n for n in old if n not in new)]:
        one, other = old.get(name), new.get(name)
        first, second = bool(one and one.material), bool(other and other.material)
        change = "new" if one is None else "gone" if other is None else ""
        if not change and first != second:
            change = "entered" if second else "left"
        label = (other or one).topic.label  # type: ignore[union-attr]
        found.append(Moved(name, label, was.get(name), now.get(name), first, second, change))
    return tuple(found)
