"""Rows for the pass at size: which conditions, values and identities a table's metrics need of each row.

Equal conditions of different metrics are one condition, equal arguments one value. What is needed is
one select, kept as text; a pass takes from it only the columns of the terms it has not met before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import sqlglot

from qingce.core.errors import QingceError
from qingce.engine.backend import Backend
from qingce.engine.compile import Tables
from qingce.engine.partition import fact_of
from qingce.engine.plan import Scan, fingerprint

WORD = 30
"""Conditions in one mask column."""


class Unfit(QingceError):
    """A table's metrics cannot be answered by the pass at size; the message says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class TermText:
    """One term as columns of the row select.

    Attributes:
        id: a name that is the same wherever aggregate, argument and condition are the same.
        how: ``sum``, ``count``, ``distinct``, ``min`` or ``max``.
        condition: the column that says whether a row counts, ``""`` where every row does.
        value: the column summed, compared, or told apart; ``""`` where rows are counted.
    """

    name: str
    id: str
    how: str
    condition: str
    value: str


@dataclass(frozen=True, slots=True)
class RowText:
    """The row select of a table.

    Attributes:
        keys: the key columns it begins with.
        shape: a name that changes when the keys or the table behind them change.
        fact: the dataset whose files may be passed over one by one, ``""`` where the table has to be
            taken as a whole.
        unfit: why the pass at size cannot be used, ``""`` where it can.
        filed: the row select with the column ``_file``, for a table that is a dataset: all its files can
            be read at once and their rows told apart.
    """

    sql: str
    keys: tuple[str, ...]
    shape: str
    fact: str
    terms: tuple[TermText, ...]
    unfit: str = ""
    filed: str = ""


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
    shape = fingerprint("rows 1", scan.table, *(said[key] for key in scan.keys), rest)
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


def masks(conditions: Sequence[str]) -> list[str]:
    """SQL of the mask columns ``m0``, ``m1`` ... over boolean columns; NULL counts as not met."""
    words = [conditions[i : i + WORD] for i in range(0, len(conditions), WORD)]
    return [
        " | ".join(f'CASE WHEN "{name}" THEN {1 << bit} ELSE 0 END' for bit, name in enumerate(word))
        + f' AS "m{number}"'
        for number, word in enumerate(words)
    ]
