"""Metric cards: what an analyst reads about a metric, printed from its declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingce.core.errors import BindingError, nearest
from qingce.core.metric import KIND_LABELS, Method, Metric
from qingce.core.registry import Registry
from qingce.engine.formula import formula
from qingce.engine.lineage import UsedFactor
from qingce.services.content import load_registry
from qingce.services.settings import read_settings


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One edition of a factor that a metric uses; ``trust`` is ``verified`` or ``unconfirmed``."""

    label: str
    value: str
    unit: str
    valid_from: str
    region: str
    vintage: str
    source: str
    published: str
    trust: str

    @property
    def told(self) -> str:
        """The edition in a line of Chinese."""
        series = "，".join(part for part in (self.region, self.vintage, f"自 {self.valid_from} 起") if part)
        published = f"，{self.published} 发布" if self.published else ""
        trust = "来源已核实" if self.trust == "verified" else "来源待核实"
        value = f"{self.label} {self.value} {self.unit}".rstrip()
        return f"{value}（{series}），{self.source}{published}，{trust}"


@dataclass(frozen=True, slots=True)
class Card:
    """A metric in words.

    Attributes:
        labels: Chinese labels of what it ``needs``.
        factors: every edition of the factors among them.
    """

    name: str
    label: str
    unit: str
    kind: str
    origin: str
    definition: str
    formula: str
    owner: str
    pack: str
    by: tuple[str, ...]
    needs: tuple[str, ...]
    standards: tuple[str, ...]
    methods: tuple[str, ...]
    labels: Mapping[str, str]
    factors: tuple[FactorLine, ...]

    def facts(self) -> dict[str, str]:
        """The card's lines, those that say something."""
        needs = "、".join(f"{self.labels[name]}（{name}）" for name in self.needs)
        lines = {
            "口径": self.definition, "公式": self.formula, "单位": self.unit, "性质": self.kind, "来源": self.origin,
            "维度": "、".join(self.by), "依赖": needs, "归口": self.owner, "指标包": self.pack,
            "标准": "、".join(self.standards), "方法沿革": "；".join(self.methods),
        }
        return {k: v for k, v in lines.items() if v}

    def factor_lines(self) -> list[str]:
        """Each factor edition in a line: value, first day, source, and whether that was checked."""
        return [line.told for line in self.factors]


def metric_cards(folder: Path | None, name: str = "") -> list[Card]:
    """The cards of a project, or of the built-in packs.

    Raises:
        BindingError: no metric of that name.
    """
    registry = load_registry(folder, read_settings(folder).packs if folder else None)
    if name and name not in registry.metrics:
        raise BindingError(f"没有名为“{name}”的指标。{nearest(name, registry.metrics)}")
    wanted = [registry.metrics[name]] if name else list(registry.metrics.values())
    return [card(registry, metric) for metric in wanted]


def card(registry: Registry, metric: Metric, worded: Callable[[Metric, Method], str] | None = None) -> Card:
    """The card of a metric.

    Args:
        worded: gives formulas in Chinese labels that were worked out before.
    """
    origin = "填报" if metric.filed else "台账计算" if registry.computed(metric) else "推导"
    said = ""
    if not metric.filed:
        method = metric.methods[-1]
        said = worded(metric, method) if worded else formula(metric, method.body, registry)
    serves = tuple(
        f"{standard.name.split('_')[0].upper()} {code}"
        for standard in registry.standards.values()
        for code, answer in standard.answers.items() if metric.name in answer.figures
    )
    return Card(
        metric.name, metric.label, metric.shown.name, KIND_LABELS[metric.kind], origin, metric.doc,
        said, metric.owner,
        registry.packs[registry.pack_of[metric.name]].label, metric.by, metric.params, serves,
        tuple(f"自 {m.since} 起：{m.reason}" for m in metric.methods if m.since),
        {name: _label(registry, name) for name in metric.params}, tuple(_factors(registry, metric)),
    )


def _label(registry: Registry, name: str) -> str:
    rooms: tuple[Mapping[str, Any], ...] = (registry.metrics, registry.factors, registry.datasets, registry.views)
    return str(next(room[name].label for room in rooms if name in room))


def _factors(registry: Registry, metric: Metric) -> Iterator[FactorLine]:
    for factor in (registry.factors[name] for name in metric.params if name in registry.factors):
        for edition in sorted(factor.editions, key=lambda e: (e.valid_from, e.region, e.vintage), reverse=True):
            used = UsedFactor.of(factor, edition, registry.sources)
            yield FactorLine(
                used.label, used.value, used.unit, edition.valid_from.isoformat(), used.region, used.vintage,
                used.source, used.published, used.trust,
            )
