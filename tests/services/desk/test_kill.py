"""Killed at any moment, a desk has lost nothing that it acknowledged, and doubled nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import inspect, select

from qingce.core.event import Event
from qingce.ledger.journal import Journal
from qingce.ledger.projections import events
from qingce.ledger.projections.people import account
from qingce.ledger.store import Store
from tests.services.desk.killing import killed

MOMENTS = int(os.environ.get("QINGCE_KILLS", "40"))
"""How many random moments each test tries; ``QINGCE_KILLS=200`` for a long run."""


def seconds(act: Callable[[int], None]) -> float:
    """How long one act takes on this machine at this moment, so that kills fall before, in and after acts."""
    start = time.perf_counter()
    for number in range(5):
        act(number)
    return (time.perf_counter() - start) / 5


def numbers(journal: Journal) -> list[int]:
    """The acts that stand on the journal, in their order."""
    with journal.store.reading() as db:
        return [int(str(e.detail["n"])) for e in events(db)]


def test_no_acknowledged_event_is_lost_or_doubled(database: str):
    store = Store(database)
    store.prepare()
    acknowledged: list[int] = []

    def begin() -> Callable[[int], None]:
        mine = Journal(Store(database))  # a connection does not survive a fork
        mine.head()

        def act(number: int) -> None:
            with mine.writing() as made:
                for part in range(3):
                    made.append("clerk", "commented", "figure/x", {"n": number, "part": part})

        return act

    longest = 8 * seconds(begin())
    for moment in range(1, MOMENTS + 1):
        acknowledged += killed(begin, first=moment * 10_000, longest=longest, seed=moment)
    found = numbers(Journal(store))
    assert len(acknowledged) > MOMENTS / 20, "kills fell before any act was done"
    assert set(acknowledged) <= set(found)
    assert all(found.count(n) == 3 for n in set(found)), "an act stands whole or not at all"
    assert Journal(store).verify() is None
    assert Journal(store).rebuild(verify_only=True).differs == ()


def test_a_migration_is_whole_or_not_there(tmp_path: Path, database: str):
    import alembic.command  # noqa: F401  # in the parent once, not in every child

    def begin() -> Callable[[int], None]:
        mine = Store(url)
        return lambda number: mine.prepare()

    url = database if database.startswith("postgresql") else f"sqlite:///{tmp_path / 'fresh.db'}"
    for moment in range(MOMENTS):
        if database.startswith("sqlite"):
            for old in tmp_path.glob("fresh.db*"):
                old.unlink()
        killed(begin, first=0, longest=0.2, seed=moment)
        store = Store(url)
        with store.engine.connect() as db:
            tables = set(inspect(db).get_table_names())
        assert not tables or {"journal", "outbox", "account", "alembic_version"} <= tables
        store.prepare()
        with Journal(store).writing() as made:
            made.extend([Event(made.at, "clerk", "commented", "x", {"n": moment})])
        assert Journal(store).verify() is None
        store.close()


def test_events_and_state_change_together(database: str):
    """
    An account that is on the journal is in the state, and the other way round, at whatever moment the program ends.
    """
    store = Store(database)
    store.prepare()

    def begin() -> Callable[[int], None]:
        mine = Journal(Store(database))
        mine.head()

        def act(number: int) -> None:
            with mine.writing() as made:
                made.append("admin", "account_opened", f"account/a{number}", {"post": f"岗位{number}", "org": "B01"})

        return act

    longest = 8 * seconds(begin())
    for moment in range(1, MOMENTS // 4 + 1):
        killed(begin, first=moment * 10_000, longest=longest, seed=moment)
    with store.reading() as db:
        state = set(db.execute(select(account.c.id)).scalars())
    journalled = {e.subject.removeprefix("account/") for e in Journal(store).page(limit=100_000)}
    assert state, "no act was done before its kill"
    assert journalled == state
