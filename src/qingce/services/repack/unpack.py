"""Opening a pack from strangers: nothing is read before its name, size and hash are what the pack says."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from qingce.core.errors import Refused
from qingce.core.event import chained
from qingce.services.repack import layout

LIMIT = 8 << 30
"""Bytes that a pack may unfold to unless its reader allows more."""
_MOST = 200_000
_SMALL = 64 << 20
_BLOCK = 1 << 20
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, NotImplementedError, RuntimeError,
               ValueError, OverflowError)
"""What the reader of archives raises over spoilt bytes."""


@dataclass(frozen=True)
class Unpacked:
    """A pack whose every byte is what its manifest, and the manifest of the edition, say.

    Attributes:
        said: the manifest; ``seal`` that of the edition.
    """

    room: Path
    said: Mapping[str, Any]
    seal: Mapping[str, Any]

    @property
    def names(self) -> list[str]:
        """Every file but the manifest and the list of sums."""
        return sorted(self.said["files"])


def unpack(path: Path, room: Path, *, limit: int = LIMIT) -> Unpacked:
    """Unfold a pack into an empty folder.

    Args:
        limit: bytes that it may unfold to.

    Raises:
        Refused: not a pack, a hostile one, one that was changed (the file is named), or one of another format.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            said = _manifest(archive, entries)
            _same_names(entries, said)
            _room_for(entries, room, limit)
            for name, entry in entries.items():
                _extract(archive, entry, room / PurePosixPath(name), said["files"].get(name))
    except FileNotFoundError as failed:
        raise Refused(f"没有文件 {path}。") from failed
    except _UNREADABLE as failed:
        raise Refused(f"{path.name} 不是复算包，或已损坏：{failed}。") from failed
    _sums(room, said)
    made = Unpacked(room, said, _sealed(room, said))
    _journal(made)
    return made


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > _MOST:
        raise Refused(f"包内有 {len(listed):,} 个文件，超过 {_MOST:,} 个，不予打开。")
    found: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for entry in listed:
        name = entry.orig_filename
        kind = stat.S_IFMT(entry.external_attr >> 16)
        if not layout.safe(name) or name != entry.filename:
            raise Refused(f"包内文件名 {name!r:.120} 会写到别处，不予打开。")
        if kind not in (0, stat.S_IFREG) or entry.flag_bits & 1:
            raise Refused(f"包内的 {name} 是链接、特殊文件或加密文件，不予打开。")
        if name.lower() in seen:
            raise Refused(f"包内的 {name} 出现两次，不予打开。")
        if not layout.known(name):
            raise Refused(f"包内的 {name} 不属于复算包，不予打开。")
        seen.add(name.lower())
        found[name] = entry
    return found


def _manifest(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    if layout.MANIFEST not in entries or entries[layout.MANIFEST].file_size > _SMALL:
        raise Refused("这不是青册的复算包：没有 pack.json，或它过大。")
    with archive.open(entries[layout.MANIFEST]) as file:
        data = file.read(_SMALL + 1)
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as failed:
        raise Refused("pack.json 读不懂，包已损坏。") from failed
    if not isinstance(said, dict) or said.get("format") != layout.FORMAT:
        raise Refused(f"这个包的格式是 {said.get('format') if isinstance(said, dict) else '未知'!r:.60}，"
                      f"本版只认 {layout.FORMAT}。")
    files = said.get("files")
    if not isinstance(files, dict) or not isinstance(said.get("edition"), str) or not all(
            isinstance(one, dict) and isinstance(one.get("sha256"), str) and isinstance(one.get("size"), int)
            for one in files.values()):
        raise Refused("pack.json 不完整，包已损坏。")
    return said


def _same_names(entries: Mapping[str, zipfile.ZipInfo], said: Mapping[str, Any]) -> None:
    listed = {*said["files"], layout.MANIFEST, layout.SUMS}
    if missing := sorted(listed - set(entries)):
        raise Refused(f"包内缺少 {missing[0]}" + (f" 等 {len(missing)} 个文件。" if len(missing) > 1 else "。"))
    if extra := sorted(set(entries) - listed):
        raise Refused(f"包内多出清单上没有的 {extra[0]}。")
    for name, one in said["files"].items():
        if entries[name].file_size != one["size"]:
            raise Refused(f"{name} 与清单不符：应为 {one['size']:,} 字节，包内为 {entries[name].file_size:,} 字节。")


def _room_for(entries: Mapping[str, zipfile.ZipInfo], room: Path, limit: int) -> None:
    total = sum(entry.file_size for entry in entries.values())
    if total > limit:
        raise Refused(f"包解开后有 {total / 2**30:,.1f} GB，超过 {limit / 2**30:,.1f} GB，不予打开；"
                      "确实可信时用 --limit 放宽。")
    if total > shutil.disk_usage(room).free:
        raise Refused(f"包解开后有 {total / 2**30:,.1f} GB，临时磁盘放不下。")


def _extract(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, said: Mapping[str, Any] | None) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    made, left = hashlib.sha256(), entry.file_size
    try:
        with archive.open(entry) as source, target.open("xb") as sink:
            # not more than was promised, whatever the stream would give
            while left and (block := source.read(min(_BLOCK, left))):
                left -= len(block)
                made.update(block)
                sink.write(block)
            more = source.read(1) if not left else b""
    except _UNREADABLE as failed:
        raise Refused(f"{entry.filename} 已损坏或被改动：{failed}。") from failed
    if left or more or (said is not None and made.hexdigest() != said["sha256"]):
        raise Refused(f"{entry.filename} 与清单的哈希不符，包被改动过。")


def _sums(room: Path, said: Mapping[str, Any]) -> None:
    wanted = {name: one["sha256"] for name, one in said["files"].items()}
    wanted[layout.MANIFEST] = hashlib.sha256((room / layout.MANIFEST).read_bytes()).hexdigest()
    text = "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(wanted.items()))
    if (room / layout.SUMS).read_bytes() != text.encode():
        raise Refused(f"{layout.SUMS} 与清单不符，包被改动过。")


def _sealed(room: Path, said: Mapping[str, Any]) -> dict[str, Any]:
    """The edition's own manifest: its hash is the edition's name, and it names the inputs and figures once more."""
    try:
        data = (room / layout.SEAL).read_bytes()
        seal = json.loads(data)
        files = {f"{layout.EDITION}/{name}": one["sha256"] for name, one in seal["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as failed:
        raise Refused(f"{layout.SEAL} 不在或读不懂，包已损坏。") from failed
    if hashlib.sha256(data).hexdigest() != said["edition"]:
        raise Refused(f"{layout.SEAL} 的哈希不是封版哈希 {said['edition'][:16]}…，包被改动过。")
    here = {name: one["sha256"] for name, one in said["files"].items() if name.startswith(f"{layout.EDITION}/")}
    here.pop(layout.SEAL)
    for name, sha256 in here.items():
        if files.get(name) != sha256:
            raise Refused(f"{name} 与封版时的哈希不符，包被改动过。")
    needed = {name for name in files if name.startswith(f"{layout.INPUTS}/")} | {layout.FIGURES}
    if missing := sorted(needed - set(here)):
        raise Refused(f"包内缺少封版时的 {missing[0]}。")
    made: dict[str, Any] = seal
    return made


def _journal(made: Unpacked) -> None:
    """The event that froze the edition, and its link of the chain."""
    try:
        told = json.loads((made.room / layout.JOURNAL).read_bytes())["frozen"]
        event = json.loads(told["event"])
        right = (event["did"] == "frozen" and event["subject"] == f"edition/{made.said['edition']}"
                 and chained(told["prev"], told["event"]) == told["hash"])
    except (OSError, ValueError, KeyError, TypeError) as failed:
        raise Refused(f"{layout.JOURNAL} 不在或读不懂，包已损坏。") from failed
    if not right:
        raise Refused(f"{layout.JOURNAL} 中的封版事项不是这一版的，或与它的哈希不符。")
