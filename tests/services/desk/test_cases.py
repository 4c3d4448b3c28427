"""Cases between people, on the desk's journal."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from qingce.casework.item import Answer
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.figure import Answered
from qingce.ledger.tables import outbox
from qingce.services.content import load_registry
from qingce.services.desk import Desk
from qingce.services.desk.cases import (
    assign,
    case_counts,
    case_page,
    cases,
    flows_of,
    handlers,
    move,
    move_due,
    open_about,
    open_case,
    place_of,
)
from qingce.services.desk.collecting import file
from qingce.services.desk.comments import comment, threads
from qingce.services.desk.evidence import attach, evidence_of
from qingce.services.desk.findings import findings
from qingce.services.desk.people import open_account
from qingce.services.desk.standin import name_stand_in
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, STAFF, WEST

WHAT = "与上年相差 41.2%，尚未说明"


def opened(bank: Desk, **said: object) -> str:
    """A case about the east branch's volunteers."""
    return open_case(bank, bank.actor("office"), "finding", title=WHAT, words="请说明原因。", org="B01",
                     about=f"item/{EAST}", **said)  # type: ignore[arg-type]


def told(bank: Desk) -> set[str]:
    """Who got a message."""
    with bank.reading() as db:
        return {str(to).split("@")[0] for to in db.execute(select(outbox.c.to)).scalars()}


def test_a_finding_is_answered_by_its_owner_and_accepted_by_somebody_else(bank: Desk):
    number = opened(bank)
    assert number == "2025-00001" and told(bank) == {"east"}
    found = case_page(bank, bank.actor("east"), number)
    assert found.shown.mine and [to for to, _ in found.moves] == ["answered", "withdrawn"] and not found.runs
    move(bank, bank.actor("east"), number, "answered", "志愿平台合并，历史登记一并迁入。")
    assert case_page(bank, bank.actor("east"), number).moves == ()
    move(bank, bank.actor("office"), number, "accepted", "说明属实。")
    page = case_page(bank, bank.actor("boss"), number)
    assert page.shown.ticket.case.state == "accepted" and page.shown.ticket.closed and page.moves == ()
    assert [e.did for e in page.history] == ["case_closed", "case_moved", "case_opened"]
    with pytest.raises(Refused, match="已办结"):
        move(bank, bank.actor("office"), number, "handling", "再看看")


def test_who_answered_cannot_accept_even_when_he_runs_cases(bank: Desk):
    number = opened(bank)
    move(bank, bank.actor("office"), number, "answered", "代支行答复。")
    assert [to for to, _ in case_page(bank, bank.actor("office"), number).moves] == ["handling"]
    with pytest.raises(Denied, match="答复与办结须由不同的人办理"):
        move(bank, bank.actor("office"), number, "accepted", "自问自答。")
    move(bank, bank.actor("boss"), number, "accepted", "可以。")


def test_a_stand_in_counts_as_the_one_for_whom_he_stands_in(bank: Desk):
    number = opened(bank)
    move(bank, bank.actor("office"), number, "answered", "代支行答复。")
    open_account(bank, bank.actor("admin"), "deputy", post="ESG 办公室副主任岗", org="HEAD")
    name_stand_in(bank, bank.actor("admin"), "office", "deputy", since=bank.today,
                  until=bank.today + dt.timedelta(days=5), words="休假")
    with pytest.raises(Denied, match="不同的人"):
        move(bank, bank.actor("deputy"), number, "accepted", "替主任认可。")


def test_an_answer_that_does_not_do_goes_back_to_who_gave_it(bank: Desk):
    number = opened(bank, assignee="head")
    move(bank, bank.actor("head"), number, "answered", "不详。")
    move(bank, bank.actor("office"), number, "handling", "请写明合并的月份。")
    assert case_page(bank, bank.actor("head"), number).shown.ticket.assignee == "head"
    assert case_page(bank, bank.actor("head"), number).shown.mine


@pytest.mark.parametrize("who", ["west", "checker", "assurer", "admin"])
def test_nobody_else_moves_a_case_and_nothing_changes(bank: Desk, who: str):
    number, before = opened(bank), bank.journal.count()
    with pytest.raises(Denied):
        move(bank, bank.actor(who), number, "answered", "我来答。")
    with pytest.raises(Denied):
        assign(bank, bank.actor(who), number, "office")
    with pytest.raises(Denied):
        move_due(bank, bank.actor(who), number, bank.today, "早点办")
    assert bank.journal.count() == before


def test_a_case_is_handed_on_to_somebody_who_may_act_there(bank: Desk):
    number = opened(bank)
    with pytest.raises(Refused, match="无权办理"):
        assign(bank, bank.actor("office"), number, "west")
    with pytest.raises(Missing):
        assign(bank, bank.actor("office"), number, "nobody")
    assign(bank, bank.actor("east"), number, "head", "总行更清楚")
    assert not case_page(bank, bank.actor("east"), number).shown.mine
    with pytest.raises(Denied, match="由他人办理"):
        move(bank, bank.actor("east"), number, "answered", "还是我来答。")
    assign(bank, bank.actor("office"), number, "")
    assert case_page(bank, bank.actor("east"), number).shown.mine
    assert {name for name, _ in handlers(bank, "B01")} == {"boss", "checker", "east", "head", "office", "signer"}


def test_about_one_finding_there_is_one_open_case(bank: Desk):
    number = opened(bank)
    with pytest.raises(Refused, match=number):
        opened(bank)
    move(bank, bank.actor("east"), number, "withdrawn", "重复填报，已更正。")
    assert opened(bank) == "2025-00002"
    with bank.reading() as db:
        assert open_about(db, (f"item/{EAST}", f"item/{WEST}")) == {f"item/{EAST}": "2025-00002"}


def test_every_finding_has_a_key_by_which_a_case_can_be_about_it(bank: Desk):
    file(bank, bank.actor("east"), EAST, Answer(Answered.NOT_AVAILABLE, reason="登记册未移交"), version=0)
    gap = next(one for one in findings(bank, bank.actor("office")).found if one.item == EAST)
    assert gap.key == f"item/{EAST}"
    with bank.reading() as db:
        assert place_of(bank, db, gap.key) == ("B01", bank.registry.pack_of[STAFF])
    with pytest.raises(Missing, match="只能关于"):
        open_case(bank, bank.actor("office"), "finding", title="x", words="x", about="account/east")
    with pytest.raises(Missing):
        open_case(bank, bank.actor("office"), "finding", title="x", words="x", about="item/2024/none/B01")


def test_lists_show_what_somebody_may_see_late_ones_first(bank: Desk, clock: Clock):
    first = opened(bank)
    second = open_case(bank, bank.actor("west"), "finding", title="西支行", words="请核。", org="B02",
                       due=bank.today + dt.timedelta(days=2))
    assert [s.id for s in cases(bank, bank.actor("office"))] == [second, first]
    assert [s.id for s in cases(bank, bank.actor("east"))] == [first], "the other branch is out of sight"
    with pytest.raises(Denied):
        case_page(bank, bank.actor("east"), second)
    with pytest.raises(Denied):
        cases(bank, bank.actor("admin"))
    clock.pass_days(3)
    assert case_counts(bank, bank.actor("office")) == {"mine": 0, "open": 2, "late": 1}
    assert [(s.id, s.late) for s in cases(bank, bank.actor("west"), view="mine")] == [(second, 1)]
    move_due(bank, bank.actor("office"), second, bank.today + dt.timedelta(days=9), "节假日")
    assert cases(bank, bank.actor("office"), view="late") == []
    move(bank, bank.actor("west"), second, "withdrawn", "无此事。")
    assert [s.id for s in cases(bank, bank.actor("office"), view="closed")] == [second]
    assert cases(bank, bank.actor("office"), flow="complaint") == []


@pytest.mark.parametrize(("said", "words"), [
    ({"title": " "}, "标题"), ({"words": ""}, "事由"), ({"due": dt.date(2024, 12, 1)}, "期限"),
    ({"due": dt.date(2027, 1, 1)}, "期限"),
])
def test_a_case_that_says_too_little_is_not_opened(bank: Desk, said: dict[str, object], words: str):
    whole: dict[str, object] = {"title": "柜面排队", "words": "等候逾一小时。", "org": "B01"}
    with pytest.raises(Refused, match=words):
        open_case(bank, bank.actor("east"), "finding", **{**whole, **said})  # type: ignore[arg-type]
    with pytest.raises(Missing, match="流程"):
        open_case(bank, bank.actor("east"), "nothing", **whole)  # type: ignore[arg-type]
    with pytest.raises(Denied):
        open_case(bank, bank.actor("east"), "finding", **{**whole, "org": "B02"})  # type: ignore[arg-type]


def test_comments_and_evidence_stand_at_a_case(bank: Desk):
    number = opened(bank)
    comment(bank, bank.actor("office"), f"case/{number}", "请 @east 补充名册。")
    attach(bank, bank.actor("east"), [f"case/{number}"], b"%PDF-1.4 roster", "名册.pdf", note="迁入名册")
    assert threads(bank, bank.actor("east"), f"case/{number}")[0].comments[0].words == "请 @east 补充名册。"
    assert evidence_of(bank, bank.actor("office"), f"case/{number}")[0].name == "名册.pdf"
    with pytest.raises(Denied):
        comment(bank, bank.actor("west"), f"case/{number}", "我也说一句。")
    assert {e.did for e in case_page(bank, bank.actor("east"), number).history} == {
        "case_opened", "commented", "attached"}


def test_cases_are_the_same_again_when_the_journal_is_replayed(bank: Desk):
    number = opened(bank)
    assign(bank, bank.actor("office"), number, "head")
    move(bank, bank.actor("head"), number, "answered", "已核。")
    move_due(bank, bank.actor("office"), number, bank.today + dt.timedelta(days=30), "跨季")
    move(bank, bank.actor("office"), number, "accepted", "可以。")
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_packs_declare_flows_of_their_own(bank: Desk):
    declared = load_registry(Path(bank.folder))
    assert {"complaint", "rectification"} <= set(declared.flows)
    assert declared.pack_of["complaint"] == "consumers" and declared.flows["complaint"].days == 15
    bank.registry.flows.update(declared.flows)
    number = open_case(bank, bank.actor("east"), "complaint", title="柜面排队", words="等候逾一小时。", org="B01")
    assert case_page(bank, bank.actor("office"), number).shown.mine
    for who, to in (("office", "handling"), ("east", "replied"), ("checker", "closed")):
        move(bank, bank.actor(who), number, to, "已办。")
    assert case_page(bank, bank.actor("east"), number).shown.ticket.closed
    del bank.registry.flows["complaint"]
    gone = case_page(bank, bank.actor("office"), number)
    assert gone.shown.ticket.case.state == "closed" and gone.moves == (), "a case outlives its pack"
    assert next(iter(flows_of(bank))) == "finding"
