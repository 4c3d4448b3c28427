"""Computation: answers for any figure of a project, computed when asked and remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from time import perf_counter
from typing import Any

from qingce.core.amount import ABSENT, Absent, Amount, Value
from qingce.core.dataset import Dataset
from qingce.core.errors import BindingError, DeclarationError, ProjectError, UnitError, did_you_mean
from qingce.core.factor import FactorEdition
from qingce.core.figure import Dims, Figure, FigureKey
from qingce.core.metric import Kind, Method, Metric
from qingce.core.org import OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.answers import Answers
from qingce.engine.backend import Backend, lists
from qingce.engine.cells import Cells, TermShape
from qingce.engine.choose import PASSES, SCAN, SIZE, Choice, Chooser
from qingce.engine.classify import RowText, row_text
from qingce.engine.compile import Reduction, Tables, reduction
from qingce.engine.crowds import Crowds, CrowdText, crowds, lean
from qingce.engine.derive import Operand
from qingce.engine.formula import formula
from qingce.engine.lineage import Input, Lineage, UsedFactor, code_hash, operand_keys
from qingce.engine.partition import Memory
from qingce.engine.plan import Scan, Term, fingerprint, plan
from qingce.engine.script import ScanText, Script


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric in one of its variants: the method and the factor editions that some period needs."""

    metric: Metric
    method: Method
    editions: Mapping[str, FactorEdition]


class Computation:
    """A :class:`qingce.core.figure.FigureSource` over records and filed figures.

    Args:
        periods: the periods that will be asked for; others cost another scan only where a factor
            or a method differs.
        memory: results of scans kept from an earlier run, by the fingerprint of query and inputs.
        script: what an earlier run with the same declarations worked out; added to as needed.
        size: rows from which a table is taken in passes over its partitions.

    Attributes:
        choices: the plan of each table that was read, why, and what it cost.
    """

    def __init__(
        self, subject: Subject, periods: Sequence[Period], memory: Memory | None = None, script: Script | None = None,
        size: int = SIZE,
    ) -> None:
        self.subject, self.registry = subject, subject.registry
        self.tables = Tables(subject.registry)
        self.periods = list(periods)
        self.memory = memory
        self.script = script if script is not None else Script()
        self.scans = 0
        self.choices: dict[str, Choice] = {}
        self._chooser = Chooser(subject.backend, memory, size)
        self._figures: dict[FigureKey, Figure] = {}
        self._lineage: dict[str, Lineage] = {}
        self._cells: dict[str, Cells] = {}
        self._text: dict[str, ScanText] = {}
        self._answers: dict[str, Answers] = {}
        self._answered: dict[str, ScanText] = {}
        self._names: dict[tuple[str, int], str] = {}
        self._terms: dict[str, dict[str, Wanted]] = {}
        self._term_of: dict[tuple[str, str], str] = {}
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
            raise BindingError(f"{word!r} is not a member of {metric.name}.{did_you_mean(word, known)}")
        return word

    def label(self, metric: Metric, dimension: str, code: str) -> str:
        """The label of a member."""
        codes = self.registry.code_list(metric, dimension)
        return codes.label_of(code) if codes is not None else code

    def figure(self, key: FigureKey) -> Figure:
        """The figure of a key; absent where nothing is known."""
        if key not in self._figures:
            if key.org not in self.subject.tree:
                raise BindingError(f"{key.org!r} is not an org.{did_you_mean(key.org, self.subject.tree)}")
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

    # -- filed ------------------------------------------------------------------------------
    def _filed(self, metric: Metric, key: FigureKey) -> Figure:
        found = self.subject.filed.get(key)
        if found is None and metric.additive:
            found = self._rolled_up(metric, key)
        if found is None:
            found = Figure(key, ABSENT, metric.unit, reason="未填报")
        # a filed figure's source ends with the file and row it was read from
        inputs = tuple(i for i in self.subject.inputs.get("", ()) if f"{i.path}:" in found.source)
        record = Lineage(metric.name, "filed", metric.doc, "填报", source=found.source, inputs=inputs)
        return replace(found, lineage=self._remember(record))

    def _rolled_up(self, metric: Metric, key: FigureKey) -> Figure | None:
        day = Period.parse(key.period).end
        parts = [self.figure(replace(key, org=child)) for child in self.subject.tree.children(key.org, day)]
        known = [part for part in parts if not isinstance(part.value, Absent)]
        if not known:
            return None
        total = sum((part.amount for part in known), Amount.of(0, metric.unit.name))
        return Figure(key, total.value, metric.unit, total.slack, source=f"{len(known)} 个下级机构填报值合计")

    # -- computed ---------------------------------------------------------------------------
    def _computed(self, metric: Metric, key: FigureKey) -> Figure:
        period = Period.parse(key.period)
        method, editions = self._method(metric, period)
        term = self._term(metric, method, editions)
        table = self._terms_table(metric)
        answers = self._answers_of(table)
        value = answers.get(term, key)
        if value is None:
            value = answers.put(term, key, self._scan(table).value(term, key.org, period, dict(key.dims)))
        return Figure(key, value, metric.unit,
                      lineage=self._remember(self._lineage_of_rows(metric, method, editions, table, term, key)))

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
                raise BindingError(f"{org!r} is not an org.{did_you_mean(org, self.subject.tree)}")
        for name in names:
            metric = self.metric(name)
            if not self.registry.computed(metric):
                raise BindingError(f"{name!r} is not computed from records; ask for its figure.")
            for period in map(Period.parse, periods):
                term = self._term(metric, *self._method(metric, period))
                cells, said = self._scan(self._terms_table(metric)), str(period)
                values = cells.over(term, orgs, period)
                found.update((FigureKey(name, org, said), each) for org, each in zip(orgs, values, strict=True))
        return found

    def _method(self, metric: Metric, period: Period) -> tuple[Method, dict[str, FactorEdition]]:
        method = metric.method_at(period.end)
        editions = {
            name: self.registry.factors[name].at(period, self.subject.policy.get(name))
            for name in method.params if name in self.registry.factors
        }
        return method, editions

    def _terms_table(self, metric: Metric) -> str:
        table = self.registry.table_of(metric)
        assert table is not None
        return table.name

    def _term(self, metric: Metric, method: Method, editions: Mapping[str, FactorEdition]) -> str:
        variant = fingerprint(str(method.since), *(e.id for e in editions.values()))
        found = self._term_of.get((metric.name, variant))
        if found is None:
            table = self._terms_table(metric)
            if table not in self._terms:
                self._plan_all(table)
                return self._term(metric, method, editions)
            found = self._add_term(table, metric, method, editions, variant)
            self._cells.pop(table, None)  # a variant nobody foresaw: the table is read once more
        return found

    def _plan_all(self, table: str) -> None:
        """Every metric of a table, in every variant that the known periods need."""
        self._terms[table] = {}
        for metric in self.registry.metrics.values():
            read = self.registry.table_of(metric)
            if read is None or read.name != table:
                continue
            for period in self.periods:
                method, editions = self._method(metric, period)
                variant = fingerprint(str(method.since), *(e.id for e in editions.values()))
                if (metric.name, variant) not in self._term_of:
                    self._add_term(table, metric, method, editions, variant)

    def _add_term(self, table: str, metric: Metric, method: Method, editions: Mapping[str, FactorEdition],
                  variant: str) -> str:
        same = sum(1 for name, _ in self._term_of if name == metric.name)
        name = metric.name if not same else f"{metric.name}__{same + 1}"
        self._terms[table][name] = Wanted(metric, method, editions)
        self._term_of[metric.name, variant] = name
        return name

    def _reduction(self, table: str, term: str) -> Reduction:
        wanted = self._terms[table][term]
        return reduction(wanted.metric, wanted.method, self.tables, wanted.editions)

    def _answers_of(self, table: str) -> Answers:
        """What is known of a table; under another name once a variant that nobody foresaw changes its query."""
        text = self._scan_text(table)
        if self._answered.get(table) is not text:
            self._answered[table] = self._text[table] = text
            hashes = [i.sha256 for d in text.datasets for i in self.subject.inputs.get(d, ())]
            said = [self.subject.backend.dialect, text.sql, *(crowd.sql for crowd in text.crowds)]
            name = fingerprint("answers", *said, repr(self.subject.tree.rows), *hashes)
            # what lies under a URL may change unseen
            self._answers[table] = Answers(name, self.memory if hashes and all(hashes) else None)
        return self._answers[table]

    def keep(self) -> None:
        """Keep the answers given so far for the next run."""
        for answers in self._answers.values():
            answers.keep()

    def _scan(self, table: str) -> Cells:
        if table not in self._cells:
            self._text[table] = self._scan_text(table)
            self._cells[table] = self._run(table, self._text[table])
        return self._cells[table]

    def _name(self, table: str) -> str:
        terms = self._terms[table]
        count = len(terms)  # grows with every variant that is added
        if (table, count) not in self._names:
            epochs = map(str, self.subject.tree.change_days)
            variants = [f"{variant}:{term}" for variant, term in self._term_of.items() if term in terms]
            self._names[table, count] = fingerprint(table, *terms, *variants, *epochs)
        return self._names[table, count]

    def _plan(self, table: str) -> Scan:
        terms = [Term(t, self._reduction(table, t), w.metric.kind) for t, w in self._terms[table].items()]
        dims = sorted({d for m in self.registry.metrics.values() for d in m.by
                       if (t := self.registry.table_of(m)) is not None and t.name == table})
        return plan(self.tables, table, terms, dims, self.subject.tree.change_days)

    def _scan_text(self, table: str) -> ScanText:
        name = self._name(table)
        if name not in self.script.scans:
            scan = self._plan(table)
            columns = scan.expr.columns
            shapes = tuple(
                TermShape(t.name, t.reduction.how, t.kind, f"{t.name}__n" in columns) for t in scan.terms
            )
            sql, near = self.subject.backend.sql, self.subject.backend.near
            apart = () if near else tuple(CrowdText(sql(e), t) for e, t in crowds(self.tables, scan))
            self.script.scans[name] = ScanText(
                sql(scan.expr if near else lean(scan)), scan.dims, scan.time, scan.epochs, shapes,
                *self.tables.keys(table), self.tables.datasets_of(table), tuple(scan.keys), apart,
            )
            self.script.fresh = True
        return self.script.scans[name]

    def _row_text(self, table: str) -> RowText:
        name = self._name(table)
        if name not in self.script.passes:
            self.script.passes[name] = row_text(self.tables, self._plan(table), self.subject.backend)
            self.script.fresh = True
        return self.script.passes[name]

    def _run(self, table: str, text: ScanText) -> Cells:
        started = perf_counter()
        offer = self._chooser.offer(text.datasets, lambda: self._row_text(table))
        columns: Mapping[str, Sequence[Any]]
        if offer.leaves is None:
            columns = self.kept(text.sql, text.datasets)
        else:
            columns = offer.leaves
            self.scans += offer.read
        distinct: Callable[[str, Sequence[int]], int] | None = (
            offer.leaves.distinct if offer.leaves is not None else None
        )
        if offer.leaves is None and text.crowds:
            found = [(crowd.terms, self.kept(crowd.sql, text.datasets)) for crowd in text.crowds]
            distinct = Crowds(columns, text.keys, found).distinct
        cells = Cells(columns, text.dims, text.shapes, text.epochs, text.grain, self.subject.tree, distinct)
        self.choices[table] = Choice(
            SCAN if offer.leaves is None else PASSES, offer.reason, offer.rows, len(cells.rows),
            perf_counter() - started, offer.partitions, offer.read,
        )
        return cells

    def kept(self, sql: str, datasets: Sequence[str]) -> dict[str, list[Any]]:
        """The result of a query over some datasets, from memory where it is the same query over the same files."""
        hashes = [i.sha256 for d in datasets for i in self.subject.inputs.get(d, ())]
        name = fingerprint(self.subject.backend.dialect, sql, *hashes)
        memory = self.memory if all(hashes) else None  # what lies under a URL may change unseen
        found = memory.get(name) if memory is not None else None
        if found is None:
            found = self.subject.backend.arrow(sql)
            self.scans += 1
            if memory is not None:
                memory.put(name, found)
        return lists(found)

    def _lineage_of_rows(self, metric: Metric, method: Method, editions: Mapping[str, FactorEdition], table: str,
                         term: str, key: FigureKey) -> Lineage:
        text = self._text[table]
        inputs = tuple(i for d in text.datasets for i in self.subject.inputs.get(d, ()))
        return Lineage(
            metric.name, "computed", metric.doc, self.formula(metric, method),
            method=method.reason, code=self._code(metric, method), table=table, term=term, sql=text.sql,
            rows_sql=self.rows_sql(metric, table, term, key), inputs=inputs, factors=self._used(editions),
        )

    def formula(self, metric: Metric, method: Method) -> str:
        """A method's formula in Chinese labels."""
        return self._worked_out(self.script.formulas, f"{metric.name}@{method.since}",
                                lambda: formula(metric, method.body, self.registry))

    def _code(self, metric: Metric, method: Method) -> str:
        return self._worked_out(self.script.codes, f"{metric.name}@{method.since}", lambda: code_hash(method))

    def _worked_out(self, room: dict[str, str], name: str, make: Callable[[], str]) -> str:
        if name not in room:
            room[name] = make()
            self.script.fresh = True
        return room[name]

    def _used(self, editions: Mapping[str, FactorEdition]) -> tuple[UsedFactor, ...]:
        return tuple(UsedFactor.of(self.registry.factors[name], edition, self.registry.sources)
                     for name, edition in editions.items())

    def rows_sql(self, metric: Metric, table: str, term: str, key: FigureKey) -> str:
        """The query that lists the rows behind a computed figure."""
        def listed() -> str:
            made = self._reduction(table, term)
            source = self.tables[table]
            return self.subject.backend.sql(source.filter(made.where) if made.where is not None else source)

        variant = fingerprint(*(e.id for e in self._terms[table][term].editions.values()))
        inner = self._worked_out(self.script.rows, f"{table}.{term}.{variant}", listed)
        time, org = self._text[table].time, self._text[table].org
        period = Period.parse(key.period)
        sql = self.subject.backend
        conditions = [f"{sql.quote(dim)} = {sql.text(code)}" for dim, code in key.dims]
        if time:
            conditions.append(_window(sql, time, period, metric.kind))
        if org and key.org != self.subject.tree.root:
            codes = sorted(o for o in self.subject.tree if key.org in self.subject.tree.path(o, period.end))
            conditions.append(f"{sql.quote(org)} IN ({', '.join(map(sql.text, codes))})")
        return f"SELECT * FROM (\n{inner}\n) AS {sql.quote('明细')}" + (
            f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
        )

    # -- derived ----------------------------------------------------------------------------
    def _derived(self, metric: Metric, key: FigureKey) -> Figure:
        method, editions = self._method(metric, Period.parse(key.period))
        trace: list[FigureKey] = []
        operands = [self.operand(name, key, trace) for name in method.params]
        try:
            value = method.body(*operands).to(metric.unit)
        except UnitError as exc:
            raise DeclarationError(f"metric {metric.name!r}: {exc}") from exc
        record = Lineage(
            metric.name,
            "derived",
            metric.doc,
            self.formula(metric, method),
            method=method.reason,
            code=self._code(metric, method),
            factors=self._used(editions),
            operands=operand_keys(trace),
        )
        return Figure(key, value.value, metric.unit, value.slack, lineage=self._remember(record))

    def operand(self, name: str, key: FigureKey, trace: list[FigureKey]) -> Amount:
        """What a parameter stands for in a body evaluated at ``key``."""
        if name in self.registry.factors:
            factor = self.registry.factors[name]
            return factor.amount(factor.at(Period.parse(key.period), self.subject.policy.get(name)))
        metric = self.metric(name)
        dims: Dims = tuple((d, c) for d, c in key.dims if d in metric.by)
        return Operand.fetch(metric, FigureKey(name, key.org, key.period, dims), self.figure, self.resolve, trace)

    # -- families and lineage ---------------------------------------------------------------
    def members(self, metric: Metric, dimension: str) -> list[str]:
        """The members of a family's dimension, in the code list's order."""
        codes = self.registry.code_list(metric, dimension)
        if codes is not None:
            return [value.code for value in codes.values]
        filed = {dict(k.dims).get(dimension) for k in self.subject.filed if k.metric == metric.name}
        if filed - {None}:
            return sorted(code for code in filed if code is not None)
        table = self.registry.table_of(metric)
        if table is None:
            inner = [self.registry.metrics[p] for p in metric.params if p in self.registry.metrics]
            found = [m for p in inner if dimension in p.by for m in self.members(p, dimension)]
            return list(dict.fromkeys(found))
        for period in self.periods:
            self._term(metric, *self._method(metric, period))
        cells = self._scan(table.name)
        return sorted({m for p in self.periods
                       for m in cells.members(dimension, self.subject.tree.root, p, metric.kind)})

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

    def _remember(self, record: Lineage) -> str:
        self._lineage[record.id] = record
        return record.id

    def lineage(self, figure: Figure) -> Lineage:
        """How a figure came to be."""
        if figure.lineage not in self._lineage:
            raise ProjectError(f"No lineage is known for {figure.key}.")
        return self._lineage[figure.lineage]

    def rows(self, figure: Figure, most: int = 50) -> dict[str, list[Any]]:
        """The records behind a computed figure, at most so many."""
        record = self.lineage(figure)
        if not record.rows_sql:
            return {}
        return self.subject.backend.columns(f"SELECT * FROM ({record.rows_sql}) LIMIT {int(most)}")

    def snapshots(self, dataset: Dataset) -> set[dt.date]:
        """The times for which a dataset holds records, where a metric reads it."""
        cells = self._cells.get(dataset.name)
        return cells.day_of_snapshots() if cells is not None else set()


def _window(sql: Backend, time: str, period: Period, kind: Kind) -> str:
    column, end = sql.quote(time), sql.day(period.end)
    if kind is Kind.STOCK:
        return f"{column} = {end}"
    if kind is Kind.CUMULATIVE:
        return f"{column} <= {end}"
    return f"{column} BETWEEN {sql.day(period.start)} AND {end}"


def is_value(value: Value) -> bool:
    """Whether there is something."""
    return not isinstance(value, Absent)
