"""Traces: the lineage record of every figure, made when the figure is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from qingce.core.factor import FactorEdition
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Kind, Method, Metric
from qingce.core.period import Period
from qingce.engine.asked import Asked
from qingce.engine.backend import Backend
from qingce.engine.lineage import Lineage, UsedFactor, name_of
from qingce.engine.script import ScanText
from qingce.engine.subject import Subject


class Traces:
    """Makes lineage records and keeps them by id.

    Attributes:
        known: every record made, by id; ``texts`` their canonical JSON.
    """

    def __init__(self, subject: Subject, asked: Asked) -> None:
        self.subject, self.asked = subject, asked
        self.known: dict[str, Lineage] = {}
        self.texts: dict[str, str] = {}

    def of_filed(self, metric: Metric, figure: Figure, parts: tuple[str, ...] = ()) -> str:
        """The record's id of a figure that people entered, or of the sum of such figures.

        Args:
            parts: keys of what it is the sum of.
        """
        # a filed figure's source ends with the file and row it was read from
        inputs = tuple(i for i in self.subject.files([""]) if f"{i.path}:" in figure.source)
        said = {} if figure.estimate is None else figure.estimate.facts
        return self._kept(Lineage(metric.name, "filed", metric.doc, "填报", source=figure.source, inputs=inputs,
                                  operands=parts, extra=said))

    def of_computed(self, metric: Metric, table: str, term: str, key: FigureKey, estimated: str = "") -> str:
        """The record's id of a figure computed from records.

        Args:
            estimated: the share in percent that rows marked as estimated make up.
        """
        method, editions = self.subject.method(metric, Period.parse(key.period))
        text = self.asked.scan(table)
        return self._kept(Lineage(
            metric.name, "computed", metric.doc, self.asked.formula(metric, method), method=method.reason,
            code=self.asked.code(metric, method), table=table, term=term, sql=text.sql,
            rows_sql=self._rows_sql(metric, table, term, key), inputs=self.subject.files(text.datasets),
            factors=self._used(editions), extra={"estimate_share": estimated} if estimated else {},
        ))

    def of_derived(
        self, metric: Metric, method: Method, editions: Mapping[str, FactorEdition], operands: tuple[str, ...]
    ) -> str:
        """The record's id of a figure derived from others."""
        return self._kept(Lineage(
            metric.name, "derived", metric.doc, self.asked.formula(metric, method), method=method.reason,
            code=self.asked.code(metric, method), factors=self._used(editions), operands=operands,
        ))

    def _used(self, editions: Mapping[str, FactorEdition]) -> tuple[UsedFactor, ...]:
        registry = self.subject.registry
        return tuple(UsedFactor.of(registry.factors[name], edition, registry.sources)
                     for name, edition in editions.items())

    def _rows_sql(self, metric: Metric, table: str, term: str, key: FigureKey) -> str:
        """The query that lists the rows behind a computed figure."""
        inner, text, sql = self.asked.listing(table, term), self.asked.scan(table), self.subject.backend
        period = Period.parse(key.period)
        conditions = [f"{sql.quote(dim)} = {sql.text(code)}" for dim, code in key.dims]
        if text.time:
            conditions.append(_window(sql, text.time, period, metric.kind))
        if key.org != self.subject.tree.root:
            # a table that names no org answers for the whole bank only
            conditions.append(self._below(key.org, text, period, metric.kind) if text.org else "1 = 0")
        return f"SELECT * FROM (\n{inner}\n) AS {sql.quote('明细')}" + (
            f"\nWHERE {' AND '.join(conditions)}" if conditions else ""
        )

    def _below(self, org: str, text: ScanText, period: Period, kind: Kind) -> str:
        """Whether a row's org hung below another on the row's own day: orgs move while a period runs."""
        tree, sql, column = self.subject.tree, self.subject.backend, self.subject.backend.quote(text.org)
        first = dt.date.min if kind is Kind.CUMULATIVE else period.start
        if kind is Kind.STOCK or not text.time:
            first = period.end
        spans: list[tuple[list[str], dt.date]] = []
        for day in (first, *(d for d in tree.change_days if first < d <= period.end)):
            codes = sorted(o for o in tree if org in tree.path(o, day))
            if not spans or spans[-1][0] != codes:
                spans.append((codes, day))
        ends = [day for _, day in spans[1:]]
        told = []
        for (codes, day), end in zip(spans, [*ends, None], strict=True):
            parts = [f"{column} IN ({', '.join(map(sql.text, codes))})"]
            parts += [f"{sql.quote(text.time)} >= {sql.day(day)}"] if day > first else []
            parts += [f"{sql.quote(text.time)} < {sql.day(end)}"] if end else []
            told += [" AND ".join(parts)] if codes else []
        return f"({' OR '.join(told)})" if len(told) > 1 else told[0] if told else "1 = 0"

    def _kept(self, record: Lineage) -> str:
        text = record.text
        name = name_of(text)
        self.known[name], self.texts[name] = record, text
        return name


def _window(sql: Backend, time: str, period: Period, kind: Kind) -> str:
    column, end = sql.quote(time), sql.day(period.end)
    if kind is Kind.STOCK:
        return f"{column} = {end}"
    if kind is Kind.CUMULATIVE:
        return f"{column} <= {end}"
    return f"{column} BETWEEN {sql.day(period.start)} AND {end}"
