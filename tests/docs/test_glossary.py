"""Every identifier of the glossary is in the code, and every word of the model is in the glossary."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.docs.reading import ROOT

TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `(qingce[\w.]+)` \| ([^|]+) \|$", TEXT, re.MULTILINE)
TWELVE = [
    "org", "period", "unit", "dataset", "factor", "metric",
    "figure", "check", "event", "case", "disclosure", "page",
]
NOT_WORDS = {"__init__"}


def found(dotted: str) -> object:
    """What an identifier stands for; fields of dataclasses count.

    Raises:
        AttributeError: nothing.
    """
    module, rest = dotted, []
    while True:
        try:
            thing: object = importlib.import_module(module)
            break
        except ModuleNotFoundError:
            module, _, name = module.rpartition(".")
            rest.insert(0, name)
            if not module:
                raise AttributeError(dotted) from None
    for name in rest:
        fields = getattr(thing, "__dataclass_fields__", {})
        thing = fields[name] if name in fields else getattr(thing, name)
    return thing


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2])
def test_the_identifier_exists(row: tuple[str, str, str, str]):
    assert found(row[2]) is not None


def test_every_row_is_read():
    rows = [line for line in TEXT.splitlines() if line.startswith("| ") and "| Identifier |" not in line]
    assert len(ROWS) == len(rows)


def test_the_twelve_words_stand_first_in_their_order():
    table = TEXT.split("## ")[1]
    assert re.findall(r"`qingce\.core\.(\w+)\.", table) == TWELVE


def test_every_module_of_core_is_a_word():
    modules = {p.stem for p in (ROOT / "src/qingce/core").glob("*.py")} - NOT_WORDS
    assert modules == set(re.findall(r"`qingce\.core\.(\w+)\.", TEXT))


def test_no_term_is_explained_twice():
    identifiers = [row[2] for row in ROWS]
    assert len(identifiers) == len(set(identifiers))


def test_an_identifier_that_is_gone_is_found():
    with pytest.raises(AttributeError):
        found("qingce.core.metric.Metric.gone")
