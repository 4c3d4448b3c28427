"""Charts of a build are drawn once: as SVG for paper and web, as pictures for Word."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.core.page import Chart
from qingce.publish import svg
from qingce.publish.docx import render
from qingce.services.cache import TextCache
from qingce.services.stills import Stills
from tests.publish import sample

CHART = next(block for block in sample.chapter("green", "绿色金融").blocks if isinstance(block, Chart))


def never(*_: object) -> bytes:
    """What stands in for drawing where nothing may be drawn."""
    raise AssertionError("it was drawn again")


def test_a_picture_is_what_word_would_be_given_and_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    drawn = Stills(TextCache(tmp_path)).picture(CHART)
    assert drawn == render.png(svg.render_svg(CHART.spec)) and drawn.startswith(b"\x89PNG\r\n")
    monkeypatch.setattr(render, "png", never)
    assert Stills(TextCache(tmp_path)).picture(CHART) == drawn


def test_a_kept_picture_that_was_damaged_is_drawn_again(tmp_path: Path):
    drawn = Stills(TextCache(tmp_path)).picture(CHART)
    (kept,) = (tmp_path / "picture").iterdir()
    kept.write_bytes(kept.read_bytes()[:-40])
    assert Stills(TextCache(tmp_path)).picture(CHART) == drawn
