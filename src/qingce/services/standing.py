"""Standing: the files of the edition that stands, taken over into the next one where they would be the same.

What would be made of the same is the same, if the file is still the one that was written: same place on the
disk, same size, and neither its content nor anything the disk notes of it changed since. A file of which this
cannot be shown is written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from qingce.services.cache import keep_text, read_kept

_Seen = list[int]


class Standing:
    """The edition in a folder.

    Args:
        target: the folder.
        notes: folder of what was noted when editions were finished.
    """

    def __init__(self, target: Path, notes: Path) -> None:
        self._target = os.fspath(target)
        self._note = notes / hashlib.sha256(str(target).encode()).hexdigest()[:32]
        kept = read_kept(self._note)
        self._files: dict[str, tuple[str, _Seen]] = json.loads(kept) if kept is not None else {}

    def take(self, path: str, key: str, to: Path) -> bool:
        """Put a file of the edition into the next one as well; whether that could be done.

        Args:
            path: from the edition's folder.
            key: what it must have been made of.
            to: where it is to stand; nothing stands there yet.
        """
        made_of, seen = self._files.get(path, ("", []))
        if made_of != key:
            return False
        try:
            before = os.path.join(self._target, path)  # a thousand files: joining paths as objects takes as long
            if _seen(before) != seen:
                return False
            os.link(before, to)
            if _seen(to)[:-1] == seen[:-1]:  # a second name changes only the last
                return True
            to.unlink()
        except OSError:
            return False
        return False

    def note(self, keys: Mapping[str, str]) -> None:
        """Note the files of the edition that now stands, and what each was made of."""
        files = {}
        for path, key in keys.items():
            with suppress(OSError):
                files[path] = (key, _seen(os.path.join(self._target, path)))
        keep_text(self._note, json.dumps(files, separators=(",", ":")))


def _seen(path: str | Path) -> _Seen:
    """What the disk says of a file; any write to it changes at least the last of these."""
    found = os.lstat(path)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(f"{path} is not a plain file")
    return [found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_mode, found.st_ctime_ns]
