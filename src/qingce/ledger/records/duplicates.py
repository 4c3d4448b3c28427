"""Keys that identify two rows, over all files of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb

from qingce.core.dataset import Dataset
from qingce.ledger.records.collect import LIMIT
from qingce.ledger.records.hits import Hit
from qingce.ledger.records.source import named

STATE = "__state"
"""The column of a typed table that says what became of the row."""
BLANK = 2
"""The state of a row without any value."""


def duplicates(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, files: int
) -> Iterator[tuple[list[Hit], int]]:
    """Rows of ``rec_0``, ``rec_1`` ... whose key an earlier row has, file by file.

    Rows whose key is itself refused are left out.
    """
    if not dataset.grain or not files:
        return
    grain = [named(name) for name in dataset.grain]
    keys = ", ".join(grain)
    _key_view(database, dataset, files, keys)
    if not database.execute(f"SELECT 1 FROM keyed GROUP BY {keys} HAVING count(*) > 1 LIMIT 1").fetchall():
        return
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {keys}, min((file, pos)) AS first FROM keyed "
        f"GROUP BY {keys} HAVING count(*) > 1"
    )
    same = " AND ".join(f"k.{each} IS NOT DISTINCT FROM t.{each}" for each in grain)
    values = ", ".join(f"k.{each}::VARCHAR" for each in grain)
    for number in range(files):
        later = f"FROM keyed k JOIN twice t ON {same} WHERE k.file = {number} AND (k.file, k.pos) <> t.first"
        [[count]] = database.execute(f"SELECT count(*) {later}").fetchall()
        rows = database.execute(
            f"SELECT k.pos, t.first[1], t.first[2], {values} {later} ORDER BY k.pos LIMIT {LIMIT}"
        ).fetchall()
        yield [
            Hit("row_duplicate", number, at, dataset.grain[0], _told(dataset, key), (file, first))
            for at, file, first, *key in rows
        ], count


def _key_view(database: duckdb.DuckDBPyConnection, dataset: Dataset, files: int, keys: str) -> None:
    required = [name for name in dataset.grain if not dataset.columns[name].optional]
    whole = " AND ".join(f"{named(name)} IS NOT NULL" for name in required) or "true"
    database.execute("CREATE OR REPLACE TEMP VIEW keyed AS " + " UNION ALL ".join(
        f"SELECT {number} AS file, rowid AS pos, {keys} FROM rec_{number} "
        f"WHERE {STATE} <> {BLANK} AND {whole}"
        for number in range(files)
    ))


def _told(dataset: Dataset, key: Sequence[str | None]) -> str:
    labels = (dataset.columns[name].label for name in dataset.grain)
    return "，".join(f"{label}={value or '空'}" for label, value in zip(labels, key, strict=True))
