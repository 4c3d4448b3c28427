"""The generated reference says what the code says."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from tests.docs.reading import ROOT


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def made(tool: ModuleType) -> dict[str, str]:
    pages: dict[str, str] = tool.reference()
    return pages


def test_the_reference_is_up_to_date_run_make_docs(made: dict[str, str]):
    folder = ROOT / "docs" / "reference"
    files = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert [name for name, text in made.items() if files.get(name) != text] == []


def test_nothing_else_lies_in_the_reference(made: dict[str, str]):
    assert {p.name for p in (ROOT / "docs" / "reference").iterdir()} == {*made, "figures.schema.md"}


def test_every_declaration_of_the_built_in_packs_is_listed(made: dict[str, str]):
    from qingce.services.content import load_registry

    registry = load_registry(None)
    for page, room in (("metrics.md", registry.metrics), ("checks.md", registry.checks)):
        assert [name for name in room if f"| `{name}` |" not in made[page]] == []
    tables = [*registry.datasets, *registry.codes]
    for page, names in (("datasets.md", tables), ("factors.md", [*registry.factors])):
        assert [name for name in names if f"### {name} " not in made[page]] == []


def test_a_name_without_words_stops_the_tool(tool: ModuleType):
    with pytest.raises(SystemExit, match="nowhere"):
        tool.words([*tool.STEPS, "nowhere"], "steps")
    with pytest.raises(SystemExit, match="prior"):
        tool.words([step for step in tool.STEPS if step != "prior"], "steps")


def test_cells_of_a_table_stay_cells(tool: ModuleType):
    assert tool.table(("a",), [("x | y\nz",)]).splitlines()[-1] == "| x \\| y z |"
