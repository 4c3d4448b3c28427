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


WITHOUT_BALANCE = CREDIT.replace("余额", "金额", 1)


@pytest.mark.parametrize("text", [
    WITHOUT_BALANCE,
    WITHOUT_BALANCE + ",,,,,,,,,\n\n",
    CREDIT.replace("余额,利率", "利率,利率", 1),
    CREDIT.replace("L4,2023-12-31", "多一列,L4,2023-12-31", 1),
], ids=["a column is missing", "lines without values", "a column stands twice", "a line of another width"])
def test_the_rows_of_a_refused_file_are_counted(tmp_path: Path, text: str):
    kept = intake_of(opened(tmp_path, **{"records__credit.csv": text}), "credit")
    assert (kept.files, kept.read, kept.used, kept.refused, kept.uncounted) == (1, 4, 0, 4, 0)


def test_the_rows_of_a_refused_parquet_and_workbook_are_counted(tmp_path: Path):
    import duckdb
    import openpyxl

    project = opened(tmp_path)
    rows = [line.split(",") for line in CREDIT.splitlines()]
    (tmp_path / "records" / "credit.csv").unlink()
    seven = duckdb.sql("SELECT 'L' || i AS 借据号 FROM range(7) AS t(i)")
    seven.write_parquet(str(tmp_path / "records" / "credit.parquet"))
    book = openpyxl.Workbook()
    for row in [rows[0][:3], *(row[:3] for row in rows[1:]), [None, None, None]]:
        book.active.append(row)
    book.save(tmp_path / "records" / "credit-more.xlsx")
    kept = intake_of(type(project)(tmp_path), "credit")
    assert (kept.files, kept.read, kept.refused, kept.uncounted) == (2, 11, 11, 0)


def test_a_file_that_cannot_be_read_is_said_to_be_uncounted(tmp_path: Path):
    project = opened(tmp_path)
    (tmp_path / "records" / "credit-more.xlsx").write_bytes(b"PK\x03\x04 nothing more")
    (tmp_path / "records" / "credit-old.csv").symlink_to(tmp_path / "records" / "credit.csv")
    kept = intake_of(type(project)(tmp_path), "credit")
    assert (kept.files, kept.read, kept.used, kept.refused, kept.uncounted) == (3, 4, 0, 4, 2)
    assert kept.sentence.endswith("；另有 2 份文件读不出来，行数无法清点，整份拒收")


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
