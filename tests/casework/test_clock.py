"""When somebody is reminded, and when his manager is told."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.casework.clock import Calendar, Call, call, wrong_order
from qingce.casework.item import Step

DUE = dt.date(2025, 1, 10)


def day(number: int | None) -> dt.date | None:
    return None if number is None else dt.date(2025, 1, number)


CASES = [
    # today, reminded, escalated: said
    (2, None, None, Call.NONE),
    (3, None, None, Call.REMIND),
    (3, 3, None, Call.NONE),
    (5, 3, None, Call.NONE),
    (9, 3, None, Call.REMIND),
    (10, 9, None, Call.NONE),
    (11, 9, None, Call.REMIND),
    (12, 11, None, Call.REMIND),
    (13, 12, None, Call.ESCALATE),
    (13, 13, 13, Call.NONE),
    (14, 13, 13, Call.REMIND),
    (16, 15, 13, Call.ESCALATE),
]


@pytest.mark.parametrize(("today", "reminded", "escalated", "said"), CASES)
def test_reminders_and_escalation_day_by_day(today, reminded, escalated, said):
    assert call(DUE, day(today), day(reminded), day(escalated)) is said


@given(st.integers(-40, 40), st.integers(0, 30))
def test_before_the_due_day_nobody_is_escalated(days: int, after: int):
    today = DUE + dt.timedelta(days=days)
    said = call(DUE, today, calendar=Calendar(escalate_after=after))
    assert said is not Call.ESCALATE or days >= max(after, 1)


def test_a_calendar_reads_what_it_wrote():
    made = Calendar((14, 3), 2, 5)
    assert Calendar.read(made.facts) == made


def test_due_days_follow_the_steps():
    days = {Step.FILE: day(10), Step.REVIEW: day(12), Step.APPROVE: day(12)}
    assert wrong_order(days) == ""
    assert wrong_order({**days, Step.APPROVE: day(11)}).startswith("审批期限早于复核期限")
    assert wrong_order({Step.FILE: day(10)}) == "请填写复核、审批期限。"
