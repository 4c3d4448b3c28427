"""What a computation works on: declarations, records, filed figures, and the choices a project made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qingce.core.factor import FactorEdition
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Method, Metric
from qingce.core.org import OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.backend import Backend
from qingce.engine.lineage import Input


@dataclass(frozen=True)
class Subject:
    """What a computation works on.

    Attributes:
        filed: figures that people entered.
        inputs: the delivered files of each dataset, and under ``""`` those of filed figures.
        policy: for a factor's name, the region and vintage the project chose.
    """

    registry: Registry
    backend: Backend
    tree: OrgTree
    filed: Mapping[FigureKey, Figure]
    inputs: Mapping[str, Sequence[Input]] = field(default_factory=dict)
    policy: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def editions(self, params: Sequence[str], period: Period) -> dict[str, FactorEdition]:
        """The edition of each factor among some parameters that holds in a period."""
        return {
            name: self.registry.factors[name].at(period, self.policy.get(name))
            for name in params if name in self.registry.factors
        }

    def method(self, metric: Metric, period: Period) -> tuple[Method, dict[str, FactorEdition]]:
        """The method of a metric that holds in a period, with its factor editions."""
        method = metric.method_at(period.end)
        return method, self.editions(method.params, period)

    def table_of(self, metric: Metric) -> str:
        """The table a computed metric reads."""
        table = self.registry.table_of(metric)
        assert table is not None
        return table.name

    def files(self, datasets: Sequence[str]) -> tuple[Input, ...]:
        """The delivered files of some datasets."""
        return tuple(i for name in datasets for i in self.inputs.get(name, ()))

    def refused(self, datasets: Sequence[str]) -> tuple[str, ...]:
        """Those of some datasets of which files were delivered and not accepted."""
        return tuple(name for name in datasets if self.inputs.get(name) and self.backend.parquet.get(name) is None)
