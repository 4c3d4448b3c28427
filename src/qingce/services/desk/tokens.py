"""API tokens: what a program uses in the place of somebody who signed in, limited to some actions and some time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Denied, Missing, Refused, SignInNeeded
from qingce.ledger import people
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.people import plain, require_over

API_PREFIX = people.API_PREFIX
"""How every token begins."""
LONGEST = 366
"""Days that a token may live."""
MOST = 20
"""Tokens of one account."""


def issue_token(desk: Desk, actor: Actor, label: str, scopes: Iterable[str], days: int) -> str:
    """Issue a token for the actor's own account; its text is shown this once.

    Args:
        scopes: actions of :class:`qingce.casework.rights.Action`; the token may do those of them that the
            account may do when it is used.
        days: how long it lives.

    Raises:
        Denied: asked for by a token.
        Refused: no label, no such action, too long, too many.
    """
    if actor.scopes is not None:
        raise Denied("令牌不能签发令牌，请登录后办理。")
    label = plain(label)
    wanted = sorted(set(scopes))
    if not label:
        raise Refused("请写明令牌的用途，例如“数据仓库每日填报”。")
    if wrong := [scope for scope in wanted if scope not in set(Action)]:
        raise Refused(f"没有权限“{wrong[0]}”。")
    if not wanted:
        raise Refused("请至少选择一项权限。")
    if not 1 <= days <= LONGEST:
        raise Refused(f"有效期为 1 至 {LONGEST} 天。")
    with desk.writing() as made:
        read_actor(made.db, actor.account)
        if len(people.of_account(made.db, actor.account, people.API, made.at)) >= MOST:
            raise Refused(f"每个账户至多 {MOST} 个令牌，请先收回不用的。")
        token = people.begin(made.db, people.API, actor.account, at=made.at, lasts=dt.timedelta(days=days),
                             label=label, scopes=wanted)
        made.append(actor.account, "token_issued", f"account/{actor.account}", {
            "token": people.digest(token)[:16], "label": label, "scopes": list(wanted), "days": days})
    return token


def revoke_token(desk: Desk, actor: Actor, account: str, name: str) -> None:
    """End a token, one's own or as an administrator.

    Args:
        name: its id, the first characters of its hash.

    Raises:
        Denied, Missing: no right; no such token.
    """
    with desk.writing() as made:
        if actor.account != account or actor.scopes is not None:
            require_over(desk, made.db, actor, account)
        if not people.end_named(made.db, account, people.API, name):
            raise Missing("没有这个令牌，或已收回。")
        made.append(actor.account, "token_revoked", f"account/{account}", {"token": name})


def tokens(desk: Desk, actor: Actor, account: str = "") -> list[people.Held]:
    """The tokens of an account that are good, newest first.

    Raises:
        Denied: somebody else's, without the right.
    """
    with desk.reading() as db:
        if account and account != actor.account:
            require_over(desk, db, actor, account)
        return people.of_account(db, account or actor.account, people.API, desk.clock())


def actor_of_token(desk: Desk, token: str) -> Actor:
    """Whose token it is, limited to its scopes.

    Raises:
        SignInNeeded: none, an expired one, or of a closed account.
    """
    at = desk.clock()
    with desk.reading() as db:
        found = people.held(db, token, (people.API,), at, dt.timedelta(days=LONGEST)) if token else None
        if found is None:
            raise SignInNeeded("令牌无效、已收回或已过期。")
        try:
            actor = read_actor(db, found.account)
        except Missing as closed:
            raise SignInNeeded("账户已停用，请联系管理员。") from closed
    if at - found.seen >= people.USED:
        with desk.store.writing() as db:
            people.seen(db, token, at)
    return replace(actor, scopes=frozenset(Action(scope) for scope in found.scopes if scope in set(Action)))
