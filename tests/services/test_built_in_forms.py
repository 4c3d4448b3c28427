"""The forms that come with the system: bound to what is declared, one catalogue at a time, every blank explained."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from qingce.core.unit import unit
from qingce.services.content import load_registry
from qingce.services.forms import known_forms

BUILT_IN = ("five-articles", "green-loans", "pboc-environment")


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_metric_and_member_of_a_built_in_form_is_declared(name):
    registry, form = load_registry(None), known_forms(None)[name]
    for row in form.rows:
        for binding in (row.metric, *row.cells.values()):
            if not binding:
                continue
            metric = registry.metric(re.match(r"\w+", binding)[0])
            if binding == row.metric:
                assert metric.unit.dimension == unit(row.unit).dimension, row.code
            for dimension, word in re.findall(r'(\w+)="([^"]+)"', binding):
                assert registry.code_list(metric, dimension).resolve(word) == word


def test_the_two_catalogues_of_green_loans_never_stand_side_by_side():
    form = known_forms(None)["green-loans"]
    dated = [(row.since, row.until) for row in form.rows if row.code.startswith("1.")]
    old = [until for since, until in dated if until]
    new = [since for since, until in dated if since]
    assert (len(old), len(new)) == (7, 11)
    assert max(old) < min(new)


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_row_that_nothing_fills_says_what_is_lacking(name):
    bare = [row.code for row in known_forms(None)[name].rows
            if not row.heading and not row.metric and not row.parts and not row.gap.startswith("没有指标：")]
    assert bare == []


@pytest.mark.parametrize(
    ("name", "rows"),
    [("green-loans", ("2.2", "2.3", "2.2n", "2.3n")), ("pboc-environment", ("1.2.3", "1.2.4", "1.2.3n", "1.2.4n"))],
)
def test_bad_green_loans_are_filled_by_each_series_in_its_time(name, rows):
    bound = {row.code: row for row in known_forms(None)[name].rows}
    names = ("green_npl_balance", "green_npl_ratio", "current_green_npl_balance", "current_green_npl_ratio")
    assert tuple(bound[code].metric for code in rows) == names
    assert all(bound[code].until for code in rows[:2])
    assert all(bound[code].since for code in rows[2:])


NEW_SERIES = ("recatalogued_", "current_green", "retained_green")
OLD_SERIES = ("green_loan", "green_npl")


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize(("day", "other"), [("2024-12-31", NEW_SERIES), ("2025-12-31", OLD_SERIES)])
def test_no_row_of_a_form_reads_the_green_series_of_the_other_catalogue(name, day, other):
    """After the break a 2019 series that loans have left would fill zeros and a fall of a hundred per cent."""
    asked = [row for row in known_forms(None)[name].rows if row.asked_on(dt.date.fromisoformat(day))]
    assert [row.code for row in asked if row.metric.startswith(other)] == []
    assert any("green_loan" in row.metric for row in asked)
