"""Partitions: the files of a dataset, and what names their content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qingce.engine.backend import Backend, Source
from qingce.engine.memory import Memory

_ADDRESSED = re.compile(r"[0-9a-f]{64}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Partition:
    """One Parquet file of a dataset.

    Attributes:
        content: a name that is the same only where the bytes are the same.
    """

    path: Path
    rows: int
    content: str


def files_of(source: Source) -> list[Path] | None:
    """The Parquet files behind a source on this machine; nothing where it lies elsewhere."""
    if source is None:
        return []
    if isinstance(source, tuple):
        return list(source)
    text = str(source)
    if "://" in text:
        return None
    path = Path(text)
    if path.is_dir():
        return sorted(p for p in path.rglob("*.parquet") if p.is_file())
    if path.is_file():
        return [path]
    anchor = Path(path.anchor or ".")
    return sorted(anchor.glob(str(path.relative_to(path.anchor) if path.anchor else path)))


def rows_of(files: Iterable[Path]) -> int:
    """Rows in Parquet files, from their footers."""
    return sum(map(_rows, files))


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def partitions(files: Sequence[Path], memory: Memory | None) -> list[Partition]:
    """The files with the names of their contents; a file not touched since is not read again.

    Raises:
        OSError: a file cannot be read.
    """
    return [Partition(path, _rows(path), content_of(path, memory)) for path in files]


def content_of(path: Path, memory: Memory | None) -> str:
    """The name of a file's content."""
    if _ADDRESSED.fullmatch(path.stem):
        return path.stem
    seen = path.stat()
    stamp = f"{path}\0{seen.st_size}\0{seen.st_mtime_ns}\0{seen.st_ctime_ns}\0{seen.st_ino}"
    name = "content-" + hashlib.sha256(stamp.encode()).hexdigest()[:16]
    known = memory.recall(name) if memory is not None else None
    if known is not None and _ADDRESSED.fullmatch(known):
        return known
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    if memory is not None:
        memory.note(name, digest.hexdigest())
    return digest.hexdigest()


def whole(parts: Iterable[Partition]) -> str:
    """The name of the content of several files together."""
    return hashlib.sha256("\0".join(p.content for p in parts).encode()).hexdigest()


def local(backend: Backend) -> bool:
    """Whether this machine reads the files itself."""
    return backend.dialect == "duckdb"
