"""The first administrator's link."""

from __future__ import annotations

from qingce.services.desk import Desk, Role
from qingce.services.desk.opening import ADMINISTRATOR, first_link
from qingce.services.desk.signin import link_account, use_link


def test_the_first_link_makes_an_administrator_and_nothing_else(desk: Desk):
    link = first_link(desk)
    assert link_account(desk, link)[0] == ADMINISTRATOR
    assert desk.actor(ADMINISTRATOR).roles(desk.today) == {Role.ADMINISTRATOR}
    assert [event.did for event in desk.journal.page()] == ["link_issued", "role_granted", "account_opened"]


def test_once_somebody_has_a_password_there_is_no_link(desk: Desk):
    use_link(desk, first_link(desk), "herons rest on ice")
    before = desk.journal.count()
    assert first_link(desk) == ""
    assert desk.journal.count() == before
