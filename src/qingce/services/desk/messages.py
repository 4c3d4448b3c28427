"""Messages to people: written in the transaction of the act that causes them, sent by the worker afterwards."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from qingce.core.errors import DeclarationError
from qingce.ledger.journal import Writing
from qingce.ledger.outbox import put
from qingce.ledger.projections.people import account
from qingce.services.desk.desk import BEIJING

CHANNELS = ("mail", "digest", "webhook", "wecom", "dingtalk")
"""``digest`` is mail that waits for the next morning and arrives together with what else waits."""
DIGEST_HOUR = 8
_ADDRESS = re.compile(r"[^@\s<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_ROOM = re.compile(r"(webhook|wecom|dingtalk):(.+)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def send(made: Writing, channel: str, to: str, subject: str, body: str) -> str:
    """Write a message into the outbox; it leaves when the transaction stands, and never if it does not.

    Args:
        channel: one of :data:`CHANNELS`.
        to: an address for ``mail`` and ``digest``, otherwise the name of a webhook in ``[desk.webhooks]`` or a URL.
        subject: one line; line breaks become blanks, so that no header can be smuggled in.
        body: plain text.

    Returns:
        The message's id, or ``""`` where ``to`` is nothing that a message can be sent to.

    Raises:
        DeclarationError: not a channel.
    """
    if channel not in CHANNELS:
        raise DeclarationError(f"{channel!r} is not a channel for messages; use one of {', '.join(CHANNELS)}.")
    to = to.strip()
    if not to or _CONTROL.search(to) or (channel in ("mail", "digest") and not _ADDRESS.fullmatch(to)):
        return ""
    due = next_digest(made.at) if channel == "digest" else None
    return put(made.db, channel, to, _CONTROL.sub(" ", subject).strip(), body, at=made.at, due=due)


def tell(made: Writing, name: str, subject: str, body: str, *, digest: bool = False) -> str:
    """Write a message to an account, by whatever way its ``contact`` says.

    A contact is an address of mail, or ``wecom:NAME``, ``dingtalk:NAME`` or ``webhook:NAME`` of a configured
    webhook.

    Args:
        name: the account's id.
        digest: mail may wait for the next morning.

    Returns:
        The message's id, or ``""`` where the account has no contact.
    """
    contact = made.db.execute(select(account.c.contact).where(account.c.id == name)).scalar() or ""
    room = _ROOM.fullmatch(contact.strip())
    if room:
        return send(made, room[1], room[2], subject, body)
    return send(made, "digest" if digest else "mail", contact, subject, body)


def next_digest(at: dt.datetime) -> dt.datetime:
    """The next morning hour, by the bank's clocks, at which digests leave.

    >>> next_digest(dt.datetime(2025, 1, 6, 1, 0, tzinfo=dt.UTC)).isoformat()
    '2025-01-07T00:00:00+00:00'
    """
    local = at.astimezone(BEIJING)
    due = local.replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    if due <= local:
        due += dt.timedelta(days=1)
    return due.astimezone(dt.UTC)
