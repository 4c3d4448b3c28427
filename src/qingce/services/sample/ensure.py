"""The sample of a project: made when first asked for, under a name that says what it was made from."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qingce.core.errors import ProjectError
from qingce.services.settings import SampleSettings

_LIST = "sample.json"
_STALE_SECONDS = 24 * 3600
Progress = Callable[[str], None]


def ensure_sample(
    folder: Path, settings: SampleSettings | None, *, progress: Progress | None = None
) -> Path | None:
    """The folder with a project's sample ledgers, made where they are not there yet.

    It is made elsewhere and moved into place whole: an interrupted run leaves nothing that looks like one.

    Args:
        folder: the project's folder.
        settings: the project's ``[sample]``; nothing where it has none.

    Returns:
        A folder with one folder for each dataset, or nothing.

    Raises:
        ProjectError: the settings ask for what cannot be made, or the disk does not take it.
    """
    home = home_of(folder, settings) if settings is not None else None
    if settings is None or home is None or _whole(home):
        return home
    from qingce.services.sample.make import make_sample

    room = home.parent
    try:
        room.mkdir(parents=True, exist_ok=True)
        _sweep(room)
        work = Path(tempfile.mkdtemp(prefix=".work-", dir=room))
    except OSError as exc:
        raise ProjectError(f"不能写入 {room}：{exc}。") from exc
    try:
        draft = work / "ledgers"
        make_sample(settings.kind, settings.loans, settings.seed, draft, progress=progress, tree=False)
        (draft / _LIST).write_text(json.dumps(_sizes(draft), indent=1), encoding="utf-8")
        _settle(draft, home)
    except OSError as exc:
        raise ProjectError(f"样本不能写入 {room}：{exc}。") from exc
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return home


def is_made(folder: Path, settings: SampleSettings) -> bool:
    """Whether a project's sample is there, whole."""
    return _whole(home_of(folder, settings))


def home_of(folder: Path, settings: SampleSettings) -> Path:
    """Where a project's sample lies, made or not."""
    return folder / ".qingce" / "sample" / _name(settings)


def _name(settings: SampleSettings) -> str:
    """A hash of everything the ledgers follow from: what is asked for, and the generator itself."""
    made_from = hashlib.sha256(f"{settings.kind} {settings.loans} {settings.seed}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        made_from.update(source.name.encode() + b"\0" + source.read_bytes())
    return made_from.hexdigest()[:16]


def _sizes(folder: Path) -> dict[str, int]:
    return {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _LIST
    }


def _whole(home: Path) -> bool:
    try:
        listed = json.loads((home / _LIST).read_text(encoding="utf-8"))
        return bool(listed == _sizes(home))
    except (OSError, ValueError):
        return False


def _settle(draft: Path, home: Path) -> None:
    """Move a finished sample into place; another run may have been faster, or an old one is damaged."""
    if home.exists() and not _whole(home):
        shutil.rmtree(home)
    try:
        os.rename(draft, home)
    except OSError:
        if not _whole(home):
            raise


def _sweep(room: Path) -> None:
    """Remove what interrupted runs left."""
    for old in room.glob(".work-*"):
        with contextlib.suppress(OSError):
            if time.time() - old.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(old, ignore_errors=True)
