"""Tokens for programs: no more than their scopes, no longer than their days."""

from __future__ import annotations

import pytest

from qingce.casework.rights import Action
from qingce.core.errors import Denied, Missing, Refused, SignInNeeded
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item
from qingce.services.desk.people import change_account
from qingce.services.desk.signin import actor_of, set_password, sign_out_everywhere
from qingce.services.desk.tokens import actor_of_token, issue_token, revoke_token, tokens
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, number


def test_a_token_does_what_it_is_for_and_nothing_else(bank: Desk):
    me = actor_of_token(bank, issue_token(bank, bank.actor("east"), "数据仓库", ["read_items"], 30))
    assert item(bank, me, EAST).id == EAST
    with pytest.raises(Denied, match="令牌"):
        file(bank, me, EAST, number("1"), version=0)


def test_a_scope_gives_nothing_that_the_account_may_not_do(bank: Desk):
    me = actor_of_token(bank, issue_token(bank, bank.actor("east"), "数据仓库", ["approve", "file"], 30))
    assert me.scopes == {Action.APPROVE, Action.FILE}
    assert not bank.may(me, Action.APPROVE)


def test_a_token_does_not_touch_its_account(bank: Desk):
    me = actor_of_token(bank, issue_token(bank, bank.actor("east"), "数据仓库", [a.value for a in Action], 30))
    for act in (
        lambda: issue_token(bank, me, "另一个", ["file"], 30), lambda: sign_out_everywhere(bank, me, "east"),
        lambda: set_password(bank, me, "east", "herons rest on ice"),
        lambda: change_account(bank, me, "east", {"contact": "x@evil.example"}),
    ):
        with pytest.raises(Denied):
            act()


def test_a_token_ends_with_its_days_and_when_it_is_taken_back(bank: Desk, clock: Clock):
    east = bank.actor("east")
    short, long = issue_token(bank, east, "短", ["file"], 1), issue_token(bank, east, "长", ["file"], 90)
    clock.pass_days(1)
    with pytest.raises(SignInNeeded):
        actor_of_token(bank, short)
    [left] = tokens(bank, east)
    with pytest.raises(Denied):
        revoke_token(bank, bank.actor("west"), "east", left.id)
    revoke_token(bank, bank.actor("admin"), "east", left.id)
    with pytest.raises(SignInNeeded):
        actor_of_token(bank, long)
    with pytest.raises(Missing):
        revoke_token(bank, east, "east", "")


def test_a_token_keeps_its_scopes_wherever_it_is_shown_and_nobody_reads_it_again(bank: Desk):
    token = issue_token(bank, bank.actor("east"), "数据仓库", ["file"], 30)
    assert actor_of(bank, token).scopes == {Action.FILE}
    assert token not in "".join(e.line for e in bank.journal.page(limit=50))


@pytest.mark.parametrize(("label", "scopes", "days"), [
    ("", ["file"], 30), ("数据仓库", [], 30), ("数据仓库", ["everything"], 30), ("数据仓库", ["file"], 0),
    ("数据仓库", ["file"], 1000),
])
def test_a_token_that_cannot_be(bank: Desk, label: str, scopes: list[str], days: int):
    with pytest.raises(Refused):
        issue_token(bank, bank.actor("east"), label, scopes, days)
