"""The examples in docstrings come out as printed."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import qingce
from qingce import core

MODULES = [f"qingce.core.{m.name}" for m in pkgutil.iter_modules(core.__path__)]
OTHERS = [
    m.name for m in pkgutil.walk_packages(qingce.__path__, "qingce.")
    if m.name.split(".")[1] in ("engine", "ledger", "publish", "services") and ".template" not in m.name
    and ".migrations" not in m.name  # these run in Alembic's hands only
]


@pytest.mark.parametrize("name", [*MODULES, *OTHERS])
def test_the_examples_of_a_module_run(name: str):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_words_of_the_model_have_examples():
    words = ("period", "unit", "amount", "figure", "org", "factor", "event", "case", "disclosure")
    modules = {word: importlib.import_module(f"qingce.core.{word}") for word in words}
    assert [word for word, module in modules.items() if not doctest.testmod(module).attempted] == []
