"""One account with everything that stands behind it: its grants, who stands in for whom, its sessions, its history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from qingce.casework.rights import Action, Actor, Role
from qingce.core.event import Event
from qingce.ledger import people as secrets
from qingce.ledger.people import Held
from qingce.ledger.projections.people import account as account_table
from qingce.ledger.projections.people import grant as grant_table
from qingce.services.desk.desk import Desk
from qingce.services.desk.roster import Account, Granted, account, stand_ins

HISTORY = 40
"""How many acts on an account are shown at once; the journal has all of them."""


@dataclass(frozen=True, slots=True)
class AccountPage:
    """An account as its page shows it.

    Attributes:
        away: grants that others hold in its place.
        sessions: how many browsers are signed in.
        tokens: its API tokens; empty for who may not manage it.
        begun: whether it has a password.
        manages: whether the reader may change it.
        history: what was done to it, newest first.
    """

    account: Account
    away: tuple[Granted, ...]
    sessions: int
    tokens: tuple[Held, ...]
    begun: bool
    manages: bool
    history: tuple[Event, ...]


def account_page(desk: Desk, actor: Actor, name: str) -> AccountPage:
    """Everything about an account.

    Raises:
        Denied, Missing: no right; no such account.
    """
    desk.require(actor, Action.READ_PEOPLE)
    found = account(desk, actor, name)
    manages = found.state == "open" and all(
        desk.may(actor, Action.MANAGE_PEOPLE, desk.target(org, account=name))
        for org in dict.fromkeys((found.org, *(g.org for g in found.grants))))
    with desk.reading() as db:
        sessions = secrets.of_account(db, name, secrets.BROWSER, desk.clock())
        tokens = secrets.of_account(db, name, secrets.API, desk.clock()) if manages else []
        begun = secrets.secret_of(db, "password", name) is not None
    history = desk.journal.page(subject=f"account/{name}", limit=HISTORY) if desk.may(
        actor, Action.READ_JOURNAL) else []
    away = [g for g in stand_ins(desk, actor) if g.instead_of == name]
    return AccountPage(found, tuple(away), len(sessions), tuple(tokens), begun, manages, tuple(history))


def org_choices(desk: Desk) -> tuple[tuple[str, str, int], ...]:
    """Every org that is open today from the top down: its code, its name and its depth."""
    found, waiting = [], [(desk.tree.root, 0)]
    while waiting:
        code, depth = waiting.pop()
        found.append((code, desk.tree.name(code), depth))
        waiting += [(child, depth + 1) for child in sorted(desk.tree.children(code, desk.today), reverse=True)]
    return tuple(found)


def colleagues(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    """Who may be named as a stand-in: every open account but one's own and the administrators; id and words.

    An account needs no right to see how its colleagues' posts are called; nothing else of them is said.
    """
    with desk.reading() as db:
        rows = db.execute(select(account_table.c.id, account_table.c.post).where(account_table.c.state == "open")
                          .order_by(account_table.c.post, account_table.c.id)).all()
        bound = set(db.execute(select(grant_table.c.account).where(
            grant_table.c.role == str(Role.ADMINISTRATOR), grant_table.c.ended == "")).scalars())
    return [(row.id, f"{row.post}（{row.id}）") for row in rows if row.id != actor.account and row.id not in bound]
