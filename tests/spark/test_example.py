"""The example on a cluster: every figure as DuckDB has it, to the digit."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from qingce.core.check import Finding
from qingce.core.figure import Figure
from qingce.services.project import Project
from tests.conftest import ROOT
from tests.spark.conftest import SETTINGS

pytestmark = pytest.mark.spark

# a hundred ledgers of a few rows each: compiling code for each query would take longer than the queries
MANY_SMALL = {
    "spark.sql.shuffle.partitions": "1", "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@dataclass
class Both:
    """One project as two engines see it."""

    duckdb: Project
    spark: Project


def pointed(folder: Path, engine: str) -> Project:
    """The project with ``engine`` and ``[spark]`` in its settings."""
    path = folder / "qingce.toml"
    text = path.read_text(encoding="utf-8").replace("[project]\n", f'[project]\nengine = "{engine}"\n', 1)
    lines = "\n".join(f'"{name}" = "{value}"' for name, value in {**SETTINGS, **MANY_SMALL}.items())
    path.write_text(f"{text}\n[spark]\n{lines}\n", encoding="utf-8")
    return Project(folder)


@pytest.fixture(scope="module")
def both(cluster, tmp_path_factory) -> Both:
    folder = tmp_path_factory.mktemp("台账 [2024]") / "lanzhou"
    ignored = shutil.ignore_patterns(".qingce", "build")
    shutil.copytree(ROOT / "examples" / "lanzhou_2024", folder, ignore=ignored)
    plain = Project(folder)
    assert plain.records.rows > 0
    return Both(plain, pointed(folder, cluster.url))


def values(project: Project) -> dict[str, str]:
    """Every figure of the report's org and of the orgs below it, as it would be written."""
    tree = project.records.tree
    day = project.settings.period.end
    orgs = [project.settings.org, *tree.children(project.settings.org, day)]
    return {str(figure.key): written(figure) for figure in project.figures(orgs=orgs)}


def written(figure: Figure) -> str:
    """The value with all its digits, or that there is none."""
    return "absent" if figure.amount.absent else f"{figure.value:f} {figure.unit.name}"


def result(finding: Finding) -> tuple[str, ...]:
    """What a check came to; which of many bad rows it shows is not part of it."""
    return (finding.rule, str(finding.status), finding.reason, str(finding.tried), str(finding.passed))


def rows(project: Project, figure: Figure) -> list[str]:
    """The records behind a figure, in any order."""
    columns = project.computation.rows(figure, most=10**6)
    return sorted(map(repr, zip(*columns.values(), strict=True)))


def test_every_figure_is_the_same_to_the_digit(both):
    expected = values(both.duckdb)
    assert len(expected) > 800
    assert values(both.spark) == expected


def test_every_check_comes_to_the_same(both):
    assert [result(f) for f in both.spark.judged] == [result(f) for f in both.duckdb.judged]


def test_the_rows_behind_a_figure_are_the_same_rows(both):
    """One figure of each of eight ledgers, of those that have rows."""
    picked = {}
    for figure in both.duckdb.figures():
        record = both.duckdb.lineage(figure)
        if record.rows_sql and record.table not in picked and len(picked) < 8 and rows(both.duckdb, figure):
            picked[record.table] = figure
    assert len(picked) == 8
    for figure in picked.values():
        same = both.spark.computation.figure(figure.key)
        assert rows(both.spark, same) == rows(both.duckdb, figure)


def test_a_second_run_reads_nothing_again(both):
    values(both.spark)
    again = Project(both.spark.folder)
    assert values(again) == values(both.spark)
    assert again.computation.scans.read == 0
