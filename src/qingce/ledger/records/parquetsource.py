"""Parquet files: types are judged from the schema, values go the same way as everybody else's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from qingce.core.check import Place
from qingce.core.dataset import Column, Dataset
from qingce.ledger.records.collect import Collector
from qingce.ledger.records.columns import NUMERIC, TEXTUAL, places_of
from qingce.ledger.records.guard import Delivered
from qingce.ledger.records.header import map_columns
from qingce.ledger.records.source import INEXACT, WITH_TIME, Source, globless, named, quoted

ROW_LIMIT = 200_000_000
_WHOLE = frozenset(
    ["TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"]
)


def open_parquet(
    delivered: Delivered, dataset: Dataset, collector: Collector, database: duckdb.DuckDBPyConnection
) -> Source | None:
    """The file as a source, or nothing with findings that say why."""
    place = Place(delivered.name)

    def damaged() -> None:
        collector.add("parquet_damaged", "文件不完整或不是 Parquet，读不出来。", place)

    path = globless(str(delivered.path))
    try:
        types = {
            str(name): str(kind)
            for name, kind, *_ in database.execute(f"DESCRIBE SELECT * FROM read_parquet({path})").fetchall()
        }
        [[rows]] = database.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({path})").fetchall()
        marks = dict(database.execute(f"SELECT key, value FROM parquet_kv_metadata({path})").fetchall())
    except (duckdb.Error, ValueError):
        damaged()
        return None
    if int(rows) > ROW_LIMIT:
        collector.add("rows_many", f"文件声称有 {int(rows):,} 行。", place)
        return None
    positions = map_columns(dataset, list(types), place, collector)
    picks = _picks(dataset, types, positions, place, collector) if positions is not None else None
    if picks is None:
        return None
    said = marks.get(b"qingce.synthetic", b"")
    return Source(
        delivered.name, f"SELECT {', '.join(picks)} FROM read_parquet({path})", _records, damaged,
        synthetic=bytes(said).lower() not in (b"", b"false", b"0", b"no"),
    )


def _picks(
    dataset: Dataset, types: Mapping[str, str], positions: Mapping[str, int], place: Place,
    collector: Collector,
) -> list[str] | None:
    """SQL of every declared column as text; nothing where a delivered type cannot be one."""
    names = list(types)
    picks, sound = [], True
    for name, column in dataset.columns.items():
        if name not in positions:
            picks.append(f"NULL::VARCHAR AS {named(name)}")
            continue
        given = names[positions[name]]
        text = _text(column, named(given), types[given])
        here = Place(place.file, column=column.label)
        if text is None:
            sound = False
            reason = f"“{column.label}”列在文件里是 {types[given]}，不能用作{_TYPES[column.type]}。"
            collector.add("parquet_type", reason, here)
            continue
        if types[given] == "DOUBLE":
            collector.add("parquet_float", f"“{column.label}”列在文件里是浮点数。", here)
        if column.type in TEXTUAL and types[given] in _WHOLE:
            collector.add("cell_number_as_text", f"“{column.label}”列应为文本，文件里是整数。", here)
        picks.append(f"{text} AS {named(name)}")
    return picks if sound else None


_TYPES = {
    "text": "文本", "org": "机构代码", "code": "代码", "date": "日期", "flag": "是否", "whole": "整数",
    "money": "金额", "qty": "数量", "rate": "比率",
}


def _records(wanted: Sequence[int]) -> Mapping[int, int]:
    return {n: n + 1 for n in wanted}


def _text(column: Column, name: str, given: str) -> str | None:
    """SQL that makes the delivered column text without loss; nothing where the types do not go together."""
    plain = f"CAST({name} AS VARCHAR)"
    if given == "VARCHAR" or given.startswith("ENUM"):
        return plain
    if column.type in TEXTUAL:
        return plain if given in _WHOLE else None
    if column.type in NUMERIC:
        if given in _WHOLE or given.startswith("DECIMAL"):
            return plain
        if given == "DOUBLE":
            # above 15 digits a float no longer tells one value of the declared scale from the next
            ceiling = f"1e{15 - places_of(column)}"
            return (
                f"CASE WHEN isfinite({name}) AND abs({name}) >= {ceiling} "
                f"THEN {quoted(INEXACT)} || {plain} ELSE {plain} END"
            )
        return None
    if column.type == "date":
        if given == "DATE":
            return plain
        if given.startswith("TIMESTAMP") and "TIME ZONE" not in given:
            day = f"CAST({name} AS DATE)"
            return (
                f"CASE WHEN {name} = {day} THEN CAST({day} AS VARCHAR) "
                f"ELSE {quoted(WITH_TIME)} || {plain} END"
            )
    if column.type == "flag" and given == "BOOLEAN":
        return plain
    return None
