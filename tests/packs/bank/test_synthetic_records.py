"""The made-up records of the example: the script gives the committed bytes and the printed totals."""

from __future__ import annotations

import csv
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "lanzhou_2024"
FILES = (
    "org",
    "outlet",
    "carbon_reduction_loan",
    "meter",
    "refuelling",
    "bursary",
    "procurement_loan",
)


def generator() -> ModuleType:
    """The generator script as a module."""
    path = EXAMPLE / "generators" / "area_a.py"
    spec = importlib.util.spec_from_file_location("lanzhou_area_a", path)
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
    assert {p.stem for p in made.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_the_committed_file_is_what_the_script_makes(made, name):
    assert (EXAMPLE / "records" / f"{name}.csv").read_bytes() == (made / f"{name}.csv").read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_every_file_says_that_it_is_made_up(made, name):
    first = (made / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# synthetic: 合成数据，仅为复现 2024 年报告印刷数字；种子 ")


def test_the_tree_has_the_printed_outlets(made):
    kinds = [r["kind"] for r in rows(made, "outlet")]
    assert [kinds.count(k) for k in ("head", "branch", "subbranch")] == [1, 15, 162]
    known = {r["code"] for r in rows(made, "org")}
    assert {r["org"] for name in FILES[1:] for r in rows(made, name)} <= known


def test_no_record_keeps_a_person_s_name(made):
    assert set(rows(made, "bursary")[0]) == {"student_no", "paid_on", "org", "school_year", "amount"}
