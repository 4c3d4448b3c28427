"""The XLSX container, judged before any spreadsheet reader opens it.

A workbook is a zip of XML. Everything that a reader could choke on or that is more than data is
looked for here by streaming: members that inflate to far more than they say, document types,
macros, links and encryption. ``sheetscan`` looks into the worksheet itself.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from qingce.ledger.records.bytescan import CHUNK

TOTAL_LIMIT = 1 << 30
"""Bytes to which all members together may inflate."""
RATIO_LIMIT = 200
"""How many times larger than packed a large member may be."""
RATIO_FROM = 16 << 20
MEMBERS_LIMIT = 5000
PART_LIMIT = 8 << 20
_LOCAL_HEADER = 30
SPOILT = (
    zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, LookupError, ValueError, EOFError, RuntimeError,
    OverflowError,
)
"""What the reader of archives raises over spoilt bytes; NotImplementedError is its word for a packing unknown to it."""


class Unfit(Exception):
    """The workbook must not be opened; carries the rule and the reason in Chinese."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, the zip member that holds it, whether people see it."""

    name: str
    part: str
    visible: bool


def inspect(path: Path) -> tuple[Sheet, ...]:
    """The worksheets of a workbook that is fit to be opened.

    Raises:
        Unfit: it is not, with the rule it breaks.
        OSError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _judge_members(members)
            with path.open("rb") as file:
                for member in members:
                    _judge_content(file, member)
            return _sheets(archive, {m.filename for m in members})
    except (*SPOILT, ElementTree.ParseError) as exc:
        raise Unfit("xlsx_damaged", "文件不是完好的 XLSX：压缩包或其中的表格描述已损坏。") from exc


@dataclass(frozen=True, slots=True)
class Packed:
    """What a zipped document of one kind may be.

    Attributes:
        kind: begins the names of its rules.
        members, total: how many parts, and the bytes to which all of them may inflate.
    """

    kind: str
    members: int
    total: int

    def judge(self, members: Sequence[zipfile.ZipInfo]) -> None:
        """Refuse too many parts, two of one name, parts that inflate beyond measure, and parts with a password.

        Raises:
            Unfit: with the rule that is broken.
        """
        if len(members) > self.members:
            raise Unfit(f"{self.kind}_bomb", f"压缩包里有 {len(members):,} 个部件，不予打开。")
        if len({m.filename.lower() for m in members}) != len(members):
            raise Unfit(f"{self.kind}_damaged", "压缩包里有同名的部件，不予打开。")
        total = sum(m.file_size for m in members)
        if total > self.total:
            raise Unfit(f"{self.kind}_bomb", f"解压后有 {total / 2**20:,.0f} MB，不予打开。")
        for member in members:
            if member.flag_bits & 0x1:
                raise Unfit(f"{self.kind}_encrypted", "文件或其中的部件有密码；请去掉密码再交。")
            if member.file_size > RATIO_FROM and member.file_size > RATIO_LIMIT * max(1, member.compress_size):
                raise Unfit(f"{self.kind}_bomb",
                            f"部件 {member.filename:.80} 解压后是压缩时的 {RATIO_LIMIT} 倍以上，不予打开。")


def _judge_members(members: list[zipfile.ZipInfo]) -> None:
    Packed("xlsx", MEMBERS_LIMIT, TOTAL_LIMIT).judge(members)
    for member in members:
        name = member.filename.lower()
        if name.endswith("vbaproject.bin") or "/macrosheets/" in name or "/embeddings/" in name \
                or "/activex/" in name:
            raise Unfit("xlsx_macro", f"文件含宏或嵌入对象（{posixpath.basename(member.filename)}）。")
        if "/externallinks/" in name or name in ("xl/connections.xml", "xl/model/item.data"):
            raise Unfit("xlsx_link", f"文件含外部链接或数据连接（{posixpath.basename(member.filename)}）。")


def _judge_content(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Inflate a member to its end and see whether it is as large as it says, and plain XML."""
    size, checked = 0, not member.filename.lower().endswith((".xml", ".rels"))
    head = b""
    for block in inflate(file, member):
        size += len(block)
        if size > member.file_size:
            raise Unfit("xlsx_bomb", f"部件 {member.filename} 解压后比它自称的大。")
        if not checked:
            head += block[: 4096 - len(head)]
            if len(head) >= 4096 or size == member.file_size:
                checked = True
                _judge_head(head, member.filename)


def _judge_head(head: bytes, name: str) -> None:
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise Unfit("xlsx_damaged", f"部件 {name} 含文档类型声明，正常的 XLSX 不会有。")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
        raise Unfit("xlsx_damaged", f"部件 {name} 不是 UTF-8。")


def inflate(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes from the archive, whatever size its directory entry claims.

    Raises:
        ValueError: it is packed in a way no spreadsheet program uses, or its header is broken.
    """
    file.seek(member.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04":
        raise ValueError(member.filename)
    name_size, extra_size = struct.unpack("<HH", header[26:30])
    file.seek(member.header_offset + _LOCAL_HEADER + name_size + extra_size)
    left = member.compress_size
    if member.compress_type == zipfile.ZIP_STORED:
        while left > 0 and (block := file.read(min(CHUNK, left))):
            left -= len(block)
            yield block
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(member.filename)
    unpack = zlib.decompressobj(-15)
    pending = b""
    while not unpack.eof:
        if not pending:
            pending = file.read(min(CHUNK, left))
            left -= len(pending)
            if not pending:
                return
        block = unpack.decompress(pending, CHUNK)
        pending = unpack.unconsumed_tail
        if block:
            yield block


def _sheets(archive: zipfile.ZipFile, names: set[str]) -> tuple[Sheet, ...]:
    types = _part(archive, "[Content_Types].xml")
    for element in types.iter():
        if "macroenabled" in element.get("ContentType", "").lower():
            raise Unfit("xlsx_macro", "文件是启用宏的工作簿。")
    targets = {
        element.get("Id", ""): element.get("Target", "")
        for element in _part(archive, "xl/_rels/workbook.xml.rels").iter()
        if element.get("TargetMode", "").lower() != "external"
    }
    sheets = []
    for element in _part(archive, "xl/workbook.xml").iter():
        if _local(element.tag) != "sheet":
            continue
        link = next((value for key, value in element.attrib.items() if _local(key) == "id"), "")
        target = targets.get(link, "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if part in names and "/worksheets/" in part.lower():
            visible = element.get("state", "visible") == "visible"
            sheets.append(Sheet(element.get("name", ""), part, visible))
    return tuple(sheets)


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    if archive.getinfo(name).file_size > PART_LIMIT:
        raise Unfit("xlsx_bomb", f"部件 {name} 大得不合常理。")
    return ElementTree.fromstring(archive.read(name))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
