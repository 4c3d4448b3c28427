"""A real cluster for the tests of this folder; where there cannot be one they are skipped and say why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spark.cluster import DRIVER_MEMORY, EXECUTOR_MEMORY, Cluster, missing

SETTINGS = {
    "spark.executor.memory": EXECUTOR_MEMORY, "spark.driver.memory": DRIVER_MEMORY,
    "spark.sql.shuffle.partitions": "4",
}


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers."""
    if reason := missing():
        pytest.skip(reason)
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start(workers=2)
        yield made
    finally:
        made.stop()
