"""What an item is: its answer, its content, what merges and what clashes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal as D

import pytest

from qingce.casework.item import (
    Answer,
    Explained,
    Explanation,
    Item,
    Seal,
    State,
    Step,
    content_hash,
    item_id,
    merge,
    read_dims,
)
from qingce.casework.variance import Prior
from qingce.core.figure import Answered, FigureKey, Qualifier

VALUE, NOT_APPLICABLE, NOT_AVAILABLE = Answered.VALUE, Answered.NOT_APPLICABLE, Answered.NOT_AVAILABLE
ITEM = Item("2024/staff/B01", "2024", "staff", "B01", "2024", "人", answer=Answer(VALUE, D(64), source="花名册"))

ANSWERS = [
    (Answer(VALUE, D(0)), ""),
    (Answer(VALUE), "请填写数值；没有发生时填 0，不适用或暂缺请改选答复。"),
    (Answer(NOT_APPLICABLE, reason="没有网点"), ""),
    (Answer(NOT_APPLICABLE), "请写明不适用的原因。"),
    (Answer(NOT_APPLICABLE, reason=" "), "请写明不适用的原因。"),
    (Answer(NOT_AVAILABLE), "请写明暂缺的原因。"),
    (Answer(NOT_AVAILABLE, D(1), reason="估计"), "答复为“适用但暂缺”时不得填写数值，请清空数值或改选答复。"),
    (Answer(), "请选择答复：数值、不适用或暂缺。"),
]


@pytest.mark.parametrize(("answer", "said"), ANSWERS)
def test_three_answers_and_what_each_needs(answer: Answer, said: str):
    assert answer.wrong == said


CHANGES = [
    replace(ITEM, answer=Answer(VALUE, D(65), source="花名册")),
    replace(ITEM, answer=Answer(VALUE, D("64.0"), source="花名册")),
    replace(ITEM, answer=Answer(VALUE, D(64), Qualifier.OVER, source="花名册")),
    replace(ITEM, answer=Answer(VALUE, D(64), source="人力系统")),
    replace(ITEM, answer=Answer(NOT_AVAILABLE, reason="系统未上线")),
    replace(ITEM, unit="名"),
    replace(ITEM, evidence=("ab",)),
    replace(ITEM, explanation=Explanation("扩招", Explained.GIVEN)),
]


@pytest.mark.parametrize("changed", CHANGES)
def test_every_part_of_the_content_is_in_its_hash(changed: Item):
    assert changed.content != ITEM.content


def test_accepting_an_explanation_changes_no_content():
    given = replace(ITEM, explanation=Explanation("扩招", Explained.GIVEN))
    assert replace(given, explanation=Explanation("扩招", Explained.ACCEPTED)).content == given.content


def test_the_order_of_evidence_does_not_matter():
    assert content_hash("人", ITEM.answer, "", ("a", "b")) == content_hash("人", ITEM.answer, "", ("b", "a"))


def test_an_approval_of_other_content_does_not_hold():
    signed = replace(ITEM, state=State.APPROVED, approved=Seal("boss", "", ITEM.content))
    assert signed.holds
    assert not replace(signed, evidence=("ab",)).holds


def test_the_key_is_the_figure_it_becomes():
    member = replace(ITEM, dims=(("sex", "f"),))
    assert member.key == FigureKey("staff", "B01", "2024", (("sex", "f"),))
    assert item_id("2024", "staff", "B01", member.dims) == "2024/staff/B01/sex=f"
    assert read_dims("sex=f") == member.dims


LATE = [(State.TO_START, 10, 0), (State.IN_PROGRESS, 11, 1), (State.SUBMITTED, 11, 0), (State.SUBMITTED, 17, 2),
        (State.APPROVED, 30, 0), (State.VOIDED, 30, 0)]


@pytest.mark.parametrize(("state", "today", "days"), LATE)
def test_days_late_count_from_the_day_of_the_step_at_hand(state: State, today: int, days: int):
    due = {Step.FILE: dt.date(2025, 1, 10), Step.REVIEW: dt.date(2025, 1, 15), Step.APPROVE: dt.date(2025, 1, 20)}
    assert replace(ITEM, state=state, due=due).late(dt.date(2025, 1, today)) == days


EXPLAINED = [
    (Explanation(), True), (Explanation("扩招", Explained.GIVEN), False),
    (Explanation("扩招", Explained.ACCEPTED), False), (Explanation("扩招", Explained.RETURNED), True),
]


@pytest.mark.parametrize(("explanation", "open_"), EXPLAINED)
def test_a_large_difference_stays_open_until_it_is_explained(explanation: Explanation, open_: bool):
    large = replace(ITEM, prior=Prior(D(10), "2023"), tolerance=D("0.3"), explanation=explanation)
    assert large.unexplained is open_
    assert not replace(large, prior=Prior(D(63), "2023"), explanation=Explanation()).unexplained


MERGES = [
    # base, mine, theirs: what clashes, what both together mean
    (("1", "a"), ("2", "a"), ("1", "b"), (), ("2", "b")),
    (("1", "a"), ("2", "a"), ("3", "a"), ("value",), ("3", "a")),
    (("1", "a"), ("2", "a"), ("2", "a"), (), ("2", "a")),
    (("1", "a"), ("2", "b"), ("3", "c"), ("value", "source"), ("3", "c")),
    (("1", "a"), ("1", "a"), ("3", "c"), (), ("3", "c")),
]


@pytest.mark.parametrize(("base", "mine", "theirs", "clashes", "merged"), MERGES)
def test_two_peoples_changes_merge_field_by_field(base, mine, theirs, clashes, merged):
    found = merge(*(Answer(VALUE, D(value), source=source) for value, source in (base, mine, theirs)))
    assert found.clashes == clashes
    assert (found.merged["value"], found.merged["source"]) == merged
