"""Assigning: who does which step of an item, until when, and who takes over what is stuck."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qingce.casework.campaign import Asked
from qingce.casework.item import STEP_LABELS, Item, Step
from qingce.casework.rights import Action, Actor, Target, allowed
from qingce.casework.routing import ROLE_OF_STEP
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.journal import Writing
from qingce.services.desk.acting import ACTION_OF_STEP, Done, acting, posts, roster
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.items import read_item, read_named

HANDS: Mapping[str, Step] = {"owner": Step.FILE, "reviewer": Step.REVIEW, "approver": Step.APPROVE}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who could be named for a step."""

    account: str
    post: str
    role: str


def holders(desk: Desk, actor: Actor) -> list[Holder]:
    """Everybody who holds a role of filing, reviewing or approving today, by post.

    Raises:
        Denied: who does not run campaigns needs no such list.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    with desk.reading() as db:
        everybody, called = roster(desk, db), posts(db)
    roles = {str(role) for role in ROLE_OF_STEP.values()}
    found = {(name, str(g.role)) for name, g in everybody.grants if g.holds(desk.today) and str(g.role) in roles}
    return sorted((Holder(name, called.get(name, name), role) for name, role in found), key=lambda h: h.post)


def able(desk: Desk, made: Writing, asked: Asked) -> None:
    """Refuse defaults that name somebody who could not do it.

    Raises:
        Refused: with the account and the place.
    """
    for hand, step in HANDS.items():
        name = getattr(asked, hand)
        if name:
            for org in asked.orgs:
                _holds(desk, made, name, step, desk.target(org, asked.pack))


def _holds(desk: Desk, made: Writing, name: str, step: Step, target: Target) -> None:
    """An account that is named for a step must be able to do it."""
    try:
        actor = read_actor(made.db, name)
    except Missing as wrong:
        raise Refused(str(wrong)) from wrong
    action = ACTION_OF_STEP[step]
    if not allowed(actor, action, target, today=desk.today, policy=desk.policy).ok:
        where = desk.tree.name(target.path[0]) if target.path else ""
        raise Refused(f"账户“{name}”没有{where}的{STEP_LABELS[step]}权限，请先授权，或改选他人。")


def assign(desk: Desk, actor: Actor, names: Iterable[str], hand: str, account: str) -> Done:
    """Name an account for a step of some items, or leave it to the post again.

    Args:
        hand: ``owner``, ``reviewer`` or ``approver``.
        account: empty for the post.

    Raises:
        Denied, Refused: no right; the account cannot do it.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    with desk.writing() as made:
        found = read_named(desk, made.db, names)
        for now in found:
            if account:
                _holds(desk, made, account, HANDS[hand], desk.target(now.org, now.pack))
                _apart(now, hand, account)
        for now in found:
            before = getattr(now, hand) if hand in now.named else ""
            if before != account:
                made.append(actor.account, "item_reassigned" if before else "item_assigned", now.subject,
                            {hand: account, "before": before})
        return Done(tuple(read_named(desk, made.db, [i.id for i in found])))


def _apart(now: Item, hand: str, account: str) -> None:
    for other, step in HANDS.items():
        if other != hand and getattr(now, other) == account:
            raise Refused(f"账户“{account}”已是此项的{STEP_LABELS[step]}人，填报、复核、审批须由不同的人办理。")


def move_due(desk: Desk, actor: Actor, names: Iterable[str], step: Step, day: dt.date, words: str) -> Done:
    """Give some items another day for a step.

    Raises:
        Denied, Refused: no right; no reason given.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    if not words.strip():
        raise Refused("请写明调整期限的原因。")
    with desk.writing() as made:
        found = read_named(desk, made.db, names)
        for now in found:
            made.append(actor.account, "item_due_moved", now.subject,
                        {"step": str(step), "day": day.isoformat(), "words": words.strip()})
        return Done(tuple(read_named(desk, made.db, [i.id for i in found])))


def take_over(desk: Desk, actor: Actor, name: str) -> Item:
    """Do a step in the place of who does not: possible where it is late, or nobody is there to do it.

    Raises:
        Denied, Missing, Refused: no right; no such item; it is not stuck.
    """
    with desk.writing() as made:
        now = read_item(desk, made.db, name)
        step = now.step
        if step is None:
            raise Refused("此项没有待办的步骤。")
        hand = next(h for h, s in HANDS.items() if s is step)
        action = ACTION_OF_STEP[step]
        acting(desk, actor, action, now)
        if step is not Step.FILE:
            acting(desk, actor, Action.TAKE_OVER, now)
        post = roster(desk, made.db).of(now, step, desk.path(now.org))
        if actor.account in post.everybody:
            raise Denied(f"此项的{STEP_LABELS[step]}本来就由您办理。")
        if not now.late(desk.today) and not post.vacant:
            raise Refused("此项未逾期，且有人办理，不必接办。")
        made.append(actor.account, "item_taken_over", now.subject, {
            hand: actor.account, "step": str(step), "before": list(post.holders), "late": now.late(desk.today)})
        return read_item(desk, made.db, name)
