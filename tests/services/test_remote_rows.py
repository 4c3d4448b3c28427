"""Ledgers under a URL are judged row by row, by the rules that delivered files are judged by."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from qingce.core.check import Severity
from qingce.engine.backend import DuckDB
from qingce.ledger.records import RULES, load_dataset
from qingce.services.plan import intake_of
from tests.conftest import toy_registry
from tests.services import lender
from tests.services.ledger_under_url import CODES, GOOD, TREE, WRONG, credit, laid, looked, told

LAST_YEAR = {**GOOD, "as_of": dt.date(2023, 12, 31)}


@pytest.fixture
def duckdb_() -> DuckDB:
    return DuckDB(toy_registry(), {})


def test_a_ledger_in_which_nothing_is_wrong_is_used_whole(duckdb_, tmp_path):
    found = looked(duckdb_, laid(tmp_path / "a.parquet", [GOOD, LAST_YEAR]), tmp_path / "kept")
    assert (found.usable, found.input.rows, told(found)) == (True, 2, [])
    assert "2 行就地逐行核对，全部采用" in found.findings[0].reason


@pytest.mark.parametrize("case", WRONG)
def test_every_way_a_row_is_wrong_is_named_with_the_row(duckdb_, tmp_path, case):
    rule, column, value = WRONG[case]
    url = laid(tmp_path / "a.parquet", [LAST_YEAR, {**GOOD, column: value}])
    found = looked(duckdb_, url, tmp_path / "kept")
    rules = {(f.rule, f.place.column) for f in found.findings if f.rule != "url_checked"}
    assert (rule, credit.columns[column].label) in rules
    assert found.usable is (RULES[rule].severity is not Severity.ERROR)
    assert found.input.rows == 2
    [said] = [f for f in found.findings if f.rule == rule and f.place.column == credit.columns[column].label]
    if column not in credit.grain:
        assert said.reason.startswith("借据号=L1，数据日期=2024-12-31：")


@pytest.mark.parametrize("case", WRONG)
def test_a_delivered_file_with_the_same_row_breaks_the_same_rule(tmp_path, case):
    """Where it does not, intake mends the cell on the way in: here nothing is mended, so it is refused."""
    mended = {"a label stands for its code", "an optional code is an empty text", "a text has blanks around it",
              "an optional text is empty", "a number ends in a line break"}
    rule, column, value = WRONG[case]
    laid(tmp_path / "credit.parquet", [LAST_YEAR, {**GOOD, column: value}])
    file = tmp_path / "credit.parquet"
    delivered = load_dataset(credit, [file], root=tmp_path, codes=CODES, orgs=TREE, store=tmp_path / "store")
    assert (rule in {f.rule for f in delivered.findings}) is (case not in mended)


def test_a_key_that_stands_twice_is_named_once_with_how_often(duckdb_, tmp_path):
    url = laid(tmp_path / "a.parquet", [GOOD, GOOD, GOOD, LAST_YEAR])
    found = looked(duckdb_, url, tmp_path / "kept")
    assert not found.usable
    key = "借据号=L1，数据日期=2024-12-31"
    assert ("row_duplicate", "借据号", key, f"主键（{key}）出现 3 次。") in told(found)


def test_a_label_is_answered_with_its_code_and_a_slip_with_the_nearest_word(duckdb_, tmp_path):
    rows = [{**GOOD, "five_class": "正常"}, {**LAST_YEAR, "org": "B1"}]
    found = looked(duckdb_, laid(tmp_path / "a.parquet", rows), tmp_path / "kept")
    reasons = "".join(reason for *_, reason in told(found))
    assert "就地读取的台账只认代码，应为“N”" in reasons
    assert "机构表里没有。是否应为“B01”" in reasons


def test_of_many_wrong_rows_a_hundred_are_named_and_the_rest_counted(duckdb_, tmp_path):
    rows = [{**GOOD, "loan_no": f"L{n}", "five_class": "NPL"} for n in range(250)]
    found = looked(duckdb_, laid(tmp_path / "a.parquet", rows), tmp_path / "kept")
    unknown = [f for f in found.findings if f.rule == "code_unknown"]
    assert len(unknown) == 101
    assert "共 250 处，另有 150 处未逐一列出" in unknown[-1].reason


def test_without_an_org_tree_orgs_are_not_judged_and_that_is_said(duckdb_, tmp_path):
    url = laid(tmp_path / "a.parquet", [{**GOOD, "org": "B99"}])
    found = looked(duckdb_, url, tmp_path / "kept", tree=None)
    assert found.usable
    assert [rule for rule, *_ in told(found)] == ["org_tree_missing"]


# -- between runs ---------------------------------------------------------------------------------
def aged(path: Path, when: int = 1_700_000_000) -> None:
    """As if the file had lain there for long."""
    os.utime(path, (when, when))


def test_a_file_that_is_as_it_was_is_not_read_again(duckdb_, tmp_path):
    path = tmp_path / "a.parquet"
    url = laid(path, [{**GOOD, "five_class": "NPL"}])
    aged(path)
    first = looked(duckdb_, url, tmp_path / "kept")
    path.write_bytes(b"x" * path.stat().st_size)  # nobody who read it could say anything
    aged(path)
    assert looked(duckdb_, url, tmp_path / "kept") == first
    assert [rule for rule, *_ in told(first)] == ["code_unknown"]


def test_a_file_that_was_changed_is_read_again(duckdb_, tmp_path):
    path = tmp_path / "a.parquet"
    url = laid(path, [{**GOOD, "five_class": "NPL"}])
    aged(path)
    assert not looked(duckdb_, url, tmp_path / "kept").usable
    laid(path, [GOOD])
    aged(path, 1_700_000_001)
    assert looked(duckdb_, url, tmp_path / "kept").usable


def test_a_file_that_was_written_this_moment_is_not_taken_for_known(duckdb_, tmp_path):
    url = laid(tmp_path / "a.parquet", [GOOD])
    assert looked(duckdb_, url, tmp_path / "kept").usable
    assert not (tmp_path / "kept").exists()


def test_other_codes_are_another_verdict(duckdb_, tmp_path):
    path = tmp_path / "a.parquet"
    url = laid(path, [{**GOOD, "org": "B99"}])
    aged(path)
    assert looked(duckdb_, url, tmp_path / "kept", tree=None).usable
    assert not looked(duckdb_, url, tmp_path / "kept").usable


# -- in a project ---------------------------------------------------------------------------------
def test_rows_read_are_rows_used_and_rows_refused(tmp_path):
    import duckdb

    project = lender.opened(tmp_path / "bank")
    loans = project.folder / "records" / "credit.csv"
    path = tmp_path / "lake.parquet"
    [source] = project.records.parquet["credit"]
    duckdb.sql(f"SELECT * REPLACE (-1::DECIMAL(18,2) AS lent) FROM '{source}'").write_parquet(str(path))
    loans.unlink()
    toml = project.folder / "qingce.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f'\n[records]\ncredit = "file://{path}"\n', encoding="utf-8")
    there = lender.Project(project.folder)
    kept = intake_of(there, "credit")
    assert kept.read > 0
    assert (kept.used, kept.refused) == (0, kept.read)
    assert there.records.parquet["credit"] is None
    assert {"value_range"} <= {f.rule for f in there.records.findings if f.blocks}
