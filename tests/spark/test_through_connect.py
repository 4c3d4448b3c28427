"""Spark Connect: the client needs no Java, and the figures are the same.

These tests come last in this folder: once gRPC has its threads, this process can no longer start a JVM.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qingce.core.errors import ProjectError
from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.spark import sample

pytestmark = pytest.mark.spark

ROWS = 100_000


@pytest.fixture(scope="module")
def connect(cluster) -> Iterator[str]:
    from pyspark.sql import SparkSession

    # an application of an earlier test holds all cores of this small cluster
    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()
    with cluster.connect_server() as url:
        yield url


def test_every_figure_is_the_same_through_spark_connect(connect, tmp_path):
    sources = sample.sources(tmp_path, ROWS)
    remote = Spark(toy_registry(), sources, connect, {"spark.sql.shuffle.partitions": "2"})
    try:
        expected = sample.values(sample.computation(DuckDB(toy_registry(), sources)))
        assert sample.values(sample.computation(remote)) == expected
    finally:
        remote.close()


def test_what_a_server_refuses_is_said_in_one_line(connect):
    """A key asks for TLS, which this server does not speak."""
    remote = Spark(toy_registry(), {}, connect + "/;token=secret")
    with pytest.raises(ProjectError) as refused:
        remote.arrow("SELECT 1")
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)
