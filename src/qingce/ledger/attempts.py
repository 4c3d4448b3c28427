"""Attempts: who tried how often, so that guessing gets slow. Kept in the store, so that a restart forgives nothing.

A key is an account, an address, or whatever else is counted. An attempt is counted before it is judged, so that
many at the same moment count as many.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from qingce.core.event import moment
from qingce.ledger.tables import attempt


@dataclass(frozen=True, slots=True)
class Limit:
    """How many attempts are free, and how the wait grows after them: doubling, up to a longest one.

    >>> limit = Limit(free=3, first=dt.timedelta(seconds=30), longest=dt.timedelta(hours=1))
    >>> [limit.wait(count).seconds for count in (2, 3, 4, 5, 20)]
    [0, 30, 60, 120, 3600]
    """

    free: int
    first: dt.timedelta
    longest: dt.timedelta
    forgets: dt.timedelta = dt.timedelta(days=1)

    def wait(self, count: int) -> dt.timedelta:
        """How long nobody may try after so many attempts."""
        if count < self.free:
            return dt.timedelta()
        return min(self.longest, self.first * (1 << min(count - self.free, 24)))


def blocked_until(db: Connection, key: str, at: dt.datetime) -> dt.datetime | None:
    """Until when a key must wait, or nothing."""
    until = db.execute(select(attempt.c.until).where(attempt.c.key == key)).scalar()
    return dt.datetime.fromisoformat(until) if until and until > moment(at) else None


def count(db: Connection, key: str, limit: Limit, at: dt.datetime) -> int:
    """Count one more; returns how many there were in a row."""
    db.execute(delete(attempt).where(attempt.c.at < moment(at - limit.forgets), attempt.c.until < moment(at)))
    known = db.execute(select(attempt.c.count).where(attempt.c.key == key)).scalar()
    many = (known or 0) + 1
    values = {"count": many, "at": moment(at), "until": moment(at + limit.wait(many))}
    if known is None:
        db.execute(insert(attempt).values(key=key, **values))
    else:
        db.execute(update(attempt).where(attempt.c.key == key).values(**values))
    return many


def forgive(db: Connection, key: str, limit: Limit, *, all_of_them: bool) -> None:
    """Take back the last attempt, or all: it was a good one."""
    known = db.execute(select(attempt.c.count).where(attempt.c.key == key)).scalar()
    if known is None:
        return
    if all_of_them or known <= 1:
        db.execute(delete(attempt).where(attempt.c.key == key))
    else:
        db.execute(update(attempt).where(attempt.c.key == key).values(count=known - 1, until=""))
