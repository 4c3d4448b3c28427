"""Reminders and escalation: one message a person, written with the event that says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qingce.casework.clock import Call, call
from qingce.casework.item import STEP_LABELS, Item, Step
from qingce.casework.rights import Action, Actor
from qingce.casework.routing import Roster
from qingce.ledger.journal import Writing
from qingce.services.desk.acting import posts, roster
from qingce.services.desk.desk import BEIJING, SYSTEM, Desk
from qingce.services.desk.items import read_campaign, read_campaigns, read_items
from qingce.services.desk.labels import item_label, org_name
from qingce.services.desk.messages import tell
from qingce.services.desk.tasks import waiting

_LISTED = 20


@dataclass(frozen=True, slots=True)
class Called:
    """Who was told what.

    Attributes:
        reminded, escalated: how many items by account.
        unreached: items for which there is nobody to tell.
    """

    reminded: Mapping[str, int]
    escalated: Mapping[str, int]
    unreached: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What happened, in one sentence."""
        said = f"已提醒 {len(self.reminded)} 人，共 {sum(self.reminded.values())} 项"
        if self.escalated:
            said += f"；已上报 {len(self.escalated)} 位主管，共 {sum(self.escalated.values())} 项"
        if self.unreached:
            said += f"；{len(self.unreached)} 项无人可提醒，请先指定人员"
        return said + "。"


def run_clock(desk: Desk) -> Called:
    """Say what is due to be said today in every open campaign; to be run once a day, more often does no harm."""
    wanted: dict[str, Call] = {}
    with desk.writing() as made:
        found: list[Item] = []
        for campaign in read_campaigns(made.db):
            if not campaign.open:
                continue
            for item in read_items(desk, made.db, waiting(list(Step), campaign.id)):
                assert item.step is not None
                said = call(item.due[item.step], desk.today, _day(item.reminded), _day(item.escalated),
                            campaign.calendar)
                if said is not Call.NONE:
                    wanted[item.id] = said
                    found.append(item)
        escalated = [i for i in found if wanted[i.id] is Call.ESCALATE]
        return _say(desk, made, SYSTEM, found, escalated)


def remind_late(desk: Desk, actor: Actor, campaign: str, *, org: str = "") -> Called:
    """Remind everybody whose items are late.

    Args:
        org: only items of this org and below it.

    Raises:
        Denied, Missing: no right; no such campaign.
    """
    desk.require(actor, Action.REMIND, desk.target(org) if org else None)
    with desk.writing() as made:
        read_campaign(made.db, campaign)
        found = [i for i in read_items(desk, made.db, waiting(list(Step), campaign)) if i.late(desk.today)]
        if org:
            found = [i for i in found if org in desk.path(i.org)]
        return _say(desk, made, actor, found, [])


def _say(desk: Desk, made: Writing, actor: Actor, items: Iterable[Item], escalated: Iterable[Item]) -> Called:
    everybody = roster(desk, made.db)
    to_owners, unreached = _by_account(desk, everybody, items)
    to_managers = _by_manager(desk, everybody, escalated)
    for name, mine in to_owners.items():
        made.append(actor.account, "reminded", f"account/{name}", {"items": [i.id for i in mine]})
        tell(made, name, _heading(desk, mine), _body(desk, mine), digest=actor is SYSTEM)
    called = posts(made.db)
    for name, mine in to_managers.items():
        made.append(actor.account, "escalated", f"account/{name}", {"items": [i.id for i in mine]})
        tell(made, name, f"【青册】{len(mine)} 项逾期未办，请督促", _body(desk, mine, everybody, called))
    return Called({n: len(m) for n, m in to_owners.items()}, {n: len(m) for n, m in to_managers.items()},
                  tuple(unreached))


def _by_account(desk: Desk, everybody: Roster, items: Iterable[Item]) -> tuple[dict[str, list[Item]], list[str]]:
    found: dict[str, list[Item]] = {}
    unreached = []
    for item in items:
        assert item.step is not None
        # a stand-in is told too: he is the one at the desk
        names = everybody.of(item, item.step, desk.path(item.org)).everybody
        if not names:
            unreached.append(item.id)
        for name in names:
            found.setdefault(name, []).append(item)
    return dict(sorted(found.items())), unreached


def _by_manager(desk: Desk, everybody: Roster, items: Iterable[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in items:
        for name in everybody.manager(desk.path(item.org)).everybody:
            found.setdefault(name, []).append(item)
    return dict(sorted(found.items()))


def _heading(desk: Desk, items: list[Item]) -> str:
    late = sum(i.late(desk.today) > 0 for i in items)
    return f"【青册】{len(items)} 项待办" + (f"，其中 {late} 项已逾期" if late else "")


def _body(
    desk: Desk, items: list[Item], everybody: Roster | None = None, called: Mapping[str, str] | None = None
) -> str:
    """The list as it stands in a message; for a manager, with who was to do it."""
    lines = []
    for item in items[:_LISTED]:
        assert item.step is not None
        late = item.late(desk.today)
        when = f"逾期 {late} 天" if late else f"{item.due[item.step]:%m-%d} 到期"
        line = f"· {org_name(desk, item.org)}　{item_label(desk, item)}　{STEP_LABELS[item.step]}　{when}"
        if everybody is not None and called is not None:
            who = everybody.of(item, item.step, desk.path(item.org)).everybody
            line += "　经办：" + ("、".join(called.get(name, name) for name in who) or "无人")
        lines.append(line)
    if len(items) > _LISTED:
        lines.append(f"…… 另有 {len(items) - _LISTED} 项")
    return "\n".join([*lines, "", "请登录青册，在“我的任务”中办理。"])


def _day(moment: str) -> dt.date | None:
    return dt.datetime.fromisoformat(moment).astimezone(BEIJING).date() if moment else None
