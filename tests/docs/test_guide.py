"""The guides run: their commands give what they print, their declarations and pages hold."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import qingce
from qingce.cli.app import app
from qingce.core.check import Status
from qingce.services.compose import compose
from qingce.services.init import make_project
from qingce.services.settings import read_settings
from tests.docs.reading import ROOT, Block, blocks, write

GUIDES = sorted((ROOT / "docs" / "guide").glob("*.md"))
NAME = "我行"
_TREE = re.compile(r"[│├└─\s]+")
_EXIT = re.compile(r"# 退出码 (\d)")


def bare(line: str) -> str:
    """A line of output without the drawing of trees and tables and without runs of blanks."""
    return _TREE.sub(" ", line).strip()


def spoken(block: Block) -> Iterator[tuple[str, list[str]]]:
    """Each command of a block with the lines that are said to follow it."""
    lines = block.text.splitlines()
    if block.language == "sh":
        yield from ((line, []) for line in lines if line.strip())
        return
    command, expected = "", []
    for line in lines:
        if line.startswith("$ "):
            if command:
                yield command, expected
            command, expected = line[2:], []
        elif line.strip():
            expected.append(line)
    yield command, expected


def run(command: str) -> tuple[int, str]:
    """Exit code and output of a command line, run in this process."""
    result = CliRunner().invoke(app, shlex.split(command, comments=True)[1:])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def runs_here(command: str) -> bool:
    """Whether a command works on the guide's own project and ends: the example and servers have tests of their own."""
    stays = re.search(r"^qingce serve|^qingce jobs run(?!.*--once)", command)
    return command.startswith("qingce ") and not stays and not re.search(r"examples/|^qingce demo", command)


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.stem)
def test_what_a_guide_says_happens(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    text = path.read_text(encoding="utf-8")
    if not any("qingce init" in b.text for b in blocks(text)):
        make_project(Path(NAME))
    for block in blocks(text):
        if block.path:
            write(tmp_path / NAME, block)
        elif block.language in ("sh", "console"):
            for command, expected in spoken(block):
                if runs_here(command):
                    heard(command, expected, f"{path.name}:{block.line}")
        elif block.language == "markdown":
            page = f"---\ntitle: 第 {block.line} 行\nslug: line-{block.line}\n---\n\n{block.text}"
            (tmp_path / NAME / "pages" / f"{block.line:03}.md").write_text(page, encoding="utf-8")
    if any(b.language == "markdown" or b.path.startswith(("pages/", "forms")) for b in blocks(text)):
        project = qingce.open(NAME)
        assert [f for f in compose(project, lambda: project.judged).findings if f.status is Status.FAIL] == []


def heard(command: str, expected: list[str], where: str) -> None:
    """Run a command; every expected line must come, in this order."""
    code, output = run(command)
    wanted = _EXIT.search(command)
    assert code == (int(wanted[1]) if wanted else 0), f"{where}: {command}\n{output}"
    said = iter([bare(line) for line in output.splitlines()])
    for line in map(bare, expected):
        assert any(line in got for got in said), f"{where}: {command} does not say {line!r}:\n{output}"


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.stem)
def test_settings_in_a_guide_can_be_read(path: Path, tmp_path: Path):
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.language == "toml":
            (tmp_path / "qingce.toml").write_text(block.text, encoding="utf-8")
            assert read_settings(tmp_path).title


@pytest.mark.parametrize("path", GUIDES, ids=lambda p: p.stem)
def test_every_block_of_a_guide_is_tried(path: Path):
    # a program in a guide is run by tests/services/desk/test_keeping.py, as its reader would
    tried = {"sh", "console", "markdown", "toml", "text", "python"}
    found = blocks(path.read_text(encoding="utf-8"))
    assert [b.line for b in found if not b.path and b.language not in tried] == []
