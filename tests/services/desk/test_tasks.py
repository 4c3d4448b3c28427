"""What waits for whom."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.casework.item import Step
from qingce.casework.rights import Role
from qingce.core.errors import Denied, Refused
from qingce.services.desk import Desk
from qingce.services.desk.assigning import assign, move_due, take_over
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.people import grant_role
from qingce.services.desk.review import review
from qingce.services.desk.tasks import my_tasks
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, HEAD, WEST, number


def waits(bank: Desk, who: str) -> list[str]:
    return [t.item.id for t in my_tasks(bank, bank.actor(who)).tasks]


def stand_in(bank: Desk, who: str, instead_of: str, role: Role, org: str) -> None:
    """Somebody stands in for somebody, as the journal says it."""
    with bank.writing() as made:
        made.append("admin", "stand_in_named", f"account/{who}", {
            "grant": f"{who}-{instead_of}", "role": str(role), "org": org, "packs": ["*"], "instead_of": instead_of})


def test_each_post_has_its_own_cells(bank: Desk):
    assert (waits(bank, "east"), waits(bank, "west"), waits(bank, "head")) == ([EAST], [WEST], [HEAD])
    assert (waits(bank, "checker"), waits(bank, "office"), waits(bank, "admin")) == ([], [], [])


def test_an_item_moves_from_desk_to_desk(bank: Desk):
    file(bank, bank.actor("east"), EAST, number("7"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    assert (waits(bank, "east"), waits(bank, "checker"), waits(bank, "signer")) == ([], [EAST], [])
    review(bank, bank.actor("checker"), [EAST])
    assert (waits(bank, "checker"), waits(bank, "signer")) == ([], [EAST])


def test_what_is_late_comes_first(bank: Desk, clock: Clock):
    grant_role(bank, bank.actor("admin"), "head", Role.DATA_OWNER, org="HEAD", packs=["volunteering"])
    assign(bank, bank.actor("office"), [EAST, WEST], "owner", "head")
    move_due(bank, bank.actor("office"), [WEST], Step.FILE, dt.date(2025, 1, 7), "年报提前")
    clock.pass_days(3)
    found = my_tasks(bank, bank.actor("head"))
    assert [(t.item.id, t.late) for t in found.tasks] == [(WEST, 2), (HEAD, 0), (EAST, 0)]
    assert (found.counts[Step.FILE], found.late) == (3, 1)


def test_who_filed_sees_no_review_of_it(bank: Desk):
    grant_role(bank, bank.actor("admin"), "east", Role.REVIEWER, org="B01")
    file(bank, bank.actor("east"), EAST, number("7"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    assert waits(bank, "east") == []


def test_a_stand_in_finds_the_work_of_whom_he_stands_in_for(bank: Desk):
    stand_in(bank, "west", "east", Role.DATA_OWNER, "B01")
    found = my_tasks(bank, bank.actor("west"))
    assert {t.item.id: t.instead_of for t in found.tasks} == {EAST: "east", WEST: ""}
    file(bank, bank.actor("west"), EAST, number("7"), version=0)
    filed = bank.journal.page(subject=f"item/{EAST}", did="filed")[0]
    assert (filed.by, filed.detail["instead_of"]) == ("west", "east")


def test_the_hands_of_whom_one_stands_in_for_count_as_ones_own(bank: Desk):
    stand_in(bank, "west", "east", Role.DATA_OWNER, "B01")
    file(bank, bank.actor("west"), EAST, number("7"), version=0)
    submit(bank, bank.actor("west"), [EAST])
    grant_role(bank, bank.actor("admin"), "east", Role.REVIEWER, org="B01")
    assert review(bank, bank.actor("east"), [EAST]).rest == {EAST: "填报与复核须由不同的人办理。"}


def test_a_named_owner_goes_before_the_post(bank: Desk):
    assign(bank, bank.actor("office"), [EAST], "owner", "head")
    assert (waits(bank, "east"), waits(bank, "head")) == ([], [HEAD, EAST])
    with pytest.raises(Denied, match="已指定由账户“head”办理"):
        file(bank, bank.actor("east"), EAST, number("7"), version=0)


def test_who_could_not_do_it_is_not_named(bank: Desk):
    with pytest.raises(Refused, match="没有城东支行的填报权限"):
        assign(bank, bank.actor("office"), [EAST], "owner", "west")
    with pytest.raises(Refused, match="没有账户"):
        assign(bank, bank.actor("office"), [EAST], "owner", "nobody")
    with pytest.raises(Denied):
        assign(bank, bank.actor("head"), [EAST], "owner", "head")


def test_a_stuck_item_is_taken_over(bank: Desk, clock: Clock):
    with pytest.raises(Refused, match="未逾期"):
        take_over(bank, bank.actor("head"), EAST)
    clock.pass_days(6)
    with pytest.raises(Denied):
        take_over(bank, bank.actor("west"), EAST)
    with pytest.raises(Denied, match="本来就由您办理"):
        take_over(bank, bank.actor("east"), EAST)
    assert take_over(bank, bank.actor("head"), EAST).owner == "head"
    taken = bank.journal.page(subject=f"item/{EAST}", did="item_taken_over")[0]
    assert (taken.detail["before"], taken.detail["late"]) == (["east"], 2)
    assert EAST in waits(bank, "head")
