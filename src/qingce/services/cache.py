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
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

_KEPT_SECONDS = 30 * 24 * 3600


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
        """The kept text, or nothing; one that was cut short or altered counts as nothing."""
        try:
            seal, _, text = (self.folder / f"{name}.txt").read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return text if seal == _seal(text) else None

    def note(self, name: str, text: str) -> None:
        """Keep a text, whole or not at all."""
        put_file(self.folder / f"{name}.txt", f"{_seal(text)}\n{text}".encode())


def _seal(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class TextCache:
    """Texts and bytes by the hash of what they were made from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.made = 0

    def text(self, kind: str, ingredients: Any, make: Callable[[], str]) -> str:
        """The kept text for these ingredients, or a freshly made one."""
        return self.data(kind, ingredients, lambda: make().encode()).decode()

    def data(self, kind: str, ingredients: Any, make: Callable[[], bytes]) -> bytes:
        """The kept bytes for these ingredients (anything ``repr`` or JSON tells apart), or fresh ones."""
        text = ingredients if isinstance(ingredients, str) else json.dumps(ingredients, sort_keys=True, default=repr)
        path = self.folder / kind / hashlib.sha256(text.encode()).hexdigest()[:32]
        try:
            return path.read_bytes()
        except OSError:
            pass
        self.made += 1
        fresh = make()
        put_file(path, fresh)
        return fresh

    def texts(self, kind: str) -> KeptTexts:
        """Texts of a kind under keys that are hashes already."""
        return KeptTexts(self.folder / kind)

    def sweep(self) -> None:
        """Remove what nobody has read or written for a month."""
        limit = time.time() - _KEPT_SECONDS
        for path in self.folder.rglob("*") if self.folder.is_dir() else ():
            if path.is_file() and max(path.stat().st_atime, path.stat().st_mtime) < limit:
                path.unlink(missing_ok=True)


class KeptTexts(MutableMapping[str, str]):
    """Texts in files named by their keys; a text that cannot be kept is simply not kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._held: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self._held:
            try:
                self._held[key] = (self.folder / key).read_text(encoding="utf-8")
            except OSError as exc:
                raise KeyError(key) from exc
        return self._held[key]

    def __setitem__(self, key: str, value: str) -> None:
        self._held[key] = value
        put_file(self.folder / key, value.encode())

    def __delitem__(self, key: str) -> None:
        self._held.pop(key, None)
        (self.folder / key).unlink(missing_ok=True)

    def __contains__(self, key: object) -> bool:
        return key in self._held or (self.folder / str(key)).is_file()

    def __iter__(self) -> Iterator[str]:
        names = {p.name for p in self.folder.iterdir()} if self.folder.is_dir() else set()
        return iter(names | set(self._held))

    def __len__(self) -> int:
        return sum(1 for _ in self)
