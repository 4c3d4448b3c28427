"""The README is true in both languages: its library session runs, its first metric computes."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from types import ModuleType

import pytest

from qingce.core.registry import Pack, Registry
from tests.conftest import computation_of
from tests.docs.reading import ROOT, blocks, commands, headings

TEXTS = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "README.zh.md")}


def test_the_twins_have_the_same_shape():
    english, chinese = TEXTS.values()
    assert [level for level, _ in headings(english)] == [level for level, _ in headings(chinese)]
    assert commands(english) == commands(chinese)
    assert [b.language for b in blocks(english)] == [b.language for b in blocks(chinese)]


def test_the_twins_run_the_same_session_and_link_to_the_same_places():
    english, chinese = ([b.text for b in blocks(text) if ">>>" in b.text] for text in TEXTS.values())
    assert english == chinese
    links = [sorted(set(re.findall(r"\]\(([^)]+)\)", text)) - set(TEXTS)) for text in TEXTS.values()]
    assert links[0] == links[1]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_two_commands_stand_first(text: str):
    assert [c.strip() for c in commands(text)[:2]] == ["make demo", "make test"]
    assert headings(text)[1][0] == 2
    assert text.index("make test") < text.index("\n## ")


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_first_metric_computes(text: str, tmp_path: Path):
    block = next(b for b in blocks(text) if "@metric" in b.text)
    module = ModuleType("first_metric")
    exec(compile(block.text, "README.md", "exec"), vars(module))
    registry = Registry()
    registry.add_pack(Pack("first", "样例", "办公室", ""), [module])
    registry.verify()
    records = """
    paper
    slip_no | drawn_on   | org | sheets
    P1      | 2024-05-01 | B01 | 500
    P2      | 2024-09-01 | B02 | 300
    P3      | 2023-09-01 | B02 | 900
    """
    from qingce.core.figure import FigureKey

    asked = computation_of(records, tmp_path, registry)
    assert asked.figure(FigureKey("paper_used", "LZB", "2024")).value == 800


def test_the_library_session_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False, verbose=False)
    assert tried >= 5
    assert failed == 0
