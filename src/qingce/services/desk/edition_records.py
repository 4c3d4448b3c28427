"""The records of a frozen edition, opened as a project: figures, trees and rows as they were when it was frozen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from threading import Lock

from qingce.ledger.editions import Sealed, digest
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import INPUTS, Edition, sealed
from qingce.services.overlay import FILE, LaidOver, Overlay

_OPENING = Lock()
_KEPT = 2
"""Editions that stay open at once; each holds what was read and computed of it."""


def project_of_edition(desk: Desk, found: Edition) -> LaidOver:
    """An edition's inputs as a project; what was read of them stays for the next who asks.

    Raises:
        Missing, ProjectError: the files of the edition are not there, or were changed.
    """
    with _OPENING:
        kept: dict[str, LaidOver] = desk.__dict__.setdefault("_edition_projects", {})
        if found.id not in kept:
            while len(kept) >= _KEPT:
                kept.pop(next(iter(kept)))
            kept[found.id] = _opened(desk, sealed(desk, found))
        return kept[found.id]


def _opened(desk: Desk, seal: Sealed) -> LaidOver:
    # beside the sealed folder and not in it: what is made of the records must not lie among frozen bytes
    room = desk.state / "assurance" / seal.id[:32]
    wanted = {rest: said["sha256"] for head, _, rest, said in (
        (*name.partition("/"), said) for name, said in seal.files.items()) if head == INPUTS and rest != FILE}
    _only(room, wanted)
    for rest, sha256 in wanted.items():
        target = room / PurePosixPath(rest)
        _lay(seal.path(f"{INPUTS}/{rest}"), target)
        if digest(target) != sha256:
            target.unlink()
            target.write_bytes(seal.read(f"{INPUTS}/{rest}"))
    lay_sample(desk.state, room)
    overlay = Overlay.load(seal.read(f"{INPUTS}/{FILE}").decode())
    made = LaidOver(room, overlay)
    # readers share what is read and computed, so it is there before anybody looks
    _ = made.computation
    return made


def _only(room: Path, wanted: Mapping[str, str]) -> None:
    """Take out what somebody put among the files: it would count as records of the edition."""
    for path in room.rglob("*") if room.is_dir() else ():
        name = path.relative_to(room)
        if name.parts[0] != ".qingce" and not path.is_dir() and name.as_posix() not in wanted:
            path.unlink()


def lay_sample(state: Path, room: Path) -> None:
    """Made-up ledgers that were made before serve again; they are no part of an edition."""
    there = state / "sample"
    for path in there.rglob("*") if there.is_dir() else ():
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(there).parts):
            _lay(path, room / ".qingce" / "sample" / path.relative_to(there))


def _lay(source: Path, target: Path) -> None:
    """The same bytes under another name: a link where the disk can do that, else a copy."""
    if target.is_file() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
