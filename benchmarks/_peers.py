"""The same 60 metrics by other means, each written the way its experts write it.

All peers read the same 36 Parquet files, only the columns they need, and answer at three org levels for
both snapshots: sums and counts at the leaf and rolled up from there, distinct customers at each level.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _loans import COLUMNS, SPECS, Condition, Spec

ADDITIVE = tuple(spec for spec in SPECS if spec[1] != "nunique")
DISTINCT = tuple(spec for spec in SPECS if spec[1] == "nunique")
LEVELS = {"leaf": "org", "branch": "left(org, 2)", "bank": "'BANK'"}
_SUMMED = {"balance", "principal", "interest", "rate", "credit_line"}
_FLAGS = {"online", "farmer", "new_citizen", "science", "specialised", "female_founder"}
_DATES = {"as_of", "started_on", "due_on"}


def literal(value: Any) -> str:
    """A value as SQL."""
    match value:
        case tuple():
            return "(" + ", ".join(map(literal, value)) + ")"
        case str():
            return f"'{value}'"
        case dt.date():
            return f"DATE '{value}'"
        case _:
            return str(value)


def where(condition: Condition) -> str:
    """A condition as SQL."""
    words = {"notnull": "{c} IS NOT NULL", "isin": "{c} IN {v}", "==": "{c} = {v}", "is": "{c}"}
    tests = [
        words.get(op, "{c} " + op + " {v}").format(c=column, v=literal(value))
        for column, op, value in condition
    ]
    return " AND ".join(tests) or "true"


def connection(folder: Path) -> Any:
    """A DuckDB with the files as view ``loan``."""
    import duckdb

    database = duckdb.connect()
    database.execute(f"CREATE VIEW loan AS SELECT * FROM read_parquet('{folder}/*.parquet')")
    return database


def bare(folder: Path) -> int:
    """The least that reading the needed columns costs: DuckDB adds up numbers and lengths of texts."""
    picks = [
        f"sum({c})"
        if c in _SUMMED
        else f"sum({c}::INT)"
        if c in _FLAGS
        else f"max({c})"
        if c in _DATES
        else f"sum(strlen({c}))"
        for c in COLUMNS
    ]
    return len(connection(folder).execute(f"SELECT {', '.join(picks)} FROM loan").fetchall())


def _one(spec: Spec) -> str:
    _, how, column, _ = spec
    return {"sum": f"sum({column})", "count": "count(*)", "nunique": f"count(DISTINCT {column})"}[how]


def duckdb_each(folder: Path) -> int:
    """One query for each metric, as a department's collection of queries is: by leaf, no roll-up."""
    database = connection(folder)
    return sum(
        len(
            database.execute(
                f"SELECT as_of, org, {_one(s)} FROM loan WHERE {where(s[3])} GROUP BY 1, 2"
            ).fetchall()
        )
        for s in SPECS
    )


def duckdb_fused(folder: Path) -> int:
    """One query with CASE for all sums; one with customers' flags joined by ``bit_or``, by level."""
    database = connection(folder)
    sums = ", ".join(
        f"sum(CASE WHEN {where(c)} THEN {column or 1} END) AS {name}" for name, _, column, c in ADDITIVE
    )
    database.execute(f"CREATE TEMP TABLE leaf AS SELECT as_of, org, {sums} FROM loan GROUP BY 1, 2")
    rows = 0
    for level in LEVELS.values():
        picks = ", ".join(f"sum({name})" for name, *_ in ADDITIVE)
        rows += len(
            database.execute(f"SELECT as_of, {level} AS node, {picks} FROM leaf GROUP BY 1, 2").fetchall()
        )
    mask = " | ".join(f"CASE WHEN {where(s[3])} THEN {1 << n} ELSE 0 END" for n, s in enumerate(DISTINCT))
    database.execute(
        f"CREATE TEMP TABLE crowd AS SELECT as_of, org AS node, customer_no, bit_or({mask}) AS met "
        "FROM loan GROUP BY ALL"
    )
    for number, level in enumerate(("node", "left(node, 2)", "'BANK'")):
        if number:
            database.execute(
                f"CREATE OR REPLACE TEMP TABLE crowd AS SELECT as_of, {level} AS node, customer_no, "
                "bit_or(met) AS met "
                "FROM crowd GROUP BY ALL"
            )
        counts = ", ".join(f"sum((met >> {n}) & 1)" for n in range(len(DISTINCT)))
        rows += len(database.execute(f"SELECT as_of, node, {counts} FROM crowd GROUP BY 1, 2").fetchall())
    return rows


def _polars_mask(condition: Condition) -> Any:
    import polars as pl

    made = pl.lit(True)
    for number, (column, op, value) in enumerate(condition):
        field = pl.col(column)
        test = {
            "notnull": lambda f=field: f.is_not_null(),
            "isin": lambda f=field, v=value: f.is_in(list(v)),
            "==": lambda f=field, v=value: f == v,
            "is": lambda f=field: f,
            ">": lambda f=field, v=value: f > v,
            ">=": lambda f=field, v=value: f >= v,
            "<": lambda f=field, v=value: f < v,
            "<=": lambda f=field, v=value: f <= v,
        }[op]()
        made = test if number == 0 else made & test
    return made


def polars_fused(folder: Path, levels: bool = True) -> int:
    """One lazy plan, one collect: sums by leaf and rolled up, customers' flags joined and rolled up.

    Of the ways tried (``filter`` or ``when``, Decimal or Float64, ``n_unique`` or joined flags, in memory or
    streaming) this is the quickest that stays exact.
    """
    import polars as pl

    def one(spec: Spec) -> Any:
        name, how, column, condition = spec
        mask = _polars_mask(condition)
        return (mask.sum() if how == "count" else pl.when(mask).then(pl.col(column)).sum()).alias(name)

    frame = pl.scan_parquet(f"{folder}/*.parquet").select(COLUMNS)
    names = [spec[0] for spec in ADDITIVE]
    leaf = frame.group_by("as_of", "org").agg(*map(one, ADDITIVE))
    marked = [spec[0] for spec in DISTINCT]
    flags = [_polars_mask(spec[3]).alias(spec[0]) for spec in DISTINCT]
    people = (
        frame.select("as_of", "org", "customer_no", *flags)
        .group_by("as_of", "org", "customer_no")
        .agg(pl.col(marked).any())
    )
    plans = [leaf, people.group_by("as_of", "org").agg(pl.col(marked).sum())]
    for node in [pl.col("org").str.slice(0, 2), pl.lit("BANK")] if levels else []:
        plans.append(leaf.group_by("as_of", node.alias("node")).agg(pl.col(names).sum()))
        people = people.group_by("as_of", node.alias("org"), "customer_no").agg(pl.col(marked).any())
        plans.append(people.group_by("as_of", "org").agg(pl.col(marked).sum()))
    return sum(len(made) for made in pl.collect_all(plans, engine="streaming"))


def polars_leaf(folder: Path) -> int:
    """The same at the leaf only: a lighter task than everybody else's."""
    return polars_fused(folder, levels=False)


def _pandas_mask(frame: Any, condition: Condition) -> Any:
    made = None
    for column, op, value in condition:
        field = frame[column]
        test = {
            "notnull": lambda f=field: f.notna(),
            "isin": lambda f=field, v=value: f.isin(v),
            "==": lambda f=field, v=value: f == v,
            "is": lambda f=field: f,
            ">": lambda f=field, v=value: f > v,
            ">=": lambda f=field, v=value: f >= v,
            "<": lambda f=field, v=value: f < v,
            "<=": lambda f=field, v=value: f <= v,
        }[op]()
        made = test if made is None else made & test
    return made


def pandas_each(folder: Path) -> int:
    """Loaded once through Arrow, money as float64, texts as categories; a mask and a groupby a metric."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [c for c in COLUMNS if c not in _SUMMED | _FLAGS | _DATES]
    table = pq.read_table(folder, columns=list(COLUMNS), read_dictionary=texts)
    for name in _SUMMED:
        table = table.set_column(
            table.schema.get_field_index(name), name, table.column(name).cast(pa.float64())
        )
    for name in _DATES:
        column = table.column(name).cast(pa.timestamp("s"))
        table = table.set_column(table.schema.get_field_index(name), name, column)
    frame = table.to_pandas(self_destruct=True)
    del table
    codes = frame["customer_no"].cat.codes
    keys = [frame["org"], frame["org"].str[:2].astype("category"), None]
    rows = 0
    for _, how, column, condition in SPECS:
        typed = tuple((c, op, pd.Timestamp(v) if isinstance(v, dt.date) else v) for c, op, v in condition)
        mask = _pandas_mask(frame, typed)
        for key in keys if how == "nunique" else keys[:1]:
            by = [frame["as_of"]] if key is None else [frame["as_of"], key]
            chosen = by if mask is None else [k[mask] for k in by]
            series = codes if how == "nunique" else frame[column or "balance"]
            grouped = (series if mask is None else series[mask]).groupby(chosen, observed=True)
            rows += len({"sum": grouped.sum, "count": grouped.size, "nunique": grouped.nunique}[how]())
    return rows


PEERS: dict[str, Callable[[Path], int]] = {
    "bare": bare,
    "duckdb_each": duckdb_each,
    "duckdb_fused": duckdb_fused,
    "polars_fused": polars_fused,
    "polars_leaf": polars_leaf,
    "pandas_each": pandas_each,
}
