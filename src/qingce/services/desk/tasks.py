"""My tasks: what waits for one account, late first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, Select, select

from qingce.casework.item import STEPS, Item, State, Step
from qingce.casework.rights import Actor, Role
from qingce.casework.routing import Post, Roster
from qingce.ledger.projections.collecting import campaign as campaign_table
from qingce.ledger.projections.collecting import item as item_table
from qingce.services.desk.acting import may, orgs_of, roster
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import items_of, read_campaigns, read_items
from qingce.services.desk.labels import item_label, org_name

_STATES: Mapping[Step, tuple[State, ...]] = {
    step: tuple(state for state, of in STEPS.items() if of is step) for step in Step
}
_ROLES: Mapping[Step, Role] = {Step.FILE: Role.DATA_OWNER, Step.REVIEW: Role.REVIEWER, Step.APPROVE: Role.APPROVER}


@dataclass(frozen=True, slots=True)
class Task:
    """One step of one item that waits for somebody.

    Attributes:
        late: days beyond its due day.
        instead_of: for whom the account stands in here; empty where it is its own.
        shared: how many others could do it as well.
    """

    item: Item
    step: Step
    label: str
    org: str
    due: dt.date | None
    late: int
    instead_of: str = ""
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Tasks:
    """Everything that waits for an account.

    Attributes:
        counts: by step.
    """

    tasks: tuple[Task, ...] = ()
    counts: Mapping[Step, int] = field(default_factory=dict)
    late: int = 0


def my_tasks(desk: Desk, actor: Actor, *, campaign: str = "", step: str = "") -> Tasks:
    """What waits for this account in open campaigns, the latest first, then by due day.

    Args:
        step: one of :class:`qingce.casework.item.Step`; the counts are of all steps all the same.
    """
    roles = actor.roles(desk.today)
    steps = [s for s in Step if _ROLES[s] in roles]
    if not steps:
        return Tasks()
    with desk.reading() as db:
        everybody = roster(desk, db)
        states = frozenset(state for one in steps for state in _STATES[one])
        found = [item for asked in read_campaigns(db, desk.kept) if asked.open and campaign in ("", asked.id)
                 for item in items_of(desk, db, asked.id, lambda row: row.state in states, orgs_of(desk, actor))]
    tasks = [t for i in found if (t := _task(desk, actor, everybody, i)) is not None]
    tasks.sort(key=lambda t: (-t.late, t.due or dt.date.max))
    counts = {s: sum(t.step is s for t in tasks) for s in steps}
    shown = tuple(t for t in tasks if not step or t.step == step)
    return Tasks(shown, counts, sum(t.late > 0 for t in tasks))


def waiting(steps: Sequence[Step], campaign: str = "", orgs: Sequence[str] | None = None) -> Select[tuple[object, ...]]:
    """The query for items of open campaigns that wait for one of these steps."""
    states = [state for step in steps for state in _STATES[step]]
    query = select(item_table).join(campaign_table, campaign_table.c.id == item_table.c.campaign).where(
        campaign_table.c.state == "open", item_table.c.state.in_(states)).order_by(item_table.c.position)
    if orgs is not None:
        query = query.where(item_table.c.org.in_(orgs))
    return query.where(item_table.c.campaign == campaign) if campaign else query


def _task(desk: Desk, actor: Actor, everybody: Roster, item: Item) -> Task | None:
    step = item.step
    if step is None:
        return None
    post = everybody.of(item, step, desk.path(item.org))
    if actor.account not in post.everybody or not may(desk, actor, step, item):
        return None
    return Task(
        item, step, item_label(desk, item), org_name(desk, item.org), item.due.get(step), item.late(desk.today),
        "" if actor.account in post.holders else _principal(actor, post), len(post.holders) - 1,
    )


def _principal(actor: Actor, post: Post) -> str:
    mine = {g.instead_of for g in actor.grants if g.instead_of}
    return next((name for name in post.holders if name in mine), "")


def stuck(desk: Desk, db: Connection, campaign: str) -> list[tuple[Item, Post]]:
    """Items whose step nobody can do, or which are late."""
    everybody = roster(desk, db)
    found = []
    for item in read_items(desk, db, waiting(list(Step), campaign)):
        assert item.step is not None
        post = everybody.of(item, item.step, desk.path(item.org))
        if post.vacant or item.late(desk.today):
            found.append((item, post))
    return found
