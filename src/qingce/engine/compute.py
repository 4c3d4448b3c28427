"""Computation: answers for any figure of a project, computed when asked and remembered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

from qingce.core.amount import ABSENT, Absent, Amount, Value
from qingce.core.errors import BindingError, DeclarationError, ProjectError, UnitError, nearest
from qingce.core.estimate import plain
from qingce.core.figure import Dims, Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.engine.asked import Asked, flag_of
from qingce.engine.choose import SIZE
from qingce.engine.derive import Operand
from qingce.engine.lineage import Lineage, operand_keys
from qingce.engine.memory import Memory
from qingce.engine.scans import Scans
from qingce.engine.script import Script
from qingce.engine.subject import Subject
from qingce.engine.traces import Traces

__all__ = ["Computation", "Subject"]


def rolled_up(metric: Metric, key: FigureKey, parts: Sequence[Figure]) -> Figure | None:
    """What orgs below filed, together; nothing where none did."""
    if not parts:
        return None
    total = sum((part.amount for part in parts), Amount.of(0, metric.unit.name))
    return Figure(key, total.value, metric.unit, total.slack, source=f"{len(parts)} 个下级机构填报值合计")


def estimated_share(value: Value, part: Value) -> str:
    """Which part of a value comes from rows marked as estimated, in percent; empty for nothing.

    Rows of both signs may make a part of which no share can be told; it then counts as estimated whole.

    >>> estimated_share(Decimal(200), Decimal(25)), estimated_share(Decimal(200), ABSENT)
    ('12.5', '')
    >>> estimated_share(Decimal(10), Decimal(-3))
    '100'
    """
    if isinstance(value, Absent) or isinstance(part, Absent) or not part:
        return ""
    share = part * 100 / value if value else Decimal(100)
    share = max(share, Decimal("0.01")) if 0 < share <= 100 else Decimal(100)
    return plain(share.quantize(Decimal("0.01")))


class Computation:
    """A :class:`qingce.core.figure.FigureSource` over records and filed figures.

    Args:
        periods: the periods that will be asked for; others cost another scan only where a factor
            or a method differs.
        memory: what an earlier run kept, by the fingerprint of query and inputs.
        script: what an earlier run with the same declarations worked out; added to as needed.
        size: rows from which a table is taken in passes over its partitions.

    Attributes:
        asked: what is asked of each table, and the texts for it.
        scans: tables read, and what is known of them.
    """

    def __init__(
        self, subject: Subject, periods: Sequence[Period], memory: Memory | None = None, script: Script | None = None,
        size: int = SIZE,
    ) -> None:
        self.subject, self.registry = subject, subject.registry
        self.periods = list(periods)
        self.asked = Asked(subject, self.periods, script if script is not None else Script())
        self.scans = Scans(subject, self.asked, memory, size)
        self.traces = Traces(subject, self.asked)
        self._figures: dict[FigureKey, Figure] = {}
        self._open: list[FigureKey] = []

    # -- FigureSource -----------------------------------------------------------------------
    def metric(self, name: str) -> Metric:
        """The declaration of that name."""
        return self.registry.metric(name)

    def resolve(self, metric: Metric, dimension: str, word: str) -> str:
        """The code behind a member's code or label."""
        codes = self.registry.code_list(metric, dimension)
        if codes is not None:
            return codes.resolve(word)
        known = {dict(key.dims)[dimension] for key in self.subject.filed
                 if key.metric == metric.name and dimension in dict(key.dims)}
        if known and word not in known:
            raise BindingError(f"{metric.name} 没有成员“{word}”。{nearest(word, known)}")
        return word

    def label(self, metric: Metric, dimension: str, code: str) -> str:
        """The label of a member."""
        codes = self.registry.code_list(metric, dimension)
        return codes.label_of(code) if codes is not None else code

    def figure(self, key: FigureKey) -> Figure:
        """The figure of a key; absent where nothing is known."""
        if key not in self._figures:
            if key.org not in self.subject.tree:
                raise BindingError(f"机构表里没有“{key.org}”。{nearest(key.org, self.subject.tree)}")
            if key in self._open:
                raise DeclarationError(f"{key} depends on itself.")
            self._open.append(key)
            try:
                self._figures[key] = self._make(key)
            finally:
                self._open.pop()
        return self._figures[key]

    def _make(self, key: FigureKey) -> Figure:
        metric = self.metric(key.metric)
        if metric.filed:
            return self._filed(metric, key)
        return self._computed(metric, key) if self.registry.computed(metric) else self._derived(metric, key)

    # -- filed, computed, derived -------------------------------------------------------------
    def _filed(self, metric: Metric, key: FigureKey) -> Figure:
        found, parts = self.subject.filed.get(key), list[Figure]()
        if found is None and metric.additive:
            day = Period.parse(key.period).end
            below = (self.figure(key._replace(org=child)) for child in self.subject.tree.children(key.org, day))
            parts = [part for part in below if not isinstance(part.value, Absent)]
        if found is None:
            found = rolled_up(metric, key, parts) or Figure(key, ABSENT, metric.unit, reason="未填报")
        used = operand_keys([part.key for part in parts])
        return replace(found, lineage=self.traces.of_filed(metric, found, used))

    def _computed(self, metric: Metric, key: FigureKey) -> Figure:
        table, term = self.subject.table_of(metric), self.asked.term(metric, Period.parse(key.period))
        value = self.scans.value(table, term, key)
        flag = flag_of(self.registry.table_of(metric))
        part: Value = ABSENT
        if flag:
            part = self.scans.value(table, self.asked.term(metric, Period.parse(key.period), flag), key)
        share = estimated_share(value, part)
        return Figure(key, value, metric.unit, lineage=self.traces.of_computed(metric, table, term, key, share))

    def _derived(self, metric: Metric, key: FigureKey) -> Figure:
        method, editions = self.subject.method(metric, Period.parse(key.period))
        trace: list[FigureKey] = []
        operands = [self.operand(name, key, trace) for name in method.params]
        try:
            value = method.body(*operands).to(metric.unit)
        except UnitError as exc:
            raise DeclarationError(f"metric {metric.name!r}: {exc}") from exc
        lineage = self.traces.of_derived(metric, method, editions, operand_keys(trace))
        return Figure(key, value.value, metric.unit, value.slack, lineage=lineage)

    def operand(self, name: str, key: FigureKey, trace: list[FigureKey]) -> Amount:
        """What a parameter stands for in a body evaluated at ``key``."""
        if name in self.registry.factors:
            factor = self.registry.factors[name]
            return factor.amount(factor.at(Period.parse(key.period), self.subject.policy.get(name)))
        metric = self.metric(name)
        dims: Dims = tuple((d, c) for d, c in key.dims if d in metric.by)
        return Operand.fetch(metric, FigureKey(name, key.org, key.period, dims), self.figure, self.resolve, trace)

    # -- many at once -------------------------------------------------------------------------
    def values(
        self, names: Sequence[str], orgs: Sequence[str], periods: Sequence[str]
    ) -> dict[FigureKey, Value]:
        """The totals of computed metrics for many orgs and periods at once, without their lineage.

        Raises:
            BindingError: no such metric or org.
        """
        found: dict[FigureKey, Value] = {}
        for org in orgs:
            if org not in self.subject.tree:
                raise BindingError(f"机构表里没有“{org}”。{nearest(org, self.subject.tree)}")
        for name in names:
            metric = self.metric(name)
            if not self.registry.computed(metric):
                raise BindingError(f"“{name}”不由台账计算，背后没有台账记录。")
            for period in map(Period.parse, periods):
                term, said = self.asked.term(metric, period), str(period)
                values = self.scans.cells(self.subject.table_of(metric)).over(term, orgs, period)
                found.update(zip(FigureKey.of_orgs(name, orgs, said), values, strict=True))
        return found

    def members(self, metric: Metric, dimension: str) -> list[str]:
        """The members of a family's dimension, in the code list's order."""
        codes = self.registry.code_list(metric, dimension)
        if codes is not None:
            return [value.code for value in codes.values]
        filed = {dict(k.dims).get(dimension) for k in self.subject.filed if k.metric == metric.name}
        if filed - {None}:
            return sorted(code for code in filed if code is not None)
        if self.registry.table_of(metric) is None:
            inner = [self.registry.metrics[p] for p in metric.params if p in self.registry.metrics]
            found = [m for p in inner if dimension in p.by for m in self.members(p, dimension)]
            return list(dict.fromkeys(found))
        for period in self.periods:
            self.asked.term(metric, period)
        table = self.subject.table_of(metric)
        return sorted({m for p in self.periods for m in self.scans.members(table, dimension, p, metric.kind)})

    def family(self, metric: Metric, org: str, period: str) -> list[FigureKey]:
        """Keys of the total, of each member, and of the full cross where there are several dimensions."""
        keys = [FigureKey(metric.name, org, period)]
        members = {dim: self.members(metric, dim) for dim in metric.by}
        keys += [FigureKey(metric.name, org, period, ((dim, code),)) for dim in metric.by for code in members[dim]]
        if len(metric.by) > 1:
            crosses = product(*(members[dim] for dim in metric.by))
            keys += [FigureKey(metric.name, org, period, tuple(zip(metric.by, codes, strict=True)))
                     for codes in crosses]
        return keys

    # -- where it came from -------------------------------------------------------------------
    def lineage(self, figure: Figure) -> Lineage:
        """How a figure came to be."""
        found = self.traces.known.get(figure.lineage)
        if found is None:
            raise ProjectError(f"{figure.key} 没有来历记录。")
        return found

    def rows(self, figure: Figure, most: int = 50) -> dict[str, list[Any]]:
        """The records behind a computed figure, at most so many."""
        record = self.lineage(figure)
        if not record.rows_sql:
            return {}
        return self.subject.backend.columns(f"SELECT * FROM ({record.rows_sql}) LIMIT {int(most)}")
