"""Rows of a ledger under a URL, judged on a cluster as on this machine."""

from __future__ import annotations

import os

import pytest

from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark
from tests.conftest import toy_registry
from tests.services.ledger_under_url import GOOD, WRONG, laid, looked, told
from tests.spark.conftest import SETTINGS
from tests.spark.test_example import MANY_SMALL

pytestmark = pytest.mark.spark


def test_a_cluster_names_the_same_rows_for_the_same_rules(cluster, tmp_path):
    """Of the rules those whose SQL differs most from one dialect to the other, and a key that stands twice."""
    wanted = ("code_expired", "value_range", "text_pattern", "value_nul")
    one_each = {rule: (column, value) for rule, column, value in WRONG.values() if rule in wanted}
    rows = [GOOD, GOOD, *({**GOOD, "loan_no": f"M{n}", column: value}
                          for n, (column, value) in enumerate(one_each.values()))]
    path = tmp_path / "credit.parquet"
    url = laid(path, rows)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    spark = Spark(toy_registry(), {}, cluster.url, {**SETTINGS, **MANY_SMALL})
    found = looked(spark, url, tmp_path / "spark")
    here = looked(DuckDB(toy_registry(), {}), url, tmp_path / "duckdb")
    assert {rule for rule, *_ in told(here)} == {*one_each, "row_duplicate"}
    assert told(found) == told(here)
    assert found.input == here.input
    [verdict] = (tmp_path / "spark").iterdir()
    written = verdict.stat().st_mtime_ns
    assert looked(spark, url, tmp_path / "spark") == found
    assert verdict.stat().st_mtime_ns == written  # the files are as they were: nothing was judged again
