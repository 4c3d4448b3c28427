"""Materiality on the desk: scored by each for himself, confirmed as it was seen, and void as soon as it changes."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest

from qingce.casework.materiality import Basis, Kind, Topic
from qingce.casework.rights import Role
from qingce.core.errors import Denied, Missing, Refused, Stale
from qingce.services.desk import Desk
from qingce.services.desk.materiality.deciding import confirm, hindrances, propose, take_back
from qingce.services.desk.materiality.exporting import exported
from qingce.services.desk.materiality.rounds import open_round, round_of, rounds
from qingce.services.desk.materiality.scoring import (
    copy_scores,
    name_assessor,
    return_scores,
    save_scores,
    sheet,
    submit_scores,
)
from qingce.services.desk.materiality.topics import remove_group, remove_topic, set_topic
from qingce.services.desk.materiality.weighing import set_thresholds, set_weights
from qingce.services.desk.people import grant_role
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, with_posts
from tests.services.desk.rounds import GREEN, HIGH, LOW, STAFF, begun, decided, heard, proposed, score


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """A desk with its posts."""
    return begin(with_posts)


def verbs(bank: Desk, name: str = "2024") -> list[str]:
    """What was done to a round, the latest first."""
    return [e.did for e in bank.journal.page(subject=f"assessment/{name}", limit=50)]


def unchanged(bank: Desk) -> bool:
    """Whether the journal alone gives the same state."""
    return bank.journal.verify() is None and bank.journal.rebuild(verify_only=True).differs == ()


# -- a round ----------------------------------------------------------------------------------------
def test_a_round_goes_from_topics_to_a_confirmed_decision(bank: Desk, clock):
    found = decided(bank, clock)
    green, staff = found.stood
    assert (green.basis, green.material, staff.basis, staff.material) == (Basis.BOTH, True, Basis.NEITHER, False)
    assert (green.outside, green.inside, found.state, found.confirmed_by) == (5, None, "confirmed", "manager")
    assert found.content == found.hash and verbs(bank)[:2] == ["materiality_confirmed", "materiality_proposed"]
    assert unchanged(bank)


def test_the_next_round_begins_with_the_topics_groups_and_weights_of_the_last(bank: Desk, clock):
    begun(bank, "2023")
    office = by(bank, "office")
    set_weights(bank, office, "2023", "group", "direct", {"workers": "30", "clients": "70"}, "客户更多")
    made = open_round(bank, office, "2024", label="2024 年度", period="2024", before="2023")
    assert made.case == round_of(bank, office, "2023").case
    assert made.case.weights["group:clients"] == Decimal("0.7")
    assert (made.assessors, made.surveys, made.before) == ((), (), "2023")
    assert [r.id for r in rounds(bank, office)] == ["2024", "2023"]


@pytest.mark.parametrize(("name", "label", "period"), [
    ("a b", "x", "2024"), ("2024", "", "2024"), ("2024", "x", "去年"), ("new", "x", "2024"), ("2023", "x", "2023")])
def test_a_round_that_cannot_stand_is_refused(bank: Desk, name: str, label: str, period: str):
    open_round(bank, by(bank, "office"), "2023", label="x", period="2023")
    with pytest.raises(Refused):
        open_round(bank, by(bank, "office"), name, label=label, period=period)


@pytest.mark.parametrize("wrong", [
    {"label": ""}, {"label": "x" * 41}, {"id": "a/b"}, {"packs": ("nothing",)}, {"metrics": ("nothing",)},
    {"mandatory": ("nothing",)}, {"clauses": ("szse_17/99",)}, {"items": GREEN.items * 2}, {"note": "x" * 501},
    {"id": "other", "label": STAFF.label}])
def test_a_topic_that_cannot_stand_is_refused_and_leaves_no_trace(bank: Desk, wrong: dict):
    begun(bank)
    before = bank.journal.head()
    with pytest.raises(Refused):
        set_topic(bank, by(bank, "office"), "2024", replace(GREEN, **wrong))
    assert bank.journal.head() == before


def test_only_the_office_runs_a_round_and_only_the_board_confirms(bank: Desk, clock):
    found = proposed(bank, clock)
    for who in ("filer", "assurer", "manager"):
        with pytest.raises(Denied):
            open_round(bank, by(bank, who), "2025", label="x", period="2025")
        with pytest.raises(Denied):
            set_topic(bank, by(bank, who), "2024", GREEN)
    for who in ("office", "filer", "assurer"):
        with pytest.raises(Denied):
            confirm(bank, by(bank, who), "2024", found.hash, "决议")
    with pytest.raises(Denied):
        rounds(bank, by(bank, "admin"))


# -- scoring ----------------------------------------------------------------------------------------
def test_a_draft_counts_for_nothing_until_it_is_submitted_and_then_it_is_final(bank: Desk):
    begun(bank)
    score(bank, "manager", final=False)
    assert round_of(bank, by(bank, "office"), "2024").case.scored == {}
    submit_scores(bank, by(bank, "manager"), "2024")
    assert len(round_of(bank, by(bank, "office"), "2024").case.scored) == 3
    with pytest.raises(Refused, match="已经提交"):
        score(bank, "manager", final=False)
    return_scores(bank, by(bank, "office"), "2024", "manager", "请补充依据")
    assert sheet(bank, by(bank, "manager"), "2024").assessor.words == "请补充依据"
    score(bank, "manager", green=LOW)
    assert round_of(bank, by(bank, "office"), "2024").case.scored["green", "loss"][0]["magnitude"] == 1


def test_an_assessor_sees_only_his_own_and_what_was_found_last_year(bank: Desk, clock):
    decided(bank, clock, "2023")
    office = by(bank, "office")
    open_round(bank, office, "2024", label="2024", period="2024", before="2023")
    for account in ("office", "manager"):
        name_assessor(bank, office, "2024", account, ["green"])
    save_scores(bank, by(bank, "manager"), "2024", "green", {"loss": ({"likelihood": "2"}, "")})
    mine = sheet(bank, office, "2024")
    assert (mine.own, [t.id for t in mine.topics]) == ({}, ["green"])
    assert mine.last["green", "harm"] == {"scale": "5.0", "scope": "5.0", "irremediability": "5.0", "horizon": "5.0"}
    assert len(sheet(bank, by(bank, "manager"), "2024").missing) == 2
    with pytest.raises(Denied, match="没有请您"):
        save_scores(bank, by(bank, "manager"), "2024", "staff", {})


def test_a_score_without_a_reason_is_not_submitted(bank: Desk):
    begun(bank)
    manager = by(bank, "manager")
    with pytest.raises(Refused, match="3 项"):
        submit_scores(bank, manager, "2024")
    score(bank, "manager", final=False)
    save_scores(bank, manager, "2024", "staff", {"time": (HIGH, " ")})
    with pytest.raises(Refused, match="志愿服务时间"):
        submit_scores(bank, manager, "2024")
    with pytest.raises(Refused, match="1 至 5"):
        save_scores(bank, manager, "2024", "staff", {"time": ({**HIGH, "scale": "6"}, "x")})


def test_saving_the_same_draft_again_writes_nothing(bank: Desk):
    begun(bank)
    score(bank, "manager", final=False)
    before = bank.journal.head()
    score(bank, "manager", final=False)
    assert bank.journal.head() == before


def test_who_may_not_score_is_not_asked_to(bank: Desk):
    begun(bank)
    with pytest.raises(Refused, match="没有打分的权限"):
        name_assessor(bank, by(bank, "office"), "2024", "filer")
    with pytest.raises(Denied):
        save_scores(bank, by(bank, "filer"), "2024", "green", {})
    name_assessor(bank, by(bank, "office"), "2024", "manager", ended=True)
    assert sheet(bank, by(bank, "manager"), "2024") is None


def test_an_item_that_became_another_kind_is_scored_anew(bank: Desk):
    begun(bank, assessors=("manager",))
    score(bank, "manager")
    changed = replace(STAFF.items[0], kind=Kind.RISK)
    found = set_topic(bank, by(bank, "office"), "2024", replace(STAFF, items=(changed,)))
    assert ("staff", "time") not in found.case.scored
    assert any("员工志愿服务" in h.words for h in hindrances(found))


# -- weights and thresholds -------------------------------------------------------------------------
def test_judgements_give_weights_and_say_how_consistent_they_are(bank: Desk):
    begun(bank)
    pairs = {"scale/scope": "5", "scope/irremediability": "5", "scale/irremediability": "1/5"}
    found = set_weights(bank, by(bank, "office"), "2024", "criterion", "ahp", pairs, "规模更要紧")
    assert found.weighed["criterion"].found.ratio > 1
    assert [h.blocks for h in hindrances(found) if "一致性比率" in h.words] == [False]
    found = set_weights(bank, by(bank, "office"), "2024", "criterion", "ahp",
                        {**pairs, "scale/irremediability": "9", "scope/irremediability": "2"}, "重新比较")
    assert found.weighed["criterion"].found.ratio < Decimal("0.1")


@pytest.mark.parametrize(("method", "given"), [
    ("direct", {"workers": "0", "clients": "0"}), ("direct", {"workers": "-1", "clients": "2"}),
    ("direct", {"workers": "NaN", "clients": "1"}), ("ahp", {}), ("ahp", {"workers/clients": "10"}), ("dice", {})])
def test_weights_that_cannot_be_are_refused(bank: Desk, method: str, given: dict[str, str]):
    begun(bank)
    with pytest.raises(Refused):
        set_weights(bank, by(bank, "office"), "2024", "group", method, given, "理由")


def test_weights_of_groups_that_changed_must_be_set_anew(bank: Desk):
    begun(bank)
    office = by(bank, "office")
    set_weights(bank, office, "2024", "group", "direct", {"workers": "1", "clients": "3"}, "理由")
    found = remove_group(bank, office, "2024", "workers")
    assert found.weighed["group"].stale and any("重新设定" in h.words for h in hindrances(found))


@pytest.mark.parametrize("wrong", [
    {"positive": "6"}, {"risk": ""}, {"discount": "2"}, {"rule": "x"}, {"inside": "NaN"}])
def test_thresholds_outside_the_scale_are_refused(bank: Desk, wrong: dict[str, str]):
    begun(bank)
    with pytest.raises(Refused):
        set_thresholds(bank, by(bank, "office"), "2024", {**begun_thresholds(bank), **wrong})


def begun_thresholds(bank: Desk) -> dict[str, str]:
    """The thresholds as the form has them."""
    return {k: str(v) for k, v in round_of(bank, by(bank, "office"), "2024").case.thresholds.facts.items()}


# -- the decision -----------------------------------------------------------------------------------
def test_nothing_is_proposed_while_something_is_missing(bank: Desk, clock):
    begun(bank)
    with pytest.raises(Refused, match="2 位打分人还没有提交"):
        propose(bank, by(bank, "office"), "2024", "说明")
    for account in ("office", "manager"):
        score(bank, account)
    heard(bank, clock)
    with pytest.raises(Refused, match="说明"):
        propose(bank, by(bank, "office"), "2024", " ")
    found = propose(bank, by(bank, "office"), "2024", "说明")
    assert [h.words for h in hindrances(found)] == ["没有收到员工的答卷，其权重由同侧其他各方分担。"]
    with pytest.raises(Refused, match="已经截止"):
        score(bank, "manager")


def test_what_is_confirmed_is_what_was_seen(bank: Desk, clock):
    found = proposed(bank, clock)
    with pytest.raises(Stale):
        confirm(bank, by(bank, "manager"), "2024", "0" * 64, "决议")
    with pytest.raises(Refused, match="会议或决议"):
        confirm(bank, by(bank, "manager"), "2024", found.hash, "")
    confirm(bank, by(bank, "manager"), "2024", found.hash, "决议")
    with pytest.raises(Refused, match="没有待确认"):
        confirm(bank, by(bank, "manager"), "2024", found.hash, "决议")


@pytest.mark.parametrize("change", ["threshold", "topic", "removed", "weights", "returned"])
def test_a_confirmation_falls_when_anything_changes(bank: Desk, clock, change: str):
    decided(bank, clock)
    office = by(bank, "office")
    if change == "threshold":
        set_thresholds(bank, office, "2024", {**begun_thresholds(bank), "risk": "4"})
    elif change == "topic":
        set_topic(bank, office, "2024", Topic("new", "新议题", GREEN.pillar))
    elif change == "removed":
        remove_topic(bank, office, "2024", "staff", "并入其他议题")
    elif change == "weights":
        set_weights(bank, office, "2024", "group", "direct", {"workers": "1", "clients": "9"}, "理由")
    else:
        return_scores(bank, office, "2024", "manager", "重打")
    found = round_of(bank, office, "2024")
    assert (found.state, found.confirmed_by, "失效" in found.words) == ("open", "", True)
    assert verbs(bank)[0] == "materiality_reopened" and unchanged(bank)


def test_what_changes_nothing_leaves_the_confirmation(bank: Desk, clock):
    decided(bank, clock)
    set_thresholds(bank, by(bank, "office"), "2024", begun_thresholds(bank))
    assert round_of(bank, by(bank, "office"), "2024").state == "confirmed"


def test_who_proposed_does_not_confirm_and_a_proposal_is_taken_back_with_a_reason(bank: Desk, clock):
    found = proposed(bank, clock)
    grant_role(bank, by(bank, "admin"), "office", Role.MANAGER, org="HEAD")
    with pytest.raises(Denied, match="不同的人"):
        confirm(bank, by(bank, "office"), "2024", found.hash, "决议")
    with pytest.raises(Refused):
        take_back(bank, by(bank, "office"), "2024", "")
    assert take_back(bank, by(bank, "office"), "2024", "再听一轮意见").open


# -- export -----------------------------------------------------------------------------------------
def test_a_round_is_exported_with_everything_and_no_formula(bank: Desk, clock):
    begun(bank, assessors=("manager",))
    set_topic(bank, by(bank, "office"), "2024", replace(STAFF, label="=1+1"))
    score(bank, "manager")
    heard(bank, clock)
    text = exported(bank, by(bank, "office"), "2024", "csv").decode("utf-8-sig")
    assert "1,绿色金融,环境类,5.00,5.00,—,5.00,双重重要,是" in text and "'=1+1" in text
    book = openpyxl.load_workbook(io.BytesIO(exported(bank, by(bank, "office"), "2024", "xlsx")))
    assert book.sheetnames == ["议题", "影响风险机遇", "打分", "权重", "问卷"]
    assert (book["议题"]["B3"].value, book["议题"]["B3"].data_type) == ("=1+1", "s")
    assert [c.value for c in book["问卷"][2]] == ["问卷", "客户", "答卷", 5, 2]
    with pytest.raises(Missing):
        exported(bank, by(bank, "office"), "2024", "pdf")
    with pytest.raises(Denied):
        exported(bank, by(bank, "manager"), "2024", "csv")


def test_last_years_scores_are_taken_over_as_a_draft_and_what_is_scored_stays(bank: Desk, clock):
    decided(bank, clock, "2023")
    office, manager = by(bank, "office"), by(bank, "manager")
    open_round(bank, office, "2024", label="2024", period="2024", before="2023")
    name_assessor(bank, office, "2024", "manager")
    save_scores(bank, manager, "2024", "staff", {"time": (LOW, "今年减少")})
    assert copy_scores(bank, manager, "2024") == 2
    mine = sheet(bank, manager, "2024")
    assert (mine.missing, mine.final) == ((), False)
    assert (mine.own["green", "loss"].scores["magnitude"], mine.own["staff", "time"].rationale) == (5, "今年减少")
    assert copy_scores(bank, manager, "2024") == 0
    with pytest.raises(Denied):
        copy_scores(bank, office, "2024")
    with pytest.raises(Denied):
        copy_scores(bank, by(bank, "filer"), "2024")
