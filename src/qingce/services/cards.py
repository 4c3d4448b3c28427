"""Metric cards: what an analyst reads about a metric, printed from its declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qingce.core.errors import BindingError, nearest
from qingce.core.metric import KIND_LABELS, Method, Metric
from qingce.core.registry import Registry
from qingce.engine.formula import formula
from qingce.services.content import load_registry
from qingce.services.settings import read_settings


@dataclass(frozen=True, slots=True)
class Card:
    """A metric in words."""

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

    def facts(self) -> dict[str, str]:
        """The card's lines, those that say something."""
        lines = {
            "口径": self.definition, "公式": self.formula, "单位": self.unit, "性质": self.kind, "来源": self.origin,
            "维度": "、".join(self.by), "依赖": "、".join(self.needs), "归口": self.owner, "指标包": self.pack,
            "标准": "、".join(self.standards), "方法沿革": "；".join(self.methods),
        }
        return {k: v for k, v in lines.items() if v}


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
    )
