"""Projections: state tables made from the journal, in the transaction of the event that changes them.

A projection is a module here with a :class:`Projection`: its tables and, for each verb it cares about, a
function that changes them. It may read its own tables and those of other projections, and nothing else:
no clock, no settings, no files; so the journal alone gives the same state again, to the byte.
A projection whose edition has moved is dropped and replayed; it is never migrated.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import Connection, MetaData, Table, delete, select
from sqlalchemy.schema import CreateTable

from qingce.core.errors import DeclarationError
from qingce.core.event import VERBS, Event, canonical
from qingce.ledger.tables import journal, projection

STATE = MetaData()
"""Every state table."""
Apply = Callable[[Connection, Event], None]
_BATCH = 5000


@dataclass(frozen=True)
class Projection:
    """State tables and how events change them.

    >>> from sqlalchemy import Column, Text
    >>> seen = Projection("seen", Table("seen", MetaData(), Column("id", Text, primary_key=True)))
    >>> @seen.on("commented")
    ... def count(db, event): ...
    >>> sorted(seen.handlers)
    ['commented']
    """

    name: str
    tables: tuple[Table, ...]
    handlers: dict[str, Apply] = field(default_factory=dict)
    narrow: dict[str, tuple[Table, ...]] = field(default_factory=dict)

    def __init__(self, name: str, *tables: Table) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "handlers", {})
        object.__setattr__(self, "narrow", {})

    def on(self, *verbs: str, only: Table | None = None) -> Callable[[Apply], Apply]:
        """Declare what an event of these verbs changes.

        Args:
            only: the one table that is changed; what was read of the others still holds afterwards.

        Raises:
            DeclarationError: a verb that no journal takes, or one that has its function already.
        """

        def declare(body: Apply) -> Apply:
            for verb in verbs:
                if verb not in VERBS or verb in self.handlers:
                    raise DeclarationError(f"projection {self.name!r}: {verb!r} is no verb, or declared twice.")
                self.handlers[verb] = body
                if only is not None:
                    self.narrow[verb] = (only,)
            return body

        return declare

    def changing(self, table: Table) -> frozenset[str]:
        """The verbs of events that may change a table."""
        return frozenset(verb for verb in self.handlers if table in self.narrow.get(verb, self.tables))

    @property
    def edition(self) -> str:
        """A hash of the tables and of the code that fills them."""
        digest = hashlib.sha256()
        for table in self.tables:
            digest.update(_laid(table))
        for verb in sorted(self.handlers):
            digest.update(_source(self.handlers[verb].__module__))
        return digest.hexdigest()[:16]


@cache
def _laid(table: Table) -> bytes:
    """How a table is laid out."""
    return str(CreateTable(table)).encode()


@cache
def _source(module: str) -> bytes:
    """The code of a module."""
    return inspect.getsource(sys.modules[module]).encode()


@cache
def projections() -> tuple[Projection, ...]:
    """Every projection, in the order in which events reach them."""
    found = []
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found += [value for value in vars(module).values() if isinstance(value, Projection)]
    unique = {p.name: p for p in found}
    return tuple(unique.values())


@cache
def _handlers() -> Mapping[str, tuple[Apply, ...]]:
    found: dict[str, list[Apply]] = {}
    for one in projections():
        for verb, body in one.handlers.items():
            found.setdefault(verb, []).append(body)
    return {verb: tuple(bodies) for verb, bodies in found.items()}


def apply(db: Connection, event: Event) -> None:
    """Change the state tables as the event says."""
    for body in _handlers().get(event.did, ()):
        body(db, event)


def renew(db: Connection) -> bool:
    """Make the state again where the program that made it was another one; whether that was so."""
    wanted = {p.name: p.edition for p in projections()}
    there = {row.name: row.edition for row in db.execute(select(projection))}
    if wanted == there:
        return False
    STATE.drop_all(db)
    STATE.create_all(db)
    replay(db)
    db.execute(delete(projection))
    if wanted:
        db.execute(projection.insert(), [{"name": name, "edition": edition} for name, edition in wanted.items()])
    return True


def replay(db: Connection) -> int:
    """Empty the state tables and apply every event again; returns how many there were."""
    for table in reversed(STATE.sorted_tables):
        db.execute(delete(table))
    count = 0
    for event in events(db):
        apply(db, event)
        count += 1
    return count


def events(db: Connection, after: int = 0) -> Iterator[Event]:
    """The journal in order, read in batches so that state tables may be written meanwhile."""
    prev = db.execute(select(journal.c.hash).where(journal.c.seq == after)).scalar() if after else None
    while True:
        rows = db.execute(
            select(journal.c.seq, journal.c.line, journal.c.hash)
            .where(journal.c.seq > after).order_by(journal.c.seq).limit(_BATCH)
        ).all()
        for seq, line, link in rows:
            yield Event.read(line, prev, seq) if prev else Event.read(line, seq=seq)
            prev, after = link, seq
        if len(rows) < _BATCH:
            return


def digests(db: Connection) -> dict[str, str]:
    """For each state table the sha256 over its rows in the order of their keys."""
    found = {}
    for table in STATE.sorted_tables:
        digest = hashlib.sha256()
        for row in db.execute(select(table).order_by(*table.primary_key.columns)):
            digest.update(canonical([None if v is None else v for v in row]).encode() + b"\n")
        found[table.name] = digest.hexdigest()
    return found
