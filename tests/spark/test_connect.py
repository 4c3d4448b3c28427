"""Spark Connect: the client needs no Java, and the figures are the same."""

from __future__ import annotations

import pytest

from qingce.core.errors import ProjectError
from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.spark.test_sample import computation, sources, values

pytestmark = pytest.mark.spark
__all__ = ["sources"]


@pytest.fixture(scope="module")
def connect(cluster) -> str:
    from pyspark.sql import SparkSession

    # an application of an earlier test holds all cores of this small cluster
    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
    return cluster.connect_server()


def test_every_figure_is_the_same_through_spark_connect(connect, sources):
    remote = Spark(toy_registry(), sources, connect, {"spark.sql.shuffle.partitions": "4"})
    try:
        assert values(computation(remote)) == values(computation(DuckDB(toy_registry(), sources)))
    finally:
        remote.close()


def test_what_a_server_refuses_is_said_in_one_line(connect):
    remote = Spark(toy_registry(), {}, connect + "/;token=secret", {"spark.executor.memory": "1g"})
    with pytest.raises(ProjectError) as refused:
        remote.arrow("SELECT 1")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
