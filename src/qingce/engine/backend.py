"""The one place that holds a database connection: DuckDB through Ibis."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from qingce.core.registry import Registry


class Backend:
    """Tables of a project in an in-memory DuckDB, each a view over its Parquet.

    Args:
        parquet: where each dataset's accepted records lie; a dataset without a file is empty.
    """

    def __init__(self, registry: Registry, parquet: Mapping[str, Path | None]) -> None:
        self.registry = registry
        self.parquet = dict(parquet)
        self._connection: Any = None

    @property
    def connection(self) -> Any:
        """The connection, opened when first needed."""
        if self._connection is None:
            self._connection = ibis.duckdb.connect()
            self._connection.raw_sql("SET TimeZone = 'UTC'")
            for name, dataset in self.registry.datasets.items():
                path = self.parquet.get(name)
                if path is None:
                    self._connection.create_table(name, schema=dataset.table.schema())
                else:
                    quoted = str(path).replace("'", "''")
                    self._connection.raw_sql(
                        f"CREATE VIEW \"{name}\" AS SELECT * FROM read_parquet('{quoted}')"
                    )
        return self._connection

    def arrow(self, sql: str) -> pa.Table:
        """Run a query."""
        return self.connection.con.sql(sql).to_arrow_table()

    def columns(self, sql: str) -> dict[str, list[Any]]:
        """Run a query and return its columns as Python lists; decimals stay Decimal."""
        return lists(self.arrow(sql))

    def sql(self, expr: ir.Expr) -> str:
        """The SQL of an expression as this backend runs it."""
        return str(ibis.to_sql(expr, dialect="duckdb"))


def lists(table: pa.Table) -> dict[str, list[Any]]:
    """The columns of a table as Python lists."""
    return {name: table.column(name).to_pylist() for name in table.column_names}
