"""Looking through a journal, however long it is: every page costs about the same.

Pages are found by place (a keyset), never by counting from the start. What one index answers is read from it; for
what no index answers (two filters at once, a part of a subject) at most :data:`LOOKED_AT` events are looked at for
a page, and the page says how far it looked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, func, select, union_all

from qingce.core.event import GENESIS, Event, moment
from qingce.ledger.tables import journal

LOOKED_AT = 20_000
"""How many events are looked at for one page, where no index leads to those that are wanted."""
FEW = 5_000
"""Up to so many events of a subject, or of its beginning, are put in order at once."""
_LAST = "\U0010ffff"
_SLACK = dt.timedelta(minutes=10)
"""By how much the clock of the machine may once have been set back; places of days are found with this to spare."""
_SEEN = (journal.c.seq, journal.c.at, journal.c.by, journal.c.did, journal.c.subject)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty narrows nothing.

    Attributes:
        dids: verbs, any of them.
        by: the account that acted.
        subject: a whole subject or its beginning where it holds a stroke, as ``item/2024/``; else a part of it.
        since: the first moment; ``until`` the first that is too late.
    """

    dids: tuple[str, ...] = ()
    by: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A page of events, newest first.

    Attributes:
        older: the next page is ``before`` this place; nothing where there is nothing older.
        newer: the page before is ``after`` this place; nothing where this is the newest.
        looked: where the looking stopped before the page was full; nothing where it was not cut short.
    """

    events: tuple[Event, ...]
    older: int | None = None
    newer: int | None = None
    looked: int | None = None


@dataclass(frozen=True, slots=True)
class _Room:
    """The places that may hold what is wanted, and which way they are read."""

    low: int
    high: int
    limit: int
    up: bool


def browse(
    db: Connection, wanted: Wanted, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> Stretch:
    """A page of the events that are looked for.

    Args:
        before: those before this place, the newest of them.
        after: those after this place, the oldest of them; 0 for the beginning of the journal.
    """
    low, high = _bounds(db, wanted)
    low, high = max(low, (after or 0) + 1), high if before is None else min(high, before - 1)
    room = _Room(low, high, limit + 1, after is not None)
    found, looked = _places(db, wanted, room) if low <= high else ([], None)
    more, found = len(found) > limit, sorted(found[:limit], reverse=True)
    events = _events(db, found)
    if room.up:
        newer = found[0] if more else looked
        return Stretch(events, (found[-1] if found else low) if after else None, newer, looked)
    older = found[-1] if more else looked
    return Stretch(events, older, None if before is None else (found[0] if found else before - 1), looked)


def event_at(db: Connection, seq: int) -> tuple[Event, str] | None:
    """An event with the hash before it, and the hash that the journal keeps for it; nothing where there is none."""
    rows = {row.seq: row for row in db.execute(
        select(journal.c.seq, journal.c.line, journal.c.hash).where(journal.c.seq.in_((seq - 1, seq))))}
    if seq not in rows:
        return None
    prev = rows[seq - 1].hash if seq - 1 in rows else GENESIS
    return Event.read(rows[seq].line, prev, seq), str(rows[seq].hash)


# -- where to look ------------------------------------------------------------------------------
def _bounds(db: Connection, wanted: Wanted) -> tuple[int, int]:
    """The first and the last place between which everything lies that is of the wanted days."""
    low, high = 1, int(db.execute(select(func.max(journal.c.seq))).scalar() or 0)
    if wanted.since is not None:
        found = _place(db, journal.c.at >= moment(wanted.since - _SLACK), up=True)
        low = high + 1 if found is None else found
    if wanted.until is not None:
        found = _place(db, journal.c.at < moment(wanted.until + _SLACK), up=False)
        high = 0 if found is None else found
    return low, high


def _place(db: Connection, held: ColumnElement[bool], *, up: bool) -> int | None:
    order = (journal.c.at, journal.c.seq) if up else (journal.c.at.desc(), journal.c.seq.desc())
    return db.execute(select(journal.c.seq).where(held).order_by(*order).limit(1)).scalar()


def _places(db: Connection, wanted: Wanted, room: _Room) -> tuple[list[int], int | None]:
    """The places of a page in the order in which they are read, and where the looking was cut short."""
    if "/" in wanted.subject:
        few = _of_few(db, wanted, room)
        if few is not None:
            return few[:room.limit], None
    if not _rest(wanted, journal):
        return _merged(db, [_seek(d, room, room.limit) for d in _drivers(wanted)], room, room.limit), None
    return _looked_through(db, wanted, room)


def _drivers(wanted: Wanted) -> list[ColumnElement[bool] | None]:
    """What an index gives in the order of places: one account, or each verb; else the whole chain."""
    if wanted.by:
        return [journal.c.by == wanted.by]
    # with a part of a subject the verbs narrow too little to be worth a seek each
    return [journal.c.did == did for did in wanted.dids] if wanted.dids and not wanted.subject else [None]


def _rest(wanted: Wanted, of: FromClause) -> list[ColumnElement[bool]]:
    """What no driver answers and has to be asked event by event."""
    rest: list[ColumnElement[bool]] = []
    if wanted.dids and (wanted.by or wanted.subject):
        rest.append(of.c.did.in_(wanted.dids))
    if wanted.subject:
        rest.append(_subject(wanted.subject, of))
    if wanted.since is not None:
        rest.append(of.c.at >= moment(wanted.since))
    if wanted.until is not None:
        rest.append(of.c.at < moment(wanted.until))
    return rest


def _subject(text: str, of: FromClause) -> ColumnElement[bool]:
    column = of.c.subject
    return and_(column >= text, column < text + _LAST) if "/" in text else column.contains(text, autoescape=True)


def _seek(driver: ColumnElement[bool] | None, room: _Room, limit: int, *columns: Any) -> Select[Any]:
    found = select(*(columns or (journal.c.seq,))).where(journal.c.seq.between(room.low, room.high))
    if driver is not None:
        found = found.where(driver)
    return found.order_by(journal.c.seq if room.up else journal.c.seq.desc()).limit(limit)


def _merged(db: Connection, seeks: Sequence[Select[Any]], room: _Room, limit: int) -> list[int]:
    every = _together(seeks)
    order = every.c.seq if room.up else every.c.seq.desc()
    return list(db.execute(select(every.c.seq).order_by(order).limit(limit)).scalars())


def _together(seeks: Sequence[Select[Any]]) -> FromClause:
    if len(seeks) == 1:
        return seeks[0].subquery()
    return union_all(*(select(seek.subquery()) for seek in seeks)).subquery()


def _looked_through(db: Connection, wanted: Wanted, room: _Room) -> tuple[list[int], int | None]:
    """Look at so many events of the drivers and keep those that the rest allows."""
    # mostly a page is full soon; only what is rare is worth the whole stretch
    kept, edge = _looked_at(db, wanted, room, max(LOOKED_AT // 20, room.limit))
    if edge is not None and len(kept) < room.limit:
        kept, edge = _looked_at(db, wanted, room, LOOKED_AT)
    return kept, edge if len(kept) < room.limit else None


def _looked_at(db: Connection, wanted: Wanted, room: _Room, count: int) -> tuple[list[int], int | None]:
    """What is found among so many events, and the last place that was looked at where there is more."""
    drivers = _drivers(wanted)
    each = max(count // len(drivers), room.limit)
    every = _together([_seek(d, room, each, *_SEEN) for d in drivers])
    order = every.c.seq if room.up else every.c.seq.desc()
    kept = list(db.execute(
        select(every.c.seq).where(*_rest(wanted, every)).order_by(order).limit(room.limit)).scalars())
    # where a driver has more than was looked at, nothing beyond its last place is known
    edges = [edge for d in drivers if (edge := _edge(db, d, room, each)) is not None]
    if not edges:
        return kept, None
    edge = min(edges) if room.up else max(edges)
    return [seq for seq in kept if (seq <= edge if room.up else seq >= edge)], edge


def _edge(db: Connection, driver: ColumnElement[bool] | None, room: _Room, count: int) -> int | None:
    """The last place that was looked at, where there are that many."""
    places = _seek(driver, room, count).subquery()
    last = func.max(places.c.seq) if room.up else func.min(places.c.seq)
    seen, edge = db.execute(select(func.count(), last).select_from(places)).one()
    return edge if seen == count else None


def _of_few(db: Connection, wanted: Wanted, room: _Room) -> list[int] | None:
    """All places of a subject or its beginning, where they are few; nothing where they are many."""
    narrowed = bool(wanted.dids or wanted.by or wanted.since or wanted.until)
    # a place that is computed keeps the planner on the index of subjects
    found = select(*(_SEEN if narrowed else (journal.c.seq,))).where(
        _subject(wanted.subject, journal), (journal.c.seq + 0).between(room.low, room.high)).limit(FEW)
    rows = db.execute(found).all()
    if len(rows) == FEW:
        return None
    since, until = (moment(at) if at else "" for at in (wanted.since, wanted.until))
    kept = [row.seq for row in rows if not narrowed or (
        (not wanted.dids or row.did in wanted.dids) and (not wanted.by or row.by == wanted.by)
        and (not since or row.at >= since) and (not until or row.at < until))]
    return sorted(kept, reverse=not room.up)


def _events(db: Connection, places: Sequence[int]) -> tuple[Event, ...]:
    rows = db.execute(
        select(journal.c.seq, journal.c.line).where(journal.c.seq.in_(places)).order_by(journal.c.seq.desc()))
    return tuple(Event.read(line, seq=seq) for seq, line in rows)
