"""The made-up records on customers and staff: the script gives the committed bytes."""

from __future__ import annotations

import csv
import importlib.util
from collections import Counter
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "lanzhou_2024"
FILES = (
    "complaint",
    "donation",
    "education_activity",
    "education_audience",
    "employee",
    "merchant",
    "protection_training",
    "training_project",
    "training_record",
)


def generator() -> ModuleType:
    """The generator script as a module."""
    path = EXAMPLE / "generators" / "area_b.py"
    spec = importlib.util.spec_from_file_location("lanzhou_area_b", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with freshly generated records."""
    folder: Path = tmp_path_factory.mktemp("records")
    generator().write(folder)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a records file, below its synthetic line."""
    lines = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:]))


def test_the_script_writes_these_files_and_no_others(made):
    assert {path.stem for path in made.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_the_script_makes(made, name):
    assert (EXAMPLE / "records" / f"{name}.csv").read_bytes() == (made / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_that_it_is_made_up_and_stays_small(made, name):
    raw = (made / f"{name}.csv").read_bytes()
    first = raw.decode("utf-8").splitlines()[0]
    assert first.startswith("# synthetic: 合成数据，仅为复现 2024 年报告印刷数字；种子 ")
    assert len(raw) < 1_000_000


def test_staff_are_numbers_and_not_names(made):
    assert set(rows(made, "employee")[0]) == {"employee_no", "as_of", "org", "sex", "contract", "insured"}
    assert {len(row["employee_no"]) for row in rows(made, "employee")} == {6}


def test_every_org_stands_in_the_tree(made):
    known = {row["code"] for row in rows(EXAMPLE / "records", "org")}
    assert {row["org"] for name in FILES for row in rows(made, name)} <= known


def test_the_audience_is_just_under_the_printed_figure(made):
    audience: Counter[str] = Counter()
    for row in rows(made, "education_audience"):
        audience[row["age_group"]] += int(row["reached"])
    assert 4_945_000 <= audience.total() < 4_950_000
    assert {group: round(count / 10_000) for group, count in audience.items()} == {
        "elderly": 125,
        "youth": 134,
        "other": 236,
    }


def test_training_hours_give_the_three_printed_averages(made):
    files = rows(made, "training_record")
    hours = {
        level: [Decimal(r["hours"]) for r in files if r["level"] == level]
        for level in ("management", "other", "")
    }
    everybody = [hour for part in hours.values() for hour in part]
    averages = [sum(part) / len(part) for part in (everybody, hours["management"], hours["other"])]
    assert [f"{average:.2f}" for average in averages] == ["36.57", "38.90", "35.65"]
    assert [len(part) for part in hours.values()] == [958, 3027, 59]
