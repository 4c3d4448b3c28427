"""What becomes of one file while it is read: typed rows on disk, and where each came from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qingce.core.dataset import Dataset
from qingce.ledger.records.source import Source

Places = np.ndarray[Any, Any]


class Draft:
    """The typed rows of one file, in its order, written as they come.

    Args:
        target: the Parquet, a draft until somebody vouches for it.

    Attributes:
        rows: rows read, those that were refused among them.
        refused: rows with a cell that breaks a rule, as far as they can be typed.
        refused_at: where they stand in the file.
    """

    def __init__(self, source: Source, dataset: Dataset, target: Path) -> None:
        self.source, self.target = source, target
        self.schema: pa.Schema = dataset.table.schema().to_pyarrow()
        self.rows = 0
        self.refused: list[pa.Table] = []
        self.refused_at: list[Places] = []
        self._kept_at: list[Places | range] = []
        self._marks = {
            "qingce.dataset": dataset.name, "qingce.synthetic": "true" if source.synthetic else "false",
        }
        self._writer: pq.ParquetWriter | None = None
        self._coded: set[str] = set()

    def add(self, rows: pa.RecordBatch | pa.Table, at: int | Places) -> None:
        """Write rows.

        Args:
            at: where they stand in the file, or where the first of them stands if none is missing.
        """
        table = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
        if not table.num_rows:
            return
        if self._writer is None:
            self._coded = {f.name for f in table.schema if pa.types.is_dictionary(f.type)}
            self._open()
        assert self._writer is not None
        columns = [self._fitting(table.column(f.name), f) for f in self._writer.schema]
        self._writer.write_table(pa.table(columns, schema=self._writer.schema), row_group_size=table.num_rows)
        self.rows += table.num_rows
        self._kept_at.append(range(at, at + table.num_rows) if isinstance(at, int) else at)

    def refuse(self, rows: pa.Table, at: Places) -> None:
        """Note rows that are not accepted."""
        self.rows += rows.num_rows
        self.refused.append(rows)
        self.refused_at.append(at)

    def close(self) -> None:
        """Finish the file; one without rows is written too."""
        if self._writer is None:
            self._open()
        assert self._writer is not None
        self._writer.close()

    @property
    def kept_at(self) -> Places:
        """Where each row of the Parquet stands in the file."""
        return np.concatenate([np.zeros(0, np.int64), *map(np.asarray, self._kept_at)])

    def _open(self) -> None:
        fields = [
            pa.field(f.name, pa.dictionary(pa.int32(), pa.string())) if f.name in self._coded else f
            for f in self.schema
        ]
        numbers = {"decimal128", "int64"}
        # different numbers hardly ever repeat: looking for repetitions would cost more than it saves
        few = [f.name for f in fields if str(f.type).partition("(")[0].partition("[")[0] not in numbers]
        self._writer = pq.ParquetWriter(
            self.target, pa.schema(fields), compression="zstd", compression_level=1, use_dictionary=few,
            store_decimal_as_integer=True, store_schema=False,
        )
        self._writer.add_key_value_metadata(self._marks)

    def _fitting(self, column: pa.ChunkedArray, field: pa.Field) -> pa.ChunkedArray:
        if pa.types.is_dictionary(field.type) and not pa.types.is_dictionary(column.type):
            return column.cast(pa.string()).dictionary_encode()
        return column if column.type == field.type else column.cast(field.type)
