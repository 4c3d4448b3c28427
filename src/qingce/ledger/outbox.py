"""The outbox: messages written with the event that causes them, taken and sent afterwards.

A message is sent at least once and, where nothing crashes between sending and noting it, once; it carries
its own id, by which a receiver can tell a repetition.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, or_, select, update

from qingce.core.event import canonical, moment
from qingce.ledger.store import Store
from qingce.ledger.tables import outbox

LEASE = dt.timedelta(minutes=2)
"""How long whoever took a message may need to send it."""
BACKOFF = tuple(dt.timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720))
"""How long to wait after each failed try; after the last the message is given up."""


@dataclass(frozen=True, slots=True)
class Message:
    """What leaves.

    Attributes:
        channel: ``mail``, ``digest``, ``webhook``, ``wecom`` or ``dingtalk``.
        to: an address of mail, the name of a configured webhook, or a URL.
        tries: how often it was tried before.
    """

    id: str
    channel: str
    to: str
    subject: str
    body: str
    at: str
    tries: int = 0


def put(
    db: Connection, channel: str, to: str, subject: str, body: str, *, at: dt.datetime,
    due: dt.datetime | None = None,
) -> str:
    """Write a message in an open transaction; it leaves after the transaction stands. Returns its id."""
    made = uuid.uuid4().hex
    db.execute(outbox.insert().values(
        id=made, channel=channel, to=to, body=canonical({"subject": subject, "body": body}), state="waiting",
        tries=0, at=moment(at), due=moment(due or at), error="",
    ))
    return made


class Outbox:
    """The messages of a store that have yet to leave."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def take(self, at: dt.datetime, channels: Collection[str], limit: int = 20) -> list[Message]:
        """Take messages that are due, so that nobody else sends them meanwhile.

        Of a ``digest`` all waiting messages to one receiver come together, however many they are.
        """
        due = and_(
            outbox.c.channel.in_(channels), outbox.c.state.in_(("waiting", "sending")), outbox.c.due <= moment(at)
        )
        wanted = select(outbox).where(due).order_by(outbox.c.due, outbox.c.id).limit(limit)
        with self.store.reading() as db:
            if db.execute(wanted).first() is None:
                return []  # an idle worker must not keep writers waiting
        with self.store.writing() as db:
            rows = list(db.execute(wanted))
            to = {row.to for row in rows if row.channel == "digest"}
            if to:
                more = and_(outbox.c.channel == "digest", outbox.c.to.in_(to), outbox.c.state == "waiting")
                known = {row.id for row in rows}
                rows = [*rows, *(row for row in db.execute(select(outbox).where(more)) if row.id not in known)]
            ids = [row.id for row in rows]
            if ids:
                db.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="sending", due=moment(at + LEASE)))
        return [_message(row) for row in sorted(rows, key=lambda row: (row.at, row.id))]

    def sent(self, ids: Sequence[str]) -> None:
        """Note that messages left."""
        with self.store.writing() as db:
            db.execute(update(outbox).where(outbox.c.id.in_(ids)).values(state="sent", error=""))

    def failed(self, message: Message, error: str, at: dt.datetime, *, final: bool = False) -> None:
        """Note that a message did not leave; it is tried again later, unless that is hopeless.

        Args:
            error: why, without any secret.
            final: trying again cannot help.
        """
        again = not final and message.tries < len(BACKOFF)
        due = at + BACKOFF[message.tries] if again else at
        with self.store.writing() as db:
            db.execute(update(outbox).where(outbox.c.id == message.id).values(
                state="waiting" if again else "failed", tries=message.tries + 1, due=moment(due), error=error[:500],
            ))

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self.store.reading() as db:
            rows = db.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
        return {str(state): int(count) for state, count in rows}

    def stuck(self, limit: int = 50) -> list[tuple[Message, str]]:
        """Messages that were tried in vain, newest first, with the reason of the last try."""
        wanted = select(outbox).where(or_(outbox.c.state == "failed", outbox.c.error != ""))
        with self.store.reading() as db:
            rows = db.execute(wanted.order_by(outbox.c.at.desc()).limit(limit)).all()
        return [(_message(row), row.error) for row in rows]


def _message(row: object) -> Message:
    said = json.loads(row.body)  # type: ignore[attr-defined]
    return Message(row.id, row.channel, row.to, said["subject"], said["body"], row.at, row.tries)  # type: ignore[attr-defined]
