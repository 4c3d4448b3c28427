"""Owners answer, explain and submit."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.casework.item import Answer, Explained, State
from qingce.core.errors import Denied, Missing, Refused, Stale
from qingce.core.figure import Answered, Qualifier
from qingce.services.desk import Desk
from qingce.services.desk.collecting import content_changed, explain, file, item, items, submit, withdraw
from qingce.services.desk.review import approve, review
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, number


def approved(bank: Desk, name: str = EAST, by: str = "east") -> None:
    file(bank, bank.actor(by), name, number("7"), version=0)
    assert submit(bank, bank.actor(by), [name]).rest == {}
    assert review(bank, bank.actor("checker"), [name]).rest == {}
    assert approve(bank, bank.actor("signer"), [name]).rest == {}


def test_an_item_goes_from_an_empty_cell_to_an_approved_one(bank: Desk):
    assert item(bank, bank.actor("east"), EAST).state is State.TO_START
    approved(bank)
    found = item(bank, bank.actor("east"), EAST)
    assert (found.state, found.value, found.unit, found.holds) == (State.APPROVED, Decimal(7), "人", True)
    assert [e.did for e in bank.journal.page(subject=found.subject)] == ["approved", "reviewed", "submitted", "filed"]


def test_the_state_is_what_the_journal_gives(bank: Desk):
    approved(bank)
    file(bank, bank.actor("east"), EAST, number("8"), version=1)
    assert bank.journal.rebuild(verify_only=True).differs == ()
    assert bank.journal.verify() is None


ANSWERS = [
    (Answer(Answered.NOT_APPLICABLE, reason="没有志愿者队伍"), State.SUBMITTED),
    (Answer(Answered.NOT_AVAILABLE, reason="系统 6 月上线"), State.SUBMITTED),
    (Answer(Answered.VALUE, Decimal(0), Qualifier.EXACT, source="登记册"), State.SUBMITTED),
]


@pytest.mark.parametrize(("answer", "state"), ANSWERS)
def test_each_of_the_three_answers_can_be_submitted(bank: Desk, answer: Answer, state: State):
    file(bank, bank.actor("east"), EAST, answer, version=0)
    assert submit(bank, bank.actor("east"), [EAST]).rest == {}
    found = item(bank, bank.actor("east"), EAST)
    assert (found.state, found.answer) == (state, answer)


REFUSED = [
    (Answer(Answered.NOT_APPLICABLE), "请写明不适用的原因"), (number("1.5"), "按个数计，请填整数"),
    (number("-1"), "不能是负数"), (number("NaN"), "不是有限的数"), (number("1" * 41), "数值过长"),
    (Answer(Answered.VALUE), "请填写数值"),
]


@pytest.mark.parametrize(("answer", "said"), REFUSED)
def test_what_is_no_answer_is_refused_with_words(bank: Desk, answer: Answer, said: str):
    before = bank.journal.count()
    with pytest.raises(Refused, match=said):
        file(bank, bank.actor("east"), EAST, answer, version=0)
    assert bank.journal.count() == before


DENIED = [("west", EAST), ("checker", EAST), ("office", EAST), ("assurer", EAST), ("admin", EAST), ("east", HEAD)]


@pytest.mark.parametrize(("who", "name"), DENIED)
def test_nobody_files_what_is_not_his(bank: Desk, who: str, name: str):
    before = bank.journal.count()
    with pytest.raises(Denied):
        file(bank, bank.actor(who), name, number("7"), version=0)
    assert bank.journal.count() == before


def test_an_emptied_cell_is_empty_and_cannot_be_submitted(bank: Desk):
    east = bank.actor("east")
    file(bank, east, EAST, number("7"), version=0)
    found = file(bank, east, EAST, Answer(), version=1)
    assert (found.answer.answered, found.state, found.version) == (None, State.IN_PROGRESS, 2)
    assert "请选择答复" in submit(bank, east, [EAST]).rest[EAST]


def test_the_same_value_again_changes_nothing(bank: Desk):
    east = bank.actor("east")
    file(bank, east, EAST, number("7"), version=0)
    before = bank.journal.count()
    assert file(bank, east, EAST, number("7"), version=0).version == 1
    assert bank.journal.count() == before


def test_an_act_that_carries_a_key_is_done_once(bank: Desk):
    east = bank.actor("east")
    file(bank, east, EAST, number("7"), version=0, key="a")
    file(bank, east, EAST, number("8"), version=1, key="b")
    assert file(bank, east, EAST, number("7"), version=0, key="a").value == Decimal(8)


def test_two_people_who_edit_at_once_see_both_values(bank: Desk):
    file(bank, bank.actor("east"), EAST, number("7", "登记册"), version=0)
    file(bank, bank.actor("head"), EAST, number("9", "登记册"), version=1)
    with pytest.raises(Stale) as said:
        file(bank, bank.actor("east"), EAST, number("8", "登记册"), version=1)
    both = said.value
    assert (both.base["value"], both.mine["value"], both.theirs["value"]) == ("7", "8", "9")
    assert (both.clashes, both.version) == (("value",), 2)


def test_changes_of_different_fields_come_back_merged(bank: Desk):
    file(bank, bank.actor("east"), EAST, number("7", "登记册"), version=0)
    file(bank, bank.actor("head"), EAST, number("7", "工会台账"), version=1)
    with pytest.raises(Stale) as said:
        file(bank, bank.actor("east"), EAST, number("8", "登记册"), version=1)
    assert said.value.clashes == ()
    assert (said.value.merged["value"], said.value.merged["source"]) == ("8", "工会台账")


@pytest.mark.parametrize("far", [1, 2, 3])
def test_a_change_after_submission_frees_the_item(bank: Desk, far: int):
    east = bank.actor("east")
    file(bank, east, EAST, number("7"), version=0)
    for step in (lambda: submit(bank, east, [EAST]), lambda: review(bank, bank.actor("checker"), [EAST]),
                 lambda: approve(bank, bank.actor("signer"), [EAST]))[:far]:
        assert step().rest == {}
    found = file(bank, east, EAST, number("8"), version=1)
    assert (found.state, found.submitted, found.reviewed, found.approved) == (State.IN_PROGRESS, None, None, None)
    assert found.void is not None
    assert "数值由 7 改为 8" in found.void.words
    assert [e.did for e in bank.journal.page(subject=found.subject, limit=2)] == ["voided", "filed"]


def test_evidence_that_changes_after_approval_voids_it(bank: Desk):
    approved(bank)
    with bank.writing() as made:
        made.append("east", "attached", f"item/{EAST}", {"sha256": "ab" * 32, "name": "登记册.pdf"})
        content_changed(made, EAST)
    found = item(bank, bank.actor("east"), EAST)
    assert (found.state, found.evidence, found.holds) == (State.IN_PROGRESS, ("ab" * 32,), False)


def test_a_submission_is_taken_back_until_it_is_reviewed(bank: Desk):
    east = bank.actor("east")
    file(bank, east, EAST, number("7"), version=0)
    submit(bank, east, [EAST])
    assert withdraw(bank, east, EAST).state is State.IN_PROGRESS
    submit(bank, east, [EAST])
    review(bank, bank.actor("checker"), [EAST])
    with pytest.raises(Refused):
        withdraw(bank, east, EAST)


def test_beyond_the_tolerance_last_years_value_asks_for_a_reason(bank: Desk):
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    head = bank.actor("head")
    found = file(bank, head, HEAD, number("80"), version=0)
    assert found.prior is not None and found.prior.value == Decimal(51)
    assert found.variance is not None and found.variance.text == "+56.86%"
    assert "请先说明差异原因" in submit(bank, head, [HEAD]).rest[HEAD]
    explain(bank, head, HEAD, "新设两家支行，志愿者队伍扩大")
    assert submit(bank, head, [HEAD]).rest == {}
    assert item(bank, head, HEAD).explanation.state is Explained.GIVEN


def test_within_the_tolerance_nothing_is_asked(bank: Desk):
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    file(bank, bank.actor("head"), HEAD, number("60"), version=0)
    assert submit(bank, bank.actor("head"), [HEAD]).rest == {}


def test_bulk_submission_does_what_is_complete_and_lists_the_rest(bank: Desk):
    head = bank.actor("head")
    file(bank, head, EAST, number("7"), version=0)
    said = submit(bank, head, [EAST, WEST, "2024/nothing/HEAD"])
    assert [i.id for i in said.done] == [EAST]
    assert set(said.rest) == {WEST, "2024/nothing/HEAD"}


def test_everybody_lists_what_he_may_read(bank: Desk):
    listed = {who: [i.org for i in items(bank, bank.actor(who), campaign="2024")] for who in ("east", "head", "admin")}
    assert listed == {"east": ["B01"], "head": ["HEAD", "B01", "B02"], "admin": []}
    assert [i.org for i in items(bank, bank.actor("head"), campaign="2024", org="B02")] == ["B02"]
    assert items(bank, bank.actor("head"), campaign="2024", state="approved") == []
    with pytest.raises(Denied):
        item(bank, bank.actor("west"), EAST)
    with pytest.raises(Missing):
        item(bank, bank.actor("west"), f"2024/{STAFF}/B99")
