"""What is asked of each table: every metric in every variant that some period needs, and the texts for it.

Queries, lists of rows, formulas and code hashes follow from declarations, policy and the days on which
the org tree changed, never from records: they can be worked out before a record is read, and are
taken from the script where an earlier run did so. Only working them out needs Ibis.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from qingce.core.check import Check
from qingce.core.dataset import Dataset, View
from qingce.core.errors import DeclarationError
from qingce.core.factor import FactorEdition
from qingce.core.metric import Method, Metric
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.formula import formula
from qingce.engine.lineage import code_hash
from qingce.engine.names import fingerprint
from qingce.engine.script import RowText, RuleText, ScanText, Script
from qingce.engine.subject import Subject

if TYPE_CHECKING:
    from qingce.engine.compile import Reduction, Tables
    from qingce.engine.plan import Scan


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric in one of its variants: the method and the factor editions that some period needs."""

    metric: Metric
    method: Method
    editions: Mapping[str, FactorEdition]
    flag: str = ""
    """The column that marks rows as estimated, where only those are wanted."""

    @property
    def variant(self) -> str:
        """A name that changes with the method or an edition."""
        flag = (self.flag,) if self.flag else ()
        return fingerprint(str(self.method.since), *(e.id for e in self.editions.values()), *flag)


class Asked:
    """The terms of every table and their texts.

    Args:
        periods: the periods that will be asked for; another one costs another scan of a table only
            where a factor or a method differs.
        script: texts worked out before; added to as needed.
    """

    def __init__(self, subject: Subject, periods: Sequence[Period], script: Script) -> None:
        self.subject, self.registry, self.script = subject, subject.registry, script
        self.periods = list(periods)
        self._terms: dict[str, dict[str, Wanted]] = {}
        self._term_of: dict[tuple[str, str], str] = {}
        self._names: dict[tuple[str, int], str] = {}
        self._reductions: dict[str, Reduction] = {}
        self._readers = readers_of(self.registry)

    @cached_property
    def tables(self) -> Tables:
        """The Ibis tables of the registry."""
        from qingce.engine.compile import Tables

        return Tables(self.registry)

    # -- terms ------------------------------------------------------------------------------
    def term(self, metric: Metric, period: Period, flag: str = "") -> str:
        """The name under which a table's scan answers a metric for a period.

        Args:
            flag: the column that marks the rows which alone are wanted.
        """
        table, wanted = self.subject.table_of(metric), Wanted(metric, *self.subject.method(metric, period), flag)
        if table not in self._terms:
            self._foresee(table)
        at = (metric.name, wanted.variant)
        return self._term_of[at] if at in self._term_of else self._add(table, wanted)

    def _foresee(self, table: str) -> None:
        """Every metric of a table, in every variant that the known periods need."""
        self._terms[table] = {}
        for metric, read in self._readers.get(table, ()):
            for period in self.periods:
                for flag in dict.fromkeys(("", flag_of(read))):
                    wanted = Wanted(metric, *self.subject.method(metric, period), flag)
                    if (metric.name, wanted.variant) not in self._term_of:
                        self._add(table, wanted)

    def _add(self, table: str, wanted: Wanted) -> str:
        same = sum(1 for name, _ in self._term_of if name == wanted.metric.name)
        name = wanted.metric.name if not same else f"{wanted.metric.name}__{same + 1}"
        self._terms[table][name] = wanted
        self._term_of[wanted.metric.name, wanted.variant] = name
        return name

    def reduction(self, table: str, term: str) -> Reduction:
        """The aggregate that a term stands for."""
        if term not in self._reductions:
            from qingce.engine.compile import reduction

            wanted = self._terms[table][term]
            made = reduction(wanted.metric, wanted.method, self.tables, wanted.editions)
            self._reductions[term] = made.only(self.tables[table][wanted.flag]) if wanted.flag else made
        return self._reductions[term]

    # -- texts ------------------------------------------------------------------------------
    def scan(self, table: str) -> ScanText:
        """The query that answers every term of a table, known so far, at once."""
        name = self._name(table)
        if name not in self.script.scans:
            from qingce.engine.wording import scan_text

            self.script.scans[name] = scan_text(self.tables, plan_of(self, table), self.subject.backend)
            self.script.fresh = True
        return self.script.scans[name]

    def row_text(self, table: str) -> RowText:
        """The row select of a table for passes at size."""
        name = self._name(table)
        if name not in self.script.passes:
            from qingce.engine.classify import row_text

            self.script.passes[name] = row_text(self.tables, plan_of(self, table), self.subject.backend)
            self.script.fresh = True
        return self.script.passes[name]

    def listing(self, table: str, term: str) -> str:
        """The query that lists the rows of a table which a term counts, for all times and orgs."""
        name = self._listed(table, term)
        if name not in self.script.rows:
            from qingce.engine.listing import listings

            # one compilation for all terms of a table costs little more than one for one
            terms = [t for t in self._terms[table] if self._listed(table, t) not in self.script.rows]
            made = listings(self.tables, table, [self.reduction(table, t).where for t in terms], self.subject.backend)
            self.script.rows.update((self._listed(table, t), sql) for t, sql in zip(terms, made, strict=True))
            self.script.fresh = True
        return self.script.rows[name]

    def formula(self, metric: Metric, method: Method) -> str:
        """A method's formula in Chinese labels."""
        return self._worked_out(self.script.formulas, f"{metric.name}@{method.since}",
                                lambda: formula(metric, method.body, self.registry))

    def code(self, metric: Metric, method: Method) -> str:
        """sha256 of a method's source."""
        return self._worked_out(self.script.codes, f"{metric.name}@{method.since}", lambda: code_hash(method))

    def rule(self, check: Check) -> RuleText:
        """The queries of a rule on records.

        Raises:
            DeclarationError: it mixes records and metrics, or returns something other than a table.
        """
        if any(p in self.registry.metrics for p in check.params):
            raise DeclarationError(f"check {check.name!r} mixes records and metrics; make it two checks.")
        editions = self.subject.editions(check.params, self.periods[0])
        name = f"{check.name}@{','.join(e.id for e in editions.values())}"
        if name not in self.script.rules:
            from qingce.engine.listing import rule_text

            self.script.rules[name] = rule_text(check, self.tables, editions, self.subject.backend)
            self.script.fresh = True
        return self.script.rules[name]

    def _listed(self, table: str, term: str) -> str:
        variant = fingerprint(*(e.id for e in self._terms[table][term].editions.values()))
        return f"{table}.{term}.{variant}"

    def _worked_out(self, room: dict[str, str], name: str, make: Callable[[], str]) -> str:
        if name not in room:
            room[name] = make()
            self.script.fresh = True
        return room[name]

    def _name(self, table: str) -> str:
        terms = self._terms[table]
        count = len(terms)  # grows with every variant that is added
        if (table, count) not in self._names:
            epochs = map(str, self.subject.tree.change_days)
            variants = [f"{variant}:{term}" for (_, variant), term in self._term_of.items() if term in terms]
            self._names[table, count] = fingerprint(table, *terms, *variants, *epochs)
        return self._names[table, count]

    def wanted(self, table: str) -> Mapping[str, Wanted]:
        """What is asked of a table, by term."""
        return self._terms[table]


def readers_of(registry: Registry) -> dict[str, list[tuple[Metric, Dataset | View]]]:
    """The metrics that read each table, with the table's declaration."""
    found: dict[str, list[tuple[Metric, Dataset | View]]] = {}
    for metric in registry.metrics.values():
        read = registry.table_of(metric)
        if read is not None:
            found.setdefault(read.name, []).append((metric, read))
    return found


def flag_of(table: Dataset | View | None) -> str:
    """The column that marks a table's rows as estimated; empty where it has none."""
    return table.estimate if isinstance(table, Dataset) else ""


def plan_of(asked: Asked, table: str) -> Scan:
    """How one scan answers everything that is asked of a table."""
    from qingce.engine.plan import Term, plan

    registry = asked.registry
    terms = [Term(t, asked.reduction(table, t), w.metric.kind) for t, w in asked.wanted(table).items()]
    dims = sorted({d for m in registry.metrics.values() for d in m.by
                   if (t := registry.table_of(m)) is not None and t.name == table})
    return plan(asked.tables, table, terms, dims, asked.subject.tree.change_days)


def reads_records(check: Check, *rooms: Mapping[str, object]) -> bool:
    """Whether a check is a rule on records: one of its parameters is a table."""
    return any(param in room for param in check.params for room in rooms)


def work_out(asked: Asked) -> None:
    """Work out every text that the known periods need, before any record is read."""
    registry = asked.registry
    for metric in registry.metrics.values():
        if metric.filed:
            continue
        for period in asked.periods:
            method = metric.method_at(period.end)
            asked.formula(metric, method)
            asked.code(metric, method)
        if registry.computed(metric):
            table = asked.subject.table_of(metric)
            terms = [asked.term(metric, period) for period in asked.periods]
            asked.scan(table)
            for term in terms:
                asked.listing(table, term)
    for check in registry.checks.values():
        if reads_records(check, registry.datasets, registry.views):
            asked.rule(check)
