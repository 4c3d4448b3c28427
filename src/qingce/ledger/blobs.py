"""Files by their sha256: kept once, whatever they are called and however often they are attached.

A file is received into a waiting room on disk, hashed and synced on the way, and only then kept. Small
files lie in the database, so that a backup of it has them; large ones lie beside it under their hash. A large file
is in place before the row that promises it is committed: a crash may leave a file too many, never one too few.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from qingce.core.errors import Missing, Refused
from qingce.core.event import moment
from qingce.ledger.store import Store
from qingce.ledger.tables import blob

SMALL = 64 << 10
"""Bytes up to which a file lies in the database."""
LIMIT = 100 << 20
"""Bytes that a file may have unless its receiver says otherwise."""
CHUNK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_STALE = 24 * 3600


@dataclass(frozen=True, slots=True)
class Received:
    """A file in the waiting room: whole, hashed and on disk, but not yet kept.

    Attributes:
        head: its first bytes, by which its kind is told.
    """

    path: Path
    sha256: str
    size: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that is not what its hash says."""

    sha256: str
    reason: str


class Blobs:
    """The files of a store.

    Args:
        folder: where large ones lie; made when the first is received.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder

    @contextlib.contextmanager
    def receive(self, source: BinaryIO | bytes | Iterable[bytes], *, limit: int = LIMIT) -> Iterator[Received]:
        """Take a file in, piece by piece; what is not kept inside this block is gone after it.

        Raises:
            Refused: empty, or larger than ``limit``.
        """
        room = self.folder / ".incoming"
        room.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=room)
        path = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                received = _write(file, path, _pieces(source), limit)
            yield received
        finally:
            path.unlink(missing_ok=True)

    def keep(self, db: Connection, received: Received, kind: str, at: dt.datetime) -> str:
        """Keep a received file in an open writing transaction; the same bytes are kept once. Returns the sha256.

        Args:
            kind: its content type.
        """
        if db.execute(select(blob.c.sha256).where(blob.c.sha256 == received.sha256)).first() is not None:
            return received.sha256
        small = received.size <= SMALL
        if not small:
            _settle(received.path, self.path(received.sha256))
        db.execute(blob.insert().values(
            sha256=received.sha256, size=received.size, kind=kind, at=moment(at),
            data=received.path.read_bytes() if small else None,
        ))
        return received.sha256

    def path(self, sha256: str) -> Path:
        """Where a large file lies.

        Raises:
            Missing: not a sha256.
        """
        if not _HASH.fullmatch(sha256):
            raise Missing("没有这个文件。")
        return self.folder / sha256[:2] / sha256

    def open(self, db: Connection, sha256: str) -> BinaryIO:
        """A file's bytes.

        Raises:
            Missing: it is not kept here, or is not where it should lie.
        """
        row = db.execute(select(blob.c.size, blob.c.data).where(blob.c.sha256 == sha256)).first()
        if row is None:
            raise Missing("没有这个文件。")
        if row.data is not None:
            return io.BytesIO(row.data)
        try:
            return self.path(sha256).open("rb")
        except OSError as failed:
            raise Missing(f"文件 {sha256[:12]}… 登记在册，却读不到；请从备份恢复。") from failed

    def kind(self, db: Connection, sha256: str) -> tuple[str, int]:
        """A file's content type and size.

        Raises:
            Missing: it is not kept here.
        """
        row = db.execute(select(blob.c.kind, blob.c.size).where(blob.c.sha256 == sha256)).first()
        if row is None:
            raise Missing("没有这个文件。")
        return str(row.kind), int(row.size)

    def verify(self) -> list[Damaged]:
        """Read every file again; those that are gone or are not what their hash says."""
        found = []
        with self.store.reading() as db:
            for sha256 in db.execute(select(blob.c.sha256).order_by(blob.c.sha256)).scalars().all():
                try:
                    with self.open(db, sha256) as file:
                        if _hash(file) != sha256:
                            found.append(Damaged(sha256, "内容与哈希不符"))
                except (Missing, OSError):
                    found.append(Damaged(sha256, "文件不在"))
        return found

    def sweep(self) -> int:
        """Remove what crashes left: unfinished files, and files that no row promises. Returns how many.

        Only what has lain for a day is touched, so that nothing that is just being kept is lost.
        """
        removed = 0
        with self.store.reading() as db:
            known = set(db.execute(select(blob.c.sha256).where(blob.c.data.is_(None))).scalars())
        for path in self.folder.glob("*/*") if self.folder.is_dir() else ():
            waiting = path.parent.name == ".incoming"
            with contextlib.suppress(OSError):
                if (waiting or path.name not in known) and time.time() - path.stat().st_mtime > _STALE:
                    path.unlink()
                    removed += 1
        return removed


def _pieces(source: BinaryIO | bytes | Iterable[bytes]) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
    elif hasattr(source, "read"):
        while piece := source.read(CHUNK):
            yield piece
    else:
        yield from source


def _hash(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while piece := file.read(CHUNK):
        digest.update(piece)
    return digest.hexdigest()


def _write(file: BinaryIO, path: Path, pieces: Iterator[bytes], limit: int) -> Received:
    digest, size, head = hashlib.sha256(), 0, b""
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise Refused(f"文件超过 {limit / 2**20:,.0f} MB，请拆分或压缩后再传。")
        digest.update(piece)
        file.write(piece)
        if len(head) < 4096:
            head += piece[: 4096 - len(head)]
    if not size:
        raise Refused("文件没有内容（0 字节），请重新选择文件。")
    file.flush()
    os.fsync(file.fileno())
    return Received(path, digest.hexdigest(), size, head)


def _settle(draft: Path, target: Path) -> None:
    """Put a synced file in its place so that it is there after a power cut."""
    target.parent.mkdir(parents=True, exist_ok=True)
    # a link and not a move: the waiting room clears its own, and the transaction may still be taken back
    with contextlib.suppress(FileExistsError):
        os.link(draft, target)
    for folder in (target.parent, target.parent.parent):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
