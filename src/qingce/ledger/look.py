"""Looks: many readings of one moment, and what earlier ones found as far as it still holds.

State tables change by events and by nothing else. So the journal alone tells whether what a query over them gave
some time ago would come out again: it would, where no event since is of a kind that changes one of its tables.
A look asks the journal once what happened since the last one; most of what a page needs is then there already.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, Table, bindparam, exc, select
from sqlalchemy.engine import Engine
from sqlalchemy.sql import visitors

from qingce.ledger.tables import CHANGED_BY, journal

_AT_ONCE = 500
"""More events than this between two looks, and everything is read again."""
_LOGGED = 500
_MOST = 5_000
_MOST_ROWS = 20_000
_LAST = select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
_SINCE = (
    select(journal.c.seq, journal.c.hash, journal.c.did, journal.c.by, journal.c.subject)
    .where(journal.c.seq >= bindparam("known"), journal.c.seq <= bindparam("most")).order_by(journal.c.seq)
)


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as far as it matters to what was read before it."""

    seq: int
    did: str
    by: str
    subject: str


@dataclass(frozen=True, slots=True)
class Moment:
    """The journal as one transaction sees it.

    Attributes:
        seq, hash: its last event.
        since: the event from which on is known what happened; everything may have changed with it.
        begun: its hash, which tells one journal from another.
        verbs: the last event of each verb after ``since``.
        acts: the same by who did it.
        log: the latest events, at most some hundred, without a gap.
    """

    seq: int
    hash: str
    since: int
    begun: str
    verbs: Mapping[str, int] = field(default_factory=dict)
    acts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    log: tuple[Happened, ...] = ()

    def last(self, verbs: Iterable[str]) -> int:
        """The last event of one of these verbs, or :attr:`since`."""
        return max((self.verbs.get(verb, self.since) for verb in verbs), default=self.since)

    def last_by(self, by: str, besides: Iterable[str] = ()) -> int:
        """The last event by an account, of any verb but some, or :attr:`since`."""
        return max((seq for verb, seq in self.acts.get(by, {}).items() if verb not in besides), default=self.since)

    def after(self, seq: int) -> tuple[Happened, ...] | None:
        """The events after one, or nothing where they are not all known any more."""
        if seq == self.seq:
            return ()
        reached = self.log[0].seq - 1 if self.log else self.seq
        return self.log[seq - reached:] if reached <= seq < self.seq else None

    def then(self, events: list[Happened], head: str) -> Moment:
        """The moment after these events."""
        if not events:
            return self
        verbs = {**self.verbs, **{event.did: event.seq for event in events}}
        acts = dict(self.acts)
        for event in events:
            acts[event.by] = {**acts.get(event.by, {}), event.did: event.seq}
        return Moment(events[-1].seq, head, self.since, self.begun, verbs, acts, (*self.log, *events)[-_LOGGED:])


class Memory:
    """What a process remembers of one store between looks; the results longest unused go first."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._latest: Moment | None = None
        self._found: OrderedDict[object, tuple[int, list[Row[Any]]]] = OrderedDict()
        self._held: dict[object, Any] = {}

    def moment(self, db: Connection) -> Moment | None:
        """The moment that a transaction sees; nothing where it sees less than an earlier one did."""
        known = self._latest
        if known is None:
            return self._begin(db)
        rows = db.execute(_SINCE, {"known": known.seq, "most": known.seq + _AT_ONCE}).all()
        if not rows:
            return None
        if rows[0].hash != known.hash or len(rows) > _AT_ONCE:  # another journal, or a load of records
            return self._begin(db)
        events = [Happened(row.seq, row.did, row.by, row.subject) for row in rows[1:]]
        made = known.then(events, rows[-1].hash)
        with self._turn:
            if self._latest is known:
                self._latest = made
        return made

    def _begin(self, db: Connection) -> Moment | None:
        last = db.execute(_LAST).first()
        if last is None:
            return None
        with self._turn:
            self._found.clear()
            self._held.clear()
            self._latest = Moment(last.seq, last.hash, last.seq, last.hash)
            return self._latest

    def recall(self, asked: object, stamp: int) -> list[Row[Any]] | None:
        """What a question gave, if it was put at a time since which nothing has changed."""
        with self._turn:
            there = self._found.get(asked)
            if there is None or there[0] != stamp:
                return None
            self._found.move_to_end(asked)
            return there[1]

    def keep(self, asked: object, stamp: int, rows: list[Row[Any]]) -> None:
        """Keep what a question gave."""
        if len(rows) > _MOST_ROWS:
            return
        with self._turn:
            self._found[asked] = stamp, rows
            self._found.move_to_end(asked)
            while len(self._found) > _MOST:
                self._found.popitem(last=False)


    def held(self, name: object) -> Any:
        """What a follower of the journal holds by a name, if anything."""
        return self._held.get(name)

    def hold(self, name: object, value: Any) -> None:
        """Hold what a follower of the journal needs at the next look."""
        self._held[name] = value


class Act:
    """What a writing transaction takes from the memory: what stood before it, and what its own events leave alone."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self._moment: Moment | None = None
        self._appended: set[str] = set()

    def begin(self, db: Connection) -> Moment | None:
        """What stood when the transaction got its turn; nothing where there is no event yet."""
        self._moment = self.memory.moment(db)
        return self._moment

    def append(self, verb: str) -> None:
        """Note an event of the transaction's own."""
        self._appended.add(verb)

    @property
    def moment(self) -> Moment | None:
        """The journal as the transaction sees it; nothing once it has appended to it."""
        return None if self._appended else self._moment

    def once(self, db: Connection, query: Select[Any], given: Mapping[str, object], fresh: bool) -> list[Row[Any]]:
        """The rows of a query; what is not remembered is read and not kept, because an act may be taken back."""
        verbs = _changed_by(query) if self._moment is not None and not fresh else None
        if verbs is not None and self._moment is not None and verbs.isdisjoint(self._appended):
            found = self.memory.recall(_asked(self._moment, query, given), self._moment.last(verbs))
            if found is not None:
                return found
        return list(db.execute(query, given).all())


class Look:
    """A transaction that is begun when something is read and ended at the latest with the look."""

    def __init__(self, engine: Engine, memory: Memory) -> None:
        self._engine, self.memory = engine, memory
        self._open = ExitStack()
        self._db: Connection | None = None
        self._seen: dict[object, list[Row[Any]]] = {}
        self.moment: Moment | None = None
        """What the transaction sees; nothing where nothing that was read before helps."""

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The transaction.

        Raises:
            DBAPIError: it failed; the next reading begins another.
        """
        try:
            yield self._db or self._begin()
        except exc.DBAPIError as failed:
            self.end(failed)  # a server answers nothing more within a transaction that failed
            raise

    def _begin(self) -> Connection:
        db = self._open.enter_context(self._engine.connect().execution_options(qingce_look=self))
        self._open.enter_context(db.begin())
        self._db, self._seen, self.moment = db, {}, self.memory.moment(db)
        return db

    def end(self, failed: BaseException | None = None) -> None:
        """What is read next is the newest state.

        Args:
            failed: why the transaction is no more; it is then given up, for to end it well would fail in its turn.
        """
        self._db, self.moment = None, None
        self._open.__exit__(type(failed) if failed else None, failed, failed.__traceback__ if failed else None)

    def once(self, db: Connection, query: Select[Any], given: Mapping[str, object], fresh: bool) -> list[Row[Any]]:
        """The rows of a query; see :func:`once`."""
        asked = _asked(self.moment, query, given)
        if not fresh and asked in self._seen:
            return self._seen[asked]
        verbs = _changed_by(query) if self.moment is not None else None
        stamp = -1 if verbs is None or self.moment is None else self.moment.last(verbs)
        found = self.memory.recall(asked, stamp) if stamp >= 0 and not fresh else None
        if found is None:
            found = list(db.execute(query, given).all())
            if stamp >= 0:
                self.memory.keep(asked, stamp, found)
        self._seen[asked] = found
        return found


def once(
    db: Connection, query: Select[Any], given: Mapping[str, object] | None = None, *, fresh: bool = False
) -> list[Row[Any]]:
    """The rows of a query; within :meth:`Store.looking` a question is put again only after its answer may be another.

    Args:
        query: a constant of a module: questions are told apart by it and by what is ``given``.
        fresh: ask in any case.
    """
    look = look_of(db)
    return list(db.execute(query, given or {}).all()) if look is None else look.once(db, query, given or {}, fresh)


def some_subjects(column: Column[str]) -> Select[Any]:
    """The query for what a column names, as :func:`of_subject` takes it."""
    return select(column).distinct().limit(_MOST_ROWS)


def of_subject(db: Connection, subjects: Select[Any], query: Select[Any], subject: str) -> list[Row[Any]]:
    """What a table says of one subject; most subjects have nothing, which a look knows without asking.

    Args:
        subjects: every subject in the table, made by :func:`some_subjects`.
        query: the rows of the one that is given as ``subject``.
    """
    look = look_of(db)
    if look is not None and look.moment is not None:
        known = once(db, subjects)
        name = ("subjects", subjects)
        there: tuple[object, frozenset[str]] | None = look.memory.held(name)
        if there is None or there[0] is not known:
            there = known, frozenset(row[0] for row in known)
            look.memory.hold(name, there)
        if len(known) < _MOST_ROWS and subject not in there[1]:
            return []
    return once(db, query, {"subject": subject})


def _asked(moment: Moment | None, query: Select[Any], given: Mapping[str, object]) -> object:
    return (moment.begun if moment is not None else "", query, *sorted(given.items()))


def look_of(db: Connection) -> Look | Act | None:
    """The look, or the act, that a reading belongs to."""
    found: Look | Act | None = db.get_execution_options().get("qingce_look")
    return found


def moment_of(db: Connection) -> Moment | None:
    """The journal as a reading sees it; nothing outside a look, nor after an act's own events."""
    look = look_of(db)
    return look.moment if look is not None else None


@cache
def _changed_by(query: Select[Any]) -> frozenset[str] | None:
    """The verbs that change what a query reads; nothing where not only events change it."""
    from qingce.ledger.projections import projections

    of = {table: one.changing(table) for one in projections() for table in one.tables} | CHANGED_BY
    tables = {found for found in visitors.iterate(query) if isinstance(found, Table)}
    return frozenset().union(*(of[table] for table in tables)) if tables and tables <= of.keys() else None
