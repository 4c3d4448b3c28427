"""Secrets and tokens: what proves who somebody is, kept so that a stolen database does not give it away.

Passwords are argon2id hashes; of sessions, API tokens and one-time links only the sha256 of the token is
kept, which is enough because a token is 256 random bits. None of it is on the journal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from qingce.core.event import moment
from qingce.ledger.look import once
from qingce.ledger.tables import secret, session

BROWSER = "browser"
"""A session of somebody who signed in."""
API = "api"
"""A token for programs."""
API_PREFIX = "qc_"
"""How an API token begins, so that one that was left somewhere is recognised for what it is."""
LINK = "link"
"""A link that works once: the first password, or a new one."""
HASHER = PasswordHasher()
"""argon2id with the parameters that RFC 9106 gives for machines that do other things too."""


@cache
def _nobody() -> str:
    # an account that is not there costs the same work as one that is
    return HASHER.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """The argon2id hash with its salt and parameters."""
    return HASHER.hash(_typed(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one that was stored; as slow where nothing is stored.

    >>> matches(hash_password("青山常在绿水长流"), "青山常在绿水长流"), matches(None, "")
    (True, False)
    """
    try:
        return HASHER.verify(stored or _nobody(), _typed(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def _typed(password: str) -> bytes:
    # one password is the same whichever keyboard gave it, wide digits or narrow; an endless one costs no more
    return unicodedata.normalize("NFKC", password[:1024]).encode("utf-8", "surrogatepass")


def outdated(stored: str) -> bool:
    """Whether a hash was made with other parameters than those in use."""
    return HASHER.check_needs_rehash(stored)


# -- secrets ----------------------------------------------------------------------------------
def secret_of(db: Connection, kind: str, owner: str) -> str | None:
    """A secret, or nothing."""
    return db.execute(select(secret.c.value).where(secret.c.kind == kind, secret.c.owner == owner)).scalar()


def keep_secret(db: Connection, kind: str, owner: str, value: str, at: dt.datetime) -> None:
    """Keep a secret in the place of what there was."""
    forget_secret(db, kind, owner)
    db.execute(insert(secret).values(kind=kind, owner=owner, value=value, at=moment(at)))


def forget_secret(db: Connection, kind: str, owner: str) -> None:
    """Let a secret go."""
    db.execute(delete(secret).where(secret.c.kind == kind, secret.c.owner == owner))


def sweep_secrets(db: Connection, kind: str, before: dt.datetime) -> int:
    """Let go of secrets of a kind that are older; how many there were."""
    return db.execute(delete(secret).where(secret.c.kind == kind, secret.c.at < moment(before))).rowcount


# -- tokens -----------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Held:
    """A session, an API token or a one-time link.

    Attributes:
        id: the first characters of the sha256 of the token: enough to name it, useless to sign in with.
        label: of a session, the address it came from; of a token, what it is called; of a link, what it is for.
        scopes: of a token, the actions it is limited to.
    """

    id: str
    account: str
    kind: str
    label: str
    scopes: tuple[str, ...]
    created: dt.datetime
    seen: dt.datetime
    expires: dt.datetime


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def begin(
    db: Connection, kind: str, account: str, *, at: dt.datetime, lasts: dt.timedelta, label: str = "",
    scopes: Iterable[str] = (),
) -> str:
    """Make a token; this is the only time that anybody sees it."""
    token = (API_PREFIX if kind == API else "s") + secrets.token_urlsafe(32)
    db.execute(insert(session).values(
        token=digest(token), account=account, kind=kind, label=label, scopes=json.dumps(sorted(scopes)),
        created=moment(at), seen=moment(at), expires=moment(at + lasts),
    ))
    return token


USED = dt.timedelta(minutes=1)
"""How exactly it is noted when a session or a token was last used."""
_OF_TOKEN = select(session).where(session.c.token == bindparam("digest"))


def held(db: Connection, token: str, kinds: Sequence[str], at: dt.datetime, idle: dt.timedelta) -> Held | None:
    """What a token stands for while it is good.

    Args:
        idle: how long a browser session may rest.
    """
    asked = {"digest": digest(token)}
    row = next(iter(once(db, _OF_TOKEN, asked)), None)
    if row is not None and row.seen <= moment(at - USED):  # who else used it meanwhile, no event tells
        row = next(iter(once(db, _OF_TOKEN, asked, fresh=True)), None)
    if row is None or row.kind not in kinds or row.expires <= moment(at):
        return None
    if row.kind == BROWSER and row.seen <= moment(at - idle):
        return None
    return _held(row)


def seen(db: Connection, token: str, at: dt.datetime) -> None:
    """Note that a session is in use."""
    db.execute(update(session).where(session.c.token == digest(token)).values(seen=moment(at)))


def end(db: Connection, token: str) -> bool:
    """End one; whether it was there."""
    return db.execute(delete(session).where(session.c.token == digest(token))).rowcount > 0


def end_named(db: Connection, account: str, kind: str, name: str) -> bool:
    """End the one of an account that :attr:`Held.id` names; whether it was there."""
    rows = db.execute(select(session.c.token).where(session.c.account == account, session.c.kind == kind)).scalars()
    wanted = [token for token in rows if name and token[:16] == name]
    return bool(wanted) and db.execute(delete(session).where(session.c.token.in_(wanted))).rowcount > 0


def end_all(db: Connection, account: str, kinds: Sequence[str]) -> int:
    """End all of an account; how many there were."""
    return db.execute(delete(session).where(session.c.account == account, session.c.kind.in_(kinds))).rowcount


def of_account(db: Connection, account: str, kind: str, at: dt.datetime) -> list[Held]:
    """Those of an account that are good, newest first."""
    rows = db.execute(
        select(session).where(session.c.account == account, session.c.kind == kind, session.c.expires > moment(at))
        .order_by(session.c.created.desc(), session.c.token)
    )
    return [_held(row) for row in rows]


def sweep(db: Connection, at: dt.datetime) -> int:
    """Delete what has expired; how many there were."""
    return db.execute(delete(session).where(session.c.expires <= moment(at))).rowcount


def _held(row: object) -> Held:
    def time(name: str) -> dt.datetime:
        return dt.datetime.fromisoformat(getattr(row, name))

    return Held(
        row.token[:16], row.account, row.kind, row.label, tuple(json.loads(row.scopes)),  # type: ignore[attr-defined]
        time("created"), time("seen"), time("expires"),
    )
