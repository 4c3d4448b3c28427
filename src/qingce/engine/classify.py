"""Rows for the pass at size: which conditions, values and identities a table's metrics need of each row.

Equal conditions of different metrics are one condition, equal arguments one value. What is needed is
one select, kept as text; a pass takes from it only the columns of the terms it has not met before.
"""

from __future__ import annotations

from typing import Any

import ibis.expr.types as ir
import sqlglot

from qingce.engine.backend import Backend
from qingce.engine.compile import Tables
from qingce.engine.fact import fact_of
from qingce.engine.names import fingerprint
from qingce.engine.plan import Scan
from qingce.engine.script import RowText, TermText


def row_text(tables: Tables, scan: Scan, backend: Backend) -> RowText:
    """The row select of a table for all terms of its scan."""
    source = tables[scan.table]
    columns: dict[str, ir.Value] = dict(scan.keys)
    named: dict[Any, str] = {}

    def column(prefix: str, expr: ir.Value) -> str:
        op = expr.op()
        if op not in named:
            named[op] = f"{prefix}{len(named)}"
            columns[named[op]] = expr
        return named[op]

    made: list[tuple[str, str, str, str]] = []
    unfit = ""
    for term in scan.terms:
        how, arg, where = term.reduction.how, term.reduction.arg, term.reduction.where
        if how in ("count", "distinct") and arg is not None:
            # a row without the argument does not count
            where = arg.notnull() if where is None else where & arg.notnull()
        condition = column("p", where) if where is not None else ""
        value = ""
        if arg is not None and how != "count":
            value = column("v" if how != "distinct" else "c", _plain(arg, how))
            if arg.type().is_floating():
                unfit = f"{term.name} 对浮点数去重"
        made.append((term.name, how, condition, value))
    sql = backend.sql(source.select(**columns)) if columns else ""
    said, rest = _picks(sql, backend.dialect)
    filed = _filed(sql, backend.dialect) if columns and scan.table in tables.registry.datasets else ""
    terms = tuple(
        TermText(
            name, fingerprint(how, said.get(condition, ""), said.get(value, ""), rest), how, condition, value
        )
        for name, how, condition, value in made
    )
    shape = fingerprint("rows 3", scan.table, *(said[key] for key in scan.keys), rest)
    return RowText(sql, tuple(scan.keys), shape, fact_of(tables, scan.table), terms, unfit, filed)


def _filed(sql: str, dialect: str) -> str:
    """The select with the column ``_file``."""
    select = sqlglot.parse_one(sql, into=sqlglot.exp.Select, dialect=dialect)
    return select.select('"_file"', dialect=dialect).sql(dialect)


def _picks(sql: str, dialect: str) -> tuple[dict[str, str], str]:
    """The SQL of each column of a select, and of what it selects from."""
    if not sql:
        return {}, ""
    tree = sqlglot.parse_one(sql, dialect=dialect)
    picks = {pick.alias_or_name: pick.sql(dialect) for pick in tree.expressions}
    tree.set("expressions", [])
    return picks, tree.sql(dialect)


def _plain(arg: ir.Value, how: str) -> ir.Value:
    """The argument in a type that a pass reads: decimal or 64-bit as value, text or 64-bit as identity."""
    kind: Any = arg.type()
    if kind.is_integer():
        return arg.cast("int64") if not kind.is_int64() else arg
    return arg if how != "distinct" or kind.is_string() else arg.cast("string")
