"""Keys that identify two rows, over all files of a dataset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from qingce.core.dataset import Dataset
from qingce.ledger.records.collect import LIMIT
from qingce.ledger.records.draft import Draft
from qingce.ledger.records.hits import Hit, masked
from qingce.ledger.records.source import globless, named


def duplicates(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, drafts: Sequence[Draft]
) -> Iterator[tuple[list[Hit], int]]:
    """Rows whose key an earlier row has, file by file.

    Rows whose key is itself refused are left out.
    """
    if not twice(database, dataset, drafts):
        return
    grain = [named(name) for name in dataset.grain]
    keys = ", ".join(grain)
    database.register("placed", pa.concat_tables([_placed(dataset, n, d) for n, d in enumerate(drafts)]))
    database.execute(
        f"CREATE OR REPLACE TEMP TABLE keyed AS SELECT * FROM placed WHERE {_whole(dataset)};"
        f"CREATE OR REPLACE TEMP TABLE twice AS SELECT {keys}, min((file, pos)) AS first FROM keyed "
        f"GROUP BY {keys} HAVING count(*) > 1"
    )
    database.unregister("placed")
    same = " AND ".join(f"k.{each} IS NOT DISTINCT FROM t.{each}" for each in grain)
    values = ", ".join(f"k.{each}::VARCHAR" for each in grain)
    for number in range(len(drafts)):
        later = f"FROM keyed k JOIN twice t ON {same} WHERE k.file = {number} AND (k.file, k.pos) <> t.first"
        [[count]] = database.execute(f"SELECT count(*) {later}").fetchall()
        rows = database.execute(
            f"SELECT k.pos, t.first[1], t.first[2], {values} {later} ORDER BY k.pos LIMIT {LIMIT}"
        ).fetchall()
        yield [
            Hit("row_duplicate", number, at, dataset.grain[0], _told(dataset, key), (file, first))
            for at, file, first, *key in rows
        ], count


def twice(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, drafts: Sequence[Draft], *,
    accepted: Sequence[Path] = (), together: Sequence[Path] = (), apart: bool = False,
) -> bool:
    """Whether a key stands twice.

    Args:
        accepted: files accepted before, each by itself.
        together: files accepted before together: no key stands twice among them.
        apart: no key stands twice in one draft either; only files are held against one another.
    """
    fresh = len(drafts) + len(accepted)
    if not dataset.grain or not fresh or (apart and fresh + len(together) < 2):
        return False
    keys = ", ".join(named(name) for name in dataset.grain)
    # a table is looked through twice, a view once
    kind = "TABLE" if together else "VIEW"
    database.execute(f"DROP {kind} IF EXISTS fresh_{kind}")
    database.execute(f"CREATE TEMP {kind} fresh_{kind} AS {_keys(database, dataset, drafts, accepted)}")
    repeated = f"SELECT 1 FROM fresh_{kind} GROUP BY {keys} HAVING count(*) > 1 LIMIT 1"
    if not (apart and fresh == 1) and database.execute(repeated).fetchall():
        return True
    if not together:
        return False
    same = " AND ".join(
        f"k.{named(name)} {'IS NOT DISTINCT FROM' if dataset.columns[name].optional else '='} f.{named(name)}"
        for name in dataset.grain
    )
    known = f"SELECT 1 FROM {_parquet(together)} k JOIN fresh_{kind} f ON {same} LIMIT 1"
    return bool(database.execute(known).fetchall())


def _keys(
    database: duckdb.DuckDBPyConnection, dataset: Dataset, drafts: Sequence[Draft], accepted: Sequence[Path]
) -> str:
    keys = ", ".join(named(name) for name in dataset.grain)
    parts = [f"SELECT {keys} FROM {_parquet([*(draft.target for draft in drafts), *accepted])}"]
    for number, draft in enumerate(drafts):
        if draft.refused:
            table = pa.concat_tables([rows.select(list(dataset.grain)) for rows in draft.refused])
            database.register(f"refused_{number}", table)
            parts.append(f"SELECT {keys} FROM refused_{number} WHERE {_whole(dataset)}")
    return " UNION ALL ".join(parts)


def _parquet(files: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(globless(str(file)) for file in files)}])"


def _whole(dataset: Dataset) -> str:
    required = [name for name in dataset.grain if not dataset.columns[name].optional]
    return " AND ".join(f"{named(name)} IS NOT NULL" for name in required) or "true"


def _placed(dataset: Dataset, number: int, draft: Draft) -> pa.Table:
    """The keys of all rows of a file, with where they stand in it."""
    keys = list(dataset.grain)
    kept = pq.read_table(draft.target, columns=keys)
    tables = [kept, *(rows.select(keys).cast(kept.schema) for rows in draft.refused)]
    places = np.concatenate([draft.kept_at, *draft.refused_at])
    table = pa.concat_tables(tables)
    return table.append_column("file", pa.array(np.full(len(places), number, np.int32))).append_column(
        "pos", pa.array(places, pa.int64())
    )


def _told(dataset: Dataset, key: Sequence[str | None]) -> str:
    columns = (dataset.columns[name] for name in dataset.grain)
    return "，".join(f"{c.label}={masked(c, value or '空')}" for c, value in zip(columns, key, strict=True))
