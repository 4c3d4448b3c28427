"""The registry: everything that the packs of a project declare, by name.

Content never meets machinery except here: a pack uses another pack's dataset or metric by its
declared name, as a parameter, and a name that nobody declared is a DeclarationError with a hint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any

from qingce.core.case import Flow
from qingce.core.check import Check
from qingce.core.code import CodeList, read_codes
from qingce.core.dataset import Dataset, View
from qingce.core.disclosure import Standard
from qingce.core.errors import BindingError, DeclarationError, Undeclared, did_you_mean, nearest
from qingce.core.factor import Factor, Source, read_factor
from qingce.core.metric import Metric


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack's card: what it is about, who owns it, what it needs of others."""

    name: str
    label: str
    owner: str
    doc: str
    needs: tuple[str, ...] = ()


@dataclass
class Registry:
    """All declarations of a project."""

    packs: dict[str, Pack] = field(default_factory=dict)
    datasets: dict[str, Dataset] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    metrics: dict[str, Metric] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    factors: dict[str, Factor] = field(default_factory=dict)
    codes: dict[str, CodeList] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    pack_of: dict[str, str] = field(default_factory=dict)

    # -- filling ----------------------------------------------------------------------------
    def add_pack(self, pack: Pack, modules: Iterable[ModuleType]) -> None:
        """Take in every declaration that the pack's modules hold."""
        self.packs[pack.name] = pack
        for module in modules:
            for name, value in vars(module).items():
                if getattr(value, "module", module.__name__) not in ("", module.__name__):
                    continue  # imported from another module of the pack
                self._add(pack, name, value)

    def _add(self, pack: Pack, name: str, value: Any) -> None:
        if isinstance(value, Metric):
            made = value if value.name else value.named(name)
            if not made.owner:
                made.owner = pack.owner
            if name != "_":
                self._put(self.metrics, "metric", made.name, made, pack)
        rooms: dict[type[Any], dict[str, Any]] = {
            Dataset: self.datasets, View: self.views, Check: self.checks, Flow: self.flows,
        }
        if (room := rooms.get(type(value))) is not None:
            self._put(room, type(value).__name__.lower(), value.name, value, pack)

    def add_data(self, pack: Pack, kind: str, raw: Mapping[str, Any], where: str) -> None:
        """Take in a YAML file of ``factors``, ``codes`` or ``sources``."""
        for name, entry in raw.items():
            if kind == "factors":
                self._put(self.factors, "factor", name, read_factor(name, entry, where), pack)
            elif kind == "codes":
                self._put(self.codes, "code list", name, read_codes(name, entry, where), pack)
            else:
                self.sources[name] = Source(name, **{key: str(value) for key, value in entry.items()})

    def _put(self, room: dict[str, Any], what: str, name: str, value: object, pack: Pack) -> None:
        shared: tuple[dict[str, Any], ...] = (self.datasets, self.views, self.metrics, self.factors)
        taken = room if room not in shared else next((r for r in shared if name in r), room)
        if name in taken and taken[name] is not value:
            raise DeclarationError(
                f"{what} {name!r} of pack {pack.name!r} is already declared by pack {self.pack_of.get(name)!r}."
            )
        room[name] = value
        self.pack_of[name] = pack.name

    # -- asking -----------------------------------------------------------------------------
    def metric(self, name: str) -> Metric:
        """The metric of that name.

        Raises:
            BindingError: there is none, with the nearest name.
        """
        if name not in self.metrics:
            raise BindingError(f"没有名为“{name}”的指标。{nearest(name, self.metrics)}")
        return self.metrics[name]

    def table_of(self, metric: Metric) -> Dataset | View | None:
        """The dataset or view a computed metric reads first."""
        for param in metric.params:
            if param in self.datasets:
                return self.datasets[param]
            if param in self.views:
                return self.views[param]
        return None

    def computed(self, metric: Metric) -> bool:
        """Whether the metric reads records."""
        return self.table_of(metric) is not None

    def code_list(self, metric: Metric, dimension: str) -> CodeList | None:
        """The code list behind a family's dimension, where there is one."""
        table = self.table_of(metric)
        column = table.columns.get(dimension) if isinstance(table, Dataset) else None
        name = column.of if column is not None and column.of else dimension
        if name in self.codes:
            return self.codes[name]
        for param in metric.params:  # derived: the family it is derived from
            inner = self.metrics.get(param)
            if inner is not None and dimension in inner.by:
                return self.code_list(inner, dimension)
        for dataset in self.datasets.values():
            column = dataset.columns.get(dimension)
            if column is not None and column.of in self.codes:
                return self.codes[column.of]
        return None

    # -- judging ----------------------------------------------------------------------------
    def verify(self) -> None:
        """Check that every name exists and nothing depends on itself.

        Raises:
            DeclarationError: the first declaration that cannot stand.
        """
        known = {**self.datasets, **self.views, **self.metrics, **self.factors}
        neither = "is neither a dataset nor a metric nor a factor"
        asking = [("metric", m.name, m.params, neither) for m in self.metrics.values()]
        asking += [("check", c.name, c.params, "nobody declares") for c in self.checks.values()]
        for what, name, params, fault in asking:
            for param in (p for p in params if p not in known):
                hint = did_you_mean(param, known)
                raise Undeclared(param, f"{what} {name!r} asks for {param!r}, which {fault}.{hint}")
        for dataset in self.datasets.values():
            for name, column in dataset.columns.items():
                if column.type == "code" and column.of not in self.codes:
                    raise Undeclared(
                        column.of,
                        f"dataset {dataset.name!r}: column {name!r} takes codes of {column.of!r}, which is not "
                        f"a code list.{did_you_mean(column.of, self.codes)}",
                    )
        self.order()

    def order(self) -> list[Metric]:
        """Metrics in an order in which each comes after what it is derived from."""
        done: dict[str, Metric] = {}
        open_: list[str] = []

        def visit(name: str) -> None:
            if name in done:
                return
            if name in open_:
                circle = " → ".join([*open_[open_.index(name):], name])
                raise DeclarationError(f"metrics depend on each other in a circle: {circle}.")
            open_.append(name)
            for param in self.metrics[name].params:
                if param in self.metrics:
                    visit(param)
            open_.pop()
            done[name] = self.metrics[name]

        for name in self.metrics:
            visit(name)
        return list(done.values())

    def with_standard(self, standard: Standard) -> None:
        """Add a standard, or the answers of a project to one that is already there."""
        old = self.standards.get(standard.name)
        if old is not None:
            standard = replace(old, answers={**old.answers, **standard.answers})
        self.standards[standard.name] = standard


def datasets_behind(registry: Registry, name: str) -> frozenset[str]:
    """The datasets on which a metric or view rests, however far below; of a dataset itself."""
    found, seen, waiting = set(), set(), [name]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        if one in registry.datasets:
            found.add(one)
        elif (made := registry.metrics.get(one) or registry.views.get(one)) is not None:
            waiting += made.params
    return frozenset(found)
