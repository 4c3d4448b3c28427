"""The rows behind a figure: which they are, streamed, and whether they add up to it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import ibis
import ibis.expr.operations as ops
import ibis.expr.types as ir

from qingce.core.amount import ABSENT, Value
from qingce.core.errors import BindingError
from qingce.core.figure import Figure, FigureKey
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.compile import Reduction, Tables, reduction
from qingce.engine.compute import Computation

BATCH = 1 << 16
"""Rows held at once while a figure's rows are read."""
_ROWS = "rows_behind"


@dataclass(frozen=True)
class Behind:
    """The rows of one computed figure.

    Attributes:
        sql: lists them, all columns of the table.
        how: ``sum``, ``count``, ``distinct``, ``min`` or ``max``.
        measured: the column that is summed, counted or compared; ``""`` for a count of rows, and
            ``None`` for an expression of several columns.
        columns: the table's columns.
    """

    figure: Figure
    table: str
    sql: str
    how: str
    measured: str | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Control:
    """Totals taken from the rows themselves.

    Attributes:
        rows: how many there are.
        value: the metric's own reduction over just these rows.
        equal: it is the figure's value.
    """

    rows: int
    value: Value
    equal: bool


def leaves(computation: Computation, figure: Figure) -> list[Figure]:
    """The figures at the bottom of a figure's tree, computed or filed, each once."""
    found: dict[FigureKey, Figure] = {}
    seen: set[FigureKey] = set()

    def climb(at: Figure) -> None:
        if at.key in seen:
            return
        seen.add(at.key)
        operands = computation.lineage(at).operands
        if not operands:
            found[at.key] = at
        for text in operands:
            climb(computation.figure(FigureKey.parse(text)))

    climb(figure)
    return list(found.values())


def behind(computation: Computation, figure: Figure) -> Behind:
    """The rows of a computed figure.

    Raises:
        BindingError: the figure is filed or derived, so no rows are its own.
    """
    record = computation.lineage(figure)
    if not record.rows_sql:
        raise BindingError(f"{figure.key} is {record.origin}: it has no rows of its own.")
    made = _reduction(computation, figure, computation.asked.tables)
    measured = _measured(made)
    return Behind(
        figure,
        record.table,
        record.rows_sql,
        made.how,
        measured,
        tuple(computation.asked.tables[record.table].columns),
    )


def control(computation: Computation, rows: Behind) -> Control:
    """Count the rows, and compute the metric's reduction over them alone.

    The figure itself comes from the fused scan of the whole table, by another way.
    """
    backend = computation.subject.backend
    schema = computation.asked.tables[rows.table].schema()
    stand_in = _Standing(computation.registry, rows.table, ibis.table(schema, name=_ROWS))
    made = _reduction(computation, rows.figure, stand_in)
    alone = stand_in[rows.table]
    total = alone.count() if made.arg is None and made.where is None else _aggregated(made)
    expr = alone.aggregate(n=alone.count(), total=total)
    sql = f"WITH {_ROWS} AS (\n{rows.sql}\n)\n{_body(backend.sql(expr))}"
    found = backend.columns(sql)
    count, total = int(found["n"][0]), found["total"][0]
    nothing: Value = ABSENT if made.how in ("min", "max") else Decimal(0)
    value: Value = Decimal(total) if total is not None else nothing
    own = rows.figure.value
    equal = value == own if isinstance(own, Decimal) else count == 0 or total is None
    return Control(count, value, bool(equal))


class _Standing(Tables):
    """The registry's tables with one of them replaced."""

    def __init__(self, registry: Registry, name: str, table: ir.Table) -> None:
        super().__init__(registry)
        self._made[name] = table


def _reduction(computation: Computation, figure: Figure, tables: Tables) -> Reduction:
    metric = computation.metric(figure.key.metric)
    period = Period.parse(figure.key.period)
    method, editions = computation.subject.method(metric, period)
    return reduction(metric, method, tables, editions)


def _measured(made: Reduction) -> str | None:
    if made.arg is None:
        return ""
    op: Any = made.arg.op()
    return str(op.name) if isinstance(op, ops.Field) else None


def _aggregated(made: Reduction) -> ir.Scalar:
    made_scalar: ir.Scalar = getattr(made.kept(), "nunique" if made.how == "distinct" else made.how)()
    return made_scalar


def _body(sql: str) -> str:
    """A query that may stand behind a WITH clause."""
    return f"SELECT * FROM (\n{sql}\n) AS totals" if sql.lstrip().upper().startswith("WITH") else sql
