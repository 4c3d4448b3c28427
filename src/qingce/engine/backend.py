"""Where queries run: a database that holds a project's tables, in its own dialect of SQL.

Declarations are Ibis expressions, which every backend compiles to its own text; the few strings the
engine writes by hand are put together from :meth:`Backend.quote`, :meth:`Backend.text` and
:meth:`Backend.day`, so that they mean the same everywhere.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from qingce.core.dataset import Column, Dataset
from qingce.core.errors import ProjectError
from qingce.core.registry import Registry
from qingce.engine.lake import attach, in_lake

# a run that finds everything in its memory loads neither a database nor a compiler
if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa
    from sqlglot.expressions import Expression

Source: TypeAlias = Path | tuple[Path, ...] | str | None
"""Where a dataset's records lie: a Parquet file, a folder or several files here, a URL, or nowhere."""
Stamp: TypeAlias = tuple[str, int, int]
"""What tells a file from what it was: its path, its size in bytes, and when it was changed, in microseconds."""


class Backend(ABC):
    """Tables of a project, each a view over its Parquet.

    Args:
        parquet: where each dataset's accepted records lie; a dataset without a source is empty.

    Attributes:
        dialect: the name of its SQL for Ibis; texts made for one dialect are kept apart from others'.
        near: it runs in this process, so that a list of all customers may come back from it.
    """

    dialect: ClassVar[str]
    near: ClassVar[bool]

    def __init__(self, registry: Registry, parquet: Mapping[str, Source]) -> None:
        self.registry = registry
        self.parquet = dict(parquet)

    @abstractmethod
    def arrow(self, sql: str) -> pa.Table:
        """Run a query; decimals come back exact."""

    @abstractmethod
    def quote(self, name: str) -> str:
        """A column's name as SQL."""

    @abstractmethod
    def text(self, value: str) -> str:
        """A text literal as SQL."""

    @abstractmethod
    def table_at(self, url: str) -> str:
        """The Parquet under a path or URL as something to select from."""

    def day(self, date: dt.date) -> str:
        """A date literal as SQL."""
        return f"DATE '{date.isoformat()}'"

    def batches(self, sql: str, size: int) -> Iterator[pa.RecordBatch]:
        """Run a query and hand its rows out piece by piece, at most ``size`` at a time."""
        yield from self.arrow(sql).to_batches(size)

    def columns(self, sql: str) -> dict[str, list[Any]]:
        """Run a query and return its columns as Python lists; decimals stay Decimal."""
        return lists(self.arrow(sql))

    def look(self, url: str) -> tuple[pa.Schema, int]:
        """The columns and the number of rows of the Parquet under a URL.

        Raises:
            ProjectError: it cannot be read.
        """
        table = self.table_at(url)
        schema = self.arrow(f"SELECT * FROM {table} LIMIT 0").schema
        return schema, int(self.columns(f"SELECT COUNT(*) AS n FROM {table}")["n"][0])

    def selection(self, name: str) -> str:
        """A dataset's declared columns, in their declared types, from where its records lie."""
        source = self.parquet.get(name)
        return self.selected(self.registry.datasets[name], None if source is None else str(source))

    def selected(self, dataset: Dataset, url: str | None) -> str:
        """A dataset's declared columns, in their declared types, from the Parquet under a path or URL."""
        columns = []
        for column, declared in dataset.columns.items():
            value = "NULL" if url is None else self.quote(column)
            columns.append(f"CAST({value} AS {type_name(declared)}) AS {self.quote(column)}")
        where = "WHERE false" if url is None else f"FROM {self.table_at(url)}"
        return f"SELECT {', '.join(columns)} {where}"

    @abstractmethod
    def stamps(self, url: str) -> list[Stamp]:
        """Path, size and time of change of every Parquet file under a URL, ordered; no file is opened for it.

        Raises:
            ProjectError: it cannot be listed.
        """

    def tree(self, expr: ir.Expr) -> Any:
        """The SQL of an expression as this backend runs it, as a tree of SQLGlot."""
        from ibis.backends.sql import compilers
        from sqlglot.expressions import Star

        made = getattr(compilers, self.dialect).compiler.to_sqlglot(expr.unbind())
        for star in made.find_all(Star):
            # Ibis keeps dropped columns in a set, whose order differs from process to process
            if dropped := star.args.get("except_"):
                star.set("except_", sorted(dropped, key=lambda column: str(column.name)))
        return made

    def said(self, tree: Expression) -> str:
        """A tree as text in this backend's dialect."""
        from ibis.backends.sql import compilers

        return str(tree.sql(dialect=getattr(compilers, self.dialect).compiler.dialect, pretty=True))

    def sql(self, expr: ir.Expr) -> str:
        """The SQL of an expression as this backend runs it."""
        return self.said(self.tree(expr))


class DuckDB(Backend):
    """The project's tables in an in-memory DuckDB on this machine."""

    dialect = "duckdb"
    near = True

    def __init__(self, registry: Registry, parquet: Mapping[str, Source]) -> None:
        super().__init__(registry, parquet)
        self._connection: Any = None
        self._bound = False

    @property
    def database(self) -> Any:
        """The connection without the project's tables, which take a look into every file; opened when first needed."""
        if self._connection is None:
            import duckdb

            self._connection = duckdb.connect(":memory:")
            self._connection.execute("SET TimeZone = 'UTC'")
        return self._connection

    @property
    def connection(self) -> Any:
        """The connection, with the project's tables as views."""
        if not self._bound:
            self._bound = True
            for name in self.registry.datasets:
                source = self.parquet.get(name)
                if isinstance(source, tuple):
                    body = f"SELECT * FROM read_parquet([{', '.join(self.text(str(path)) for path in source)}])"
                elif isinstance(source, Path):
                    body = f"SELECT * FROM {self.table_at(str(source))}"
                else:
                    body = self.selection(name)
                self.database.execute(f"CREATE VIEW {self.quote(name)} AS {body}")
        return self.database

    def arrow(self, sql: str) -> pa.Table:
        """Run a query."""
        return self.connection.sql(sql).to_arrow_table()

    def batches(self, sql: str, size: int) -> Iterator[pa.RecordBatch]:
        """Run a query whose rows never stand in memory all at once."""
        reader = self.connection.cursor().sql(sql).to_arrow_reader(size)
        yield from (batch for batch in reader if batch.num_rows)

    def quote(self, name: str) -> str:
        """A column's name between double quotes."""
        return '"' + name.replace('"', '""') + '"'

    def text(self, value: str) -> str:
        """A text between single quotes."""
        return "'" + value.replace("'", "''") + "'"

    def table_at(self, url: str) -> str:
        """The reader of Parquet files; of a folder, all that lie in it."""
        if in_lake(url):
            attach(self.database)
        return f"read_parquet({self.text(url + '**/*.parquet' if url.endswith('/') else url)})"

    def look(self, url: str) -> tuple[pa.Schema, int]:
        """The columns and the number of rows of the Parquet under a URL."""
        with _told():
            return super().look(url)

    def stamps(self, url: str) -> list[Stamp]:
        """Path, size and time of change of every Parquet file under a URL."""
        with _told():
            reader = self.table_at(url).replace("read_parquet(", "read_blob(", 1)
            found = self.columns(f"SELECT filename AS f, size AS s, epoch_us(last_modified) AS m FROM {reader}")
            return sorted(zip(found["f"], found["s"], found["m"], strict=True))


@contextmanager
def _told() -> Iterator[None]:
    """What DuckDB or the disk refuses, as an error of the project in one line."""
    import duckdb

    try:
        yield
    except (duckdb.Error, OSError) as exc:
        raise ProjectError(str(exc).split("\n", 1)[0][:300]) from exc


def type_name(column: Column) -> str:
    """The SQL name of a declared column's type, the same in every dialect here."""
    plain = {"string": "STRING", "int64": "BIGINT", "boolean": "BOOLEAN", "date": "DATE"}
    return plain.get(column.dtype) or column.dtype.upper()


def lists(table: pa.Table) -> dict[str, list[Any]]:
    """The columns of a table as Python lists."""
    return {name: table.column(name).to_pylist() for name in table.column_names}
