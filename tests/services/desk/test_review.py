"""Reviewers and approvers: what they may, what they see, what falls."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.casework.item import Explained, State
from qingce.casework.rights import Role
from qingce.core.errors import Denied, Refused
from qingce.core.figure import FigureKey
from qingce.services.desk import Desk
from qingce.services.desk.collecting import explain, file, item, submit
from qingce.services.desk.people import grant_role
from qingce.services.desk.review import (
    accept_explanation,
    approve,
    draft_footnotes,
    return_explanation,
    return_item,
    review,
)
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, number


def submitted(bank: Desk, name: str = EAST, by: str = "east", value: str = "7") -> None:
    file(bank, bank.actor(by), name, number(value), version=0)
    assert submit(bank, bank.actor(by), [name]).rest == {}


def test_who_filed_neither_reviews_nor_approves(bank: Desk):
    for role in (Role.REVIEWER, Role.APPROVER):
        grant_role(bank, bank.actor("admin"), "head", role, org="HEAD")
    submitted(bank, by="head")
    assert review(bank, bank.actor("head"), [EAST]).rest == {EAST: "填报与复核须由不同的人办理。"}
    review(bank, bank.actor("checker"), [EAST])
    assert approve(bank, bank.actor("head"), [EAST]).rest == {EAST: "填报与审批须由不同的人办理。"}


def test_who_reviewed_does_not_approve(bank: Desk):
    grant_role(bank, bank.actor("admin"), "checker", Role.APPROVER, org="HEAD")
    submitted(bank)
    review(bank, bank.actor("checker"), [EAST])
    assert approve(bank, bank.actor("checker"), [EAST]).rest == {EAST: "复核与审批须由不同的人办理。"}


def test_approval_names_the_content_it_was_given_for(bank: Desk):
    submitted(bank)
    review(bank, bank.actor("checker"), [EAST])
    approve(bank, bank.actor("signer"), [EAST])
    found = item(bank, bank.actor("signer"), EAST)
    signed = bank.journal.page(subject=found.subject, did="approved")[0]
    assert signed.detail["content"] == found.content == found.approved.content  # type: ignore[union-attr]


def test_what_changed_since_it_was_looked_at_is_left_alone(bank: Desk):
    submitted(bank)
    seen = {EAST: item(bank, bank.actor("checker"), EAST).content}
    file(bank, bank.actor("east"), EAST, number("8"), version=1)
    submit(bank, bank.actor("east"), [EAST])
    assert "内容有变化" in review(bank, bank.actor("checker"), [EAST], seen=seen).rest[EAST]


def test_bulk_review_does_what_is_permitted_and_lists_the_rest(bank: Desk):
    submitted(bank)
    said = review(bank, bank.actor("checker"), [EAST, WEST, HEAD])
    assert [i.id for i in said.done] == [EAST]
    assert said.rest == {WEST: "此项目前未开始，不能复核。", HEAD: "此项目前未开始，不能复核。"}
    assert said.text == "已办理 1 项，2 项未办理。"


def test_a_returned_item_goes_back_with_its_reason(bank: Desk):
    submitted(bank)
    with pytest.raises(Refused):
        return_item(bank, bank.actor("checker"), EAST, "number", " ")
    with pytest.raises(Refused):
        return_item(bank, bank.actor("checker"), EAST, "nonsense", "与登记册不符")
    found = return_item(bank, bank.actor("checker"), EAST, "number", "与登记册不符")
    assert (found.state, found.returned.code, found.returned.words) == (  # type: ignore[union-attr]
        State.RETURNED, "number", "与登记册不符")
    assert file(bank, bank.actor("east"), EAST, number("8"), version=1).state is State.IN_PROGRESS


def test_an_approver_returns_too_a_stranger_does_not(bank: Desk):
    submitted(bank)
    review(bank, bank.actor("checker"), [EAST])
    with pytest.raises(Denied):
        return_item(bank, bank.actor("west"), EAST, "number", "不符")
    assert return_item(bank, bank.actor("signer"), EAST, "source", "出处不明").state is State.RETURNED


@pytest.fixture
def explained(bank: Desk) -> Desk:
    """An item whose difference from last year is explained and submitted."""
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    file(bank, bank.actor("head"), HEAD, number("80"), version=0)
    explain(bank, bank.actor("head"), HEAD, "新设两家支行")
    assert submit(bank, bank.actor("head"), [HEAD]).rest == {}
    return bank


def test_an_explanation_is_accepted_before_the_figure_is(explained: Desk):
    checker = explained.actor("checker")
    assert "尚未认可" in review(explained, checker, [HEAD]).rest[HEAD]
    assert accept_explanation(explained, checker, HEAD).explanation.state is Explained.ACCEPTED
    assert review(explained, checker, [HEAD]).rest == {}


def test_an_accepted_explanation_is_offered_as_a_footnote(explained: Desk):
    assert draft_footnotes(explained, explained.actor("office"), campaign="2024") == {}
    accept_explanation(explained, explained.actor("checker"), HEAD)
    assert draft_footnotes(explained, explained.actor("office"), campaign="2024") == {
        FigureKey(STAFF, "HEAD", "2024"): "新设两家支行"}


def test_an_explanation_that_says_nothing_goes_back(explained: Desk):
    head = explained.actor("head")
    found = return_explanation(explained, explained.actor("checker"), HEAD, "请写明各行人数")
    assert (found.state, found.explanation.state, found.explanation.remark) == (
        State.RETURNED, Explained.RETURNED, "请写明各行人数")
    assert "请先说明差异原因" in submit(explained, head, [HEAD]).rest[HEAD]
    explain(explained, head, HEAD, "城东 12 人，城西 9 人")
    assert submit(explained, head, [HEAD]).rest == {}


def test_who_filed_does_not_accept_his_own_explanation(explained: Desk):
    grant_role(explained, explained.actor("admin"), "head", Role.REVIEWER, org="HEAD")
    with pytest.raises(Denied):
        accept_explanation(explained, explained.actor("head"), HEAD)
    assert item(explained, explained.actor("head"), HEAD).value == Decimal(80)
