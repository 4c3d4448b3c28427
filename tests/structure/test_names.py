"""The language of the code: names that say something, docstrings on what others use."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.ratchet import ROOT, sources

EMPTY_NAMES = frozenset(
    stem + ending for stem in ("util", "helper", "manager", "base", "common", "misc") for ending in ("", "s")
)
"""Names for rooms in which anything might lie."""
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
SOURCES = [p for p in sources() if p.is_relative_to(ROOT / "src")]


def undocumented(tree: ast.AST, prefix: str = "") -> Iterator[str]:
    """Public functions, classes and methods without a docstring; what is nested in a function is nobody's."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If | ast.Try):
            yield from undocumented(node, prefix)
        if not isinstance(node, DEFINITIONS) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node, f"{prefix}{node.name}.")


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(ROOT / "src").as_posix())
def test_what_others_use_has_a_docstring(path: Path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has none"
    assert list(undocumented(tree)) == []


def test_no_module_or_folder_is_named_after_nothing():
    names = {part.removesuffix(".py") for path in sources() for part in path.relative_to(ROOT).parts}
    assert names & EMPTY_NAMES == set()


def test_a_function_without_a_docstring_is_found():
    kept = "class Kept:\n    'x'\n    def bare(self): pass\n    def _own(self): pass"
    tree = ast.parse(f"def seen(): pass\n{kept}")
    assert list(undocumented(tree)) == ["seen", "Kept.bare"]


def test_modules_import_by_name_only():
    stars = [
        path.relative_to(ROOT).as_posix() for path in sources()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)
    ]
    assert stars == []
