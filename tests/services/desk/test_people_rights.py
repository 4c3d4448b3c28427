"""Accounts that change and end, and that nobody gets more than was meant for him."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from qingce.casework.rights import Role
from qingce.core.errors import Denied, Missing, Refused, SignInNeeded
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk
from qingce.services.desk.desk import SYSTEM
from qingce.services.desk.people import (
    change_account,
    close_account,
    first_administrator,
    grant_role,
    holders,
    open_account,
    revoke_role,
)
from qingce.services.desk.signin import actor_of, one_time_link, set_password, sign_in, sign_out_everywhere
from qingce.services.desk.tokens import actor_of_token, issue_token
from tests.services.desk.beginnings import Begin


def peopled(desk: Desk) -> Desk:
    """Two administrators, one of them for a branch only; an ESG office; a clerk."""
    first_administrator(desk, "admin", "系统管理岗")
    admin = desk.actor("admin")
    for name, post, org, role in (
        ("branch", "城东支行管理岗", "B01", Role.ADMINISTRATOR), ("esg", "ESG 办公室主任岗", "HEAD", Role.ESG_OFFICE),
        ("clerk", "城东支行填报岗", "B01", Role.DATA_OWNER), ("signer", "城东支行负责岗", "B01", Role.APPROVER),
    ):
        open_account(desk, admin, name, post=post, org=org, contact=f"{name}@bank.example")
        grant_role(desk, admin, name, role, org=org)
    grant_role(desk, admin, "signer", Role.MANAGER, org="HEAD")
    return desk


@pytest.fixture
def office(begin: Begin) -> Desk:
    """That desk."""
    return begin(peopled)


def mail(desk: Desk, to: str) -> list[str]:
    """The subjects of the messages to somebody."""
    with desk.reading() as db:
        bodies = db.execute(select(outbox.c.body).where(outbox.c.to == to)).scalars().all()
    return [json.loads(body)["subject"] for body in bodies]


def test_a_change_says_what_was_before(office: Desk):
    change_account(office, office.actor("admin"), "clerk", {"post": "城东支行综合岗", "org": "B02"})
    last = office.journal.page(limit=1)[0]
    assert last.detail["before"] == {"post": "城东支行填报岗", "org": "B01"}
    assert office.actor("clerk").org == "B02"
    assert office.journal.rebuild(verify_only=True).differs == ()


def test_one_changes_ones_own_contact_and_nothing_else(office: Desk):
    change_account(office, office.actor("clerk"), "clerk", {"contact": "wecom:branch", "language": "en"})
    for change in ({"org": "HEAD"}, {"identity": "boss"}, {"contact": "x@y.example", "post": "行长"}):
        with pytest.raises(Denied):
            change_account(office, office.actor("clerk"), "clerk", change)


def test_what_is_no_part_of_an_account_is_refused(office: Desk):
    for change in ({"state": "open"}, {"role": "administrator"}, {"language": "fr"}, {"post": " "}):
        with pytest.raises(Refused):
            change_account(office, office.actor("admin"), "clerk", change)


def test_two_accounts_do_not_share_an_identity(office: Desk):
    change_account(office, office.actor("admin"), "clerk", {"identity": "e1001"})
    with pytest.raises(Refused, match="clerk"):
        change_account(office, office.actor("admin"), "signer", {"identity": "e1001"})
    with pytest.raises(Refused, match="clerk"):
        open_account(office, office.actor("admin"), "second", post="填报岗", org="B01", identity="e1001")


def test_a_closed_account_has_nothing_left(office: Desk):
    set_password(office, SYSTEM, "clerk", "herons rest on ice")
    session = sign_in(office, "clerk", "herons rest on ice", address="192.0.2.1")
    token = issue_token(office, office.actor("clerk"), "每日填报", ["file"], 30)
    close_account(office, office.actor("admin"), "clerk", "岗位撤并")
    with pytest.raises(SignInNeeded):
        actor_of(office, session)
    with pytest.raises(SignInNeeded):
        actor_of_token(office, token)
    with pytest.raises(Denied):
        sign_in(office, "clerk", "herons rest on ice", address="192.0.2.1")
    with pytest.raises(Missing):
        office.actor("clerk")


def test_the_last_administrator_stays(office: Desk):
    admin = office.actor("admin")
    open_account(office, admin, "second", post="系统管理岗二", org="HEAD")
    given = grant_role(office, admin, "second", Role.ADMINISTRATOR, org="HEAD")
    second = office.actor("second")
    close_account(office, second, "admin", "轮岗")
    with pytest.raises(Denied):
        close_account(office, second, "second", "轮岗")
    with pytest.raises(Denied):
        revoke_role(office, second, "second", given)


def test_an_administrator_of_a_branch_is_not_the_one_who_is_left(office: Desk):
    admin = office.actor("admin")
    open_account(office, admin, "second", post="系统管理岗二", org="HEAD")
    given = grant_role(office, admin, "second", Role.ADMINISTRATOR, org="HEAD")
    revoke_role(office, admin, "second", given)
    grant_role(office, admin, "branch", Role.ADMINISTRATOR, org="HEAD")
    wide = office.actor("branch")
    narrow = next(e.detail["grant"] for e in office.journal.page(subject="account/admin") if e.did == "role_granted")
    revoke_role(office, wide, "admin", str(narrow))
    assert office.actor("admin").grants == ()


def test_who_manages_a_branch_does_not_get_hold_of_who_signs_for_the_bank(office: Desk):
    branch = office.actor("branch")
    before = office.journal.count()
    for act in (
        lambda: one_time_link(office, branch, "signer", "reset"), lambda: close_account(office, branch, "signer", "x"),
        lambda: sign_out_everywhere(office, branch, "signer"),
        lambda: change_account(office, branch, "signer", {"identity": "e2"}),
        lambda: change_account(office, branch, "clerk", {"org": "HEAD"}),
        lambda: grant_role(office, branch, "clerk", Role.APPROVER, org="HEAD"),
    ):
        with pytest.raises(Denied):
            act()
    assert office.journal.count() == before
    assert one_time_link(office, branch, "clerk", "reset")


def test_a_figure_role_is_never_given_unseen(office: Desk):
    admin = office.actor("admin")
    open_account(office, admin, "second", post="系统管理岗二", org="HEAD")
    given = grant_role(office, admin, "second", Role.ADMINISTRATOR, org="HEAD")
    with pytest.raises(Refused):
        grant_role(office, admin, "second", Role.APPROVER, org="HEAD")
    revoke_role(office, admin, "second", given)
    grant_role(office, admin, "second", Role.APPROVER, org="HEAD")
    assert office.journal.page(limit=1)[0].detail["was_administrator"] is True
    assert mail(office, "esg@bank.example")[-1] == "admin 授予 second 角色“审批人”"


def test_a_link_is_seen_by_its_owner_and_by_the_office(office: Desk):
    one_time_link(office, office.actor("admin"), "clerk", "reset")
    said = "admin 为账户 clerk 发出一次性链接（重设口令）"
    assert mail(office, "clerk@bank.example") == [said]
    assert mail(office, "esg@bank.example")[-1] == said


@pytest.mark.parametrize("name", ["system", "public", "Clerk", "../x", "a", "clerk\n", "填报岗"])
def test_a_name_that_cannot_be(office: Desk, name: str):
    with pytest.raises(Refused):
        open_account(office, office.actor("admin"), name, post="填报岗", org="B01")


def test_no_pack_that_is_not_there(office: Desk):
    with pytest.raises(Refused, match="volunteering"):
        grant_role(office, office.actor("admin"), "clerk", Role.REVIEWER, org="B01", packs=["volunteerin"])
    with pytest.raises(Refused):
        grant_role(office, office.actor("admin"), "clerk", Role.PUBLIC, org="B01")


def test_a_post_is_the_nearest_that_is_filled(office: Desk):
    with office.reading() as db:
        assert holders(office, db, Role.DATA_OWNER, "B01") == ("clerk",)
        assert holders(office, db, Role.MANAGER, "B01") == ("signer",)
        assert holders(office, db, Role.DATA_OWNER, "B02") == ()
