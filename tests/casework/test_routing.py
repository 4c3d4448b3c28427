"""Who an item goes to."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.casework.item import Item, Step
from qingce.casework.rights import Grant, Role
from qingce.casework.routing import Roster

TODAY = dt.date(2025, 1, 6)
PATH = ("S01", "B01", "HEAD")
OWNER, REVIEWER = Role.DATA_OWNER, Role.REVIEWER


def roster(*grants: tuple[str, Grant]) -> Roster:
    return Roster(grants, TODAY)


CASES = [
    # grants, who
    ([("s", Grant(OWNER, "S01")), ("b", Grant(OWNER, "B01"))], ("s",)),
    ([("b", Grant(OWNER, "B01")), ("h", Grant(OWNER, "HEAD"))], ("b",)),
    ([("all", Grant(OWNER, "S01")), ("green", Grant(OWNER, "S01", ("green",)))], ("green",)),
    ([("staff", Grant(OWNER, "S01", ("workforce",))), ("b", Grant(OWNER, "B01"))], ("b",)),
    ([("two", Grant(OWNER, "S01")), ("one", Grant(OWNER, "S01"))], ("one", "two")),
    ([("r", Grant(REVIEWER, "S01"))], ()),
    ([("past", Grant(OWNER, "S01", until=dt.date(2025, 1, 5))), ("b", Grant(OWNER, "B01"))], ("b",)),
    ([("other", Grant(OWNER, "B02"))], ()),
]


@pytest.mark.parametrize(("grants", "who"), CASES)
def test_the_nearest_post_of_the_pack_holds_the_item(grants, who):
    assert roster(*grants).post(OWNER, PATH, "green").holders == who


def test_who_stands_in_works_beside_the_holder():
    found = roster(("s", Grant(OWNER, "S01")), ("x", Grant(OWNER, "S01", instead_of="s")),
                   ("y", Grant(REVIEWER, "S01", instead_of="s"))).post(OWNER, PATH)
    assert (found.holders, found.stand_ins, found.everybody) == (("s",), ("x",), ("s", "x"))


def test_a_stand_in_alone_is_no_post():
    assert roster(("x", Grant(OWNER, "S01", instead_of="gone"))).post(OWNER, PATH).vacant


def test_an_account_that_was_named_goes_before_the_post():
    item = Item("2024/staff/S01", "2024", "staff", "S01", "2024", "人", owner="named")
    found = roster(("s", Grant(OWNER, "S01")), ("x", Grant(OWNER, "S01", instead_of="named"))).of(
        item, Step.FILE, PATH)
    assert (found.holders, found.stand_ins, found.named) == (("named",), ("x",), True)


def test_the_nearest_manager_is_told_else_the_office():
    office = ("office", Grant(Role.ESG_OFFICE, "HEAD"))
    assert roster(office).manager(PATH).holders == ("office",)
    assert roster(office, ("boss", Grant(Role.MANAGER, "B01"))).manager(PATH).holders == ("boss",)
