"""Rows on days that no period of the report can take in are told, with their rows, and are kept."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.core.check import WARNING
from qingce.core.dataset import Date, Text, dataset
from tests.ledger.conftest import Desk, rows_of, rules

END = dt.date(2024, 12, 31)


@dataset(label="活动台账", owner="工会办公室", grain=("no",))
class event:
    """每次活动一行。"""

    no = Text("编号")
    held_on = Date("活动日期", optional=True)
    ends_on = Date("结束日期", optional=True)


@pytest.fixture
def events(desk: Desk) -> Desk:
    desk.declared = event
    return desk


def given(desk: Desk, *days: str, name: str = "event.csv"):
    return desk.csv(*(f"{name[:-4]}{n},{day}," for n, day in enumerate(days, 1)), name=name,
                    header="no,held_on,ends_on")


@pytest.mark.parametrize(("day", "words"), [
    ("2042-04-22", "这一行不计入报告期"), ("9999-12-31", "这一行不计入报告期"), ("2026-01-02", "这一行不计入报告期"),
    ("0001-01-01", "早于 1950 年"), ("1949-12-31", "早于 1950 年"),
])
def test_a_day_far_away_is_told_with_its_row(events: Desk, day: str, words: str) -> None:
    loaded = events.load(given(events, "2024-05-01", day), until=END)
    [finding] = loaded.findings
    assert (finding.rule, finding.severity, finding.place.row) == ("date_far", WARNING, 3)
    assert (finding.place.column, finding.place.value) == ("活动日期", day) and words in finding.reason
    assert len(rows_of(loaded)) == 2


@pytest.mark.parametrize("day", ["2024-12-31", "2019-03-01", "1950-01-01", ""])
def test_earlier_years_the_last_day_and_no_day_are_fine(events: Desk, day: str) -> None:
    assert events.load(given(events, day), until=END).findings == ()


def test_what_came_soon_after_the_report_is_one_word_a_file(events: Desk) -> None:
    """A ledger that goes on: three rows of 2025 beside one of 2024, in a report on 2024."""
    loaded = events.load(given(events, "2024-05-01", "2025-03-31", "2025-01-02", "2025-02-01"), until=END)
    [finding] = loaded.findings
    assert (finding.rule, finding.severity, finding.place.row) == ("date_later", WARNING, 3)
    assert "这样的共 3 行，最晚 2025-03-31" in finding.reason and "2024-12-31" in finding.reason


def test_other_dates_than_the_one_that_places_a_row_are_free(events: Desk) -> None:
    path = events.csv("A,2024-05-01,2042-01-01", name="event.csv", header="no,held_on,ends_on")
    assert events.load(path, until=END).findings == ()


def test_without_a_report_nothing_is_looked_for(events: Desk) -> None:
    assert events.load(given(events, "2042-04-22")).findings == ()


def test_rows_are_counted_past_blank_ones_and_in_a_spreadsheet(events: Desk) -> None:
    path = events.xlsx(["A", dt.date(2024, 1, 1)], [], ["B", dt.date(2042, 4, 22)], name="event.xlsx", sheet="活动台账",
                       head=["编号", "活动日期", "结束日期"])
    [finding] = events.load(path, until=END).findings
    assert (finding.place.sheet, finding.place.row) == ("活动台账", 4)


def test_more_than_a_hundred_are_counted(events: Desk) -> None:
    loaded = events.load(given(events, *["2042-04-22"] * 130), until=END)
    assert len(loaded.findings) == 101 and "共 130 处" in loaded.findings[-1].reason


def test_they_are_told_again_from_the_store_and_beside_new_files(events: Desk) -> None:
    first = given(events, "2024-05-01", "2042-04-22")
    told = events.load(first, until=END).findings
    assert events.load(first, until=END).findings == told
    second = given(events, "2024-06-01", name="more.csv")
    assert events.load(first, second, until=END).findings == told


def test_another_report_judges_the_same_file_anew_and_keeps_what_was_made_of_it(events: Desk) -> None:
    path = given(events, "2024-05-01", "2025-06-01")
    of_2024 = events.load(path, until=END)
    of_2025 = events.load(path, until=dt.date(2025, 12, 31))
    assert rules(of_2024.findings) == ["date_later"] and of_2025.findings == ()
    assert of_2024.parquet == of_2025.parquet
    assert rules(events.load(path, until=END).findings) == ["date_later"]


def test_two_files_with_the_same_key_tell_of_days_once(events: Desk) -> None:
    first = given(events, "2042-04-22")
    second = events.csv("event1,2024-01-01,", name="more.csv", header="no,held_on,ends_on")
    assert sorted(rules(events.load(first, second, until=END).findings)) == ["date_far", "row_duplicate"]
