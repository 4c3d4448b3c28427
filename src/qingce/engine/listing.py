"""Queries that list rows: those behind a figure, and those that break a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import sqlglot.expressions as sge

from qingce.core.check import Check
from qingce.core.errors import DeclarationError
from qingce.core.factor import FactorEdition
from qingce.engine.backend import Backend
from qingce.engine.compile import Tables, exact
from qingce.engine.script import RuleText


def listings(
    tables: Tables, table: str, conditions: Sequence[ir.BooleanValue | None], backend: Backend
) -> list[str]:
    """For each condition the query of the rows of a table that meet it; of all rows where there is none.

    All conditions are compiled together, as the columns of one select that is then taken apart: one by
    one they take ten times as long.
    """
    source = tables[table]
    plain = table in tables.registry.datasets
    # the rows of a view stand behind its own query, whatever conditions that has itself
    stand = source if plain else ibis.table(source.schema(), name="rows")
    columns = {
        f"c{n}": condition if plain else condition.op().replace({source.op(): stand.op()}).to_expr()
        for n, condition in enumerate(conditions) if condition is not None
    }
    everything = backend.sql(source)
    if not columns:
        return [everything] * len(conditions)
    made = backend.tree(stand.select(**columns))
    met = {pick.alias: pick.this for pick in made.expressions}
    frame = sge.Select(expressions=[sge.Star()], from_=made.args["from_"])
    if not plain:
        alias = made.args["from_"].this.args["alias"]
        frame.set("from_", sge.From(this=sge.Subquery(this=backend.tree(source), alias=alias)))
    texts: dict[str, Any] = {name: backend.said(frame.where(condition)) for name, condition in met.items()}
    return [texts.get(f"c{n}", everything) for n in range(len(conditions))]


def rule_text(check: Check, tables: Tables, editions: Mapping[str, FactorEdition], backend: Backend) -> RuleText:
    """The queries of a rule on records: its bad rows, and how many rows it looks at.

    Raises:
        DeclarationError: the rule returns something other than a table.
    """
    bad = check.body(*(exact(editions[p].value) if p in editions else tables[p] for p in check.params))
    if not hasattr(bad, "columns"):
        raise DeclarationError(f"check {check.name!r} returns {type(bad).__name__}; return a table of bad rows.")
    names = [p for p in check.params if p not in editions]
    plain = names[0] in tables.registry.datasets
    looked = backend.quote(names[0]) if plain else f"(\n{backend.sql(tables[names[0]])}\n)"
    count = f"SELECT COUNT(*) AS {backend.quote('n')} FROM {looked} AS {backend.quote('rows')}"
    datasets = tuple(dict.fromkeys(d for name in names for d in tables.datasets_of(name)))
    return RuleText(backend.sql(bad), count, datasets)
