"""The screens in the order in which people first need them, and which of them a reader is shown."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from qingce.services.desk import Action
from qingce.web.language import marked as _


@dataclass(frozen=True, slots=True)
class Entry:
    """One screen: ``area`` is the name of its module, its templates' folder and its place in the navigation."""

    area: str
    label: str
    icon: str
    path: str
    group: str
    key: str = ""
    """The letter after ``g`` that leads there."""
    waits: str = _("件待办")
    """What the number beside it counts, for who hears the page."""


ENTRIES = (
    Entry("tasks", _("我的任务"), "inbox", "/tasks", _("日常"), "t"),
    Entry("filing", _("填报"), "pencil", "/filing", _("日常"), "f", _("项待填报")),
    Entry("ledgers", _("交台账"), "upload", "/ledgers", _("日常"), "l"),
    Entry("progress", _("进度"), "grid", "/progress", _("日常"), "p"),
    Entry("findings", _("疑点"), "flag", "/findings", _("核对"), "q", _("条勾稽不符")),
    Entry("figures", _("数值"), "number", "/figures", _("核对"), "n"),
    Entry("quality", _("数据质量"), "half", "/quality", _("核对"), "d"),
    Entry("cases", _("工单"), "ticket", "/cases", _("核对"), "c", _("件待我办理")),
    Entry("preview", _("预览"), "page", "/preview", _("报告"), "v"),
    Entry("standards", _("标准索引"), "index", "/standards", _("报告"), "s"),
    Entry("materiality", _("重要性"), "scatter", "/materiality", _("报告"), "m", _("件待我打分或确认")),
    Entry("brief", _("会议简报"), "stamp", "/brief", _("报告"), "k"),
    Entry("people", _("人员与权限"), "people", "/people", _("管理"), "u"),
    Entry("journal", _("日志"), "journal", "/journal", _("管理"), "j"),
    Entry("jobs", _("后台任务"), "clock", "/jobs", _("管理"), "b"),
    Entry("freeze", _("封版与发布"), "seal", "/freeze", _("管理"), "e", _("件待我批复")),
    Entry("assurance", _("鉴证室"), "shield", "/assurance", _("管理"), "a"),
)
AREA_ACTIONS: dict[str, tuple[Action, ...]] = {
    "tasks": (), "filing": (Action.FILE,), "ledgers": (Action.READ_RECORDS,),
    "jobs": (Action.RUN_CAMPAIGN, Action.OPERATE), "progress": (Action.READ_ITEMS,),
    "findings": (Action.READ_FINDINGS,),
    "figures": (Action.READ_FIGURES,), "quality": (Action.READ_FIGURES,),
    "cases": (Action.READ_ITEMS,), "preview": (Action.READ_PAGES,),
    "standards": (Action.READ_PAGES,), "materiality": (Action.READ_MATERIALITY,), "people": (Action.READ_PEOPLE,),
    "brief": (Action.ISSUE_BRIEF,),
    "journal": (Action.READ_JOURNAL,), "freeze": (Action.READ_EDITIONS,),
    "assurance": (Action.RUN_ENGAGEMENT, Action.CONCLUDE),
}
"""A screen is shown to who may do one of these; none means everybody who signed in. The desk asks again at each act."""
APPROVALS = (Action.REVIEW, Action.APPROVE, Action.CONFIRM_MATERIALITY, Action.DECIDE_CHANGE)
"""Who may do one of these has a place of his own for it on a phone."""
PHONE = (
    Entry("tasks", _("我的任务"), "inbox", "/tasks", ""),
    Entry("approvals", _("审批"), "check", "/tasks?view=approvals", "", waits=_("件待我复核或审批")),
    Entry("progress", _("进度"), "grid", "/progress", ""),
    Entry("more", _("更多"), "more", "/more", ""),
)
"""The bar at the foot of a phone."""


@dataclass(frozen=True, slots=True)
class Group:
    """Screens under one heading of the side navigation."""

    label: str
    entries: tuple[Entry, ...]


def groups(shown: Container[str]) -> tuple[Group, ...]:
    """The side navigation of a reader who is shown these areas."""
    labels = dict.fromkeys(entry.group for entry in ENTRIES)
    found = (Group(label, tuple(e for e in ENTRIES if e.group == label and e.area in shown)) for label in labels)
    return tuple(group for group in found if group.entries)


def phone(shown: Container[str]) -> tuple[Entry, ...]:
    """The bar at the foot of a phone for that reader."""
    return tuple(e for e in PHONE if e.area == "more" or e.area in shown)
