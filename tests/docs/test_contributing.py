"""CONTRIBUTING.md builds: its blocks, written to the files they name, make a project that holds."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

import qingce
from qingce.core.check import Status
from qingce.core.page import Index, walk
from qingce.services.compose import Composed, compose
from qingce.services.init import make_project
from qingce.services.project import Project
from tests.conftest import computation_of
from tests.docs.reading import ROOT, Block, blocks, write
from tests.docs.test_changelog import restated

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder: Path = make_project(tmp_path_factory.mktemp("contributing") / "bank")
    for block in blocks(TEXT):
        if block.path:
            write(folder, block)
    return qingce.open(folder)


@pytest.fixture(scope="module")
def composed(project: Project) -> Composed:
    return compose(project, lambda: project.judged)


def test_every_block_is_one_that_a_test_runs():
    known = [b for b in blocks(TEXT) if b.path or "def test_" in b.text or b.text.startswith("指标:")]
    assert [b.line for b in blocks(TEXT)] == [b.line for b in known]


def test_the_pack_is_the_projects_own(project: Project):
    assert project.registry.packs["charging"].label == "网点充电"
    assert project.records.findings == ()


@pytest.mark.parametrize(("metric", "printed"), [
    ("charged_energy", "70.00 千瓦时"),
    ("staff_charging_share", "55.43%"),
    ("charging_posts", "2 台"),
    ("drawn_energy", "76.09 千瓦时"),
    ("long_charging_sessions", "1 次"),
])
def test_its_metrics_come_out(project: Project, metric: str, printed: str):
    assert project.figure(metric).text == printed


def test_the_dated_method_holds_from_its_day_only(project: Project):
    assert project.figure("charging_sessions", period=2024).value == D(2)
    assert project.figure("charging_sessions", period=2023).value == D(1)


def test_its_checks_pass(project: Project):
    found = {f.rule: f.status for f in project.judged}
    assert found["charging_by_vehicle_adds_up"] is Status.PASS
    assert found["each_charging_session_is_at_most_200_kwh"] is Status.PASS


def test_its_page_binds_and_its_index_finds_it(composed: Composed):
    assert [f for f in composed.findings if f.status is Status.FAIL] == []
    page = composed.document.page("charging")
    assert page is not None
    index = next(b for b in walk(page.blocks) if isinstance(b, Index))
    assert [(row.code, row.pages, row.omission) for row in index.rows] == [
        ("3.1", ("charging",), ""), ("3.2", (), "信息暂缺或不完整：报告期内尚未统计"),
    ]


def test_the_sample_test_passes(tmp_path: Path):
    block = next(b for b in blocks(TEXT) if "def test_" in b.text)
    room: dict[str, object] = {"D": D}
    exec(compile(block.text, "CONTRIBUTING.md", "exec"), room)
    sample = next(value for name, value in room.items() if name.startswith("test_"))
    asked = computation_of(sample.__doc__ or "", tmp_path)
    sample(lambda period: {"electricity": asked.figure(_key("electricity", period)).value})  # type: ignore[operator]


def _key(metric: str, period: int):
    from qingce.core.figure import FigureKey

    return FigureKey(metric, "LZB", str(period))


def test_the_sample_fragment_can_be_read():
    block: Block = next(b for b in blocks(TEXT) if b.text.startswith("指标:"))
    assert restated(block.text)["指标"] == "charging_sessions"
