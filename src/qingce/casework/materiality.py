"""Materiality (重要性): topics, what is scored, and which of them a report must speak of.

Two views of the same topics. Double materiality asks what the bank does to the world (impact) and what the
world does to the bank (financial); the classic matrix asks how much a topic matters to people inside and
outside. Scores are exact fractions, so that a topic on the threshold never depends on rounding.

Sources: SZSE guideline no. 17 (2024) with its preparation guide (assess impact by scale, scope, irremediability
and likelihood, financial effect by magnitude and likelihood over time); ESRS 1 chapter 3 and EFRAG IG 1
(severity of an actual impact; a topic is material as soon as one of its items is); GRI 3 (2021).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any

from qingce.core.event import Json

TOP = 5
"""Scores are whole numbers from 1 to this."""
CRITERIA = ("scale", "scope", "irremediability")
"""What severity is made of; irremediability only of what does harm."""
ASPECT_LABELS: Mapping[str, str] = {
    "likelihood": "可能性", "scale": "规模", "scope": "范围", "irremediability": "不可补救性",
    "magnitude": "财务影响程度", "horizon": "时间远近",
}


class Pillar(StrEnum):
    """The part of the report that a topic belongs to."""

    ENVIRONMENTAL = "environmental"
    SOCIAL = "social"
    GOVERNANCE = "governance"


PILLAR_LABELS: Mapping[Pillar, str] = {
    Pillar.ENVIRONMENTAL: "环境类", Pillar.SOCIAL: "社会类", Pillar.GOVERNANCE: "治理类",
}


class Kind(StrEnum):
    """What an item under a topic is."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    RISK = "risk"
    OPPORTUNITY = "opportunity"


KIND_LABELS: Mapping[Kind, str] = {
    Kind.POSITIVE: "正面影响", Kind.NEGATIVE: "负面影响", Kind.RISK: "风险", Kind.OPPORTUNITY: "机遇",
}
IMPACTS = (Kind.POSITIVE, Kind.NEGATIVE)


@dataclass(frozen=True, slots=True)
class Item:
    """An impact, a risk or an opportunity under a topic; ``actual``: it happens already."""

    id: str
    kind: Kind
    label: str
    actual: bool = False

    @property
    def asked(self) -> tuple[str, ...]:
        """Which aspects are scored.

        >>> Item("a", Kind.NEGATIVE, "施工扬尘", actual=True).asked
        ('scale', 'scope', 'irremediability', 'horizon')
        >>> Item("b", Kind.RISK, "高碳资产减值").asked
        ('likelihood', 'magnitude', 'horizon')
        """
        measured = {Kind.POSITIVE: ("scale", "scope"), Kind.NEGATIVE: CRITERIA}.get(self.kind, ("magnitude",))
        return (*(() if self.actual else ("likelihood",)), *measured, "horizon")

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        return {"id": self.id, "kind": str(self.kind), "label": self.label, "actual": self.actual}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic with its items and what it switches.

    Attributes:
        packs, metrics: whose figures are asked for only while it is material.
        clauses: ``STANDARD/CODE`` that it answers.
        mandatory: metrics among them that are asked for whatever is decided, because somebody prescribes them.
    """

    id: str
    label: str
    pillar: Pillar
    items: tuple[Item, ...] = ()
    packs: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    mandatory: tuple[str, ...] = ()
    note: str = ""
    label_en: str = ""

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        return {
            "id": self.id, "label": self.label, "label_en": self.label_en, "pillar": str(self.pillar),
            "items": [i.facts for i in self.items],
            "packs": list(self.packs), "metrics": list(self.metrics), "clauses": list(self.clauses),
            "mandatory": list(self.mandatory), "note": self.note,
        }

    @classmethod
    def read(cls, facts: Mapping[str, Any]) -> Topic:
        """What :attr:`facts` wrote."""
        items = tuple(Item(i["id"], Kind(i["kind"]), i["label"], i["actual"]) for i in facts["items"])
        lists = {n: tuple(facts[n]) for n in ("packs", "metrics", "clauses", "mandatory")}
        return cls(facts["id"], facts["label"], Pillar(facts["pillar"]), items, note=facts["note"],
                   label_en=facts["label_en"], **lists)


@dataclass(frozen=True, slots=True)
class Group:
    """A group of stakeholders: inside the bank or outside, what it expects, how it is heard, its weight."""

    id: str
    label: str
    inside: bool
    expectations: str = ""
    channels: str = ""

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        return {"id": self.id, "label": self.label, "inside": self.inside, "expectations": self.expectations,
                "channels": self.channels}


class Rule(StrEnum):
    """When a topic is material: by double materiality alone, or by that or the classic matrix."""

    DOUBLE = "double"
    EITHER = "either"


RULE_LABELS: Mapping[Rule, str] = {
    Rule.DOUBLE: "影响重要或财务重要（双重重要性）", Rule.EITHER: "双重重要性，或两轴矩阵的高–高区",
}


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on something is material; all between 0 and 5.

    Attributes:
        inside, outside: of the two axes of the classic matrix.
        discount: how much a far effect counts for less: 0 (the standards ask for no discount) to 1. A financial
            score is multiplied by ``1 − discount × (5 − horizon) ÷ 4``.
    """

    positive: Decimal = Decimal("2.5")
    negative: Decimal = Decimal("2.5")
    risk: Decimal = Decimal("2.5")
    opportunity: Decimal = Decimal("2.5")
    inside: Decimal = Decimal("3.5")
    outside: Decimal = Decimal("3.5")
    discount: Decimal = Decimal(0)
    rule: Rule = Rule.DOUBLE

    def of(self, kind: Kind) -> Decimal:
        """The threshold of a kind of item."""
        found: Decimal = getattr(self, str(kind))
        return found

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        numbers = ("positive", "negative", "risk", "opportunity", "inside", "outside", "discount")
        return {**{n: f"{getattr(self, n):f}" for n in numbers}, "rule": str(self.rule)}

    @classmethod
    def read(cls, facts: Mapping[str, str]) -> Thresholds:
        """What :attr:`facts` wrote."""
        return cls(**{n: Decimal(v) for n, v in facts.items() if n != "rule"},
                   rule=Rule(facts.get("rule", Rule.DOUBLE)))


class Basis(StrEnum):
    """Why a topic is material."""

    BOTH = "both"
    IMPACT = "impact"
    FINANCIAL = "financial"
    NEITHER = "neither"


BASIS_LABELS: Mapping[Basis, str] = {
    Basis.BOTH: "双重重要", Basis.IMPACT: "影响重要", Basis.FINANCIAL: "财务重要", Basis.NEITHER: "不具双重重要性",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A weighted mean held against a threshold: true where ``Σ w·(value − threshold) ≥ 0``.

    Attributes:
        values: by the name of a weight; the name ``""`` has the weight 1, for what is not weighted.
    """

    values: Mapping[str, Fraction]
    threshold: Fraction

    def holds(self, weights: Mapping[str, Fraction]) -> bool:
        """Whether the mean reaches the threshold."""
        return sum((weights[n] * (v - self.threshold) for n, v in self.values.items()), Fraction()) >= 0

    def mean(self, weights: Mapping[str, Fraction]) -> Fraction:
        """The weighted mean."""
        total = sum((weights[n] for n in self.values), Fraction())
        return sum((weights[n] * v for n, v in self.values.items()), Fraction()) / total


Scores = Mapping[str, int]
"""By aspect, from 1 to 5."""


@dataclass(frozen=True)
class Assessment:
    """Everything that a decision follows from.

    Attributes:
        weights: by ``criterion:NAME`` and ``group:ID``; within each family they add up to 1.
        scored: by topic and item, what each assessor gave.
        heard: by group and topic, how many answered and the sum of their answers.
    """

    topics: tuple[Topic, ...]
    groups: tuple[Group, ...]
    weights: Mapping[str, Fraction]
    thresholds: Thresholds = field(default_factory=Thresholds)
    scored: Mapping[tuple[str, str], tuple[Scores, ...]] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, tuple[int, int]]] = field(default_factory=dict)

    @property
    def every(self) -> Mapping[str, Fraction]:
        """The weights, and 1 for what is not weighted."""
        return {**self.weights, "": Fraction(1)}


@dataclass(frozen=True)
class Placed:
    """Where a topic stands.

    Attributes:
        impact, financial: the highest score of its items; ``None``: nothing was scored.
        inside, outside: weighted means of what people inside and outside answered; ``None``: nobody did.
        high: both reach their thresholds.
        items: the score of each item by its id.
    """

    topic: Topic
    impact: Fraction | None
    financial: Fraction | None
    inside: Fraction | None
    outside: Fraction | None
    basis: Basis
    high: bool
    material: bool
    items: Mapping[str, Fraction]


def equal(names: Iterable[str]) -> dict[str, Fraction]:
    """The same weight for each."""
    listed = list(names)
    return {name: Fraction(1, len(listed)) for name in listed}


def item_line(item: Item, scores: Sequence[Scores], thresholds: Thresholds) -> Line:
    """The score of an item, the mean of its assessors, as something that may be held against its threshold.

    An impact: severity × likelihood ÷ 5, where severity is the weighted mean of scale, scope and, of a negative one,
    irremediability; of what happens already the likelihood is 5. A risk or an opportunity: magnitude × likelihood
    ÷ 5, less the discount for what is far off.

    >>> one = {"likelihood": 4, "scale": 5, "scope": 3, "irremediability": 4, "horizon": 5}
    >>> line = item_line(Item("a", Kind.NEGATIVE, ""), [one], Thresholds())
    >>> line.mean(equal(line.values))
    Fraction(16, 5)
    """
    names = [f"criterion:{n}" for n in CRITERIA if n in item.asked] if item.kind in IMPACTS else [""]
    values = {}
    for name in names:
        aspect = name.removeprefix("criterion:") or "magnitude"
        values[name] = sum((_one(item, s, aspect, thresholds) for s in scores), Fraction()) / len(scores)
    return Line(values, Fraction(thresholds.of(item.kind)))


def _one(item: Item, scores: Scores, aspect: str, thresholds: Thresholds) -> Fraction:
    value = Fraction(scores[aspect] * (TOP if item.actual else scores["likelihood"]), TOP)
    if item.kind in IMPACTS:
        return value
    return value * (1 - Fraction(thresholds.discount) * Fraction(TOP - scores["horizon"], TOP - 1))


def side_line(case: Assessment, topic: Topic, *, inside: bool) -> Line | None:
    """What one side answered of a topic; groups of which nobody answered are left out."""
    values = {}
    for group in case.groups:
        count, total = case.heard.get(group.id, {}).get(topic.id, (0, 0))
        if group.inside == inside and count and case.weights.get(f"group:{group.id}"):
            values[f"group:{group.id}"] = Fraction(total, count)
    threshold = case.thresholds.inside if inside else case.thresholds.outside
    return Line(values, Fraction(threshold)) if values else None


@dataclass(frozen=True)
class Trials:
    """What is tried of a topic: its items' lines by id, and those of the two sides."""

    items: Mapping[str, tuple[Item, Line]]
    sides: tuple[Line | None, Line | None]
    rule: Rule

    def material(self, weights: Mapping[str, Fraction]) -> bool:
        """Whether the topic is material under these weights."""
        return any(line.holds(weights) for _, line in self.items.values()) or (
            self.rule is Rule.EITHER and self.high(weights))

    def high(self, weights: Mapping[str, Fraction]) -> bool:
        """Whether both sides find it important."""
        return all(line is not None and line.holds(weights) for line in self.sides)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line that may change the answer."""
        sides = tuple(s for s in self.sides if s is not None) if self.rule is Rule.EITHER else ()
        return (*(line for _, line in self.items.values()), *sides)


def trials_of(case: Assessment, topic: Topic) -> Trials:
    """What is tried of a topic."""
    items = {i.id: (i, item_line(i, scores, case.thresholds)) for i in topic.items
             if (scores := case.scored.get((topic.id, i.id)))}
    sides = side_line(case, topic, inside=True), side_line(case, topic, inside=False)
    return Trials(items, sides, case.thresholds.rule)


def placed(case: Assessment) -> tuple[Placed, ...]:
    """Where every topic stands, in the order of the list."""
    return tuple(_placed(case, topic) for topic in case.topics)


def _placed(case: Assessment, topic: Topic) -> Placed:
    tried, weights = trials_of(case, topic), case.every
    impact = [(i, line) for i, line in tried.items.values() if i.kind in IMPACTS]
    money = [(i, line) for i, line in tried.items.values() if i.kind not in IMPACTS]
    by_impact = any(line.holds(weights) for _, line in impact)
    by_money = any(line.holds(weights) for _, line in money)
    basis = {(True, True): Basis.BOTH, (True, False): Basis.IMPACT, (False, True): Basis.FINANCIAL}.get(
        (by_impact, by_money), Basis.NEITHER)
    inside, outside = (None if s is None else s.mean(weights) for s in tried.sides)
    return Placed(
        topic, max((line.mean(weights) for _, line in impact), default=None),
        max((line.mean(weights) for _, line in money), default=None), inside, outside, basis, tried.high(weights),
        tried.material(weights), {i: line.mean(weights) for i, (_, line) in tried.items.items()},
    )


def shown(value: Fraction | None, places: int = 2) -> str:
    """A score as it is printed, rounded half up; nothing is ``—``.

    >>> shown(Fraction(1, 8)), shown(Fraction(5)), shown(None)
    ('0.13', '5.00', '—')
    """
    if value is None:
        return "—"
    unit = Decimal(1).scaleb(-places)
    exact = Decimal(value.numerator * 10 ** (places + 2) // value.denominator).scaleb(-places - 2)
    return f"{exact.quantize(unit, ROUND_HALF_UP):f}"
