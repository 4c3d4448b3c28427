"""Answers kept between runs are those of the records and the declarations, and of nothing else."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from qingce.core.amount import ABSENT
from qingce.core.figure import FigureKey
from qingce.engine.answers import Answers

KEY = FigureKey("m", "LZB", "2024", (("use", "infra"),))


class Shelf(dict[str, str]):
    """A memory of texts that lives as long as the test."""

    recall = dict.get
    note = dict.__setitem__


@pytest.mark.parametrize("value", [D("152.18"), D("0"), D("1E+30"), D("-0.01"), ABSENT])
def test_a_value_comes_back_as_it_was(value):
    shelf = Shelf()
    first = Answers("n", shelf)
    assert first.get("t", KEY) is None
    first.put("t", KEY, value)
    first.keep()
    again = Answers("n", shelf).get("t", KEY)
    assert again is value if value is ABSENT else again == value
    assert Answers("other", shelf).get("t", KEY) is None


def test_nothing_is_kept_where_there_is_no_memory():
    answers = Answers("n", None)
    answers.put("t", KEY, D(1))
    answers.keep()
    assert answers.get("t", KEY) == 1
