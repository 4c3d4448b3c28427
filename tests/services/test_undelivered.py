"""A ledger that nobody delivered is told once, where the report rests on it, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import qingce
from qingce.core.check import Finding, Severity
from qingce.services.publish import build, examine


def told(folder: Path) -> list[Finding]:
    return [f for f in examine(qingce.open(folder)) if f.rule == "ledger_delivered"]


def test_nothing_is_said_where_every_ledger_was_delivered(small: Path):
    assert told(small) == []


def test_a_ledger_that_is_not_there_is_one_finding_with_its_file_metrics_and_pages(small: Path):
    """records/volunteering.csv is deleted; four metrics of one page rest on it, one through another metric."""
    (small / "records" / "volunteering.csv").unlink()
    [finding] = told(small)
    assert finding.severity is Severity.WARNING and finding.place.file == "records/volunteering.csv"
    assert finding.reason == (
        "没有交《志愿服务台账》（应为 records/volunteering.csv，或 .xlsx、.parquet）：志愿服务活动场次、"
        "志愿服务参加人次、志愿服务时长、人均志愿服务时长没有数值或不全；用在 pages/00-volunteering.md。"
    )
    assert [row["指标"] for row in finding.rows][-1] == "人均志愿服务时长"
    assert finding.advice.startswith("请工会办公室交来")


def test_a_build_says_it_too(small: Path):
    (small / "records" / "volunteering.csv").unlink()
    assert "ledger_delivered" in [f.rule for f in build(qingce.open(small), formats=("json",)).findings]


def test_a_ledger_with_a_heading_only_was_delivered(small: Path):
    file = small / "records" / "volunteering.csv"
    heading = next(line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    file.write_text(heading + "\n", encoding="utf-8")
    assert told(small) == []


def test_a_ledger_of_which_no_page_uses_anything_is_passed_over(small: Path):
    (small / "records" / "volunteering.csv").unlink()
    (small / "pages" / "00-volunteering.md").write_text(
        "---\ntitle: 志愿者\nslug: v\n---\n\n期末在册志愿者 {{ registered_volunteers }}。\n", encoding="utf-8")
    assert told(small) == []


def test_the_front_page_and_a_standard_rest_on_ledgers_as_pages_do(small: Path):
    (small / "records" / "volunteering.csv").unlink()
    (small / "pages" / "00-volunteering.md").write_text("---\ntitle: 空\nslug: v\n---\n\n无数字。\n", encoding="utf-8")
    settings = small / "qingce.toml"
    text = settings.read_text(encoding="utf-8").replace("packs = []", 'packs = []\nstandards = ["gri_2021"]')
    settings.write_text(text.replace("[report]", '[report]\nheadline = ["volunteer_events"]'), encoding="utf-8")
    (small / "standards").mkdir(exist_ok=True)
    (small / "standards" / "gri_2021.yaml").write_text(
        "'413-1': {pages: [v], figures: [volunteer_hours]}\n", encoding="utf-8")
    [finding] = told(small)
    assert [(row["指标"], row["用在"].split()[-1]) for row in finding.rows] == [
        ("志愿服务活动场次", "首页数字"), ("志愿服务时长", "413-1")]
