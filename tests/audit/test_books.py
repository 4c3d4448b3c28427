"""Made-up books of a bank in three scripts and five ways to tear them: silence where they hold, else a finding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingce.audit import Text, audit
from tests.audit.books import Books, Table, columned, lined, report

SCRIPTS = ("hans", "hant", "en")
TEARS = ("lined", "columned", "zebra", "glued", "unlabelled")


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("tear", TEARS)
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_books_that_hold_are_passed_over_in_silence(script: str, tear: str, seed: int) -> None:
    found = audit(Text.of(report(seed, script, [tear]))).findings
    assert [(f.line, f.message, f.arithmetic) for f in found] == []


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), which=st.integers(0, 3), apart=st.booleans())
def test_one_wrong_digit_in_any_table_is_found(script: str, seed: int, which: int, apart: bool) -> None:
    table = Books(seed, script).tables()[which]
    chance = random.Random(seed)
    row, column = chance.choice(table.judged)
    rows = [list(cells) for cells in table.rows]
    text = rows[row][column]
    at = next(i for i, c in enumerate(text) if c.isdigit())
    rows[row][column] = text[:at] + str(int(text[at]) % 9 + 1) + text[at + 1:]
    show = columned if apart else lined
    found = audit(Text.of(show(Table(table.head, rows, table.judged)))).findings
    assert found, show(Table(table.head, rows, table.judged))
    printed = {q.text for f in found for q in f.quantities}
    assert any(rows[row][column].strip("()") in text for text in printed)


@pytest.mark.parametrize("script", SCRIPTS)
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), which=st.sampled_from(("change", "sum")))
def test_prose_holds_and_its_slips_are_found(script: str, seed: int, which: str) -> None:
    text = Books(seed, script).prose()
    whole = audit(Text.of(text))
    assert whole.findings == () and {r.rule for r in whole.relations} >= {"change", "sum"}
    held = next(r for r in whole.relations if r.rule == which)
    span = held.quantities[0].bare
    at = span.start + (which == "sum")  # a total below one of its parts would be no total
    wrong = str(int(text[at]) % 9 + 1)
    assert which in {f.rule for f in audit(Text.of(text[:at] + wrong + text[at + 1:])).findings}
