"""The store: one database, SQLite or PostgreSQL, in which a project keeps its journal and what follows from it.

A writing transaction holds the store's one write lock from its first statement, so that the chain has
one end and state tables change together with the events that change them, or not at all.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from sqlalchemy import Connection, create_engine, event, exc, inspect, text
from sqlalchemy.engine import URL, Engine, make_url

from qingce.core.errors import ProjectError

_LOCK = 0x51494E47
"""The advisory lock of a PostgreSQL database that a writer holds."""
_TAKE_LOCK = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_BUSY_SECONDS = 30
_RESTED = 5
"""Seconds after which an idle connection may be dead and is asked before it is used."""


class Store:
    """A database that holds a journal.

    Args:
        url: an SQLAlchemy URL, ``sqlite:///…/desk.db`` or ``postgresql://…``; the folder of a file is made
            when it is first written.

    Raises:
        ProjectError: not a URL of a database that Qingce knows.
    """

    def __init__(self, url: str) -> None:
        self.url = _known(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = create_engine(self.url, **_options(self.url))
        self._turn = Lock()
        if self.sqlite:
            event.listen(self.engine, "connect", _pragmas)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "checkin", _rest)
            event.listen(self.engine, "checkout", _awake)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database."""
        with self._words(), self.engine.connect() as db:
            if not self.sqlite:
                # otherwise each statement would see what was written since the one before
                db.execution_options(isolation_level="REPEATABLE READ")
            with db.begin():
                yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; all of it is there afterwards, or nothing."""
        if self.sqlite and self.url.database:
            _make_folder(Path(self.url.database).parent)
        with self._in_turn(), self._words(), self.engine.connect().execution_options(qingce_write=True) as db, \
                db.begin():
            if not self.sqlite:
                db.execute(_TAKE_LOCK)
            yield db

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """SQLite lets who waits try again at intervals; threads of one process take turns instead."""
        if not self.sqlite:
            yield
            return
        if not self._turn.acquire(timeout=_BUSY_SECONDS):
            raise ProjectError(f"{self.url.render_as_string()}: {_REASONS['database is locked']}")
        try:
            yield
        finally:
            self._turn.release()

    def prepare(self) -> None:
        """Bring the tables to what this version of the program needs; nothing is lost where it is interrupted."""
        from qingce.ledger.projections import renew

        with self.writing() as db:
            _migrate(db)
            renew(db)

    @property
    def exists(self) -> bool:
        """Whether there is a journal."""
        if self.sqlite and not Path(self.url.database or "").is_file():
            return False
        with self.reading() as db:
            return inspect(db).has_table("journal")

    def close(self) -> None:
        """Let every connection go."""
        self.engine.dispose()

    @contextmanager
    def _words(self) -> Iterator[None]:
        """A disk or a database that fails is said in words, not in a traceback."""
        try:
            yield
        except exc.DBAPIError as failed:
            reason = _reason(failed)
            if reason:
                raise ProjectError(f"{self.url.render_as_string()}: {reason}") from failed
            raise
        except OSError as failed:
            if failed.errno in (errno.ENOSPC, errno.EROFS, errno.EACCES):
                raise ProjectError(f"{self.url.render_as_string()}: {failed.strerror}.") from failed
            raise


def _known(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError as failed:
        raise ProjectError(f"{url!r} is not the URL of a database, as postgresql://user@host/name.") from failed
    name = parsed.get_backend_name()
    if name == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        return parsed
    raise ProjectError(f"{name} is not a database that Qingce keeps a journal in; use sqlite or postgresql.")


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_size": 8, "max_overflow": 12, "connect_args": {"connect_timeout": 10}}


def _pragmas(connection: sqlite3.Connection, _: object) -> None:
    # the driver would begin transactions by itself, and later than ours must begin
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={_BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(db: Connection) -> None:
    write = db.get_execution_options().get("qingce_write", False)
    db.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _rest(connection: Any, record: Any) -> None:
    record.info["rested"] = monotonic()


def _awake(connection: Any, record: Any, proxy: Any) -> None:
    """A connection that lay idle is asked whether it still holds; one just used was alive a moment ago."""
    if monotonic() - record.info.get("rested", monotonic()) < _RESTED:
        return
    try:
        connection.execute("SELECT 1")
        connection.rollback()
    except Exception as gone:
        raise exc.DisconnectionError from gone


def _migrate(db: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise ProjectError(f"{path} cannot be made: {failed.strerror}. Is the disk full or read-only?") from failed


_REASONS = {
    "disk is full": "the disk is full; make room and try again. Nothing was changed.",
    "no space left": "the disk is full; make room and try again. Nothing was changed.",
    "readonly database": "it cannot be written: the disk or the file is read-only. Nothing was changed.",
    "read-only transaction": "it cannot be written: the database is read-only. Nothing was changed.",
    "unable to open database": "it cannot be opened. Does the folder exist, and may it be written?",
    "disk i/o error": "the disk does not answer as it should. Nothing was changed.",
    "file is not a database": "this file is not a database. Move it away, or name another.",
    "malformed": "the database file is damaged. Restore the last backup: qingce restore.",
    "database is locked": "another program has held the database for too long. Nothing was changed; try again.",
    "connection refused": "the database does not answer. Is it running?",
    "could not connect": "the database does not answer. Is it running?",
    "connection failed": "the database does not answer. Is it running?",
    "password authentication failed": "the database refuses the user or its password.",
}


def _reason(failed: exc.DBAPIError) -> str:
    said = str(failed.orig).lower()
    return next((words for key, words in _REASONS.items() if key in said), "")
