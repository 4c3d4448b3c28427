"""The store: one database, SQLite or PostgreSQL, in which a project keeps its journal and what follows from it.

A writing transaction holds the store's one write lock from its first statement, so that the chain has
one end and state tables change together with the events that change them, or not at all.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Lock, local
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, create_engine, event, exc, inspect, text
from sqlalchemy.engine import URL, Engine, make_url

from qingce.core.errors import FULL, ProjectError, Unkept
from qingce.ledger.look import Act, Look, Memory

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x51494E47
"""The advisory lock of a PostgreSQL database that a writer holds."""
_TAKE_LOCK = text(f"SELECT pg_advisory_xact_lock({_LOCK})")
_BUSY_SECONDS = 30
_LEAST_ROOM = 1 << 20
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
        self._here = local()
        self._memory = Memory()
        if self.sqlite:
            event.listen(self.engine, "connect", _pragmas)
            event.listen(self.engine, "begin", _begin)
        else:
            event.listen(self.engine, "checkin", _rest)
            event.listen(self.engine, "checkout", _awake)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database; within :meth:`looking` it is the look's."""
        look: Look | None = getattr(self._here, "look", None)
        if look is not None:
            with self._words(), look.reading() as db:
                yield db
            return
        with self._words(), self.engine.connect() as db, db.begin():
            yield db

    @contextmanager
    def looking(self) -> Iterator[None]:
        """All readings of this thread see one state and share one transaction, until the thread writes.

        What is read after a write sees it. A server is asked far less often: each transaction is two more questions.
        """
        if getattr(self._here, "look", None) is not None:
            yield
            return
        look = self._here.look = Look(self.engine, self._memory)
        try:
            yield
        finally:
            self._here.look = None
            with self._words():
                look.end()

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """Single statements, each of which sees the newest state; it costs no transaction where there is a server."""
        if self.sqlite or getattr(self._here, "look", None) is not None:
            with self.reading() as db:
                yield db
            return
        with self._words(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; all of it is there afterwards, or nothing."""
        if self.sqlite and self.url.database:
            _make_folder(Path(self.url.database).parent)
        self._look_again()
        # who waited for the lock has to see what was written meanwhile
        level = {} if self.sqlite else {"isolation_level": "READ COMMITTED"}
        try:
            with self._in_turn(), self._words(), self.engine.connect().execution_options(
                    qingce_write=True, qingce_look=Act(self._memory), **level) as db, db.begin():
                if not self.sqlite:
                    db.execute(_TAKE_LOCK)
                yield db
        finally:
            self._look_again()

    def _look_again(self) -> None:
        """What this thread looks at next is the newest state."""
        look: Look | None = getattr(self._here, "look", None)
        if look is not None:
            look.end()

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        """SQLite lets who waits try again at intervals; threads of one process take turns instead."""
        if not self.sqlite:
            yield
            return
        if not self._turn.acquire(timeout=_BUSY_SECONDS):
            raise _unkept(self.url.render_as_string(), _BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def prepare(self) -> None:
        """Bring the tables to what this version of the program needs; nothing is lost where it is interrupted.

        Raises:
            Unkept: the database was made by a later version of the program, or cannot be written.
        """
        from qingce.ledger.projections import renew

        with self.writing() as db:
            there = _revision(db, self.url.render_as_string())
            if there != _revisions()[0]:
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
            if reason is _UNWELL and self.sqlite and _no_room(Path(self.url.database or "").parent):
                reason = _FULL  # what SQLite says where not even its index of the log has room
            if reason:
                raise _unkept(self.url.render_as_string(), reason) from failed
            raise


def _known(url: str) -> URL:
    try:
        parsed = make_url(url)
    except exc.ArgumentError as failed:
        raise ProjectError(f"“{url}”不是数据库的 URL；写成 postgresql://user@host/name 这样。") from failed
    name = parsed.get_backend_name()
    if name == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        return parsed
    raise ProjectError(f"日志不能放在 {name} 里；只用 sqlite 或 postgresql。")


def _options(url: URL) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": _BUSY_SECONDS, "check_same_thread": False}}
    return {
        "pool_size": 8, "max_overflow": 12, "connect_args": {"connect_timeout": 10},
        # otherwise each statement of a reading would see what was written since the one before
        "isolation_level": "REPEATABLE READ",
    }


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

    config = _migrations()
    config.attributes["connection"] = db
    command.upgrade(config, "head")


def _migrations() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    return config


@cache
def _revisions() -> tuple[str, ...]:
    """The migrations that this program knows, the latest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory.from_config(_migrations()).walk_revisions())


def _revision(db: Connection, where: str) -> str | None:
    """The last migration of a database. A program that does not know it knows nothing of what it moved."""
    if not inspect(db).has_table("alembic_version"):
        return None
    there: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if there is not None and there not in _revisions():
        raise Unkept(
            f"{where}：数据库由更新版本的青册建立（结构版本 {there}），本程序不认识，没有改动它。"
            "请升级程序，或者用升级之前的备份恢复。", newer=True)
    return there


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise _unkept(path, _FULL if failed.errno in FULL else _READ_ONLY) from failed


_FULL = "磁盘已满，没有保存，原有内容不变。请腾出空间后重试。"
_READ_ONLY = "数据库或它所在的文件夹是只读的，没有保存，原有内容不变。请恢复写权限后重试。"
_SILENT = "数据库没有应答。请确认数据库服务已经启动、网络通畅。"
_BUSY = "另一个程序占用数据库太久，没有保存，原有内容不变。请稍后重试。"
_UNWELL = "磁盘没有正常应答，没有保存，原有内容不变。请检查磁盘。"
_REFUSED = "数据库拒绝了这个用户或它的口令。请核对地址里的用户；口令写在服务账户的 ~/.pgpass，权限 0600。"
_REASONS = {
    "no password supplied": _REFUSED,
    "authentication failed": _REFUSED,
    "fatal:  role": _REFUSED,
    "no pg_hba.conf entry": "数据库不许从这台机器登录。请数据库值班在 pg_hba.conf 里放行。",
    "fatal:  database": "数据库服务里没有这个库。请先建库，或者核对地址里的库名。",
    "too many clients": "数据库的连接用完了。请稍后重试，或者调高 max_connections。",
    "remaining connection slots": "数据库的连接用完了。请稍后重试，或者调高 max_connections。",
    "failed to resolve host": "找不到数据库所在的主机。请核对地址里的主机名。",
    "disk is full": _FULL,
    "no space left": _FULL,
    "could not extend": _FULL,
    "readonly database": _READ_ONLY,
    "read-only transaction": _READ_ONLY,
    "read-only file system": _READ_ONLY,
    "unable to open database": "数据库打不开。请确认文件夹存在，并且可以写入。",
    "disk i/o error": _UNWELL,
    "file is not a database": "这个文件不是数据库。请移走它，或者指定另一个。",
    "malformed": "数据库文件已损坏。请用最近的备份恢复：qingce restore。",
    "database is locked": _BUSY,
    "connection refused": _SILENT,
    "could not connect": _SILENT,
    "connection failed": _SILENT,
    "connection is lost": _SILENT,
    "connection is bad": _SILENT,
    "server closed the connection": _SILENT,
    "terminating connection": _SILENT,
    "connection timeout expired": _SILENT,
}
"""What databases say, in lower case, and what we say; the first that fits, so what is more exact comes first."""


def _reason(failed: exc.DBAPIError) -> str:
    said = str(failed.orig).lower()
    return next((words for key, words in _REASONS.items() if key in said), "")


def _no_room(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < _LEAST_ROOM
    except OSError:
        return False


def _unkept(where: object, words: str) -> Unkept:
    return Unkept(f"{where}：{words}", full=words is _FULL)
