"""Partitions: the files of a dataset, and what names their content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from qingce.engine.backend import Backend, Source
from qingce.engine.memory import Memory

_ADDRESSED = re.compile(r"[0-9a-f]{64}")


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


class Files:
    """Rows and contents of Parquet files; of a file not touched since, both are known without opening it.

    Args:
        paths: files that are looked at together.
        memory: where what is known of them is kept; without one every file is read.
    """

    def __init__(self, paths: Iterable[Path], memory: Memory | None) -> None:
        self._memory = memory
        folders = sorted({str(path.parent) for path in paths})
        self._note = "files-" + hashlib.sha256("\0".join(folders).encode()).hexdigest()[:16]
        kept = memory.recall(self._note) if memory is not None else None
        self._kept: dict[str, _Seen] = json.loads(kept) if kept is not None else {}
        self._fresh = False

    def rows(self, path: Path) -> int:
        """Rows in a file."""
        seen = self._seen(path)
        if seen["rows"] < 0:
            seen["rows"], self._fresh = _rows(path), True
        return seen["rows"]

    def content(self, path: Path) -> str:
        """The name of a file's content.

        Raises:
            OSError: the file cannot be read.
        """
        if _ADDRESSED.fullmatch(path.stem):
            return path.stem
        seen = self._seen(path)
        if not seen["content"]:
            seen["content"], self._fresh = _digest(path), True
        return seen["content"]

    def partition(self, path: Path) -> Partition:
        """A file as a partition."""
        return Partition(path, self.rows(path), self.content(path))

    def keep(self) -> None:
        """Keep what is known; of files that are gone nothing."""
        if self._fresh and self._memory is not None:
            here = {path: seen for path, seen in self._kept.items() if Path(path).is_file()}
            self._memory.note(self._note, json.dumps(here))
            self._fresh = False

    def _seen(self, path: Path) -> _Seen:
        at = path.stat()
        stamp = [at.st_size, at.st_mtime_ns, at.st_ctime_ns, at.st_ino]
        seen = self._kept.get(str(path))
        if seen is None or seen["stamp"] != stamp:
            seen = self._kept[str(path)] = {"stamp": stamp, "rows": -1, "content": ""}
        return seen


def contents(paths: Sequence[Path], memory: Memory | None) -> list[str]:
    """The names of files' contents.

    Raises:
        OSError: a file cannot be read.
    """
    files = Files(paths, memory)
    found = [files.content(path) for path in paths]
    files.keep()
    return found


class _Seen(TypedDict):
    stamp: list[int]
    rows: int
    content: str


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def whole(parts: Iterable[Partition]) -> str:
    """The name of the content of several files together."""
    return hashlib.sha256("\0".join(p.content for p in parts).encode()).hexdigest()


def local(backend: Backend) -> bool:
    """Whether this machine reads the files itself."""
    return backend.dialect == "duckdb"
