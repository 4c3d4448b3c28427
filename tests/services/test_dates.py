"""Days beyond the report's period, and a period end that no ledger has."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from qingce.core.check import Finding, Severity
from qingce.services.project import Project
from tests.services.lender import CREDIT, opened

LAST_YEAR = "L4,2023-12-31"


def found(project: Project) -> dict[str, Finding]:
    return {f.rule: f for f in project.records.findings}


def test_records_of_both_year_ends_and_no_later_are_not_remarked_on(tmp_path: Path):
    assert not {"day_after_period", "prior_snapshot_missing"} & set(found(opened(tmp_path)))


def test_a_prior_year_end_that_no_ledger_has_is_named_with_what_cannot_be_computed(tmp_path: Path):
    text = "".join(line for line in CREDIT.splitlines(keepends=True) if not line.startswith(LAST_YEAR))
    project = opened(tmp_path, **{"records__credit.csv": text})
    assert project.figure("lent_balance").growth.text == "—"
    finding = found(project)["prior_snapshot_missing"]
    assert finding.severity is Severity.WARNING
    assert "2023-12-31" in finding.reason and "放款台账" in finding.reason
    assert "余额、余额与利率乘积、线上客户数" in finding.reason


@pytest.mark.parametrize(("day", "severity", "words"), [
    ("2025-01-31", Severity.NOTE, "晚于报告期末 2024-12-31"),
    ("2034-12-31", Severity.WARNING, "比报告期末 2024-12-31 晚一年以上，多半是写错了年份"),
])
def test_a_day_after_the_period_is_named_of_a_ledger_under_a_url(
    tmp_path: Path, day: str, severity: Severity, words: str
):
    project = opened(tmp_path / "bank")
    [source] = project.records.parquet["credit"]
    lake = tmp_path / "lake.parquet"
    late = f"CASE loan_no WHEN 'L3' THEN DATE '{day}' ELSE as_of END AS as_of"
    duckdb.sql(f"SELECT * REPLACE ({late}) FROM '{source}'").write_parquet(str(lake))
    (project.folder / "records" / "credit.csv").unlink()
    toml = project.folder / "qingce.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + f'\n[records]\ncredit = "file://{lake}"\n', encoding="utf-8")
    finding = found(Project(project.folder))["day_after_period"]
    assert (finding.severity, finding.tried, finding.passed) == (severity, 4, 3)
    assert words in finding.reason and day in finding.reason
    assert finding.rows == ({"数据日期": day, "行数": "1"},)


def test_a_file_that_was_delivered_is_told_by_its_rows_and_not_twice(tmp_path: Path):
    late = found(opened(tmp_path, **{"records__credit.csv": CREDIT.replace("L3,2024-12-31", "L3,2034-12-31")}))
    assert "day_after_period" not in late and late["date_far"].place.row == 4
