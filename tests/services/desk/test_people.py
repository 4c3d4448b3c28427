"""Accounts and roles: who may give them, and what stands on the journal afterwards."""

from __future__ import annotations

import pytest

from qingce.casework.rights import Role
from qingce.core.errors import Denied, Refused
from qingce.services.desk import Desk
from qingce.services.desk.people import first_administrator, grant_role, open_account, revoke_role
from tests.services.desk.beginnings import Begin


def with_clerk(desk: Desk) -> Desk:
    """A desk with its first administrator and one clerk."""
    first_administrator(desk, "admin", "系统管理岗")
    open_account(desk, desk.actor("admin"), "clerk", post="城关支行填报岗", org="B01")
    return desk


@pytest.fixture
def office(begin: Begin) -> Desk:
    """That desk."""
    return begin(with_clerk)


def test_the_first_administrator_can_be_made_once_only(office: Desk):
    with pytest.raises(Denied):
        first_administrator(office, "other", "另一管理岗")


def test_a_role_holds_for_its_subtree(office: Desk):
    grant_role(office, office.actor("admin"), "clerk", Role.DATA_OWNER, org="B01")
    assert office.actor("clerk").roles(office.today) == {Role.DATA_OWNER}


def test_an_administrator_grants_himself_nothing(office: Desk):
    before = office.journal.count()
    with pytest.raises(Denied):
        grant_role(office, office.actor("admin"), "admin", Role.APPROVER, org="HEAD")
    assert office.journal.count() == before


def test_an_administrator_of_others_holds_no_figure_role(office: Desk):
    grant_role(office, office.actor("admin"), "clerk", Role.DATA_OWNER, org="B01")
    with pytest.raises(Refused):
        grant_role(office, office.actor("admin"), "clerk", Role.ADMINISTRATOR, org="HEAD")


def test_what_is_revoked_is_gone_and_remembered(office: Desk):
    given = grant_role(office, office.actor("admin"), "clerk", Role.DATA_OWNER, org="B01")
    revoke_role(office, office.actor("admin"), "clerk", given)
    assert office.actor("clerk").grants == ()
    assert [e.did for e in office.journal.page(subject="account/clerk")] == [
        "role_revoked", "role_granted", "account_opened"
    ]


def test_the_state_is_what_the_journal_gives(office: Desk):
    grant_role(office, office.actor("admin"), "clerk", Role.DATA_OWNER, org="B01")
    assert office.journal.rebuild(verify_only=True).differs == ()
    assert office.journal.verify() is None
