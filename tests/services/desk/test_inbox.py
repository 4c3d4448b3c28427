"""Everything that waits for somebody, in one list, and the counts beside the navigation."""

from __future__ import annotations

from typing import Any

import pytest

from qingce.casework.rights import Action
from qingce.core.check import Finding, Severity, Status
from qingce.services.desk import Actor, Desk
from qingce.services.desk.cases import move, open_case
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.comments import comment, resolve
from qingce.services.desk.inbox import FRESH, Kind, inbox, waiting_counts
from qingce.services.desk.materiality.deciding import confirm, propose
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.scoring import return_scores, submit_scores
from qingce.services.desk.restate import decide_change
from qingce.services.desk.review import review
from tests.services.desk.beginnings import Clock
from tests.services.desk.rounds import begun, heard, score
from tests.services.desk.staff import EAST, HEAD, number

once = pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)


def waits(desk: Desk, who: str, kind: Kind) -> list[str]:
    """The ids of what waits for an account."""
    return [one.id for one in inbox(desk, desk.actor(who)).everything if one.kind is kind]


def asked_to_change(desk: Desk) -> None:
    """The office asks to change an edition, and says what a figure is to be."""
    restated: dict[str, Any] = {
        "change": "C1", "key": "volunteer_hours/HEAD/2024", "label": "志愿服务时长", "old": "1", "new": "2",
        "old_text": "1 小时", "new_text": "2 小时", "unit": "小时", "reason": "补录", "threshold": "5", "beyond": True,
        "footnote": "", "bridge": []}
    with desk.writing() as made:
        made.append("office", "change_requested", "change/C1", {"edition": "e", "reason": "补录志愿时长"})
        made.append("office", "restated", "restatement/C1/volunteer_hours/HEAD/2024", restated)


def test_figures_and_cases_wait_for_whose_turn_it_is(bank: Desk):
    number_ = open_case(bank, bank.actor("office"), "finding", title="数目不符", words="请说明。", org="B01")
    assert waits(bank, "east", Kind.ITEM) == [EAST] and waits(bank, "east", Kind.CASE) == [number_]
    assert waits(bank, "west", Kind.CASE) == waits(bank, "assurer", Kind.ITEM) == []
    file(bank, bank.actor("east"), EAST, number("40"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    move(bank, bank.actor("east"), number_, "answered", "漏登一人。")
    assert waits(bank, "east", Kind.ITEM) == waits(bank, "east", Kind.CASE) == []
    assert waits(bank, "checker", Kind.ITEM) == [EAST] and waits(bank, "office", Kind.CASE) == [number_]


def test_scoring_waits_until_it_is_submitted_and_again_when_it_comes_back(bank: Desk):
    begun(bank, assessors=("boss",))
    assert waits(bank, "boss", Kind.SCORING) == ["2024"] and waits(bank, "office", Kind.SCORING) == []
    score(bank, "boss", final=False)
    assert waits(bank, "boss", Kind.SCORING) == ["2024"]
    submit_scores(bank, bank.actor("boss"), "2024")
    assert waits(bank, "boss", Kind.SCORING) == []
    return_scores(bank, bank.actor("office"), "2024", "boss", "请写明理由")
    [one] = [w for w in inbox(bank, bank.actor("boss")).others if w.kind is Kind.SCORING]
    assert "请写明理由" in one.words and one.href == "/materiality/2024/scoring"


def test_a_round_waits_for_who_may_confirm_it_and_did_not_propose_it(bank: Desk, clock: Clock):
    begun(bank, assessors=("office", "boss"))
    for who in ("office", "boss"):
        score(bank, who)
    heard(bank, clock)
    assert waits(bank, "boss", Kind.CONFIRMATION) == []
    propose(bank, bank.actor("office"), "2024", "提请董事会确认")
    assert waits(bank, "boss", Kind.CONFIRMATION) == ["2024"]
    assert [waits(bank, who, Kind.CONFIRMATION) for who in ("office", "east", "admin")] == [[], [], []]
    confirm(bank, bank.actor("boss"), "2024", round_of(bank, bank.actor("boss"), "2024").hash, "董事会 1 号决议")
    assert waits(bank, "boss", Kind.CONFIRMATION) == []


def test_changes_and_restatements_wait_for_who_decides(bank: Desk):
    asked_to_change(bank)
    assert (waits(bank, "boss", Kind.CHANGE), waits(bank, "boss", Kind.RESTATEMENT)) == (["C1"], ["C1"])
    assert waits(bank, "office", Kind.CHANGE) == waits(bank, "assurer", Kind.RESTATEMENT) == []
    decide_change(bank, bank.actor("boss"), "C1", granted=True, words="同意")
    assert (waits(bank, "boss", Kind.CHANGE), waits(bank, "boss", Kind.RESTATEMENT)) == ([], ["C1"])


@once
def test_what_one_asked_or_entered_oneself_does_not_wait(bank: Desk):
    with bank.writing() as made:
        made.append("boss", "change_requested", "change/C2", {"edition": "e", "reason": "自己提出"})
    assert waits(bank, "boss", Kind.CHANGE) == []


def test_a_mention_waits_until_it_is_answered_or_settled(bank: Desk):
    about = f"item/{HEAD}"
    first = comment(bank, bank.actor("checker"), about, "请核对 @head")
    other = comment(bank, bank.actor("checker"), about, "再核对一处 @head 和 @signer")
    assert set(waits(bank, "head", Kind.MENTION)) == {first, other} and waits(bank, "signer", Kind.MENTION) == [other]
    assert waits(bank, "east", Kind.MENTION) == waits(bank, "checker", Kind.MENTION) == []
    comment(bank, bank.actor("head"), about, "已核对。", thread=first)
    assert waits(bank, "head", Kind.MENTION) == [other]
    again = comment(bank, bank.actor("checker"), about, "还差一页 @head", thread=first)
    assert set(waits(bank, "head", Kind.MENTION)) == {again, other}
    resolve(bank, bank.actor("head"), about, other)
    assert waits(bank, "head", Kind.MENTION) == [again] and waits(bank, "signer", Kind.MENTION) == []


@once
def test_an_account_whose_name_is_part_of_another_is_not_meant(bank: Desk):
    comment(bank, bank.actor("checker"), f"item/{HEAD}", "请核对 @head")
    with bank.writing() as made:
        for name in ("hea", "h%d", "h_ad"):
            made.append("admin", "account_opened", f"account/{name}", {"post": name, "org": "HEAD"})
            made.append("admin", "role_granted", f"account/{name}", {
                "grant": name, "role": "data_owner", "org": "HEAD", "packs": [], "since": "", "until": ""})
    assert [waits(bank, name, Kind.MENTION) for name in ("hea", "h%d", "h_ad")] == [[], [], []]


@once
def test_a_token_sees_what_its_scopes_let_it_do(bank: Desk):
    begun(bank, assessors=("boss",))
    asked_to_change(bank)
    boss = bank.actor("boss")
    comment(bank, bank.actor("checker"), f"item/{HEAD}", "请核对 @boss")

    def kinds(*scopes: Action) -> set[Kind]:
        only = Actor("boss", grants=boss.grants, scopes=frozenset(scopes))
        return {one.kind for one in inbox(bank, only).everything}

    assert kinds() == set()
    assert kinds(Action.SCORE_TOPICS) == {Kind.SCORING} and kinds(Action.READ_ITEMS) == {Kind.MENTION}
    assert kinds(Action.DECIDE_CHANGE) == {Kind.CHANGE, Kind.RESTATEMENT}


@once
def test_late_things_come_first_whatever_they_are(bank: Desk, clock: Clock):
    comment(bank, bank.actor("checker"), f"item/{EAST}", "请核对 @east")
    number_ = open_case(bank, bank.actor("office"), "finding", title="数目不符", words="请说明。", org="B01")
    clock.pass_days(7)
    listed = [(one.kind, one.late > 0) for one in inbox(bank, bank.actor("east")).everything]
    assert listed == [(Kind.ITEM, True), (Kind.CASE, True), (Kind.MENTION, False)], number_


# -- counts -----------------------------------------------------------------------------------------
@once
def test_counts_are_of_the_account_and_of_its_screens(bank: Desk):
    comment(bank, bank.actor("checker"), f"item/{EAST}", "请核对 @east")
    open_case(bank, bank.actor("office"), "finding", title="数目不符", words="请说明。", org="B01")
    asked_to_change(bank)
    begun(bank, assessors=("boss",))
    assert waiting_counts(bank, bank.actor("east")) == {"tasks": 3, "filing": 1, "cases": 1}
    assert waiting_counts(bank, bank.actor("boss")) == {"tasks": 3, "materiality": 1, "freeze": 2, "approvals": 2}
    assert waiting_counts(bank, bank.actor("admin")) == waiting_counts(bank, bank.actor("assurer")) == {}


def test_ones_own_act_counts_at_once_and_others_a_little_later(bank: Desk, clock: Clock):
    east, checker = bank.actor("east"), bank.actor("checker")
    assert waiting_counts(bank, east) == {"tasks": 1, "filing": 1} and waiting_counts(bank, checker) == {}
    file(bank, east, EAST, number("40"), version=0)
    submit(bank, east, [EAST])
    assert waiting_counts(bank, east) == {}
    clock.at += FRESH / 2
    assert waiting_counts(bank, checker) == {}
    clock.at += FRESH / 2
    assert waiting_counts(bank, checker) == {"tasks": 1, "approvals": 1}
    review(bank, checker, [EAST])
    assert waiting_counts(bank, checker) == {}


@once
def test_nothing_is_counted_again_while_nothing_happens(bank: Desk, clock: Clock):
    first = waiting_counts(bank, bank.actor("east"))
    clock.at += FRESH * 2
    assert waiting_counts(bank, bank.actor("east")) is first
    comment(bank, bank.actor("checker"), f"item/{EAST}", "请核对")
    clock.at += FRESH * 2
    assert waiting_counts(bank, bank.actor("east")) is not first


@once
def test_contradictions_count_for_who_may_see_findings_until_they_are_waived(bank: Desk):
    found = [Finding("sums", status, severity, f"第 {n} 条", tried=1) for n, (status, severity) in enumerate((
        (Status.FAIL, Severity.ERROR), (Status.FAIL, Severity.WARNING), (Status.FAIL, Severity.NOTE),
        (Status.PASS, Severity.ERROR)))]
    bank.figures.path.parent.mkdir(parents=True, exist_ok=True)
    bank.figures.save("volunteering", "2025-01-06T09:00:00+08:00", "0" * 64, [], {}, found)
    assert waiting_counts(bank, bank.actor("boss")) == {"findings": 2}
    assert waiting_counts(bank, bank.actor("admin")) == {}
    with bank.writing() as made:
        made.append("boss", "finding_waived", f"finding/{found[0].content}", {
            "waiver": "W1", "rule": "sums", "words": "第 0 条", "reason": "已知", "until": "2025-02-01"})
    assert waiting_counts(bank, bank.actor("boss")) == {"findings": 1}


def test_nothing_has_to_be_built_yet(bank: Desk):
    assert not (bank.state / "ledger.db").exists() and waiting_counts(bank, bank.actor("office")) == {}
