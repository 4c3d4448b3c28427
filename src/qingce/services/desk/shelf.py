"""The records folder as the journal says it should be.

A delivery's bytes are kept by their hash before anything is decided about it. What the journal accepted can so be
put into the folder at any time, and again after a crash; what it no longer accepts is taken out. Files that people
put there by hand are never touched: ours carry sixteen digits of their hash before the suffix.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from qingce.ledger.filekind import safe_name
from qingce.ledger.projections.imports import delivery
from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of

OURS = re.compile(r".+\.[0-9a-f]{16}\.(csv|xlsx|parquet)")
_PART = ".part"


def path_of(dataset: str, file: str, sha256: str) -> str:
    """Where a delivery lies below ``records``.

    >>> path_of("loan", "../贷款 12月.CSV", "ab" * 32)
    'loan/贷款 12月.abababababababab.csv'
    """
    stem, _, suffix = safe_name(file).rpartition(".")
    return f"{dataset}/{stem[:60] or dataset}.{sha256[:16]}.{suffix.lower()}"


def arrange(desk: Desk) -> list[str]:
    """Bring the folder to what the journal says; returns what was moved in or out, for the log."""
    room = desk.folder / "records"
    with _alone(desk):
        with desk.reading() as db:
            wanted = {row.path: row for row in db.execute(
                select(delivery.c.path, delivery.c.sha256, delivery.c.size, delivery.c.replaces)
                .where(delivery.c.state == "accepted"))}
            gone = {row.id: row.path for row in db.execute(select(delivery.c.id, delivery.c.path))}
            moved = [path for path, row in wanted.items() if not _there(room / path, row.size)]
            for path in moved:
                _place(desk, db, room / path, wanted[path].sha256, room / gone.get(wanted[path].replaces, path))
        out = [path for path in _ours(room) if path.relative_to(room).as_posix() not in wanted]
        for path in out:
            path.unlink(missing_ok=True)
    return [*(f"+{path}" for path in moved), *(f"-{path.relative_to(room).as_posix()}" for path in out)]


def _there(path: Path, size: int) -> bool:
    return path.is_file() and path.stat().st_size == size


def _place(desk: Desk, db: Connection, target: Path, sha256: str, before: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}{_PART}")
    with blobs_of(desk).open(db, sha256) as source, part.open("wb") as sink:
        shutil.copyfileobj(source, sink, 1 << 20)
        sink.flush()
        os.fsync(sink.fileno())
    if before != target and before.is_file():
        # the new content takes the old one's name first: whoever reads meanwhile sees one of them, never both
        os.replace(part, before)
        os.replace(before, target)
    else:
        os.replace(part, target)
    handle = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _ours(room: Path) -> Iterator[Path]:
    for path in sorted(room.glob("*/*")) if room.is_dir() else ():
        if path.is_symlink() or not path.is_file():
            continue
        if OURS.fullmatch(path.name) or (path.name.startswith(".") and path.name.endswith(_PART)):
            yield path


@contextlib.contextmanager
def _alone(desk: Desk) -> Iterator[None]:
    """One process at a time; the lock goes with the process that holds it."""
    desk.state.mkdir(parents=True, exist_ok=True)
    with (desk.state / "records.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
