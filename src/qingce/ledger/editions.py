"""Editions as folders that are never changed: a manifest, and every file it names by its sha256.

An edition is put together in a room beside the others and gets its name, the hash of its manifest, in
one rename: it is there whole or not at all. Whoever reads a file is given the bytes that the manifest
names, or an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from qingce.core.errors import Missing, ProjectError, unwritten
from qingce.core.event import Json, canonical

MANIFEST = "manifest.json"
FORMAT = "qingce/edition/1"
_ROOM = ".room-"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Sealed:
    """An edition as it lies on the disk.

    Attributes:
        id: sha256 of the manifest's bytes.
        manifest: what it says, ``files`` among it: path -> ``{"sha256", "size"}``.
    """

    id: str
    folder: Path
    manifest: Mapping[str, Any]

    @property
    def files(self) -> Mapping[str, Mapping[str, Any]]:
        """Every file but the manifest."""
        found: Mapping[str, Mapping[str, Any]] = self.manifest["files"]
        return found

    def path(self, name: str) -> Path:
        """Where a file lies.

        Raises:
            Missing: the edition has no such file.
        """
        if name != MANIFEST and name not in self.files:
            raise Missing(f"这一版没有文件“{name}”。")
        return self.folder / PurePosixPath(name)

    def read(self, name: str) -> bytes:
        """The bytes of a file, as they were frozen.

        Raises:
            Missing: the edition has no such file.
            ProjectError: the bytes on the disk are not those that were frozen.
        """
        data = self.path(name).read_bytes()
        wanted = self.id if name == MANIFEST else self.files[name]["sha256"]
        if hashlib.sha256(data).hexdigest() != wanted:
            raise ProjectError(f"{self.folder.name}/{name} 在封版之后被改动过；请从备份恢复。")
        return data

    def damage(self) -> list[str]:
        """Files that are not as they were frozen, or gone; empty where all is well."""
        found = []
        for name, said in self.files.items():
            path = self.folder / PurePosixPath(name)
            if not path.is_file() or digest(path) != said["sha256"]:
                found.append(name)
        return found


class Vault:
    """The frozen editions of a project.

    Args:
        folder: usually ``.qingce/editions``; made when the first edition is frozen.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def room(self) -> Iterator[Path]:
        """A folder to put an edition together in; what is left of it afterwards is thrown away."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix=_ROOM, dir=self.folder))
        except OSError as exc:
            raise ProjectError(unwritten(self.folder, exc)) from exc
        try:
            yield made
        except OSError as exc:
            raise ProjectError(unwritten(made, exc)) from exc
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def seal(self, room: Path, said: Mapping[str, Json]) -> Sealed:
        """Give what stands in a room its manifest and its name.

        Args:
            said: what the manifest says beside the files.
        """
        files: dict[str, Json] = {}
        for path in sorted(p for p in room.rglob("*") if p.is_file()):
            path.chmod(0o444)
            _flush(path)
            files[path.relative_to(room).as_posix()] = {"sha256": digest(path), "size": path.stat().st_size}
        data = (canonical({**said, "format": FORMAT, "files": files}) + "\n").encode()
        name = hashlib.sha256(data).hexdigest()
        target = self.folder / name
        if target.is_dir():
            # the same edition was put together before, and its event was not written
            return self.open(name)
        (room / MANIFEST).write_bytes(data)
        (room / MANIFEST).chmod(0o444)
        _flush(room / MANIFEST)
        room.chmod(0o755)
        room.rename(target)
        _flush(self.folder)
        return self.open(name)

    def open(self, name: str) -> Sealed:
        """An edition by its hash.

        Raises:
            Missing: there is none.
            ProjectError: its manifest was changed.
        """
        path = self.folder / name / MANIFEST
        if not name.isalnum() or not path.is_file():
            raise Missing(f"没有封版“{name[:16]}”的文件；如已迁移，请从备份恢复 .qingce/editions。")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != name:
            raise ProjectError(f"{path} 在封版之后被改动过；请从备份恢复。")
        return Sealed(name, path.parent, json.loads(data))

    def sweep(self) -> int:
        """Throw away rooms that an interruption left; returns how many."""
        left = list(self.folder.glob(f"{_ROOM}*")) if self.folder.is_dir() else []
        for room in left:
            shutil.rmtree(room, ignore_errors=True)
        return len(left)

    def keep(self, source: Path, target: Path, like: Sealed | None) -> None:
        """Copy an input; where the edition before holds the same bytes, they are shared.

        Args:
            like: the edition before, if there is one.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        name = PurePosixPath(*target.parts[len(self.folder.parts) + 1 :]).as_posix()
        if like is not None and name in like.files and like.files[name]["sha256"] == digest(source):
            with contextlib.suppress(OSError):
                os.link(like.folder / PurePosixPath(name), target)
                return
        shutil.copyfile(source, target)


def digest(path: Path) -> str:
    """sha256 of a file."""
    made = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            made.update(block)
    return made.hexdigest()


def _flush(path: Path) -> None:
    """Put a file, or a folder's entries, on the disk before anything points at it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
