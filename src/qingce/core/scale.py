"""Scale (质量分级表): the dated levels of data quality, and the rules by which a value's source gives one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import Any

from qingce.core.errors import DeclarationError

BEST, WORST = 1, 5
TRUSTS = {"verified": "已核实", "unconfirmed": "未核实"}


class Origin(StrEnum):
    """Where a value comes from."""

    RECORDS = "records"
    FILED = "filed"


class Estimated(StrEnum):
    """How much of a value is estimated."""

    NONE = "none"
    PARTLY = "partly"
    MOSTLY = "mostly"


@dataclass(frozen=True, slots=True)
class Level:
    """One level: its English name, Chinese label, what it means."""

    number: int
    name: str
    label: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What gives a level: conditions that must all hold, why in words, and how to get better.

    Attributes:
        when: ``origin`` and ``estimated`` with a value, ``evidence``, ``reconciled``, ``assured`` with yes or no.
    """

    level: int
    because: str
    better: str
    when: Mapping[str, str | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EstimateMethod:
    """A way to estimate: its code, label, and what its reason has to say."""

    code: str
    label: str
    ask: str


@dataclass(frozen=True)
class Scale:
    """One edition of the scale.

    Attributes:
        since: from when it holds.
        source: what it follows, and ``trust`` whether that was read in the original; ``note`` says the difference.
        mostly_from: the share in percent from which a value counts as mostly estimated.
        levels: by number, 1 to 5.
        rules: tried in order; the first that fits gives the level.
    """

    since: dt.date
    label: str
    source: str
    trust: str
    note: str
    mostly_from: Decimal
    levels: Mapping[int, Level]
    rules: tuple[Rule, ...]
    methods: Mapping[str, EstimateMethod]

    def rule(
        self, origin: Origin, estimated: Decimal, *, evidence: bool, reconciled: bool, assured: bool
    ) -> Rule:
        """The first rule that fits."""
        much = Estimated.NONE if not estimated else (
            Estimated.MOSTLY if estimated >= self.mostly_from else Estimated.PARTLY)
        facts = {"origin": str(origin), "estimated": str(much), "evidence": evidence, "reconciled": reconciled,
                 "assured": assured}
        return next(rule for rule in self.rules if all(facts[name] == wanted for name, wanted in rule.when.items()))

    @property
    def trust_text(self) -> str:
        """What the scale follows and whether that was confirmed, in one sentence."""
        return f"{self.label}：{self.note}（依据：{self.source}，{TRUSTS[self.trust]}）"

    def method_label(self, code: str) -> str:
        """What a method of estimating is called; its code where it is not in the list."""
        found = self.methods.get(code)
        return found.label if found is not None else code


_CHOICES: Mapping[str, tuple[str | bool, ...]] = {
    "origin": tuple(map(str, Origin)), "estimated": tuple(map(str, Estimated)), "evidence": (False, True),
    "reconciled": (False, True), "assured": (False, True),
}


def read_scales(raw: Mapping[str, Any], where: str) -> tuple[Scale, ...]:
    """The editions of a scale from its file, the earliest first.

    Raises:
        DeclarationError: a level or a rule is missing or cannot stand; there must be a level for whatever may be known.
    """
    try:
        methods = {str(code): EstimateMethod(str(code), str(m["label"]), str(m["ask"]))
                   for code, m in raw["methods"].items()}
        found = tuple(_edition(since, body, methods, where) for since, body in sorted(raw["editions"].items()))
    except (KeyError, TypeError, AttributeError) as exc:
        raise DeclarationError(f"{where}: {exc} is missing or not of the kind expected.") from exc
    if not found or not methods:
        raise DeclarationError(f"{where}: there is no edition, or no method of estimating.")
    return found


def _edition(since: Any, body: Mapping[str, Any], methods: Mapping[str, EstimateMethod], where: str) -> Scale:
    at = f"{where}, {since}"
    if not isinstance(since, dt.date):
        raise DeclarationError(f"{at}: an edition is named by the day from which it holds.")
    levels = {n: Level(n, str(v["name"]), str(v["label"]), str(v["meaning"])) for n, v in body["levels"].items()}
    if sorted(levels) != list(range(BEST, WORST + 1)):
        raise DeclarationError(f"{at}: levels are 1 to 5, not {sorted(levels)}.")
    if body["trust"] not in TRUSTS:
        raise DeclarationError(f"{at}: trust is one of {', '.join(TRUSTS)}, not {body['trust']!r}.")
    rules = tuple(_rule(rule, at) for rule in body["rules"])
    made = Scale(since, str(body["label"]), str(body["source"]), str(body["trust"]), str(body["note"]),
                 Decimal(str(body["mostly_from"])), levels, rules, methods)
    names = list(_CHOICES)
    for choice in product(*_CHOICES.values()):
        facts = dict(zip(names, choice, strict=True))
        if not any(all(facts[n] == v for n, v in rule.when.items()) for rule in rules):
            raise DeclarationError(f"{at}: no rule gives a level to {facts}.")
    return made


def _rule(raw: Mapping[str, Any], at: str) -> Rule:
    when = dict(raw.get("when", {}))
    for name, value in when.items():
        if value not in _CHOICES.get(name, ()):
            raise DeclarationError(f"{at}: a rule asks for {name}={value!r}; {name} is one of {_CHOICES.get(name)}.")
    if raw["level"] not in range(BEST, WORST + 1):
        raise DeclarationError(f"{at}: a rule gives level {raw['level']!r}.")
    return Rule(int(raw["level"]), str(raw["because"]), str(raw["better"]), when)


def scale_at(editions: tuple[Scale, ...], day: dt.date) -> Scale:
    """The edition in force on a day; before the first, the first."""
    return ([one for one in editions if one.since <= day] or [editions[0]])[-1]


def sample_scale() -> Scale:
    """A small scale for examples: filed with and without evidence, and estimated."""
    levels = {n: Level(n, f"level_{n}", f"{n} 级", "") for n in range(BEST, WORST + 1)}
    rules = (Rule(5, "估算", "", {"estimated": "mostly"}), Rule(4, "部分估算", "", {"estimated": "partly"}),
             Rule(2, "台账", "", {"origin": "records"}), Rule(3, "有证据", "", {"evidence": True}), Rule(4, "填报", ""))
    return Scale(dt.date(2024, 1, 1), "示例", "示例", "unconfirmed", "", Decimal(50), levels, rules, {})
