"""Reminders and escalation: one message a person, written with the event that says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from qingce.casework.clock import Call
from qingce.casework.item import Step
from qingce.casework.rights import Action, Actor
from qingce.core.event import Json
from qingce.ledger.journal import Writing
from qingce.services.desk.acting import posts, roster
from qingce.services.desk.desk import SYSTEM, Desk
from qingce.services.desk.items import read_campaign, read_items
from qingce.services.desk.jobs import Work, background
from qingce.services.desk.messages import tell
from qingce.services.desk.tasks import waiting
from qingce.services.desk.waits import KINDS, Waits, everything, of_items

KIND = "remind"
_LISTED = 20
_HOUR = 8


@dataclass(frozen=True, slots=True)
class Called:
    """Who was told what.

    Attributes:
        reminded, escalated: how many items, cases and requests by account.
        unreached: those for which there is nobody to tell.
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
    """Say what is due to be said today: of items in open campaigns, open cases, open requests for evidence.

    The worker does it once a day; more often does no harm.
    """
    with desk.writing() as made:
        return _speak(desk, made)


@background(KIND, daily=_HOUR)
def run(desk: Desk, work: Work) -> None:
    """The reminders of the day."""
    with work.finishing() as made:
        _speak(desk, made)


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
        return _say(desk, made, actor, list(of_items(desk, roster(desk, made.db), found)), [])


def _speak(desk: Desk, made: Writing) -> Called:
    wanted = {each: each.call(desk.today) for each in everything(desk, made.db, roster(desk, made.db))}
    found = [each for each, said in wanted.items() if said is not Call.NONE]
    return _say(desk, made, SYSTEM, found, [each for each in found if wanted[each] is Call.ESCALATE])


def _say(desk: Desk, made: Writing, actor: Actor, found: Sequence[Waits], escalated: Sequence[Waits]) -> Called:
    to_owners, to_managers = _by_account(found, lambda w: w.who), _by_account(escalated, lambda w: w.above)
    for name, mine in to_owners.items():
        made.append(actor.account, "reminded", f"account/{name}", _listed(mine))
        tell(made, name, _heading(mine), _body(mine), digest=actor is SYSTEM)
    called = posts(made.db)
    for name, mine in to_managers.items():
        made.append(actor.account, "escalated", f"account/{name}", _listed(mine))
        tell(made, name, f"【青册】{len(mine)} 项逾期未办，请督促", _body(mine, called))
    return Called({n: len(m) for n, m in to_owners.items()}, {n: len(m) for n, m in to_managers.items()},
                  tuple(each.id for each in found if not each.who))


def _by_account(found: Iterable[Waits], of: Callable[[Waits], tuple[str, ...]]) -> dict[str, list[Waits]]:
    made: dict[str, list[Waits]] = {}
    for each in found:
        for name in of(each):
            made.setdefault(name, []).append(each)
    return dict(sorted(made.items()))


def _listed(mine: Iterable[Waits]) -> dict[str, Json]:
    """What an event says that somebody was told of, by kind."""
    made: dict[str, Json] = {}
    for kind in KINDS:
        if names := [each.id for each in mine if each.kind == kind]:
            made[kind] = list[Json](names)
    return made


def _heading(mine: Sequence[Waits]) -> str:
    late = sum(each.late > 0 for each in mine)
    return f"【青册】{len(mine)} 项待办" + (f"，其中 {late} 项已逾期" if late else "")


def _body(mine: Sequence[Waits], called: Mapping[str, str] | None = None) -> str:
    """The list as it stands in a message; for a manager, with who was to do it."""
    lines = []
    for each in mine[:_LISTED]:
        when = f"逾期 {each.late} 天" if each.late else f"{each.due:%m-%d} 到期"
        line = f"· {each.org}　{each.label}　{each.step}　{when}"
        if called is not None:
            line += "　经办：" + ("、".join(called.get(name, name) for name in each.who) or "无人")
        lines.append(line)
    if len(mine) > _LISTED:
        lines.append(f"…… 另有 {len(mine) - _LISTED} 项")
    return "\n".join([*lines, "", "请登录青册，在“我的任务”中办理。"])
