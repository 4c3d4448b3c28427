"""The folder of an edition: what may be replaced, and how it is, whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qingce.core.errors import ProjectError, unwritten

MARKER = ".qingce-edition"
"""Stands in every output folder; only a folder that has it, or is empty, is ever replaced."""


@contextmanager
def room_for(target: Path) -> Iterator[Path]:
    """A folder beside the target for an edition in the making; what is left of it at the end is removed.

    Raises:
        ProjectError: the disk does not take the edition.
    """
    room = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        yield room
    except OSError as exc:
        raise ProjectError(unwritten(target, exc)) from exc
    finally:
        if room is not None:
            shutil.rmtree(room, ignore_errors=True)


def usable(target: Path) -> None:
    """Make sure that an edition may stand there.

    Raises:
        ProjectError: a file, or a folder that holds something else, stands there.
    """
    if not target.name:  # the root of the file system, which no folder can be put in the place of
        raise ProjectError(f"{target} 不能被替换；请用 --out 写一个文件夹。")
    old = _aside(target)
    if not target.exists() and (old / MARKER).is_file():
        old.rename(target)  # an earlier run was stopped between the two renames of a swap
    if target.exists() and not target.is_dir():
        raise ProjectError(f"{target} 是文件；请用 --out 写一个文件夹。")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise ProjectError(f"{target} 里有不是版本的东西；请用 --out 写一个空文件夹。")


def swap(room: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one; readers see either of them whole."""
    room.chmod(0o755)
    if not target.exists():
        room.rename(target)
        return
    old = _aside(target)
    shutil.rmtree(old, ignore_errors=True)
    target.rename(old)
    try:
        room.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _aside(target: Path) -> Path:
    """Where the old folder stands for the moment of a swap."""
    return target.with_name(f".{target.name}-old")
