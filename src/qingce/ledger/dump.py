"""Durable rows as JSON lines, the same from either database, so that a backup of one can be restored to the other."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, LargeBinary, Table, func, select

from qingce.core.errors import ProjectError
from qingce.ledger.projections import renew
from qingce.ledger.tables import DURABLE, projection

_BATCH = 1000
TABLES: tuple[Table, ...] = tuple(t for t in DURABLE.sorted_tables if t is not projection)
"""What a backup holds; which edition made the state is found anew where it is restored."""


def lines(db: Connection, table: Table) -> Iterator[str]:
    """Every row of a table in the order of its key; generated columns are left out."""
    columns = [c for c in table.columns if c.computed is None]
    rows = db.execution_options(yield_per=_BATCH).execute(select(*columns).order_by(*table.primary_key.columns))
    for row in rows:
        yield json.dumps(
            {c.name: _said(value) for c, value in zip(columns, row, strict=True)}, ensure_ascii=False, sort_keys=True
        )


def is_empty(db: Connection) -> bool:
    """Whether no durable table holds a row."""
    return all(db.execute(select(func.count()).select_from(table)).scalar() == 0 for table in TABLES)


def load(db: Connection, table: Table, source: Iterable[str]) -> int:
    """Put the rows of a dump into an empty table; returns how many.

    Raises:
        ProjectError: a line that is not a row of this table.
    """
    columns = {c.name: c for c in table.columns if c.computed is None}
    batch: list[dict[str, Any]] = []
    count = 0
    for line in source:
        row = json.loads(line)
        if not isinstance(row, dict) or set(row) != set(columns):
            raise ProjectError(f"备份里有一行与 {table.name} 不符；备份由另一版本的青册生成。")
        batch.append({name: _read(columns[name], value) for name, value in row.items()})
        count += 1
        if len(batch) == _BATCH:
            db.execute(table.insert(), batch)
            batch = []
    if batch:
        db.execute(table.insert(), batch)
    return count


def restate(db: Connection) -> None:
    """Make the state tables from the restored journal."""
    db.execute(projection.delete())
    renew(db)


def _said(value: Any) -> Any:
    return {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _read(column: Any, value: Any) -> Any:
    if isinstance(column.type, LargeBinary) and isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return value
