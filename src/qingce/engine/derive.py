"""Operands: what a parameter name stands for in the body of a derived metric or a check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from qingce.core.amount import Amount
from qingce.core.errors import BindingError, did_you_mean
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.core.registry import Registry

Ask = Callable[[FigureKey], Figure]
Resolve = Callable[[Metric, str, str], str]


@dataclass(frozen=True, slots=True, eq=False)
class Operand(Amount):
    """An amount that knows which figure it is, so that a body may step sideways from it."""

    metric: Metric | None = None
    key: FigureKey | None = None
    ask: Ask | None = None
    resolve: Resolve | None = None
    trace: list[FigureKey] = field(default_factory=list)

    @classmethod
    def fetch(cls, metric: Metric, key: FigureKey, ask: Ask, resolve: Resolve, trace: list[FigureKey]) -> Operand:
        """The operand for a figure; notes in ``trace`` that it was looked at."""
        if key not in trace:
            trace.append(key)
        figure = ask(key)
        return cls(figure.value, figure.unit, figure.slack, metric, key, ask, resolve, trace)

    def _again(self, key: FigureKey) -> Operand:
        assert self.metric is not None and self.ask is not None and self.resolve is not None
        return Operand.fetch(self.metric, key, self.ask, self.resolve, self.trace)

    def _at_hand(self) -> tuple[Metric, FigureKey]:
        assert self.metric is not None and self.key is not None
        return self.metric, self.key

    def at(self, **members: str) -> Operand:
        """A member of the family, by code or label."""
        metric, key = self._at_hand()
        dims = dict(key.dims)
        for dimension, word in members.items():
            if dimension not in metric.by:
                raise BindingError(
                    f"{metric.name} has no dimension {dimension!r}.{did_you_mean(dimension, metric.by)}"
                )
            assert self.resolve is not None
            dims[dimension] = self.resolve(metric, dimension, word)
        return self._again(key._replace(dims=tuple((d, dims[d]) for d in metric.by if d in dims)))

    @property
    def prior(self) -> Operand:
        """The same figure one period earlier."""
        _, key = self._at_hand()
        return self._again(key._replace(period=str(Period.parse(key.period).prior)))

    @property
    def total(self) -> Operand:
        """The family's total."""
        _, key = self._at_hand()
        return self._again(key._replace(dims=()))

    def of(self, org: str) -> Operand:  # type: ignore[override]
        """The same figure of another org."""
        _, key = self._at_hand()
        return self._again(key._replace(org=org))


@dataclass(frozen=True, slots=True, eq=False)
class Probe(Operand):
    """A stand-in operand with the right unit, for trying a body before there is data."""

    def at(self, **members: str) -> Probe:
        """The probe itself, once the dimension is known to exist."""
        metric, _ = self._at_hand()
        for dimension in members:
            if dimension not in metric.by:
                raise BindingError(
                    f"{metric.name} has no dimension {dimension!r}.{did_you_mean(dimension, metric.by)}"
                )
        return self

    def _again(self, key: FigureKey) -> Operand:
        return self


def probe(registry: Registry, param: str) -> Amount:
    """The stand-in for a parameter's name: a metric's or a factor's, worth 1."""
    if param in registry.metrics:
        metric = registry.metrics[param]
        return Probe(Decimal(1), metric.unit, Decimal(0), metric, FigureKey(metric.name, "-", "2000"))
    return Amount(Decimal(1), registry.factors[param].unit)
