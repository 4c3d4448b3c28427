"""May this person do this to this item: the right, the naming, and for whom he acts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.item import STEP_LABELS, Item, Step
from qingce.casework.rights import EVERY_PACK, Action, Actor, Grant, Role, Target, allowed
from qingce.casework.routing import Roster
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.journal import Writing
from qingce.ledger.look import once
from qingce.ledger.projections.people import account, grant
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import read_named

ACTION_OF_STEP: Mapping[Step, Action] = {
    Step.FILE: Action.FILE, Step.REVIEW: Action.REVIEW, Step.APPROVE: Action.APPROVE,
}


@dataclass(frozen=True, slots=True)
class Done:
    """What a bulk act did.

    Attributes:
        done: items as they stand after it.
        rest: for each id that was left alone, why, in Chinese.
        denied: those of them that were no right of the actor's.
    """

    done: tuple[Item, ...] = ()
    rest: Mapping[str, str] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """What happened, in one sentence."""
        said = f"已办理 {len(self.done)} 项"
        return f"{said}，{len(self.rest)} 项未办理。" if self.rest else f"{said}。"

    def only(self) -> Item:
        """The item of an act on a single one.

        Raises:
            Denied, Refused: it was left alone, with the reason.
        """
        for name, why in self.rest.items():
            raise Denied(why) if name in self.denied else Refused(why)
        return self.done[0]


def each(desk: Desk, names: Iterable[str], act: Callable[[Writing, Item], None]) -> Done:
    """Do one act to many items in one transaction: what is permitted is done, the rest is listed with its reason."""
    wanted = list(dict.fromkeys(names))
    done: list[str] = []
    rest: dict[str, str] = {}
    denied = set()
    with desk.writing() as made:
        found = {i.id: i for i in read_named(desk, made.db, wanted)}
        for name in wanted:
            try:
                if name not in found:
                    raise Missing(f"没有填报项“{name}”。")
                act(made, found[name])
            except (Denied, Missing, Refused) as said:
                rest[name] = str(said)
                if isinstance(said, Denied):
                    denied.add(name)
            else:
                done.append(name)
        return Done(tuple(read_named(desk, made.db, done)), rest, frozenset(denied))


def target_of(desk: Desk, item: Item) -> Target:
    """What an act on an item is about, with the hands its content passed through."""
    return replace(desk.target(item.org, item.pack), hands=item.hands)


def acting(desk: Desk, actor: Actor, action: Action, item: Item, step: Step | None = None) -> str:
    """Ask for a right on an item; returns the account that the actor stands in for, or nothing.

    Args:
        step: where given, an account that was named for it goes before everybody else.

    Raises:
        Denied: no right, a conflict of duties, or somebody else was named.
    """
    target = target_of(desk, item)
    verdict = allowed(actor, action, target, today=desk.today, policy=desk.policy)
    if not verdict.ok:
        raise Denied(verdict.reason)
    named = "" if step is None else {
        Step.FILE: item.owner, Step.REVIEW: item.reviewer, Step.APPROVE: item.approver}[step]
    if not named or named == actor.account:
        return verdict.grant.instead_of if verdict.grant is not None and not named else ""
    mine = tuple(g for g in actor.grants if g.instead_of == named)
    stand_in = allowed(replace(actor, grants=mine), action, target, today=desk.today, policy=desk.policy)
    if not mine or not stand_in.ok:
        assert step is not None
        raise Denied(f"此项的{STEP_LABELS[step]}已指定由账户“{named}”办理；逾期后可以接办。")
    return named


def may(desk: Desk, actor: Actor, step: Step, item: Item) -> bool:
    """Whether the actor could do a step of an item."""
    try:
        acting(desk, actor, ACTION_OF_STEP[step], item, step)
    except Denied:
        return False
    return True


def orgs_of(desk: Desk, actor: Actor) -> list[str] | None:
    """The orgs below an actor's grants; nothing where he is granted something for the whole tree."""
    today = desk.today
    tops = frozenset(g.org for g in actor.grants if g.holds(today))
    if desk.tree.root in tops:
        return None
    return desk.kept.get(
        ("orgs", tops), today, lambda: [code for code in desk.tree if not tops.isdisjoint(desk.path(code))])


def roster(desk: Desk, db: Connection) -> Roster:
    """Every grant in force today."""
    rows, today = once(db, _IN_FORCE), desk.today
    return desk.kept.get("roster", (rows, today), lambda: Roster([(row[0], _grant(row)) for row in rows], today))


_POSTS = select(account.c.id, account.c.post)
_IN_FORCE = (
    select(grant.c.account, grant.c.role, grant.c.org, grant.c.packs, grant.c.since, grant.c.until,
           grant.c.instead_of)
    .join(account, account.c.id == grant.c.account)
    .where(grant.c.ended == "", account.c.state == "open").order_by(grant.c.id)
)


def _grant(row: Any) -> Grant:
    _, role, org, packs, since, until, instead_of = row
    day = dt.date.fromisoformat
    return Grant(Role(role), org, tuple(json.loads(packs)) or (EVERY_PACK,), day(since) if since else None,
                 day(until) if until else None, instead_of)


def posts(db: Connection) -> dict[str, str]:
    """How each account is called."""
    return {row.id: row.post for row in once(db, _POSTS)}


__all__ = ["ACTION_OF_STEP", "Done", "Step", "acting", "each", "may", "orgs_of", "posts", "roster", "target_of"]
