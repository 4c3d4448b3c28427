"""The journal: events in a hash chain, appended in one transaction with the state they change."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from qingce.core.errors import DeclarationError, did_you_mean
from qingce.core.event import GENESIS, VERBS, Event, Json, canonical, moment
from qingce.ledger.chain import Broken, verify
from qingce.ledger.look import Act, look_of
from qingce.ledger.projections import apply, digests, replay
from qingce.ledger.store import Store
from qingce.ledger.tables import journal, once

_LAST = "\U0010ffff"
_LAST_EVENT = select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)
_APPEND, _REMEMBER = journal.insert(), once.insert()
_DONE = select(once.c.result).where(once.c.key == bindparam("asked"))
Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """The time, UTC, to the millisecond that a journal keeps."""
    at = dt.datetime.now(dt.UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


@dataclass
class Writing:
    """An open writing transaction: what is appended here stands together or not at all.

    Attributes:
        db: for reading state and for durable rows that belong to the same act.
        at: the time of every event of this transaction.
    """

    db: Connection
    at: dt.datetime
    head: str
    seq: int
    written: list[Event]

    def append(self, by: str, did: str, subject: str, detail: Mapping[str, Json] | None = None) -> Event:
        """Put one event at the end of the chain and change the state as it says.

        Raises:
            DeclarationError: a verb that no journal takes.
        """
        return self.extend([Event(self.at, by, did, subject, detail or {})])[0]

    def extend(self, drafts: Iterable[Event]) -> list[Event]:
        """Put events at the end of the chain, in their order; ``prev`` and ``seq`` are set here."""
        made, rows = [], []
        for draft in drafts:
            if draft.did not in VERBS:
                raise DeclarationError(f"{draft.did!r} is not a verb of the journal.{did_you_mean(draft.did, VERBS)}")
            self.seq += 1
            event = Event(draft.at, draft.by, draft.did, draft.subject, draft.detail, self.head, self.seq)
            line = event.line
            self.head = hashlib.sha256(f"{self.head}\n{line}".encode()).hexdigest()
            made.append(event)
            rows.append({"seq": event.seq, "line": line, "hash": self.head})
        if rows:
            _insert(self.db, rows)
        act = look_of(self.db)
        for event in made:
            if isinstance(act, Act):
                act.append(event.did)
            apply(self.db, event)
        self.written += made
        return made

    def done(self, key: str) -> Json | None:
        """What an act with this key gave when it was done before; ``None`` where it was not."""
        found = self.db.execute(_DONE, {"asked": key}).scalar()
        return None if found is None else json.loads(found)

    def remember(self, key: str, result: Json) -> None:
        """Keep what an act with this key gave."""
        self.db.execute(_REMEMBER, {"key": key, "at": moment(self.at), "result": canonical(result)})


_AT_ONCE = text(
    "INSERT INTO journal (seq, line, hash) SELECT :before + place, line, hash FROM ROWS FROM ("
    "unnest(string_to_array(:lines, E'\\n')), unnest(string_to_array(:hashes, E'\\n'))"
    ") WITH ORDINALITY AS event(line, hash, place)"
)
"""Many rows as one statement with two texts: the driver would send and await each of them by itself."""


def _insert(db: Connection, rows: list[dict[str, Any]]) -> None:
    if len(rows) > 1 and db.dialect.name == "postgresql":
        lines, hashes = ("\n".join(row[name] for row in rows) for name in ("line", "hash"))
        db.execute(_AT_ONCE, {"before": rows[0]["seq"] - 1, "lines": lines, "hashes": hashes})
    else:
        db.execute(_APPEND, rows)


class Journal:
    """The journal of a store.

    Args:
        clock: gives the time of events.
    """

    def __init__(self, store: Store, clock: Clock = now) -> None:
        self.store = store
        self.clock = clock

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A transaction in which events are appended."""
        with self.store.writing() as db:
            act = look_of(db)
            seen = act.begin(db) if isinstance(act, Act) else None
            last = seen or db.execute(_LAST_EVENT).first()
            yield Writing(db, self.clock(), last.hash if last else GENESIS, last.seq if last else 0, [])

    def head(self) -> tuple[int, str]:
        """How many events there are, and the hash of the last."""
        with self.store.reading() as db:
            last = db.execute(_LAST_EVENT).first()
        return (last.seq, last.hash) if last else (0, GENESIS)

    def page(
        self, *, before: int | None = None, limit: int = 50, by: str = "", did: str = "", subject: str = "",
        under: str = "",
    ) -> list[Event]:
        """Events newest first, those before a place; narrowed by who, what and to which subject.

        Args:
            under: the beginning of subjects: ``item/2024/`` for all items of a campaign.
        """
        wanted = select(journal.c.seq, journal.c.line).order_by(journal.c.seq.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(journal.c.seq < before)
        for column, value in ((journal.c.by, by), (journal.c.did, did), (journal.c.subject, subject)):
            if value:
                wanted = wanted.where(column == value)
        if under:
            # a half-open range uses the index; subjects are compared by code point on every database
            wanted = wanted.where(journal.c.subject >= under, journal.c.subject < under + _LAST)
        with self.store.reading() as db:
            rows = db.execute(wanted).all()
        return [Event.read(line, seq=seq) for seq, line in rows]

    def count(self) -> int:
        """How many events there are."""
        return self.head()[0]

    def verify(self) -> Broken | None:
        """Go through the whole chain; the first place where it does not hold, or nothing."""
        with self.store.reading() as db:
            return verify(db)

    def rebuild(self, *, verify_only: bool = False) -> Rebuilt:
        """Make the state again from the journal.

        Args:
            verify_only: compare what would come out with what there is, and change nothing.
        """
        with self.store.writing() as db:
            before = digests(db)
            nested = db.begin_nested()
            count = replay(db)
            after = digests(db)
            if verify_only:
                nested.rollback()
            else:
                nested.commit()
        return Rebuilt(count, tuple(name for name in after if after[name] != before.get(name)))


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What making the state again showed.

    Attributes:
        differs: state tables that were not what the journal gives.
    """

    events: int
    differs: tuple[str, ...]


__all__ = ["Broken", "Clock", "Journal", "Rebuilt", "Writing", "now", "verify"]
