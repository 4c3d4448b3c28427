"""Campaigns: opened, changed, rolled forward, closed."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from qingce.casework.campaign import Draft
from qingce.casework.item import Answer, Mode, State, Step
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.figure import Answered
from qingce.services.desk import Desk
from qingce.services.desk.assigning import assign
from qingce.services.desk.campaign import (
    ask,
    campaign,
    change_due,
    close_campaign,
    drop,
    extend,
    filed_scope,
    open_campaign,
    roll_forward,
    set_defaults,
    subtree,
)
from qingce.services.desk.collecting import file, item, items, submit
from qingce.services.desk.review import approve, review
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import DUE, EAST, HEAD, STAFF, WEST, number


def test_opening_makes_an_item_of_every_metric_and_org(bank: Desk):
    found = campaign(bank, bank.actor("office"), "2024")
    assert [(a.metric, a.orgs, a.unit, a.mode) for a in found.asked] == [
        (STAFF, ("HEAD", "B01", "B02"), "人", Mode.FILE)]
    assert [i.id for i in items(bank, bank.actor("office"), campaign="2024")] == [HEAD, EAST, WEST]


def test_only_the_office_opens(bank: Desk):
    draft = Draft("2025", "2025 年度收集", "2025", DUE, (ask(bank, STAFF, ["HEAD"]),))
    for who in ("east", "checker", "signer", "admin", "assurer"):
        with pytest.raises(Denied):
            open_campaign(bank, bank.actor(who), draft)


REFUSED = [({"id": "2024"}, "已有编号"), ({"period": "二〇二五"}, "不是期间"), ({"label": ""}, "请写明收集的名称"),
           ({"due": {}}, "请填写")]


@pytest.mark.parametrize(("said", "words"), REFUSED)
def test_a_draft_that_cannot_stand_is_refused(bank: Desk, said: dict[str, object], words: str):
    draft = Draft("2025", "2025 年度收集", "2025", DUE, (ask(bank, STAFF, ["HEAD"]),))
    with pytest.raises(Refused, match=words):
        open_campaign(bank, bank.actor("office"), replace(draft, **said))  # type: ignore[arg-type]


def test_unknown_metrics_and_orgs_are_refused(bank: Desk):
    with pytest.raises(Refused, match="没有名为"):
        ask(bank, "nothing", ["HEAD"])
    with pytest.raises(Refused, match="没有机构"):
        ask(bank, STAFF, ["B99"])


def test_the_scope_is_the_filed_metrics_of_an_org_and_below(bank: Desk):
    assert subtree(bank, "HEAD") == ("HEAD", "B01", "B02")
    assert [a.metric for a in filed_scope(bank)] == [STAFF]
    assert filed_scope(bank, packs=["nothing"]) == ()


def test_the_materiality_decision_switches_metrics_off(bank: Desk):
    both = (ask(bank, STAFF, ["HEAD"]), ask(bank, "volunteer_hours", ["HEAD"]))
    draft = Draft("2025", "2025 年度收集", "2025", DUE, both)
    made = open_campaign(bank, bank.actor("office"), draft, material=lambda _, __: {STAFF: False})
    assert [a.metric for a in made.asked] == ["volunteer_hours"]


def test_last_years_campaign_gives_this_years_values_beside_the_cells(bank: Desk):
    _approve(bank, EAST, "7")
    made = open_campaign(bank, bank.actor("office"), roll_forward(bank, bank.actor("office"), "2024"))
    assert (made.id, made.label, made.period, made.due[Step.FILE]) == (
        "2025", "2025 年度 ESG 数据收集", "2025", dt.date(2026, 1, 10))
    found = item(bank, bank.actor("office"), f"2025/{STAFF}/B01")
    assert found.prior is not None
    assert (found.prior.value, found.prior.source) == (Decimal(7), "收集 2024 的审批值")
    assert (found.state, found.answer) == (State.TO_START, Answer())


@pytest.mark.parametrize(("texts", "source"), [(True, "工会登记册"), (False, "")])
def test_last_years_text_is_the_starting_point_only_where_it_is_wanted(bank: Desk, texts: bool, source: str):
    _approve(bank, EAST, "7")
    assign(bank, bank.actor("office"), [EAST], "owner", "head")
    draft = replace(roll_forward(bank, bank.actor("office"), "2024"), texts=texts)
    open_campaign(bank, bank.actor("office"), draft)
    found = item(bank, bank.actor("office"), f"2025/{STAFF}/B01")
    assert (found.answer.source, found.answer.value, found.owner) == (source, None, "head")
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_changing_a_default_asks_before_it_touches_what_was_named(bank: Desk):
    office = bank.actor("office")
    assign(bank, office, [EAST], "owner", "head")
    with pytest.raises(Refused, match="有 1 项单独指定过人员"):
        set_defaults(bank, office, "2024", STAFF, owner="head")
    set_defaults(bank, office, "2024", STAFF, owner="head", overrides="keep")
    assert {i.org: sorted(i.named) for i in items(bank, office, campaign="2024")} == {
        "HEAD": [], "B01": ["owner"], "B02": []}
    set_defaults(bank, office, "2024", STAFF, owner="", overrides="clear")
    assert {i.owner for i in items(bank, office, campaign="2024")} == {""}


def test_a_metric_has_its_own_tolerance(bank: Desk):
    made = set_defaults(bank, bank.actor("office"), "2024", STAFF, tolerance=Decimal("0.05"))
    assert made.asked[0].tolerance == Decimal("0.05")
    assert set_defaults(bank, bank.actor("office"), "2024", STAFF, tolerance=None).asked[0].tolerance is None
    with pytest.raises(Missing):
        set_defaults(bank, bank.actor("office"), "2024", "nothing", owner="head")


def test_days_and_scope_change_on_the_journal(bank: Desk):
    office = bank.actor("office")
    later = {step: day + dt.timedelta(days=5) for step, day in DUE.items()}
    assert change_due(bank, office, "2024", later).due == later
    extend(bank, office, "2024", [ask(bank, "volunteer_hours", ["HEAD"])])
    assert [i.metric for i in items(bank, office, campaign="2024", org="HEAD")] == [STAFF, "volunteer_hours"]
    drop(bank, office, "2024", [WEST], "该行已并入城东支行")
    assert WEST not in [i.id for i in items(bank, office, campaign="2024")]
    dropped = items(bank, office, campaign="2024", state="voided")
    assert [(i.id, i.void.words) for i in dropped] == [(WEST, "该行已并入城东支行")]  # type: ignore[union-attr]
    with pytest.raises(Refused, match="不再收集"):
        file(bank, bank.actor("west"), WEST, number("7"), version=0)
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_a_closed_campaign_takes_nothing_more(bank: Desk):
    close_campaign(bank, bank.actor("office"), "2024")
    with pytest.raises(Refused, match="已结束"):
        file(bank, bank.actor("east"), EAST, number("7"), version=0)
    with pytest.raises(Refused, match="已结束"):
        close_campaign(bank, bank.actor("office"), "2024")


def test_a_computed_figure_is_confirmed_not_entered(bank: Desk):
    office, head, name = bank.actor("office"), bank.actor("head"), "2024/volunteer_hours/HEAD"
    extend(bank, office, "2024", [ask(bank, "volunteer_hours", ["HEAD"], tolerance=None)])
    with pytest.raises(Refused, match="尚无编制结果"):
        file(bank, head, name, Answer(Answered.VALUE, Decimal(1)), version=0)
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    hours = Project(bank.folder).figure("volunteer_hours").value
    with pytest.raises(Refused, match="只能确认，不能改填"):
        file(bank, head, name, Answer(Answered.VALUE, Decimal(1)), version=0)
    _approve(bank, name, f"{hours:f}", "head")
    assert item(bank, head, name).holds


def _approve(bank: Desk, name: str, value: str, by: str = "east") -> None:
    file(bank, bank.actor(by), name, number(value), version=0)
    for done in (submit(bank, bank.actor(by), [name]), review(bank, bank.actor("checker"), [name]),
                 approve(bank, bank.actor("signer"), [name])):
        assert done.rest == {}
