"""Declarations compute in whole numbers and Decimal: a float in one would make rates and money inexact."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import qingce

PACKS = sorted((Path(qingce.__file__).parent / "packs").rglob("*.py"))


@pytest.mark.parametrize("path", PACKS, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_declaration_holds_a_float(path: Path):
    found = [node.lineno for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Constant) and isinstance(node.value, float)]
    assert found == []
