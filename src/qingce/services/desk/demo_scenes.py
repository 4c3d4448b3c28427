"""What goes on in a demo: two branches in the middle of filing, last year's values beside them, an item in each state.

Branch values and last year's are made up and say so in their source; what the head office files is left to whoever
looks around.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from qingce.casework.campaign import Asked, Draft
from qingce.casework.item import Answer, Item, Step, item_id
from qingce.core.figure import Answered
from qingce.core.metric import Kind
from qingce.core.period import Period
from qingce.services.desk.assigning import move_due
from qingce.services.desk.campaign import ask, close_campaign, open_campaign
from qingce.services.desk.collecting import explain, file, submit
from qingce.services.desk.collecting import item as read
from qingce.services.desk.desk import Desk
from qingce.services.desk.review import approve, return_item, review

SOURCE = "分行登记簿（合成，仅供演示）"
LAST_SOURCE = "合成的上年数，仅供演示"
OFFICE = "office"
METRICS = ("aml_activities", "aml_activity_attendance", "education_leaflets", "renewal_events")
"""Counts that every branch of the example keeps for itself; elsewhere the first counts of a flow take their place."""
_LATE_DAYS = 3
_ROLES = ("filer", "reviewer", "approver")


@dataclass(frozen=True, slots=True)
class Scene:
    """How far one item of a branch has come.

    Attributes:
        last, value: of last year and of this year; no value: nobody has begun.
        to: ``begun``, ``submitted``, ``reviewed``, ``approved``, ``returned`` or ``late``.
        why: the reason for a difference from last year.
    """

    last: str
    value: str = ""
    to: str = "begun"
    why: str = ""


SCENES: tuple[tuple[Scene, ...], ...] = (
    (Scene("18", "29", "submitted", "2024 年新增“反洗钱宣传月”，每个支行各办一场。"), Scene("4120", "4380", "returned"),
     Scene("5200", to="late"), Scene("12", "13", "reviewed")),
    (Scene("15", "24"), Scene("3050", "3210", "submitted"), Scene("4600", "4850", "approved"),
     Scene("10", "11", "reviewed")),
)
"""By branch and metric."""
HEAD = {"aml_activities": "190", "aml_activity_attendance": "46200"}
"""What the head office is made to have filed last year."""


def counted(desk: Desk, packs: Sequence[str]) -> tuple[str, ...]:
    """Filed counts that a demo asks of branches.

    Args:
        packs: where the example's own are not declared, of which packs others may come.
    """
    known = desk.registry.metrics
    if found := tuple(name for name in METRICS if name in known and known[name].filed):
        return found
    return tuple(m.name for m in known.values() if m.filed and not m.by and m.kind is Kind.FLOW and m.shown.counts
                 and desk.registry.pack_of.get(m.name) in packs)[:len(METRICS)]


def with_branches(desk: Desk, asked: Sequence[Asked], branches: Sequence[str], metrics: Sequence[str]) -> tuple[
    Asked, ...
]:
    """A scope in which some metrics are asked of branches too."""
    found = {one.metric: one for one in asked}
    for name in metrics:
        below = ask(desk, name, branches)
        found[name] = replace(found[name], orgs=(*found[name].orgs, *branches)) if name in found else below
    return tuple(found.values())


def last_year(desk: Desk, branches: Sequence[str], metrics: Sequence[str]) -> str:
    """A closed campaign of the year before, with made-up values that were approved; its id."""
    period = str(Period.parse(str(desk.settings.period)).year_ago)
    due = {step: desk.today - dt.timedelta(days=300 - days) for step, days in
           ((Step.FILE, 0), (Step.REVIEW, 7), (Step.APPROVE, 14))}
    label = f"{period} 年度 ESG 数据收集（{LAST_SOURCE}）"
    asked = tuple(replace(one, orgs=(desk.settings.org, *one.orgs)) if one.metric in HEAD else one
                  for one in with_branches(desk, (), branches, metrics))
    open_campaign(desk, desk.actor(OFFICE), Draft(period, label, period, due, asked))
    head = {item_id(period, metric, desk.settings.org): value for metric, value in HEAD.items() if metric in metrics}
    hands = _hands(desk)
    for name, value in head.items():
        _file(desk, hands["filer"], name, value, LAST_SOURCE)
    _through(desk, hands, list(head), _WAY["approved"])
    for branch, scenes in zip(branches, SCENES, strict=False):
        names = {item_id(period, metric, branch): scene for metric, scene in zip(metrics, scenes, strict=False)}
        for name, scene in names.items():
            _file(desk, _hand(branch, "filer"), name, scene.last, LAST_SOURCE)
        _through(desk, _hands(desk, branch), list(names), _WAY["approved"])
    close_campaign(desk, desk.actor(OFFICE), period)
    return period


def play(desk: Desk, campaign: str, branches: Sequence[str], metrics: Sequence[str]) -> None:
    """Let the branches file: each item comes as far as its scene says."""
    for branch, scenes in zip(branches, SCENES, strict=False):
        for metric, scene in zip(metrics, scenes, strict=False):
            _play(desk, branch, item_id(campaign, metric, branch), scene)


_WAY: Mapping[str, tuple[str, ...]] = {
    "begun": (), "late": (), "submitted": ("submitted",), "returned": ("submitted",),
    "reviewed": ("submitted", "reviewed"), "approved": ("submitted", "reviewed", "approved"),
}


def _play(desk: Desk, branch: str, name: str, scene: Scene) -> None:
    filer = _hand(branch, "filer")
    if scene.value:
        _file(desk, filer, name, scene.value, SOURCE)
    if scene.why:
        explain(desk, desk.actor(filer), name, scene.why)
    _through(desk, _hands(desk, branch), [name], _WAY[scene.to])
    if scene.to == "returned":
        return_item(desk, desk.actor(_hand(branch, "reviewer")), name, "source",
                    "请注明登记簿的页码，并说明是否含线上参与的人次。")
    if scene.to == "late":
        day = desk.today - dt.timedelta(days=_LATE_DAYS)
        move_due(desk, desk.actor(OFFICE), [name], Step.FILE, day, "折页发放数先行收取（合成示例）。")


def _file(desk: Desk, filer: str, name: str, value: str, source: str) -> Item:
    actor = desk.actor(filer)
    return file(desk, actor, name, Answer(Answered.VALUE, Decimal(value), source=source),
                version=read(desk, actor, name).version)


def _through(desk: Desk, hands: Mapping[str, str], names: list[str], steps: Sequence[str]) -> None:
    acts = {"submitted": submit, "reviewed": review, "approved": approve}
    for role, step in zip(hands, steps, strict=False):
        acts[step](desk, desk.actor(hands[role]), names)


def _hands(desk: Desk, branch: str = "") -> dict[str, str]:
    """Who files, reviews and approves in a branch; without one at the head office, in the pack that it is asked for."""
    if branch:
        return {role: _hand(branch, role) for role in _ROLES}
    pack = desk.registry.pack_of[next(iter(HEAD))] if next(iter(HEAD)) in desk.registry.metrics else ""
    return {"filer": f"{pack}-filer", "reviewer": "reviewer", "approver": "approver"}


def _hand(branch: str, role: str) -> str:
    return f"{branch.lower()}-{role}"
