"""Comments: threads with people called by name, settled in the end."""

from __future__ import annotations

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.outbox import Outbox
from qingce.services.desk import Desk
from qingce.services.desk.comments import comment, resolve, threads
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, HEAD

ABOUT = f"item/{HEAD}"


def test_whoever_is_called_gets_a_message_by_account_or_by_post(bank: Desk, clock: Clock):
    comment(bank, bank.actor("checker"), ABOUT, "@head 请核对，另请@总行审批岗 留意。邮箱 a@b.example 不算。")
    sent = Outbox(bank.store).take(clock(), ["mail"])
    assert {m.to for m in sent} == {"head@bank.example", "signer@bank.example"}
    assert sent[0].subject == "总行复核岗 在“注册志愿者 · 总行 · 2024”的评论中提到您"
    assert set(threads(bank, bank.actor("head"), ABOUT)[0].comments[0].mentions) == {"head", "signer"}


def test_nobody_is_called_who_does_not_exist_or_may_not_see_it(bank: Desk):
    with pytest.raises(Refused, match="没有叫"):
        comment(bank, bank.actor("checker"), ABOUT, "@nobody 请核对")
    with pytest.raises(Refused, match="无权查看"):
        comment(bank, bank.actor("checker"), ABOUT, "@east 请核对")
    assert threads(bank, bank.actor("head"), ABOUT) == [] and Outbox(bank.store).counts() == {}


def test_a_thread_is_answered_settled_and_opened_again_by_an_answer(bank: Desk):
    checker, head = bank.actor("checker"), bank.actor("head")
    first = comment(bank, checker, ABOUT, "出处是哪一册？ @head")
    comment(bank, head, ABOUT, "工会登记册第二册。", thread=first)
    with pytest.raises(Denied):
        resolve(bank, bank.actor("signer"), ABOUT, first)
    resolve(bank, head, ABOUT, first)
    thread = threads(bank, checker, ABOUT)[0]
    assert [c.words[:2] for c in thread.comments] == ["出处", "工会"] and thread.resolved_by == "head"
    assert threads(bank, checker, ABOUT, open_only=True) == []
    with pytest.raises(Refused):
        resolve(bank, checker, ABOUT, first)
    comment(bank, checker, ABOUT, "还差一页。", thread=first)
    assert threads(bank, checker, ABOUT, open_only=True)[0].resolved == ""


def test_figures_and_paragraphs_have_threads_of_their_own(bank: Desk):
    office = bank.actor("office")
    for about in ("figure/volunteer_attendances/HEAD/2024", "page/volunteering#2", "page/volunteering#3"):
        comment(bank, office, about, "请统一说法。")
        assert len(threads(bank, office, about)) == 1
    assert threads(bank, office, ABOUT) == []


def test_rights_are_asked(bank: Desk):
    for who, about in (("west", f"item/{EAST}"), ("admin", ABOUT)):
        with pytest.raises(Denied):
            comment(bank, bank.actor(who), about, "请核对")
        with pytest.raises(Denied):
            threads(bank, bank.actor(who), about)
    for about in ("item/2024/none/HEAD", "figure/x", "figure/none/HEAD/2024", "page/", "account/admin", ""):
        with pytest.raises(Missing):
            comment(bank, bank.actor("office"), about, "请核对")
    with pytest.raises(Missing):
        comment(bank, bank.actor("office"), ABOUT, "答", thread="0" * 32)


@pytest.mark.parametrize("words", ["", "  \n ", "长" * 4001])
def test_nothing_and_too_much_are_refused(bank: Desk, words: str):
    with pytest.raises(Refused):
        comment(bank, bank.actor("office"), ABOUT, words)


def test_what_was_said_stays_what_it_was(bank: Desk):
    said = "<script>alert(1)</script> {{ 7*7 }} 甲\r\n乙"
    comment(bank, bank.actor("office"), ABOUT, said)
    assert threads(bank, bank.actor("office"), ABOUT)[0].comments[0].words == said.replace("\r\n", "\n")
    assert bank.journal.rebuild(verify_only=True).differs == ()
