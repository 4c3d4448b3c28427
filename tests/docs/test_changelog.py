"""Changelog fragments can be read, and those that move a published figure say which, when and how much."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from qingce.core.period import Period
from qingce.services.content import load_registry
from tests.docs.reading import ROOT, blocks

KINDS = ("added", "changed", "fixed", "restated")
KEYS = ("指标", "期间", "影响", "原因")
FRAGMENTS = sorted(p for p in (ROOT / "changelog.d").iterdir() if p.name != "README.md")


def restated(text: str) -> dict[str, str]:
    """The four lines of a fragment that moves figures.

    Raises:
        ValueError: a line is missing, or is none of the four.
    """
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, sign, said = line.partition(":")
        if key not in KEYS or not sign or not said.strip():
            raise ValueError(f"{line!r} is not one of: {', '.join(KEYS)}")
        found[key] = said.strip()
    if lacking := [key for key in KEYS if key not in found]:
        raise ValueError(f"no line for {lacking[0]}")
    for period in re.split("[,，、]", found["期间"]):
        Period.parse(period)
    return found


def unnamed(fragment: dict[str, str]) -> list[str]:
    """Metrics that nobody declares."""
    known = load_registry(None).metrics
    return [name for name in re.split(r"[,，、]\s*", fragment["指标"]) if name not in known]


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda p: p.name)
def test_a_fragment_is_well_formed(path: Path):
    match = re.fullmatch(r"[a-z0-9-]+\.(\w+)\.md", path.name)
    assert match, "name it <slug>.<kind>.md"
    assert match[1] in KINDS
    text = path.read_text(encoding="utf-8").strip()
    assert text
    if match[1] == "restated":
        assert unnamed(restated(text)) == []


def test_the_sample_of_the_readme_is_well_formed():
    text = (ROOT / "changelog.d" / "README.md").read_text(encoding="utf-8")
    assert unnamed(restated(next(b.text for b in blocks(text)))) == []


@pytest.mark.parametrize("text", [
    "指标: headcount\n期间: 2024\n影响: 小",
    "指标: headcount\n期间: last year\n影响: 小\n原因: 更正",
    "指标: headcount\n期间: 2024\n影响: 小\n原因: 更正\n备注: 无",
])
def test_a_fragment_that_leaves_something_out_is_refused(text: str):
    with pytest.raises(Exception, match=r"no line for 原因|不是期间|is not one of"):
        restated(text)


def test_the_changelog_tells_of_this_version():
    import qingce

    assert f"## {qingce.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
