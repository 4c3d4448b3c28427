"""Keeping: the journal verified, exported and signed; a whole project backed up and restored."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import Connection, select

import qingce
from qingce.casework.rights import Action, Actor
from qingce.core.errors import ProjectError, unwritten
from qingce.core.event import Json, canonical, moment
from qingce.ledger import checkpoints, dump
from qingce.ledger.journal import Broken, verify
from qingce.ledger.tables import journal
from qingce.services.desk.desk import SYSTEM, Desk, open_desk

_MADE_AGAIN = ("cache", "records", "build", "assurance")
"""Folders of ``.qingce`` that a backup leaves out: they are made of what it holds."""
_LIVE = ("desk.db", "desk.db-wal", "desk.db-shm", "ledger.db", "ledger.db-wal", "ledger.db-shm")
_BLOCK = 1 << 20


def signing_key(desk: Desk) -> checkpoints.SigningKey:
    """The key with which the project's checkpoints are signed."""
    return checkpoints.SigningKey(desk.state / "keys" / "journal.ed25519")


@dataclass(frozen=True, slots=True)
class Verified:
    """What going through the journal showed."""

    events: int
    head: str
    broken: Broken | None
    checkpoints: int
    key: str = ""


def verify_journal(desk: Desk) -> Verified:
    """The chain from its first event, then every checkpoint against it."""
    with desk.reading() as db:
        broken = verify(db) or checkpoints.hold(db)
        signed = checkpoints.every(db)
        last = db.execute(select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)).first()
    count, head = (last.seq, last.hash) if last else (0, "")
    return Verified(count, head, broken, len(signed), signed[-1].key if signed else "")


def signed_heads(desk: Desk, actor: Actor) -> list[checkpoints.Checkpoint]:
    """Every checkpoint, the first one first.

    Raises:
        Denied: no right to read the journal.
    """
    desk.require(actor, Action.READ_JOURNAL)
    with desk.reading() as db:
        return checkpoints.every(db)


def stored_links(desk: Desk, actor: Actor, places: Sequence[int]) -> dict[int, str]:
    """The hashes that stand in the store beside some events, by place, as they are and not as they should be.

    Raises:
        Denied: no right to read the journal.
    """
    desk.require(actor, Action.READ_JOURNAL)
    with desk.reading() as db:
        rows = db.execute(select(journal.c.seq, journal.c.hash).where(journal.c.seq.in_(places)))
        return {int(seq): str(link) for seq, link in rows}


def sign_journal(desk: Desk) -> checkpoints.Checkpoint:
    """Sign the chain as it stands."""
    with desk.writing() as made:
        return checkpoints.sign(made, signing_key(desk))


def export_journal(desk: Desk, out: Path) -> int:
    """Write the journal as lines of JSON that any program can verify; returns the number of events.

    A line is ``{"seq", "hash", "event"}`` where ``event`` is the canonical line as text, so that a reader
    hashes exactly those bytes; checkpoints follow as lines with ``checkpoint``.
    """
    count = 0
    with _whole(out) as fresh, fresh.open("w", encoding="utf-8") as sink, desk.reading() as db:
        rows = db.execution_options(yield_per=5000).execute(
            select(journal.c.seq, journal.c.line, journal.c.hash).order_by(journal.c.seq))
        for seq, line, link in rows:
            sink.write(canonical({"event": line, "hash": link, "seq": seq}) + "\n")
            count += 1
        for point in checkpoints.every(db):
            sink.write(canonical({"checkpoint": {
                "at": point.at, "head": point.head, "key": point.key, "seq": point.seq, "signature": point.signature,
            }}) + "\n")
    return count


def backup(desk: Desk, out: Path) -> Path:
    """Everything a project is made of in one file, as of one moment; people may go on working meanwhile.

    Raises:
        ProjectError: the file cannot be written, or would lie in the project and be copied into itself without end.
    """
    if out.resolve().is_relative_to(desk.folder.resolve()):
        raise ProjectError(f"{out} lies in the project that is backed up; give --out a place outside of {desk.folder}.")
    with desk.writing() as made:
        made.append(SYSTEM.account, "backed_up", "project", {"file": out.name})
    with _whole(out) as fresh, zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with desk.reading() as db:
            counts = {table.name: _write_lines(archive, f"store/{table.name}.jsonl", dump.lines(db, table))
                      for table in dump.TABLES}
            last = db.execute(select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)).one()
        _write_figures(archive, desk.state / "ledger.db")
        for path in _files(desk.folder):
            archive.write(path, f"project/{path.relative_to(desk.folder).as_posix()}")
        archive.writestr("manifest.json", canonical({
            "format": 1, "version": qingce.__version__, "at": moment(desk.clock()), "events": last.seq,
            "head": last.hash, "rows": counts,
        }))
    return out


def restore(source: Path, folder: Path, *, url: str = "") -> Verified:
    """A project and its desk out of a backup, into a folder and a database that are empty.

    Raises:
        ProjectError: not a backup, a damaged one, or a place that holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ProjectError(f"{folder} 不是空的；请恢复到新文件夹。")
    folder.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with _archive(source) as archive:
            manifest = _manifest(archive, source)
            _unpack(archive, room)
            desk = open_desk(room, url=url)
            with desk.writing() as made:
                _fill(made.db, archive, source)
            desk.close()
            (room / ".qingce" / "restored.json").write_text(canonical(manifest) + "\n", encoding="utf-8")
        if folder.exists():
            folder.rmdir()
        room.rename(folder)
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise
    desk = open_desk(folder, url=url)
    with desk.writing() as made:
        made.append(SYSTEM.account, "restored", "project", {"file": source.name, "head": str(manifest["head"])})
    found = verify_journal(desk)
    desk.close()
    return found


def _fill(db: Connection, archive: zipfile.ZipFile, source: Path) -> None:
    if not dump.is_empty(db):
        raise ProjectError("数据库里已有日志；请恢复到空的数据库。")
    for table in dump.TABLES:
        with archive.open(f"store/{table.name}.jsonl") as rows:
            dump.load(db, table, (line.decode() for line in rows))
    broken = verify(db)
    if broken:
        raise ProjectError(f"{source} 已损坏：{broken.reason}")
    dump.restate(db)


def _files(folder: Path) -> Iterator[Path]:
    """What a backup takes from the project's folder."""
    state = folder / ".qingce"
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.is_symlink():
            continue
        parts = path.relative_to(folder).parts
        if parts[0] == "build" or "__pycache__" in parts:
            continue
        if path.is_relative_to(state) and (parts[1] in _MADE_AGAIN or path.name in _LIVE):
            continue
        yield path


def _write_lines(archive: zipfile.ZipFile, name: str, rows: Iterator[str]) -> int:
    count = 0
    with archive.open(name, "w", force_zip64=True) as sink:
        for row in rows:
            sink.write(row.encode() + b"\n")
            count += 1
    return count


def _write_figures(archive: zipfile.ZipFile, path: Path) -> None:
    """A copy of the figure store as of one moment, by SQLite's own means."""
    if not path.is_file():
        return
    with tempfile.TemporaryDirectory() as room:
        copy = Path(room) / "ledger.db"
        with contextlib.closing(sqlite3.connect(path)) as source, contextlib.closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        archive.write(copy, "project/.qingce/ledger.db")


@contextlib.contextmanager
def _archive(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError as failed:
        raise ProjectError(f"没有文件 {source}。") from failed
    except (zipfile.BadZipFile, KeyError, EOFError, json.JSONDecodeError, UnicodeDecodeError) as failed:
        raise ProjectError(f"{source} 不是青册的备份，或已损坏：{failed}。") from failed


def _manifest(archive: zipfile.ZipFile, source: Path) -> dict[str, Json]:
    found = json.loads(archive.read("manifest.json"))
    if not isinstance(found, dict) or found.get("format") != 1:
        raise ProjectError(f"{source} 由另一版本的青册生成（{found!r:.80}）。")
    bad = archive.testzip()
    if bad:
        raise ProjectError(f"{source} 在 {bad} 处损坏；请用别的备份。")
    return found


def _unpack(archive: zipfile.ZipFile, room: Path) -> None:
    for entry in archive.infolist():
        name = PurePosixPath(entry.filename)
        if name.parts[:1] != ("project",) or entry.is_dir():
            continue
        target = room.joinpath(*name.parts[1:])
        if ".." in name.parts or name.is_absolute() or not target.resolve().is_relative_to(room.resolve()):
            raise ProjectError(f"备份里的文件名“{entry.filename}”指向文件夹之外。")
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(entry) as data, target.open("wb") as sink:
            shutil.copyfileobj(data, sink, _BLOCK)
        if name.parts[1:3] == (".qingce", "keys"):
            target.chmod(0o600)


@contextlib.contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """A file that appears whole or not at all."""
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        fresh.replace(out)
    except OSError as failed:
        raise ProjectError(unwritten(out, failed)) from failed
    finally:
        fresh.unlink(missing_ok=True)
