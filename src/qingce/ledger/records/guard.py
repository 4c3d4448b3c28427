"""Before a file is opened: is it a plain file of the project, and what are its bytes like?"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from qingce.core.check import Place
from qingce.ledger.records.collect import Collector

KINDS = {".csv": "csv", ".xlsx": "xlsx", ".parquet": "parquet"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NAMES = {"csv": "CSV", "xlsx": "XLSX", "parquet": "Parquet"}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells that a file was not touched: any write changes at least one of these."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A plain file inside the project folder.

    Attributes:
        name: path relative to the project folder, with ``/``.
        kind: ``csv``, ``xlsx`` or ``parquet``.
    """

    path: Path
    name: str
    kind: str
    stamp: Stamp


def stamp(path: Path) -> Stamp | None:
    """The file's stamp, or nothing where it cannot be seen or is not a plain file."""
    try:
        seen = os.lstat(path)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(seen.st_mode):
        return None
    return Stamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def relative_name(path: Path, root: Path) -> str:
    """The path below the root with ``/``; as given where it is not below it."""
    try:
        name = Path(os.path.abspath(path)).relative_to(Path(os.path.abspath(root))).as_posix()
    except ValueError:
        name = str(path)
    # a name that is not UTF-8 on disk is still printable
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def admit(path: Path, root: Path, collector: Collector) -> Delivered | None:
    """The file if it may be read, otherwise a finding and nothing."""
    name = relative_name(path, root)
    place = Place(name)
    try:
        inside = Path(os.path.abspath(path)).relative_to(Path(os.path.abspath(root)))
    except ValueError:
        collector.add("file_outside", f"文件 {name} 不在项目文件夹内。", place)
        return None
    walked = Path(os.path.abspath(root))
    try:
        for part in inside.parts:
            walked = walked / part
            if walked.is_symlink():
                collector.add("file_symlink", f"{relative_name(walked, root)} 是链接。", place)
                return None
        seen = os.lstat(walked)
    except (OSError, ValueError) as exc:
        collector.add("file_missing", f"读不到文件 {name}：{_why(exc)}。", place)
        return None
    if not stat.S_ISREG(seen.st_mode):
        collector.add("file_kind", f"{name} 不是普通文件。", place)
        return None
    kind = _kind(walked, name, collector)
    if kind is None:
        return None
    return Delivered(
        walked, name, kind, Stamp(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)
    )


def _kind(path: Path, name: str, collector: Collector) -> str | None:
    place = Place(name)
    suffix = path.suffix.lower()
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as exc:
        collector.add("file_missing", f"读不到文件 {name}：{_why(exc)}。", place)
        return None
    if suffix == ".xlsm":
        collector.add("xlsx_macro", "文件是启用宏的工作簿。", place)
        return None
    if suffix not in KINDS:
        collector.add("file_kind", f"不支持 {suffix or '没有扩展名'} 的文件。", place)
        return None
    if not head:
        collector.add("file_empty", "文件没有内容（0 字节）。", place)
        return None
    if head.startswith(_OLD_OFFICE):
        if suffix == ".xlsx":
            collector.add("xlsx_encrypted", "文件有打开密码，或是改了扩展名的旧版 .xls。", place)
        else:
            collector.add("file_kind", "内容是旧版 Office 文件，扩展名却不是。", place)
        return None
    content = "xlsx" if head.startswith(b"PK\x03\x04") else "parquet" if head.startswith(b"PAR1") else ""
    wanted = KINDS[suffix]
    if content and content != wanted:
        collector.add("file_kind", f"扩展名是 {suffix}，内容却是 {_NAMES[content]}。", place)
        return None
    return wanted


def _why(exc: Exception) -> str:
    if isinstance(exc, FileNotFoundError):
        return "文件不存在"
    if isinstance(exc, PermissionError):
        return "没有读取权限"
    return "系统无法读取"
