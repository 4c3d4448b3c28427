"""Cases on their way, without a store."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qingce.casework.machine import FINDING, Ticket, acting, back, flows, hands, in_order, role_of, step
from qingce.casework.rights import Grant, Role
from qingce.casework.routing import Roster
from qingce.core.case import Case, Flow
from qingce.core.errors import DeclarationError, Refused

DAY = dt.date(2025, 3, 10)
TICKET = Ticket(Case("2025-00001", FINDING, "handling"), "差异未说明", "B01", "", "office", "2025-03-01", DAY)
PATH = ("B01", "HEAD")
ROSTER = Roster([("east", Grant(Role.DATA_OWNER, "B01")), ("head", Grant(Role.DATA_OWNER, "HEAD")),
                 ("west", Grant(Role.DATA_OWNER, "B01", instead_of="east")),
                 ("office", Grant(Role.ESG_OFFICE, "HEAD"))], DAY)


def test_the_post_of_the_state_acts_with_its_stand_ins_until_somebody_is_named():
    assert acting(TICKET, ROSTER, PATH).everybody == ("east", "west")
    assert acting(replace(TICKET, case=TICKET.case.move("answered")), ROSTER, PATH).everybody == ("office",)
    assert acting(replace(TICKET, assignee="head"), ROSTER, PATH).everybody == ("head",)


def test_a_step_that_the_flow_does_not_have_or_that_says_nothing_is_refused():
    with pytest.raises(Refused, match=r"待答复.*已认可"):
        step(TICKET, "accepted", "看过了")
    with pytest.raises(Refused, match="请写明"):
        step(TICKET, "answered", "  \r\n ")
    with pytest.raises(Refused, match="2001 个字"):
        step(TICKET, "answered", "字" * 2001)
    with pytest.raises(Refused, match="已办结"):
        step(replace(TICKET, closed="2025-03-02"), "answered", "迟了")
    assert step(TICKET, "answered", "平台合并").state == "answered"


def test_who_answered_is_the_hand_that_closing_forbids():
    answered = replace(TICKET, case=TICKET.case.move("answered"), moved_by="east")
    assert hands(answered, "accepted") == {"handled": frozenset({"east"})}
    assert hands(answered, "handling") == {}
    assert hands(TICKET, "withdrawn") == {}, "nobody has answered yet"
    assert back(answered, "handling") and not back(answered, "accepted")


def test_those_that_are_due_lead_and_the_closed_follow_the_latest_first():
    def one(number: str, due: int = 10, closed: str = "") -> Ticket:
        return replace(TICKET, case=Case(number, FINDING, "handling"), due=DAY.replace(day=due), closed=closed)

    found = in_order([one("a", 12), one("b", closed="2025-03-01"), one("c", 9), one("d", closed="2025-03-05")])
    assert [t.case.number for t in found] == ["c", "a", "d", "b"]


def test_late_is_counted_in_days_and_ends_with_the_case():
    assert TICKET.late(DAY) == 0 and TICKET.late(DAY + dt.timedelta(days=3)) == 3
    assert replace(TICKET, closed="2025-03-12").late(DAY + dt.timedelta(days=3)) == 0


def test_a_flow_says_only_what_there_is():
    with pytest.raises(DeclarationError, match="leads nowhere"):
        Flow("x", "无路", "a", {"a": ()})
    with pytest.raises(DeclarationError, match=r"'clsed' is not one of its states.*closed"):
        Flow("x", "错字", "a", {"a": ("closed",)}, words={"clsed": "已办结"})
    with pytest.raises(DeclarationError, match="'boss' is not a role"):
        role_of(Flow("x", "无岗", "a", {"a": ("b",)}, posts={"a": "boss"}), "a")
    mine = Flow("complaint", "客户投诉", "received", {"received": ("closed",)})
    assert list(flows({"complaint": mine})) == ["finding", "complaint"]
    assert role_of(mine, "received") is Role.ESG_OFFICE, "where a flow names no post"
