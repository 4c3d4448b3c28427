"""The plan behind a figure, and where delivered rows went."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.core.errors import BindingError
from qingce.services.plan import figure_plan, intake_of
from tests.services.lender import CREDIT, opened


def test_a_plan_says_what_was_read_and_what_it_answers(tmp_path: Path):
    made = figure_plan(opened(tmp_path), "mean_rate")
    (table,) = made.tables
    assert (table.table, made.scans) == ("credit", 1)
    assert table.facts["一次读取回答"] == "3 个指标"
    assert table.facts["分组"] == "use"
    assert "SELECT" in table.sql


def test_a_second_run_reads_nothing_again(tmp_path: Path):
    project = opened(tmp_path)
    figure_plan(project, "mean_rate")
    assert figure_plan(opened(tmp_path), "mean_rate").scans == 0


def test_rows_read_are_rows_used_and_rows_refused(tmp_path: Path):
    good = intake_of(opened(tmp_path / "good"), "credit")
    assert (good.files, good.read, good.used, good.refused) == (1, 4, 4, 0)
    bad = intake_of(
        opened(tmp_path / "bad", **{"records__credit.csv": CREDIT.replace("250000.05", "-1", 1)}), "credit"
    )
    assert (bad.read, bad.used, bad.refused) == (4, 0, 4)
    assert bad.sentence == "交来 1 份文件，读入 4 行 ＝ 采用 0 行 ＋ 拒收 4 行"


def test_a_filed_figure_has_no_plan(tmp_path: Path):
    assert figure_plan(opened(tmp_path), "book_total").tables == ()


def test_what_the_planner_chose_is_shown_with_its_reason_and_cost(tmp_path: Path):
    (table,) = figure_plan(opened(tmp_path), "lent_balance").tables
    assert table.choice["plan"] == "scan"
    assert "4 行" in table.choice["reason"]
    assert table.choice["cells"] == 4
    assert table.choice["seconds"] > 0


def test_a_name_that_is_none_is_told(tmp_path: Path):
    with pytest.raises(BindingError, match="没有名为"):
        figure_plan(opened(tmp_path), "nothing")
