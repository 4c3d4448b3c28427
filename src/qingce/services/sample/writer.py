"""Parquet files of a sample, written while the next rows are made."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_WAITING = 4
_ROW_GROUP = 1_000_000


class Writer:
    """Takes tables and puts them into the files of their datasets, in the order in which they come.

    Args:
        mark: what the files say of themselves.
        by_branch: one file for each branch; its tables must come one after another.

    Attributes:
        rows: rows taken so far, by dataset.
    """

    def __init__(self, out: Path, mark: str, *, by_branch: bool) -> None:
        self.out, self.by_branch = out, by_branch
        self.rows: Counter[str] = Counter()
        self._marks = {"qingce.synthetic": "true", "qingce.sample": mark}
        self._files: dict[Path, pq.ParquetWriter] = {}
        self._schemas: dict[str, pa.Schema] = {}
        self._pool = ThreadPoolExecutor(1)
        self._queue: list[Future[None]] = []

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *exc: object) -> None:
        try:
            while self._queue:
                self._queue.pop(0).result()
        finally:
            self._pool.shutdown()
            for file in self._files.values():
                file.close()

    def schema(self, dataset: str) -> pa.Schema:
        """The columns of a dataset that has been written to."""
        return self._schemas[dataset]

    def put(self, dataset: str, table: pa.Table, branch: str, as_of: str = "") -> None:
        """Add rows of one branch, at one date where the dataset is a snapshot.

        Raises:
            OSError: the disk did not take this table or an earlier one.
        """
        if not len(table):
            return
        schema = self._schemas.setdefault(dataset, table.schema)
        self.rows[dataset] += len(table)
        folder = self.out / dataset / f"as_of={as_of}" if as_of else self.out / dataset
        path = folder / f"{branch if self.by_branch else 'all'}.parquet"
        while len(self._queue) >= _WAITING:
            self._queue.pop(0).result()
        self._queue.append(self._pool.submit(self._write, path, table.cast(schema)))

    def _write(self, path: Path, table: pa.Table) -> None:
        if path not in self._files:
            path.parent.mkdir(parents=True, exist_ok=True)
            for done in [p for p in self._files if self.by_branch and p.stem != path.stem]:
                self._files.pop(done).close()
            self._files[path] = pq.ParquetWriter(
                path, table.schema.with_metadata(self._marks), compression="zstd", compression_level=1,
                store_decimal_as_integer=True,
            )
        self._files[path].write_table(table, row_group_size=_ROW_GROUP)
