"""Signing in and out: passwords, sessions, one-time links, and what slows guessing down.

Nothing said here tells whether an account exists: a wrong name, a wrong password and a closed account get the same
words after the same work. Guessing gets slow by account and by address, and stays so over a restart.
"""

from __future__ import annotations

import datetime as dt
import json

from sqlalchemy import Connection, select

from qingce.casework.password import REMEMBERED, weaknesses
from qingce.casework.rights import Actor
from qingce.core.errors import Denied, Missing, Refused, SignInNeeded
from qingce.ledger import attempts, people
from qingce.ledger.journal import Writing
from qingce.ledger.projections.people import account as accounts
from qingce.services.desk.desk import BEIJING, SYSTEM, Desk, read_actor
from qingce.services.desk.messages import tell
from qingce.services.desk.people import require_over, tell_office
from qingce.services.desk.tokens import actor_of_token

IDLE = dt.timedelta(minutes=30)
"""How long a session may rest."""
LASTS = dt.timedelta(hours=12)
"""How long it lives, however busy."""
LINK_LASTS = dt.timedelta(hours=24)
PER_ACCOUNT = attempts.Limit(5, dt.timedelta(seconds=30), dt.timedelta(hours=1))
PER_ADDRESS = attempts.Limit(30, dt.timedelta(seconds=30), dt.timedelta(hours=1))
PURPOSES = {"first_run": "首次启用", "reset": "重设口令"}
_WRONG = "账户或口令不正确。"


def sign_in(desk: Desk, account: str, password: str, *, address: str) -> str:
    """Begin a session; returns its token, which is shown to the browser and kept nowhere.

    Args:
        address: where the request came from.

    Raises:
        Denied: with the same words whatever was wrong, or how long to wait.
    """
    account = account.strip().lower()
    with desk.writing() as made:
        _wait_or_refuse(made, account, address)
        attempts.count(made.db, f"account/{account[:64]}", PER_ACCOUNT, made.at)
        attempts.count(made.db, f"address/{address[:64]}", PER_ADDRESS, made.at)
        stored = people.secret_of(made.db, "password", account)
    # the work is done outside the transaction: nobody waits for somebody else's password
    good = people.matches(stored, password)
    with desk.writing() as made:
        known = made.db.execute(select(accounts.c.state).where(accounts.c.id == account)).scalar()
        good = good and known == "open" and people.secret_of(made.db, "password", account) == stored
        if good:
            attempts.forgive(made.db, f"account/{account}", PER_ACCOUNT, all_of_them=True)
            attempts.forgive(made.db, f"address/{address[:64]}", PER_ADDRESS, all_of_them=False)
            token = begin_session(made, account, address, "password")
        else:
            who = account if known else "unknown"
            made.append("system", "sign_in_refused", f"account/{who}", {"address": address, "reason": "password"})
    if not good:
        raise Denied(_WRONG)
    if stored and people.outdated(stored):
        _hash_again(desk, account, stored, password)
    return token


def begin_session(made: Writing, account: str, address: str, how: str) -> str:
    """Begin a session of somebody who has proved who he is; earlier expired ones are swept away.

    Args:
        how: ``password``, ``link`` or ``oidc``; it stands on the journal.
    """
    people.sweep(made.db, made.at)
    token = people.begin(made.db, people.BROWSER, account, at=made.at, lasts=LASTS, label=address)
    made.append(account, "signed_in", f"account/{account}",
                {"address": address, "how": how, "session": people.digest(token)[:16]})
    return token


def actor_of(desk: Desk, token: str) -> Actor:
    """Whose session or API token it is, with the grants of today and, of an API token, its scopes.

    Raises:
        SignInNeeded: no session, one that ended, or a closed account.
    """
    if token.startswith(people.API_PREFIX):
        return actor_of_token(desk, token)
    at = desk.clock()
    with desk.store.glancing() as db:
        found = people.held(db, token, (people.BROWSER,), at, IDLE) if token else None
        if found is None:
            raise SignInNeeded("请登录。会话不存在或已过期。")
        actor = _actor(db, found.account)
    if at - found.seen >= people.USED:
        with desk.store.writing() as db:
            people.seen(db, token, at)
    return actor


def sign_out(desk: Desk, token: str) -> None:
    """End one session; nothing happens where there is none."""
    with desk.writing() as made:
        found = people.held(made.db, token, (people.BROWSER,), made.at, LASTS)
        if people.end(made.db, token) and found is not None:
            made.append(found.account, "signed_out", f"account/{found.account}", {"session": found.id})


def sign_out_everywhere(desk: Desk, actor: Actor, account: str) -> int:
    """End all browser sessions of an account, one's own or, for an administrator, anybody's; how many there were.

    Raises:
        Denied: somebody else's, without the right.
    """
    _own_or_managed(desk, actor, account)
    with desk.writing() as made:
        ended = people.end_all(made.db, account, (people.BROWSER,))
        made.append(actor.account, "signed_out_everywhere", f"account/{account}", {"sessions": ended})
    return ended


def sessions(desk: Desk, actor: Actor) -> list[people.Held]:
    """The browser sessions of the actor's own account, newest first."""
    with desk.reading() as db:
        return people.of_account(db, actor.account, people.BROWSER, desk.clock())


# -- passwords ----------------------------------------------------------------------------------
def set_password(desk: Desk, actor: Actor, account: str, password: str, *, current: str = "") -> None:
    """Set one's own password; every session of the account ends.

    Args:
        current: the password so far, where there is one.

    Raises:
        Denied: somebody else's account, or ``current`` is wrong.
        Refused: the password is too weak, or was used before.
    """
    if actor != SYSTEM:
        if actor.account != account or actor.scopes is not None:
            raise Denied("口令只能由本人设置。忘记口令的，请管理员发一次性链接。")
        _confirm(desk, account, current)
    with desk.reading() as db:
        earlier = _judge(db, account, password)
    hashed = _fresh(earlier, password)
    with desk.writing() as made:
        _store(made, actor.account, account, hashed, "own" if actor != SYSTEM else "system")


def one_time_link(desk: Desk, actor: Actor | None, account: str, purpose: str) -> str:
    """Make a link with which the owner of an account sets a password; earlier links of the account end.

    Args:
        actor: the administrator; ``None`` on the machine itself, for the first one.
        purpose: one of :data:`PURPOSES`.

    Raises:
        Denied, Missing, Refused: no right; no such account; no such purpose.
    """
    if purpose not in PURPOSES:
        raise Refused(f"一次性链接的用途是 {'、'.join(PURPOSES)} 之一，不是“{purpose}”。")
    with desk.writing() as made:
        if actor is not None:
            require_over(desk, made.db, actor, account)
        else:
            read_actor(made.db, account)
        people.end_all(made.db, account, (people.LINK,))
        token = people.begin(made.db, people.LINK, account, at=made.at, lasts=LINK_LASTS, label=purpose)
        made.append(actor.account if actor else "system", "link_issued", f"account/{account}",
                    {"purpose": purpose, "link": people.digest(token)[:16]})
        words = f"{actor.account if actor else '本机'} 为账户 {account} 发出一次性链接（{PURPOSES[purpose]}）"
        body = "持有链接的人可以设定该账户的口令。如非本人或本机构申请，请立即联系系统管理员。"
        tell(made, account, words, body)
        tell_office(desk, made, words, body, {account})
    return token


def link_account(desk: Desk, token: str) -> tuple[str, str]:
    """For the page behind a one-time link: the account and its post.

    Raises:
        Denied: used, expired or never issued.
    """
    with desk.reading() as db:
        found = people.held(db, token, (people.LINK,), desk.clock(), LINK_LASTS)
        actor = None if found is None else _actor(db, found.account)
    if actor is None:
        raise Denied("链接无效：已用过、已过期或不存在。请管理员重新发一个。")
    return actor.account, actor.post


def use_link(desk: Desk, token: str, password: str) -> str:
    """Set a password through a one-time link; returns the account. The link and every session end.

    Raises:
        Denied: used, expired or never issued.
        Refused: the password is too weak or was used before; the link stays good.
    """
    account, _ = link_account(desk, token)
    with desk.reading() as db:
        earlier = _judge(db, account, password)
    hashed = _fresh(earlier, password)
    with desk.writing() as made:
        found = people.held(made.db, token, (people.LINK,), made.at, LINK_LASTS)
        if found is None or not people.end(made.db, token):
            raise Denied("链接无效：已用过、已过期或不存在。请管理员重新发一个。")
        made.append(account, "link_used", f"account/{account}", {"purpose": found.label, "link": found.id})
        _store(made, account, account, hashed, "link")
    return account


def _actor(db: Connection, account: str) -> Actor:
    try:
        return read_actor(db, account)
    except Missing as closed:
        raise SignInNeeded("账户已停用，请联系管理员。") from closed


def _own_or_managed(desk: Desk, actor: Actor, account: str) -> None:
    if actor.account == account and actor.scopes is None:
        return
    with desk.reading() as db:
        require_over(desk, db, actor, account)


def _wait_or_refuse(made: Writing, account: str, address: str) -> None:
    waits = [attempts.blocked_until(made.db, key, made.at) for key in (f"account/{account[:64]}",
                                                                       f"address/{address[:64]}")]
    until = max((wait for wait in waits if wait), default=None)
    if until:
        clock = until.astimezone(BEIJING)
        raise Denied(f"尝试过于频繁，请在 {clock:%H:%M:%S} 之后再试。")


def _confirm(desk: Desk, account: str, current: str) -> None:
    with desk.writing() as made:
        _wait_or_refuse(made, account, "")
        stored = people.secret_of(made.db, "password", account)
        if stored is not None:
            attempts.count(made.db, f"account/{account}", PER_ACCOUNT, made.at)
    if stored is None:
        return
    if not people.matches(stored, current):
        raise Denied("现用口令不正确。")
    with desk.store.writing() as db:
        attempts.forgive(db, f"account/{account}", PER_ACCOUNT, all_of_them=True)


def _judge(db: Connection, account: str, password: str) -> list[str]:
    """Refuse a weak password; give the hashes that may not come back."""
    actor = _actor(db, account)
    wrong = weaknesses(password, account, actor.post)
    if wrong:
        raise Refused("".join(wrong))
    current = people.secret_of(db, "password", account)
    earlier = json.loads(people.secret_of(db, "password_history", account) or "[]")
    return [current, *earlier][:REMEMBERED] if current else []


def _fresh(earlier: list[str], password: str) -> str:
    if any(people.matches(one, password) for one in earlier):
        raise Refused(f"这个口令用过，最近 {REMEMBERED} 个口令不得重复使用。")
    return people.hash_password(password)


def _store(made: Writing, by: str, account: str, hashed: str, how: str) -> None:
    _actor(made.db, account)
    current = people.secret_of(made.db, "password", account)
    if current:
        earlier = json.loads(people.secret_of(made.db, "password_history", account) or "[]")
        kept = json.dumps([current, *earlier][:REMEMBERED - 1])
        people.keep_secret(made.db, "password_history", account, kept, made.at)
    people.keep_secret(made.db, "password", account, hashed, made.at)
    people.end_all(made.db, account, (people.BROWSER, people.LINK))
    attempts.forgive(made.db, f"account/{account}", PER_ACCOUNT, all_of_them=True)
    made.append(by, "password_set", f"account/{account}", {"how": how})


def _hash_again(desk: Desk, account: str, stored: str, password: str) -> None:
    hashed = people.hash_password(password)
    with desk.store.writing() as db:
        if people.secret_of(db, "password", account) == stored:
            people.keep_secret(db, "password", account, hashed, desk.clock())
