"""Every relative link of a document leads somewhere, headings included."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.docs.reading import ROOT, documents, headings

_LINK = re.compile(r"\[[^\]\[]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def anchor(heading: str) -> str:
    """The fragment that GitHub makes of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def broken(path: Path, text: str) -> list[str]:
    """Links of a document that lead nowhere."""
    found = []
    for link in _LINK.findall(_CODE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, fragment = unquote(link).partition("#")
        target = (path.parent / name).resolve() if name else path
        if not target.exists() or (fragment and fragment not in anchors(target)):
            found.append(link)
    return found


def anchors(path: Path) -> set[str]:
    """The fragments of a document's headings."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return {anchor(words) for _, words in headings(text)}


@pytest.mark.parametrize("path", documents(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_resolve(path: Path):
    assert broken(path, path.read_text(encoding="utf-8")) == []


def test_a_broken_link_is_found(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text("# 头\n", encoding="utf-8")
    text = "[a](none.md) [b](page.md) [c](page.md#尾) [d](page.md#头) [e](https://example.org) `[f](none.md)`"
    assert broken(page, text) == ["none.md", "page.md#尾"]


def test_every_decision_is_listed():
    room = ROOT / "docs" / "adr"
    listed = (room / "README.md").read_text(encoding="utf-8")
    assert [p.name for p in sorted(room.glob("0*.md")) if f"({p.name})" not in listed] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "adr").glob("0*.md")), ids=lambda p: p.stem)
def test_a_decision_has_its_four_parts(path: Path):
    assert [h for level, h in headings(path.read_text(encoding="utf-8")) if level == 2] == [
        "Context", "Decision", "Consequences", "What was tried",
    ]
