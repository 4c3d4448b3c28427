"""What a project keeps between runs and could make again: cells, charts, pages.

Everything is named by the content it was made from, so nothing needs to be invalidated; entries
that a run did not touch are swept after a month.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT_SECONDS, _SWEEP_SECONDS = 30 * 24 * 3600, 24 * 3600
_SMALL = 1 << 18
"""Bytes up to which a file is read in one go: less than what mapping it costs."""


def put_file(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; whether it could be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError:
        return False
    return True


class CellCache:
    """The engine's memory: results of scans as Arrow files, short texts as they are.

    Args:
        folder: made when first written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> pa.Table | None:
        """The kept table, or nothing; a damaged file counts as nothing."""
        path = self.folder / f"{name}.arrow"
        if not path.is_file():
            return None
        import pyarrow as pa

        try:
            if path.stat().st_size <= _SMALL:
                return pa.ipc.open_file(pa.py_buffer(path.read_bytes())).read_all()
            with pa.memory_map(str(path)) as source:
                return pa.ipc.open_file(source).read_all()
        except (OSError, pa.ArrowInvalid):
            return None

    def put(self, name: str, table: pa.Table) -> None:
        """Keep a table; a disk that takes no more is not an error, the scan can be done again."""
        import pyarrow as pa

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f"{name}.{os.getpid()}.tmp"
            with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            temporary.replace(self.folder / f"{name}.arrow")
        except OSError:
            return

    def recall(self, name: str) -> str | None:
        """The kept text, or nothing."""
        return read_kept(self.folder / f"{name}.txt")

    def note(self, name: str, text: str) -> None:
        """Keep a text."""
        keep_text(self.folder / f"{name}.txt", text)


def read_kept(path: Path) -> str | None:
    """A text that :func:`keep_text` kept, or nothing: one that was cut short or altered counts as nothing."""
    try:
        seal, _, text = path.read_bytes().partition(b"\n")
        return text.decode() if seal == _seal(text) else None
    except (OSError, UnicodeDecodeError):
        return None


def keep_text(path: Path, text: str) -> None:
    """Keep a text under a seal, whole or not at all."""
    data = text.encode()
    put_file(path, _seal(data) + b"\n" + data)


def _seal(data: bytes) -> bytes:
    return hashlib.sha256(data).hexdigest()[:16].encode()


class TextCache:
    """Texts by the hash of what they were made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def text(self, kind: str, ingredients: Any, make: Callable[[], str]) -> str:
        """The kept text for these ingredients (anything ``repr`` or JSON tells apart), or a freshly made one."""
        told = ingredients if isinstance(ingredients, str) else json.dumps(ingredients, sort_keys=True, default=repr)
        path = self.folder / kind / hashlib.sha256(told.encode()).hexdigest()[:32]
        known = read_kept(path)
        if known is None:
            known = make()
            keep_text(path, known)
        return known

    def texts(self, kind: str) -> KeptTexts:
        """Texts of a kind under keys that are hashes already."""
        return KeptTexts(self.folder / kind)

    def sweep(self) -> None:
        """Remove what nobody has read or written for a month; looks at most once a day."""
        now, mark = time.time(), self.folder / ".swept"
        if not self.folder.is_dir() or (mark.is_file() and mark.stat().st_mtime > now - _SWEEP_SECONDS):
            return
        for path in self.folder.rglob("*"):
            with suppress(OSError):
                if path.is_file() and max(path.stat().st_atime, path.stat().st_mtime) < now - _KEPT_SECONDS:
                    path.unlink(missing_ok=True)
        put_file(mark, b"")


class KeptTexts(MutableMapping[str, str]):
    """Texts in files named by their keys; a text that cannot be kept is simply not kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self:
            raise KeyError(key)
        return self._held[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._held[key] = value
        keep_text(self.folder / key, value)

    def __delitem__(self, key: str) -> None:
        self._held.pop(key, None)
        (self.folder / key).unlink(missing_ok=True)

    def __contains__(self, key: object) -> bool:
        if key not in self._held:
            kept = read_kept(self.folder / str(key))
            if kept is None:
                return False
            self._held[str(key)] = kept
        return True

    def __iter__(self) -> Iterator[str]:
        names = {p.name for p in self.folder.iterdir()} if self.folder.is_dir() else set()
        return iter(names | set(self._held))

    def __len__(self) -> int:
        return sum(1 for _ in self)
