"""What a demo of the example shows once its figures are computed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.services.desk.demo import open_demo
from qingce.services.desk.jobs import run_due
from tests.structure.ratchet import ROOT
from tests.web.signing import client


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo of the example, a moment after it was opened."""
    example = tmp_path_factory.mktemp("demo") / "lanzhou_2024"
    shutil.copytree(ROOT / "examples" / "lanzhou_2024", example, ignore=shutil.ignore_patterns(".qingce", "build"))
    desk = open_demo(example)
    run_due(desk)
    yield desk
    desk.close()


@pytest.fixture
def office(demo: Desk) -> TestClient:
    """The office's browser."""
    return client(demo, "office")


def test_failed_checks_are_said_in_words_and_lead_to_the_figures_they_compare(demo: Desk, office: TestClient):
    text = office.get("/findings?sort=check").text
    assert not any(f"<code>{name}</code>" in text for name in demo.registry.checks)
    for key, label in re.findall(r'href="/figures/([a-z_]+)/LZB/2024">([^<]+)<', text):
        assert label == demo.registry.metrics[key].label
    assert "/figures/complaint" in text and "还没有编制" not in text


def test_metrics_of_the_standards_index_lead_to_their_figures(office: TestClient):
    assert re.search(r'指标：<a href="/figures/[a-z_]+">[^<]*[\u4e00-\u9fff]', office.get("/standards/gri_2021").text)


def test_dimensions_and_rows_of_a_figure_are_said_in_words(office: TestClient):
    assert re.search(r"维度</dt><dd>国民经济行业门类<", office.get("/figures/loans_by_industry").text)
    text = office.get("/figures/total_loans").text
    assert re.search(r"\d,\d{3} 行", text) and not re.search(r"\d{4,} 行", text)
