"""The fact of a table: the dataset whose files it may be computed from one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ibis.expr.operations as ops

from qingce.engine.compile import Tables

_PLAIN = (ops.JoinReference, ops.SelfReference, ops.Project, ops.Filter, ops.DropColumns)


def fact_of(tables: Tables, table: str) -> str:
    """The dataset whose files a table may be computed from one by one, or ``""``.

    A dataset is its own. A view has one where each of its rows comes from one row of its first
    dataset: filters, columns and joins of other tables to it, but nothing that looks across its rows.
    """
    if table in tables.registry.datasets:
        return table
    op = tables[table].op()
    fact = _first(op)
    if fact is None or fact.name not in tables.registry.datasets:
        return ""
    return str(fact.name) if _row_by_row(op, fact) else ""


def _first(op: Any) -> Any:
    """The table that a chain of filters, columns and joins begins with."""
    while not isinstance(op, ops.UnboundTable):
        if isinstance(op, ops.JoinChain):
            op = op.first
        elif hasattr(op, "parent"):
            op = op.parent
        else:
            return None
    return op


def _row_by_row(op: Any, fact: Any) -> bool:
    while op is not fact:
        if isinstance(op, ops.JoinChain):
            for link in op.rest:
                if link.how not in ("inner", "left", "semi", "anti") or _reads(link.table, fact):
                    return False
            if any(_across(value) for value in op.values.values()):
                return False
            op = op.first
        elif isinstance(op, _PLAIN):
            inside = (*getattr(op, "predicates", ()), *_values(op))
            if any(_across(value) for value in inside):
                return False
            op = op.parent
        else:
            return False
    return True


def _values(op: Any) -> Sequence[Any]:
    return tuple(op.values.values()) if isinstance(op, ops.Project) else ()


def _reads(op: Any, fact: Any) -> bool:
    return any(found.name == fact.name for found in op.find(ops.UnboundTable))


def _across(value: Any) -> bool:
    """Whether a column's expression looks at other rows than its own."""
    # what lies inside another table is that table's affair
    kinds = (ops.Analytic, ops.WindowFunction, ops.Reduction, ops.Subquery, ops.Impure)
    return bool(value.find(kinds, filter=ops.Value))
