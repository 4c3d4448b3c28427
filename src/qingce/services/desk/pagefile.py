"""A page's file in the project: read as it is, replaced whole or not at all."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from qingce.core.errors import Missing, Refused
from qingce.services.desk.desk import Desk

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class PageFile:
    """A page's source.

    Attributes:
        raw: its bytes; ``text`` its words with line feeds only.
    """

    path: Path
    raw: bytes
    text: str

    def bytes_of(self, text: str) -> bytes:
        """Another text in the manner of this file: its mark of UTF-8, its kind of line ends."""
        lines = text.replace("\n", "\r\n") if b"\r\n" in self.raw else text
        return (_BOM if self.raw.startswith(_BOM) else b"") + lines.encode()


def read_page(desk: Desk, file: str) -> PageFile:
    """The source of a page.

    Args:
        file: below the project's folder, as the page names it.

    Raises:
        Missing: it is not there, or not a page of this project.
        Refused: it is not UTF-8.
    """
    room = desk.folder / "pages"
    path = desk.folder / file
    if path.parent != room or path.suffix != ".md" or path.is_symlink() or not path.is_file():
        raise Missing(f"项目里没有页面文件 {file[:120]}。")
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as failed:
        raise Refused(f"页面文件 {file} 不是 UTF-8 文本，请另存为 UTF-8。") from failed
    return PageFile(path, raw, text.replace("\r\n", "\n").replace("\r", "\n"))


def replace_page(path: Path, content: bytes) -> None:
    """Put other bytes in the place of a page's; a reader sees the old ones or the new, never a part.

    Raises:
        Refused: the disk does not take them.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as sink:
            sink.write(content)
            sink.flush()
            os.fsync(sink.fileno())
        shutil.copymode(path, part)
        os.replace(part, path)
        handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as failed:
        part.unlink(missing_ok=True)
        raise Refused(f"页面文件写不进去（{failed.strerror or failed}），没有采纳；请检查磁盘与权限。") from failed
