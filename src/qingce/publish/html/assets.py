"""Files of the web edition: what is copied as it stands, and how anything is written."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Protocol

from qingce.publish.fixed import script

_ENGLISH = Path(__file__).with_name("english")
_SPEAKING = ("report.js", "form.js")
_STATIC = Path(__file__).with_name("static")
_FONTS = Path(__file__).parent.parent / "fonts"


class Before(Protocol):
    """An edition from before, whose files may stand in this one as well."""

    def take(self, path: str, key: str, to: Path) -> bool:
        """Put the file of that path, if it was made of what the key says, at ``to`` too; whether it was done."""


class Writer:
    """Writes files below a folder, leaving alone those whose bytes are already there.

    Args:
        before: where a file is taken from that would be the same; without it every file is written.

    Attributes:
        written: paths from the folder, in order, of files that changed.
        kept: paths of files that did not.
        keys: by path, what a file was made of, where that is known.
    """

    def __init__(self, root: Path, before: Before | None = None) -> None:
        self.root = root
        self.keys: dict[str, str] = {}
        self._before = before
        self.written: list[str] = []
        self.kept: list[str] = []
        self._folders: set[Path] = set()

    def write(self, path: str, content: str | bytes) -> None:
        """Put the content at that path, given from the folder with forward slashes."""
        body = content.encode() if isinstance(content, str) else content
        if self._before is None:
            self._put(path, body)
        else:  # hashing a file and taking it over costs a fraction of making a new one
            self.made(path, hashlib.sha256(body).hexdigest(), lambda: body)

    def made(self, path: str, key: str, make: Callable[[], str | bytes]) -> None:
        """Put there what is made of what the key stands for; it is not made where an edition from before has it."""
        self.keys[path] = key
        if self._before is not None and self._before.take(path, key, self._place(path)):
            self.kept.append(path)
        else:
            made = make()
            self._put(path, made.encode() if isinstance(made, str) else made)

    def _put(self, path: str, body: bytes) -> None:
        target = self._place(path)
        if self._stands(target, body):
            self.kept.append(path)
            return
        target.unlink(missing_ok=True)  # it may be a second name of a file of the edition from before
        target.write_bytes(body)
        self.written.append(path)

    def _place(self, path: str) -> Path:
        """Where a file is to stand, in a folder that is there."""
        target = self.root / path
        if target.parent not in self._folders:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(target.parent)
        return target

    def _stands(self, target: Path, body: bytes) -> bool:
        try:
            return target.stat().st_size == len(body) and target.is_file() and target.read_bytes() == body
        except FileNotFoundError:
            return False


@cache
def english_scripts() -> dict[str, bytes]:
    """The scripts that speak, in English, and a style; all else is taken from the Chinese edition beside it."""
    files = {f"static/{name}": script((_STATIC / name).read_text(encoding="utf-8")).encode() for name in _SPEAKING}
    return files | {"static/english.css": (_ENGLISH / "english.css").read_bytes()}


@cache
def static_files() -> dict[str, bytes]:
    """Style sheets, scripts, their licences and the fonts that are there, by path from the folder's root."""
    files = {
        f"static/{path.relative_to(_STATIC).as_posix()}": path.read_bytes()
        for path in sorted(_STATIC.rglob("*"))
        if path.is_file()
    }
    fonts = sorted(_FONTS.glob("NotoSansSC-*.woff2"))
    files |= {f"static/fonts/{path.name}": path.read_bytes() for path in fonts}
    licence = _FONTS / "OFL.txt"
    if fonts and licence.is_file():
        files["static/fonts/OFL.txt"] = licence.read_bytes()
    if not fonts:
        css = files["static/report.css"].decode()
        files["static/report.css"] = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", css).encode()
    return files
