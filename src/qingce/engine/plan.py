"""The plan of a table: one scan to cells, from which every metric of that table is answered.

A cell is (org, time, tree epoch, members of all families) with a row count and, for every
reduction, an aggregate that can be merged: sums and counts add, extremes compare, and distinct
values come as lists whose union is counted. So each table is read once, whatever the number of
metrics, periods and orgs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from qingce.core.metric import Kind
from qingce.engine.compile import Reduction, Tables


@dataclass(frozen=True)
class Term:
    """One reduction under the column name it has in the scan."""

    name: str
    reduction: Reduction
    kind: Kind


@dataclass(frozen=True)
class Scan:
    """What is read of one table.

    Attributes:
        time: ``""``, ``"day"`` or ``"month"``: how finely the cells keep time.
        dims: the members' columns.
        keys: what the cells are grouped by, as expressions on the table.
    """

    table: str
    time: str
    org: bool
    epochs: tuple[dt.date, ...]
    dims: tuple[str, ...]
    terms: tuple[Term, ...]
    keys: Mapping[str, ir.Value]
    expr: ir.Table


def plan(tables: Tables, table: str, terms: Sequence[Term], dims: Sequence[str], epochs: Sequence[dt.date]) -> Scan:
    """Fuse all reductions of a table into one aggregation."""
    source = tables[table]
    time, org = tables.keys(table)
    snapshots = any(term.kind is Kind.STOCK for term in terms)
    grain = ("day" if snapshots else "month") if time else ""
    passed = tuple(epochs) if grain == "month" else ()
    keys = _keys(source, (time, org), grain, passed, dims)
    aggregates: dict[str, ir.Value] = {"_rows": source.count()}
    for term in terms:
        aggregates.update(_aggregate(term, source))
    grouped = source.group_by(**keys) if keys else source
    return Scan(table, grain, bool(org), passed, tuple(dims), tuple(terms), keys, grouped.aggregate(**aggregates))


def _keys(source: ir.Table, time_org: tuple[str, str], grain: str, epochs: Sequence[dt.date],
          dims: Sequence[str]) -> dict[str, ir.Value]:
    time, org = time_org
    keys: dict[str, ir.Value] = {}
    if org:
        keys["_org"] = source[org]
    if time:
        keys["_time"] = source[time] if grain == "day" else source[time].truncate("M")
    if epochs:
        # rows before and after a reorganisation inside a month belong to different parents
        passed = [ibis.ifelse(source[time] >= ibis.literal(day), 1, 0) for day in epochs]
        total = passed[0]
        for more in passed[1:]:
            total = total + more
        keys["_epoch"] = total
    return keys | {f"d_{dim}": source[dim] for dim in dims}


def _aggregate(term: Term, source: ir.Table) -> dict[str, ir.Value]:
    made = term.reduction
    if made.how == "count" and made.arg is None and made.where is None:
        return {term.name: source.count()}
    kept = made.kept()
    if made.how == "count":
        return {term.name: kept.count()}
    if made.how == "distinct":
        return {term.name: kept.collect(distinct=True)}
    if made.how in ("min", "max"):
        return {term.name: kept.min() if made.how == "min" else kept.max()}
    if made.where is None:
        return {term.name: kept.sum()}
    # rows that meet the condition without a value are told apart from no such rows
    return {term.name: kept.sum(), f"{term.name}__n": made.matched().count()}
