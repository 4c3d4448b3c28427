"""Reading people: accounts with their grants, and who holds what where."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.rights import EVERY_PACK, Action, Actor, Role
from qingce.core.errors import Missing
from qingce.ledger.projections.people import account as accounts_table
from qingce.ledger.projections.people import grant as grants_table
from qingce.services.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant that was not taken back.

    Attributes:
        state: ``now``, ``later`` or ``over``, by its days.
        by: who gave it.
    """

    id: str
    account: str
    role: Role
    org: str
    packs: tuple[str, ...]
    since: str
    until: str
    instead_of: str
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class Account:
    """An account as a list shows it."""

    id: str
    post: str
    org: str
    contact: str
    language: str
    state: str
    opened: str
    identity: str
    grants: tuple[Granted, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """Roles in force, each once, in the order of the roles."""
        held = {grant.role for grant in self.grants if grant.state == "now"}
        return tuple(role for role in Role if role in held)


def accounts(desk: Desk, actor: Actor, *, org: str = "", words: str = "", closed: bool = True) -> list[Account]:
    """Accounts in the order of their ids.

    Args:
        org: those that sit in its subtree.
        words: a part of the id, the post or the contact.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_PEOPLE)
    with desk.reading() as db:
        rows = db.execute(select(accounts_table).order_by(accounts_table.c.id)).all()
        grants = _grants(db, desk.today)
    found = [_account(row, grants) for row in rows if closed or row.state == "open"]
    found.sort(key=lambda a: a.id)
    wanted = words.strip().casefold()
    return [
        a for a in found
        if (not org or (a.org in desk.tree and org in desk.path(a.org)))
        and (not wanted or wanted in f"{a.id} {a.post} {a.contact}".casefold())
    ]


def account(desk: Desk, actor: Actor, name: str) -> Account:
    """One account; one's own without any right.

    Raises:
        Denied, Missing: no right; no such account.
    """
    if actor.account != name or actor.scopes is not None:
        desk.require(actor, Action.READ_PEOPLE)
    with desk.reading() as db:
        row = db.execute(select(accounts_table).where(accounts_table.c.id == name)).first()
        if row is None:
            raise Missing(f"没有账户“{name}”。")
        return _account(row, _grants(db, desk.today, name))


def stand_ins(desk: Desk, actor: Actor, principal: str = "") -> list[Granted]:
    """Who stands in for whom, by their days; of one principal or of all.

    Raises:
        Denied: of others, without the right.
    """
    if not principal or principal != actor.account:
        desk.require(actor, Action.READ_PEOPLE)
    with desk.reading() as db:
        found = [g for many in _grants(db, desk.today).values() for g in many]
    mine = [g for g in found if g.instead_of and g.state != "over" and principal in ("", g.instead_of)]
    return sorted(mine, key=lambda g: (g.instead_of, g.since, g.account))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who holds what where: a line an org, a column a pack.

    Attributes:
        orgs: codes that have a grant, and their ancestors, from the top down; with the depth.
        packs: ``*`` first, then those that are named in some grant.
        cells: by org and pack.
    """

    orgs: tuple[tuple[str, int], ...]
    packs: tuple[str, ...]
    cells: Mapping[tuple[str, str], tuple[Granted, ...]]


def matrix(desk: Desk, actor: Actor, *, top: str = "", role: str = "") -> Matrix:
    """Grants in force by org and pack.

    Args:
        top: only its subtree.
        role: only this one.

    Raises:
        Denied, Missing: no right; no such org.
    """
    top = top or desk.tree.root
    desk.path(top)
    found = [g for a in accounts(desk, actor, closed=False) for g in a.grants
             if g.state == "now" and (not role or g.role == role) and g.org in desk.tree]
    inside = [g for g in found if top in desk.path(g.org)]
    cells: dict[tuple[str, str], list[Granted]] = {}
    for one in inside:
        for pack in one.packs:
            cells.setdefault((one.org, pack), []).append(one)
    shown = {org for g in inside for org in desk.path(g.org) if top in desk.path(org)}
    packs = sorted({pack for _, pack in cells} - {EVERY_PACK})
    return Matrix(tuple(_down(desk, top, shown)), (EVERY_PACK, *packs), {k: tuple(v) for k, v in cells.items()})


def _down(desk: Desk, top: str, shown: set[str]) -> list[tuple[str, int]]:
    found, waiting = [], [(top, 0)]
    while waiting:
        org, depth = waiting.pop()
        if org in shown:
            found.append((org, depth))
        below = sorted(desk.tree.children(org, desk.today), reverse=True)
        waiting += [(child, depth + 1) for child in below]
    return found


def _grants(db: Connection, today: dt.date, name: str = "") -> dict[str, list[Granted]]:
    wanted = select(grants_table).where(grants_table.c.ended == "")
    if name:
        wanted = wanted.where(grants_table.c.account == name)
    found: dict[str, list[Granted]] = {}
    for row in db.execute(wanted.order_by(grants_table.c.org, grants_table.c.role, grants_table.c.id)):
        found.setdefault(row.account, []).append(_granted(row, today.isoformat()))
    return found


def _granted(row: Any, today: str) -> Granted:
    state = "later" if row.since and row.since > today else "over" if row.until and row.until < today else "now"
    packs = tuple(json.loads(row.packs)) or (EVERY_PACK,)
    return Granted(row.id, row.account, Role(row.role), row.org, packs, row.since, row.until, row.instead_of, row.by,
                   state)


def _account(row: Any, grants: Mapping[str, list[Granted]]) -> Account:
    return Account(row.id, row.post, row.org, row.contact, row.language, row.state, row.opened, row.identity,
                   tuple(grants.get(row.id, ())))
