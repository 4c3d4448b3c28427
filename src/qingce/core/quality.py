"""Quality (数据质量): how well a value is founded, in five levels from 1 (best) to 5, each derived from what is known.

Nobody types a level. A value's own level follows from where it comes from by the rules of a dated scale; a
derived figure has the weakest of its operands'; a parent org's sum has the mean of its children's. What is
absent has no level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from qingce.core.amount import Absent, Value
from qingce.core.estimate import Estimate
from qingce.core.scale import Origin, Rule, Scale

_TENTH, _SHARE = Decimal("0.1"), Decimal("0.01")


class Way(StrEnum):
    """How a level came about."""

    OWN = "own"
    """From the value's own source, by a rule of the scale."""
    WEAKEST = "weakest"
    """The highest number among the operands'."""
    WEIGHTED = "weighted"
    """The mean of the parts', weighted by their values."""
    COUNTED = "counted"
    """The plain mean of the parts'."""


WAY_LABELS = {
    Way.OWN: "按来源判定", Way.WEAKEST: "取所依据数值中最差的级别", Way.WEIGHTED: "按数值加权平均",
    Way.COUNTED: "按个数平均",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a value's source.

    Attributes:
        evidence: a file stands behind it.
        reconciled: control totals of every delivery behind it agreed.
        assured: an assurer tested exactly this value and found it right.
        estimated: how much of it is estimated, in percent; 0: nothing.
        estimate: what a person said about that.
        made_up: its records were made up to fit; the level then tells how it was got, not how true it is.
    """

    origin: Origin
    evidence: bool = False
    reconciled: bool = False
    assured: bool = False
    estimated: Decimal = Decimal(0)
    estimate: Estimate | None = None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """How well one value is founded.

    Attributes:
        score: a level, or a mean of levels with one decimal place; 1 is best.
        rule: by which it was judged; nothing where it follows from parts.
        estimated: how much of the value is estimated, in percent: what its filer said or its rows show, the mean by
            value of a sum's parts, the largest of a derived figure's operands.
        parts: what it follows from with their keys, the worst first.
        made_up: records that were made up stand behind it.
    """

    score: Decimal
    way: Way
    rule: Rule | None = None
    estimated: Decimal = Decimal(0)
    estimate: Estimate | None = None
    parts: tuple[tuple[str, Quality], ...] = ()
    made_up: bool = False

    @property
    def level(self) -> int:
        """The level that is nearest to the score, a half counting as the worse one."""
        return int(self.score.quantize(Decimal(1), ROUND_HALF_UP))

    @property
    def text(self) -> str:
        """As printed: a level of its own as ``4``, a mean with one decimal place."""
        whole = self.score == self.score.to_integral_value() and self.way in (Way.OWN, Way.WEAKEST)
        return f"{self.score:.0f}" if whole else f"{self.score:.1f}"

    @property
    def chain(self) -> tuple[tuple[str, Quality], ...]:
        """From here to the source that decides: of each step the worst part."""
        found: list[tuple[str, Quality]] = []
        here = self
        while here.parts:
            found.append(here.parts[0])
            here = here.parts[0][1]
        return tuple(found)

    def estimates(self) -> Iterator[tuple[str, Quality]]:
        """The sources below that are estimated, with their keys, each once."""
        seen: set[str] = set()
        todo = [part for part in self.parts if part[1].estimated]
        while todo:
            key, one = todo.pop(0)
            if key in seen:
                continue
            seen.add(key)
            if one.parts:
                todo += [part for part in one.parts if part[1].estimated]
            else:
                yield key, one


def judged(scale: Scale, known: Known) -> Quality:
    """A value's own level.

    >>> from qingce.core.scale import sample_scale
    >>> judged(sample_scale(), Known(Origin.FILED, evidence=True)).text
    '3'
    """
    rule = scale.rule(known.origin, known.estimated, reconciled=known.reconciled, assured=known.assured,
                      evidence=known.evidence)
    return Quality(Decimal(rule.level), Way.OWN, rule, known.estimated, known.estimate, made_up=known.made_up)


def weakest(parts: Iterable[tuple[str, Quality]]) -> Quality | None:
    """The quality of a figure derived from others; nothing where none of them has a level."""
    found = _worst_first(parts)
    if not found:
        return None
    share = max(one.estimated for _, one in found)
    return Quality(found[0][1].score, Way.WEAKEST, None, share, None, found, any(one.made_up for _, one in found))


def rolled_up(parts: Iterable[tuple[str, Value, Quality]], *, additive: bool = True) -> Quality | None:
    """The quality of what is made of parts that stand beside one another, as a parent's sum of its children's.

    Weighted by value where the parts add up and have one sign, else each part counts once. Absent parts are left out;
    nothing where all are absent. The mean has one decimal place, half up.
    """
    known = [(key, value, one) for key, value, one in parts if not isinstance(value, Absent)]
    if not known:
        return None
    weights = [abs(value) for _, value, _ in known]
    one_sign = len({value > 0 for _, value, _ in known if value}) == 1
    by_value = additive and one_sign
    if not by_value:
        weights = [Decimal(1)] * len(known)
    score = _mean((one.score for *_, one in known), weights, _TENTH)
    share = _mean((one.estimated for *_, one in known), weights, _SHARE)
    if not share and any(one.estimated for *_, one in known):
        share = _SHARE  # what is estimated at all must not round to nothing
    found = _worst_first((key, one) for key, _, one in known)
    way = Way.WEIGHTED if by_value else Way.COUNTED
    return Quality(score, way, None, share, None, found, any(one.made_up for _, one in found))


def mean(qualities: Sequence[Quality]) -> Decimal | None:
    """The plain mean of levels with one decimal place; nothing of nothing."""
    return _mean((q.score for q in qualities), [Decimal(1)] * len(qualities), _TENTH) if qualities else None


def known_parts(
    keys: Iterable[str], of: Callable[[str], Quality | None]
) -> list[tuple[str, Quality]]:
    """The parts that have a level, with their keys."""
    return [(key, found) for key in dict.fromkeys(keys) if (found := of(key)) is not None]


def _mean(numbers: Iterable[Decimal], weights: Sequence[Decimal], step: Decimal) -> Decimal:
    total = sum((number * weight for number, weight in zip(numbers, weights, strict=True)), Decimal(0))
    return (total / sum(weights, Decimal(0))).quantize(step, ROUND_HALF_UP)


def _worst_first(parts: Iterable[tuple[str, Quality]]) -> tuple[tuple[str, Quality], ...]:
    return tuple(sorted(dict(parts).items(), key=lambda part: (-part[1].score, -part[1].estimated, part[0])))
