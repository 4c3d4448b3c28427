"""A small bank with a desk, on SQLite and, where it can be started, on a real PostgreSQL."""

from __future__ import annotations

import atexit
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete

from qingce.ledger import people
from qingce.ledger.store import Store
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.assigning import assign
from qingce.services.init import make_project
from tests.services.desk.postgres import NewDatabase
from tests.services.desk.staff import EAST, HEAD, WEST, campaign, fill

START = dt.datetime(2025, 1, 6, 1, 0, tzinfo=dt.UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> dt.datetime:
        return self.at

    def pass_days(self, days: int) -> None:
        """Let days go by."""
        self.at += dt.timedelta(days=days)


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
def database(request: pytest.FixtureRequest, tmp_path: Path, new_postgresql: NewDatabase) -> str:
    """A new database: empty, or with its tables where the test is given a desk."""
    prepared = "desk" in request.fixturenames
    if request.param == "postgresql":
        return new_postgresql(prepared=prepared)
    path = tmp_path / "desk.db"
    if prepared:
        shutil.copy(_prepared(), path)
    return f"sqlite:///{path}"


@cache
def _prepared() -> Path:
    """An SQLite file with the tables of the desk."""
    folder = Path(tempfile.mkdtemp(prefix="qingce-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    store = Store(f"sqlite:///{folder / 'desk.db'}")
    store.prepare()
    store.close()
    return folder / "desk.db"


@pytest.fixture
def desk(database: str, tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    """The desk of the small project that ``qingce init`` makes."""
    make_project(tmp_path / "bank")
    made = open_desk(tmp_path / "bank", url=database, clock=clock)
    yield made
    made.close()


@pytest.fixture
def bank(desk: Desk) -> Desk:
    """The desk with its people and the campaign of 2024."""
    fill(desk)
    campaign(desk)
    with desk.writing() as made:  # what the office is told of the setting-up is no subject of these tests
        made.db.execute(delete(outbox))
    return desk


@pytest.fixture
def desk3(bank: Desk) -> Desk:
    """The head office files for its branches too."""
    assign(bank, bank.actor("office"), [HEAD, EAST, WEST], "owner", "head")
    return bank
