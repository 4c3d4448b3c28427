"""Stand-ins (代理) for a time, as when people rotate, and handing everything over to a successor (移交)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, or_, select

from qingce.casework.rights import FIGURE_ROLES, ROLE_LABELS, Action, Actor, Role
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.journal import Writing
from qingce.ledger.projections.collecting import item
from qingce.ledger.projections.people import account, grant
from qingce.services.desk.assigning import HANDS
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.messages import tell
from qingce.services.desk.people import grant_detail, require_over, tell_office

LONGEST = 366
"""Days; who stays longer is granted the role."""


def name_stand_in(
    desk: Desk, actor: Actor, principal: str, stand_in: str, *, since: dt.date, until: dt.date, words: str,
    grants: Sequence[str] = (),
) -> list[str]:
    """Let an account act in the place of another for a time; returns the ids of the grants it gets.

    What the principal handled himself stays closed to the stand-in where duties must be apart, and the other
    way about: both pairs of hands count.

    Args:
        grants: which of the principal's grants; none means all that touch figures.

    Raises:
        Denied: neither the principal himself nor an administrator over him.
        Refused: the days are wrong, the stand-in cannot be one, or there is nothing to stand in for.
    """
    _days(desk, since, until)
    if principal == stand_in:
        raise Refused("不能由本人代理本人。")
    if not words.strip():
        raise Refused("请写明代理的原因，例如“轮岗”“休假”。")
    with desk.writing() as made:
        _own_or_over(desk, made.db, actor, principal)
        _can_stand_in(desk, made.db, actor, stand_in)
        rows = _delegable(made.db, principal, grants)
        given = []
        for row in rows:
            role = Role(row.role)
            first, last = max(since.isoformat(), row.since), min(until.isoformat(), row.until or "9999")
            if first > last:
                continue
            detail = grant_detail(role, row.org, json.loads(row.packs), dt.date.fromisoformat(first),
                                  dt.date.fromisoformat(last)) | {"instead_of": principal, "words": words.strip()[:200]}
            made.append(actor.account, "stand_in_named", f"account/{stand_in}", detail)
            given.append(str(detail["grant"]))
        if not given:
            raise Refused("这段时间里没有可以代理的角色。")
        _tell(desk, made, (principal, stand_in), f"{stand_in} 于 {since} 至 {until} 代理 {principal}", words)
    return given


def _tell(desk: Desk, made: Writing, both: tuple[str, str], said: str, words: str) -> None:
    for name in both:
        tell(made, name, said, f"原因：{words.strip()[:200]}。代理期间，双方经手过的事项仍须分开办理。")
    tell_office(desk, made, said, f"原因：{words.strip()[:200]}。", set(both))


def end_stand_in(desk: Desk, actor: Actor, stand_in: str, grant_id: str) -> None:
    """End one before its day: the principal, the stand-in himself or an administrator may.

    Raises:
        Denied, Missing: no right; no such stand-in.
    """
    with desk.writing() as made:
        row = made.db.execute(select(grant).where(
            grant.c.id == grant_id, grant.c.account == stand_in, grant.c.instead_of != "", grant.c.ended == ""
        )).first()
        if row is None:
            raise Missing("没有这项代理，或已终止。")
        if actor.account != stand_in or actor.scopes is not None:
            _own_or_over(desk, made.db, actor, row.instead_of)
        made.append(actor.account, "stand_in_ended", f"account/{stand_in}",
                    {"grant": grant_id, "role": row.role, "instead_of": row.instead_of})


def transfer(desk: Desk, actor: Actor, leaver: str, successor: str, words: str) -> int:
    """Hand over every item for which an account was named to a successor; returns how many.

    Raises:
        Denied: no administrator over the leaver and not the ESG office.
        Refused: the successor holds no role for some item, or would do two steps of one.
    """
    if not words.strip():
        raise Refused("请写明移交的原因，例如“轮岗”。")
    with desk.writing() as made:
        if not desk.may(actor, Action.RUN_CAMPAIGN):
            require_over(desk, made.db, actor, leaver)
        heir = read_actor(made.db, successor)
        rows = made.db.execute(select(item).where(
            or_(*(item.c[hand] == leaver for hand in HANDS)), item.c.state.not_in(("approved", "voided"))
        ).order_by(item.c.id)).all()
        for row in rows:
            mine = {hand: successor for hand in HANDS if getattr(row, hand) == leaver}
            _fits(desk, heir, row, mine)
            made.append(actor.account, "item_reassigned", f"item/{row.id}",
                        {**mine, "before": leaver, "words": words.strip()[:200]})
        if rows:
            said = f"{leaver} 的 {len(rows)} 项工作移交 {successor}"
            for name in (leaver, successor):
                tell(made, name, said, f"原因：{words.strip()[:200]}。")
    return len(rows)


def _days(desk: Desk, since: dt.date, until: dt.date) -> None:
    if until < since:
        raise Refused("终止日早于起始日。")
    if until < desk.today:
        raise Refused("终止日已过。")
    if (until - since).days > LONGEST:
        raise Refused(f"代理至多 {LONGEST} 天；长期接任的请改为授予角色。")


def _own_or_over(desk: Desk, db: Connection, actor: Actor, principal: str) -> None:
    if actor.account != principal:
        require_over(desk, db, actor, principal)
    else:
        desk.require(actor, Action.DELEGATE)


def _can_stand_in(desk: Desk, db: Connection, actor: Actor, stand_in: str) -> None:
    if db.execute(select(account.c.state).where(account.c.id == stand_in)).scalar() != "open":
        raise Missing(f"没有账户“{stand_in}”，或已停用。")
    if actor.account == stand_in:
        raise Denied("不得指定自己为代理人。")
    roles = db.execute(select(grant.c.role).where(grant.c.account == stand_in, grant.c.ended == "")).scalars()
    if Role.ADMINISTRATOR in set(roles):
        raise Refused("系统管理员不得代理填报、复核、审批等角色。")


def _delegable(db: Connection, principal: str, wanted: Sequence[str]) -> list[Any]:
    """The grants that may be stood in for: those that touch figures and are one's own."""
    rows = [row for row in db.execute(select(grant).where(
        grant.c.account == principal, grant.c.ended == "", grant.c.instead_of == "").order_by(grant.c.id)
    ) if Role(row.role) in FIGURE_ROLES]
    known = {row.id for row in rows}
    if missing := [one for one in wanted if one not in known]:
        raise Missing(f"没有可以代理的授权“{missing[0]}”。")
    return [row for row in rows if not wanted or row.id in wanted]


def _fits(desk: Desk, heir: Actor, row: Any, mine: dict[str, str]) -> None:
    from qingce.services.desk.acting import ACTION_OF_STEP

    pack = desk.registry.pack_of.get(row.metric, "")
    for hand in mine:
        if not desk.may(heir, ACTION_OF_STEP[HANDS[hand]], desk.target(row.org, pack)):
            raise Refused(f"{heir.account} 没有办理“{row.id}”的角色（{_ROLE_OF_HAND[hand]}），请先授权再移交。")
    if any(getattr(row, hand) == heir.account for hand in HANDS if hand not in mine):
        raise Refused(f"{heir.account} 已在“{row.id}”上承担另一环节，填报、复核、审批须由不同的人办理。")


_ROLE_OF_HAND = {"owner": ROLE_LABELS[Role.DATA_OWNER], "reviewer": ROLE_LABELS[Role.REVIEWER],
                 "approver": ROLE_LABELS[Role.APPROVER]}
