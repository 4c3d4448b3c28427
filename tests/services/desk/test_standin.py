"""Stand-ins: what they may do, until when, and what stays closed to them."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.casework.rights import Role
from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk
from qingce.services.desk.assigning import assign
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.people import close_account, grant_role, open_account, revoke_role
from qingce.services.desk.review import review
from qingce.services.desk.standin import end_stand_in, name_stand_in, transfer
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, HEAD, number

FIRST, LAST = dt.date(2025, 1, 6), dt.date(2025, 1, 12)


def away(desk: Desk, principal: str, stand_in: str, by: str = "") -> list[str]:
    """Somebody is away for a week."""
    return name_stand_in(desk, desk.actor(by or principal), principal, stand_in, since=FIRST, until=LAST, words="轮岗")


def test_a_stand_in_acts_for_a_week_and_no_longer(bank: Desk, clock: Clock):
    away(bank, "east", "west")
    done = file(bank, bank.actor("west"), EAST, number("12"), version=0)
    assert set(done.filers) == {"east", "west"}
    assert bank.journal.page(limit=1)[0].detail["instead_of"] == "east"
    clock.pass_days(7)
    with pytest.raises(Denied):
        file(bank, bank.actor("west"), EAST, number("13"), version=1)


def test_what_the_principal_handled_is_closed_to_his_stand_in(bank: Desk):
    grant_role(bank, bank.actor("admin"), "head", Role.REVIEWER, org="HEAD")
    away(bank, "head", "boss")
    file(bank, bank.actor("head"), HEAD, number("80"), version=0)
    submit(bank, bank.actor("head"), [HEAD])
    assert review(bank, bank.actor("boss"), [HEAD]).rest == {HEAD: "填报与复核须由不同的人办理。"}
    assert review(bank, bank.actor("checker"), [HEAD]).rest == {}


def test_what_the_stand_in_handled_is_closed_to_himself(bank: Desk):
    away(bank, "checker", "east")
    file(bank, bank.actor("east"), EAST, number("12"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    assert EAST in review(bank, bank.actor("east"), [EAST]).rest


def test_nobody_passes_on_what_he_stands_in_for(bank: Desk):
    away(bank, "checker", "east")
    given = away(bank, "east", "west")
    roles = {g.role for g in bank.actor("west").grants if g.instead_of}
    assert len(given) == 1 and roles == {Role.DATA_OWNER}


def test_a_stand_in_ends_with_the_role_and_with_the_account(bank: Desk):
    away(bank, "checker", "east")
    away(bank, "signer", "east")
    roles = {e.did: e for e in bank.journal.page(subject="account/checker")}
    revoke_role(bank, bank.actor("admin"), "checker", str(roles["role_granted"].detail["grant"]))
    assert {g.instead_of for g in bank.actor("east").grants} == {"", "signer"}
    close_account(bank, bank.actor("admin"), "signer", "调离")
    assert {g.instead_of for g in bank.actor("east").grants} == {""}
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_who_may_name_and_end_a_stand_in(bank: Desk):
    with pytest.raises(Denied):
        away(bank, "checker", "east", by="signer")
    with pytest.raises(Denied):
        away(bank, "checker", "east", by="east")
    given = away(bank, "checker", "east", by="admin")
    with pytest.raises(Denied):
        end_stand_in(bank, bank.actor("west"), "east", given[0])
    end_stand_in(bank, bank.actor("checker"), "east", given[0])
    with pytest.raises(Missing):
        end_stand_in(bank, bank.actor("checker"), "east", given[0])


def test_days_people_and_reasons_that_cannot_be(bank: Desk):
    checker = bank.actor("checker")
    day = dt.timedelta(days=1)
    for since, until, stand_in, words in (
        (LAST, FIRST, "east", "轮岗"), (FIRST - 9 * day, FIRST - day, "east", "轮岗"),
        (FIRST, FIRST + 400 * day, "east", "轮岗"), (FIRST, LAST, "east", " "), (FIRST, LAST, "checker", "轮岗"),
        (FIRST, LAST, "admin", "轮岗"),
    ):
        with pytest.raises(Refused):
            name_stand_in(bank, checker, "checker", stand_in, since=since, until=until, words=words)
    with pytest.raises(Missing):
        name_stand_in(bank, checker, "checker", "nobody", since=FIRST, until=LAST, words="轮岗")


def test_everything_goes_to_the_successor_or_nothing(bank: Desk):
    assign(bank, bank.actor("office"), [EAST], "owner", "east")
    assert item(bank, bank.actor("office"), EAST).owner == "east"
    open_account(bank, bank.actor("admin"), "heir", post="城东支行新填报岗", org="B01")
    with pytest.raises(Refused, match="先授权"):
        transfer(bank, bank.actor("admin"), "east", "heir", "轮岗")
    grant_role(bank, bank.actor("admin"), "heir", Role.DATA_OWNER, org="B01")
    with pytest.raises(Denied):
        transfer(bank, bank.actor("heir"), "east", "heir", "轮岗")
    assert transfer(bank, bank.actor("admin"), "east", "heir", "轮岗") == 1
    assert item(bank, bank.actor("office"), EAST).owner == "heir"
