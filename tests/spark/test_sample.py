"""A million rows of a small bank on a cluster, and a worker that dies while they are counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from qingce.engine.backend import DuckDB, Source
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.spark import sample
from tests.spark.conftest import SETTINGS

pytestmark = pytest.mark.spark

ROWS = 1_000_000
SMALL_TASKS = {"spark.sql.files.maxPartitionBytes": "262144", "spark.sql.files.openCostInBytes": "262144"}


@pytest.fixture(scope="module")
def sources(tmp_path_factory) -> dict[str, Source]:
    return sample.sources(tmp_path_factory.mktemp("sample"), ROWS)


@pytest.fixture(scope="module")
def expected(sources) -> dict[str, str]:
    return sample.values(sample.computation(DuckDB(toy_registry(), sources)))


@pytest.fixture
def spark(cluster, sources) -> Callable[..., Spark]:
    return lambda **more: Spark(toy_registry(), sources, cluster.url, {**SETTINGS, **more})


def test_every_figure_of_a_million_rows_is_the_same_to_the_digit(spark, expected):
    assert len(expected) > 80
    assert sample.values(sample.computation(spark())) == expected


def test_a_worker_dies_while_rows_are_counted_and_the_figures_are_the_same(spark, expected, cluster):
    """The file is read in many tasks; when some are done and some are not, one of two machines is gone."""
    backend = spark(**SMALL_TASKS)
    context = backend.session.sparkContext
    tracker = context._jsc.sc().statusTracker()
    wait_until(lambda: len(tracker.getExecutorInfos()) == 3)  # the driver counts as one
    found: dict[str, Any] = {}
    running = threading.Thread(target=lambda: found.update(sample.values(sample.computation(backend))))
    running.start()
    done, tasks = half_done(context.statusTracker(), running)
    cluster.kill_worker()
    try:
        running.join(120)
        assert 0 < done < tasks
        assert found == expected
        assert len(tracker.getExecutorInfos()) == 2
    finally:
        cluster.add_worker()


def wait_until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end, "the cluster did not grant its executors"
        time.sleep(0.1)


def half_done(tracker: Any, running: threading.Thread) -> tuple[int, int]:
    """Wait for a stage of which some tasks are done and others not; how many of how many."""
    while running.is_alive():
        for stage in tracker.getActiveStageIds():
            info = tracker.getStageInfo(stage)
            if info is not None and 0 < info.numCompletedTasks < info.numTasks - 2:
                return info.numCompletedTasks, info.numTasks
        time.sleep(0.01)
    return 0, 0
