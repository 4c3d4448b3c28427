"""The SQL of the toy bank's scans, as files a person can read and a change can be seen in.

Write them anew with ``make golden``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qingce.core.figure import FigureKey
from tests.conftest import computation_of

HERE = Path(__file__).parent
SCANS = {"loan": "green_loan_balance", "meter": "electricity", "single_loan": "loan_balance", "outlet": "outlets"}


@pytest.mark.parametrize("table", sorted(SCANS))
def test_the_scan_of_a_table_is_the_golden_one(table, tmp_path):
    computation = computation_of("", tmp_path)
    figure = computation.figure(FigureKey(SCANS[table], "LZB", "2024"))
    made = computation.lineage(figure).sql + "\n"
    golden = HERE / f"{table}.sql"
    if os.environ.get("QINGCE_GOLDEN") == "write":
        golden.write_text(made, encoding="utf-8")
    assert made == golden.read_text(encoding="utf-8")
