"""A whole year in a real browser on the Lanzhou example, from the first reminder to the restatement."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from qingce.services.desk.laid import current
from qingce.services.tie import ties
from tests.structure.ratchet import ROOT
from tests.web.year import assuring, collecting, deciding, publishing, wording
from tests.web.year.stage import Year, staged

pytestmark = [pytest.mark.browser, pytest.mark.long]
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")


def still_ties(year: Year) -> None:
    """Every published fact is what the figures say, now that people have filed and signed them."""
    told = list(ties(current(year.desk)))
    assert [one for one in told if one.outcome not in ("tied", "case")] == []
    assert sum(one.outcome == "tied" for one in told) > 500


def test_the_year(browser: Any, tmp_path: Path):
    example = tmp_path / "lanzhou_2024"
    shutil.copytree(ROOT / "examples" / "lanzhou_2024", example, ignore=shutil.ignore_patterns(".qingce", "build"))
    with staged(example, browser, axe_module.Axe()) as year:
        deciding.people(year)
        deciding.survey(year)
        deciding.materiality(year)
        deciding.governance(year)
        collecting.begin(year)
        collecting.by_grid(year)
        collecting.by_workbook(year, tmp_path)
        collecting.late(year)
        collecting.review(year)
        collecting.approve(year)
        publishing.preview(year)
        wording.draft(year, tmp_path)
        wording.search(year)
        wording.english(year)
        publishing.waive(year)
        edition = publishing.freeze(year)
        still_ties(year)
        publishing.reads_back_the_same(year)
        publishing.the_public(year, edition)
        publishing.restate(year, edition)
        engagement = assuring.engage(year)
        assuring.sample(year, engagement)
        assuring.provide(year, tmp_path)
        assuring.conclude(year, engagement, tmp_path)
        assuring.look_back(year)
        assert year.desk.journal.verify() is None
        assert year.broken == []
