"""A small bank with a desk, on SQLite and, where it can be started, on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete

from qingce.ledger import people
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.assigning import assign
from tests.services.desk.beginnings import Begin, Clock, Step, left
from tests.services.desk.postgres import NewDatabase
from tests.services.desk.staff import EAST, HEAD, WEST, campaign, fill

QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
"""Hashes of the real kind that cost little; what a hash must cost is measured with ``full_cost``."""


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed quickly."""
    monkeypatch.setattr(people, "HASHER", QUICK)
    people._nobody.cache_clear()
    yield
    people._nobody.cache_clear()


@pytest.fixture
def full_cost(quick_hashes: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed as they are in use."""
    monkeypatch.setattr(people, "HASHER", PasswordHasher())


@pytest.fixture
def clock() -> Clock:
    """The time of a test."""
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_kind(request: pytest.FixtureRequest) -> str:
    """Each test is done with every kind of database."""
    found: str = request.param
    return found


@pytest.fixture
def database(store_kind: str, tmp_path: Path, new_postgresql: NewDatabase) -> str:
    """A new database, empty."""
    return f"sqlite:///{tmp_path / 'desk.db'}" if store_kind == "sqlite" else new_postgresql()


@pytest.fixture
def begin(store_kind: str, tmp_path: Path, clock: Clock, new_postgresql: NewDatabase) -> Iterator[Begin]:
    """Opens the test's desk where steps ended, at that time."""
    with ExitStack() as ending:
        def begun(*steps: Step) -> Desk:
            there = left(store_kind, *steps)
            url = f"sqlite:///{tmp_path / 'desk.db'}" if store_kind == "sqlite" else new_postgresql(like=there.url)
            there.copied(tmp_path / "bank", url)
            clock.at = there.at
            return ending.enter_context(closing(open_desk(tmp_path / "bank", url=url, clock=clock)))

        yield begun


@pytest.fixture
def desk(begin: Begin) -> Desk:
    """The desk of the small project that ``qingce init`` makes."""
    return begin()


def collecting(desk: Desk) -> None:
    """People and the campaign of 2024; what the office is told of the setting-up is no subject of tests."""
    fill(desk)
    campaign(desk)
    with desk.writing() as made:
        made.db.execute(delete(outbox))


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """The desk with its people and the campaign of 2024."""
    return begin(collecting)


@pytest.fixture
def desk3(bank: Desk) -> Desk:
    """The head office files for its branches too."""
    assign(bank, bank.actor("office"), [HEAD, EAST, WEST], "owner", "head")
    return bank
