"""A million rows of a small bank on a cluster, and a worker that dies while they are counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from qingce.core.figure import FigureKey
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.engine.backend import Backend, DuckDB, Source
from qingce.engine.compute import Computation, Subject
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.spark.conftest import SETTINGS

pytestmark = pytest.mark.spark

ROWS = 1_000_000
TREE = OrgTree([Org("LZB", "兰州银行", "法人"), Org("B01", "分行01", "分行", "LZB"), Org("B02", "分行02", "分行", "LZB")])
PERIODS = [Period.parse("2024"), Period.parse("2023")]
LOANS = """
SELECT 'L' || (i // 2) AS loan_no,
       CASE WHEN i % 2 = 0 THEN DATE '2024-12-31' ELSE DATE '2023-12-31' END AS as_of,
       'B0' || (1 + i // 7 % 2) AS org,
       CASE WHEN i % 97 = 0 THEN NULL ELSE 'C' || (i * 7919 % 20011) END AS customer,
       CASE WHEN i % 89 = 0 THEN NULL ELSE CAST(CAST(i * 104729 % 99999989 AS DECIMAL(18,2)) / 100 AS DECIMAL(18,2)) END AS balance,
       ['infra', 'clean', 'svc', NULL][1 + i // 11 % 4] AS use,
       NULL::VARCHAR AS label_no,
       i % 3 = 0 AS online
FROM range({rows}) AS numbers(i)
"""
METERS = """
SELECT 'M' || (i % 500) AS meter_no, DATE '2022-01-01' + CAST(i // 500 AS INTEGER) AS read_on,
       'B0' || (1 + i % 2) AS org, ['electricity', 'water'][1 + i // 3 % 2] AS energy,
       CAST(CAST(i * 7919 % 999983 AS DECIMAL(18,3)) / 1000 AS DECIMAL(18,3)) AS quantity
FROM range({rows} // 4) AS numbers(i)
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, Source]:
    """Parquet of a neutral bank: no figure of it is anybody's."""
    room: Path = tmp_path_factory.mktemp("sample")
    made: dict[str, Source] = {"outlet": None}
    for name, query in (("loan", LOANS), ("meter", METERS)):
        made[name] = room / f"{name}.parquet"
        duckdb.sql(query.format(rows=ROWS)).write_parquet(str(made[name]), row_group_size=50_000)
    return made


def computation(backend: Backend) -> Computation:
    return Computation(Subject(backend.registry, backend, TREE, {}), PERIODS)


def values(found: Computation) -> dict[str, str]:
    """Every figure of every org, as it would be written."""
    keys: list[FigureKey] = [
        key for metric in found.registry.metrics.values() for org in TREE for period in PERIODS
        for key in found.family(metric, org, str(period))
    ]
    return {str(key): str(found.figure(key).value) for key in keys}


@pytest.fixture(scope="module")
def expected(sources) -> dict[str, str]:
    return values(computation(DuckDB(toy_registry(), sources)))


@pytest.fixture
def spark(cluster, sources) -> Iterator[Callable[..., Spark]]:
    yield lambda **more: Spark(toy_registry(), sources, cluster.url, {**SETTINGS, **more})


def test_every_figure_of_a_million_rows_is_the_same_to_the_digit(spark, expected):
    assert expected["loan_balance/LZB/2024"] != "ABSENT"
    assert values(computation(spark())) == expected


def test_a_worker_dies_while_rows_are_counted_and_the_figures_are_the_same(spark, expected, cluster):
    """The file is read in many tasks; when some are done and some are not, one of two machines is gone."""
    backend = spark(**{"spark.sql.files.maxPartitionBytes": "262144", "spark.sql.files.openCostInBytes": "262144"})
    context = backend.session.sparkContext
    executors(context, 2)
    found: dict[str, Any] = {}

    def work() -> None:
        found.update(values(computation(backend)))

    running = threading.Thread(target=work)
    running.start()
    done, of = half_done(context, running)
    cluster.kill_worker()
    try:
        running.join(120)
        assert 0 < done < of
        assert found == expected
        assert len(context._jsc.sc().statusTracker().getExecutorInfos()) == 2  # the driver and who is left
    finally:
        cluster.add_worker()


def executors(context: Any, count: int) -> None:
    """Wait until so many executors work for us."""
    end = time.monotonic() + 60
    while len(context._jsc.sc().statusTracker().getExecutorInfos()) < count + 1:
        assert time.monotonic() < end, "the cluster did not grant its executors"
        time.sleep(0.1)


def half_done(context: Any, running: threading.Thread) -> tuple[int, int]:
    """Wait for a stage of which some tasks are done and others not; how many of how many."""
    tracker = context.statusTracker()
    while running.is_alive():
        for stage in tracker.getActiveStageIds():
            info = tracker.getStageInfo(stage)
            if info is not None and 0 < info.numCompletedTasks < info.numTasks - 2:
                return info.numCompletedTasks, info.numTasks
        time.sleep(0.01)
    return 0, 0
