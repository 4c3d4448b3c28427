"""Ledgers of a neutral small bank, of any size: no figure of them is anybody's."""

from __future__ import annotations

from pathlib import Path

import duckdb

from qingce.core.figure import FigureKey
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.engine.backend import Backend, Source
from qingce.engine.compute import Computation, Subject

TREE = OrgTree([
    Org("LZB", "样例银行", "法人"), Org("B01", "分行01", "分行", "LZB"), Org("B02", "分行02", "分行", "LZB"),
])
PERIODS = [Period.parse("2024"), Period.parse("2023")]
LOANS = """
SELECT 'L' || (i // 2) AS loan_no,
       CASE WHEN i % 2 = 0 THEN DATE '2024-12-31' ELSE DATE '2023-12-31' END AS as_of,
       'B0' || (1 + i // 7 % 2) AS org,
       CASE WHEN i % 97 > 0 THEN 'C' || (i * 7919 % ({rows} // 50 + 11)) END AS customer,
       CASE WHEN i % 89 > 0 THEN CAST((i * 104729 % 99999989) * CAST(0.01 AS DECIMAL(3,2)) AS DECIMAL(18,2))
       END AS balance,
       ['infra', 'clean', 'svc', NULL][1 + i // 11 % 4] AS use,
       CAST(NULL AS VARCHAR) AS label_no,
       i % 3 = 0 AS online
FROM range({rows}) AS numbers(i)
"""
METERS = """
SELECT 'M' || (i % 500) AS meter_no, DATE '2022-01-01' + CAST(i // 500 AS INTEGER) AS read_on,
       'B0' || (1 + i % 2) AS org, ['electricity', 'water'][1 + i // 3 % 2] AS energy,
       CAST((i * 7919 % 999983) * CAST(0.001 AS DECIMAL(4,3)) AS DECIMAL(18,3)) AS quantity
FROM range(least({rows} // 4, 500000)) AS numbers(i)
"""


def sources(room: Path, rows: int) -> dict[str, Source]:
    """Parquet of a loan table of so many rows, and of a meter table."""
    made: dict[str, Source] = {"outlet": None}
    for name, query in (("loan", LOANS), ("meter", METERS)):
        made[name] = room / f"{name}_{rows}.parquet"
        duckdb.sql(query.format(rows=rows)).write_parquet(str(made[name]), row_group_size=50_000)
    return made


def computation(backend: Backend) -> Computation:
    """Over the two year-ends."""
    return Computation(Subject(backend.registry, backend, TREE, {}), PERIODS)


def values(found: Computation) -> dict[str, str]:
    """Every figure of every org, as it would be written."""
    keys: list[FigureKey] = [
        key for metric in found.registry.metrics.values() for org in TREE for period in PERIODS
        for key in found.family(metric, org, str(period))
    ]
    return {str(key): str(found.figure(key).value) for key in keys}
