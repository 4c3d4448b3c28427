"""A source's records piece by piece: declared columns as text, and where each piece begins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from qingce.core.dataset import Dataset
from qingce.ledger.records.decode import decoded, double_read
from qingce.ledger.records.source import Source

ROWS = 122_880
"""Rows of a piece that the database hands out; DuckDB's own group of rows."""
OURS = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""Errors that no file can cause."""


class Unreadable(Exception):
    """The file cannot be read this way."""


@dataclass(slots=True)
class Chunk:
    """Some records.

    Attributes:
        texts: the declared columns as strings.
        first: position of the first of them in the file.
        mixed: by column, places of cells that are words in another encoding than the file's.
    """

    texts: pa.RecordBatch
    first: int
    mixed: dict[str, list[int]]


def chunks(source: Source, dataset: Dataset, database: duckdb.DuckDBPyConnection) -> Iterator[Chunk]:
    """All records of a source in order.

    Raises:
        Unreadable: the file is not as it seemed; what was handed out before does not count.
    """
    at, batches = 0, _batches(source, database)
    while True:
        try:
            batch = next(batches, None)
            if batch is None:
                return
            columns, mixed = {}, {}
            for name in batch.schema.names:
                cells = batch.column(name)
                if pa.types.is_binary(cells.type):
                    if source.encoding != "utf-8" and (found := double_read(cells)):
                        mixed[name] = found
                    cells = decoded(cells, source.encoding)
                columns[name] = cells
        except (duckdb.OutOfMemoryException, *OURS):
            raise
        except (duckdb.Error, pa.ArrowInvalid, UnicodeError) as exc:
            raise Unreadable(str(exc)) from exc
        texts = pa.record_batch([columns[name] for name in dataset.columns], names=list(dataset.columns))
        yield Chunk(texts, at, {name: found for name, found in mixed.items() if name in dataset.columns})
        at += batch.num_rows


def _batches(source: Source, database: duckdb.DuckDBPyConnection) -> Iterator[pa.RecordBatch]:
    if source.texts is not None:
        yield from source.texts()
        return
    cursor = database.cursor()
    for name, table in source.tables.items():
        cursor.register(name, table)
    for batch in cursor.sql(source.relation).to_arrow_reader(ROWS):
        if batch.num_rows:
            columns = [column.cast(pa.string()) for column in batch.columns]
            yield pa.record_batch(columns, names=batch.schema.names)
