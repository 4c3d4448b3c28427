"""Rows of a ledger under a URL, judged on a cluster as on this machine."""

from __future__ import annotations

import os

import pytest

from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.services.ledger_under_url import GOOD, WRONG, laid, looked, told
from tests.spark.conftest import SETTINGS

pytestmark = pytest.mark.spark


def test_a_cluster_names_the_same_rows_for_the_same_rules(cluster, tmp_path):
    """One ledger with every way in which a row can be wrong, and a key that stands twice."""
    rows = [GOOD, GOOD, *({**GOOD, "loan_no": f"M{n}", column: value}
                          for n, (_, column, value) in enumerate(WRONG.values()))]
    path = tmp_path / "credit.parquet"
    url = laid(path, rows)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    spark = Spark(toy_registry(), {}, cluster.url, SETTINGS)
    found = looked(spark, url, tmp_path / "spark")
    here = looked(DuckDB(toy_registry(), {}), url, tmp_path / "duckdb")
    assert {rule for rule, *_ in told(here)} == {rule for rule, *_ in WRONG.values()} | {"row_duplicate"}
    assert told(found) == told(here)
    assert found.input == here.input
    path.write_bytes(b"x" * path.stat().st_size)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    assert (tmp_path / "spark").is_dir()
