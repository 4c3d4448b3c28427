"""The worked examples of the method pages come out as printed."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from tests.docs.reading import ROOT

PAGES = sorted(p for p in (ROOT / "docs" / "methods").glob("*.md") if p.name != "README.md")


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_the_worked_example_runs(path: Path):
    failed, tried = doctest.testfile(str(path), module_relative=False, verbose=False)
    assert tried > 0
    assert failed == 0


def test_every_method_is_listed():
    listed = (ROOT / "docs" / "methods" / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in PAGES if f"({p.name})" not in listed] == []
