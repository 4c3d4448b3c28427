"""A Word file that strangers give back, judged before anything in it is read.

Here it is a zip of named parts and nothing more: parts that inflate to more than they say, document types, macros,
embedded programs, links to other files and passwords are refused with words.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from qingce.ledger.records.workbook import SPOILT, Packed, Unfit, inflate

FILE_LIMIT = 20 << 20
"""Bytes of a file."""
TOTAL_LIMIT = 128 << 20
"""Bytes to which all its parts together may inflate."""
PART_LIMIT = 32 << 20
"""Bytes of a part that is read."""
MEMBERS_LIMIT = 2000
READ = ("word/document.xml", "word/comments.xml", "word/commentsExtended.xml", "docProps/custom.xml")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HYPERLINK = "/hyperlink"
_ALIEN = re.compile(
    r"(?:^|/)(?:embeddings|activex|afchunk[^/]*)(?:/|$)|vbaproject|vbadata|\.(?:exe|dll|bin|js|vbs|bat)$")
_HARMLESS_BINARY = re.compile(r"printersettings\d*\.bin$|^word/(?:fonts|media)/")


def word_parts(path: Path) -> dict[str, bytes]:
    """The parts of a Word file that hold its words, its comments and its properties.

    Raises:
        Unfit: it must not be opened, with the rule it breaks and the reason in Chinese.
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        head = file.read(8)
    if head == _OLD:
        raise Unfit("word_old", "是旧版 .doc，或加了密码的文件；请另存为不加密的 .docx 再交。")
    if not head.startswith(b"PK"):
        raise Unfit("word_kind", "不是 Word 文件（.docx）；请用 Word 或 WPS 另存为 .docx 再交。")
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            members = {member.filename: member for member in archive.infolist()}
            _judge_members(archive.infolist())
            found = {name: _content(file, member) for name, member in members.items()
                     if name in READ or name.endswith(".rels") or name == "[Content_Types].xml"}
            for name, member in members.items():
                if name not in found:
                    _measure(file, member)
    except SPOILT as failed:
        raise Unfit("word_damaged", "文件不是完好的 .docx：压缩包已损坏。") from failed
    if "word/document.xml" not in found:
        raise Unfit("word_kind", "压缩包里没有 Word 正文，不是 .docx 文件。")
    _judge_types(found)
    return {name: found[name] for name in READ if name in found}


def _judge_members(members: list[zipfile.ZipInfo]) -> None:
    Packed("word", MEMBERS_LIMIT, TOTAL_LIMIT).judge(members)
    for member in members:
        name = member.filename.lower()
        if name.startswith("/") or ".." in name.split("/") or "\\" in name or ":" in name:
            raise Unfit("word_damaged", f"部件名 {member.filename!r:.80} 会写到别处，不予打开。")
        if _ALIEN.search(name) and not _HARMLESS_BINARY.search(name):
            raise Unfit("word_macro", f"文件含宏或嵌入对象（{member.filename:.80}）；请删去后再交。")


def _pieces(file: BinaryIO, member: zipfile.ZipInfo, limit: int) -> list[bytes]:
    pieces, size = [], 0
    for block in inflate(file, member):
        size += len(block)
        if size > member.file_size or size > limit:
            raise Unfit("word_bomb", f"部件 {member.filename:.80} 解压后比它自称的或容许的大，不予打开。")
        pieces.append(block)
    return pieces


def _measure(file: BinaryIO, member: zipfile.ZipInfo) -> None:
    """Inflate a part that is not read, to see that it is no larger than it says and declares no document type."""
    size = 0
    head = b""
    for block in inflate(file, member):
        size += len(block)
        if size > member.file_size:
            raise Unfit("word_bomb", f"部件 {member.filename:.80} 解压后比它自称的大，不予打开。")
        head += block[: max(0, 4096 - len(head))]
    if member.filename.lower().endswith((".xml", ".rels")):
        _judge_head(head, member.filename)


def _content(file: BinaryIO, member: zipfile.ZipInfo) -> bytes:
    data = b"".join(_pieces(file, member, PART_LIMIT))
    _judge_head(data, member.filename)
    return data


def _judge_head(data: bytes, name: str) -> None:
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unfit("word_damaged", f"部件 {name:.80} 含文档类型声明，正常的 Word 文件不会有，不予打开。")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4096]:
        raise Unfit("word_damaged", f"部件 {name:.80} 不是 UTF-8，不予打开。")


def _judge_types(found: Mapping[str, bytes]) -> None:
    for element in _parsed(found, "[Content_Types].xml").iter():
        if "macroenabled" in element.get("ContentType", "").lower():
            raise Unfit("word_macro", "文件是启用宏的 Word 文档；请另存为 .docx 再交。")
    for name in found:
        if not name.endswith(".rels"):
            continue
        for element in _parsed(found, name).iter():
            kind = element.get("Type", "")
            if element.get("TargetMode", "").lower() == "external" and not kind.endswith(_HYPERLINK):
                raise Unfit("word_link", f"文件链接到别处的文件（{kind.rpartition('/')[2]:.40}）；请断开链接后再交。")
            if kind.lower().endswith(("/afchunk", "/oleobject", "/control", "/vbaproject")):
                raise Unfit("word_macro", f"文件含嵌入的对象（{kind.rpartition('/')[2]:.40}）；请删去后再交。")


def _parsed(found: Mapping[str, bytes], name: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(found.get(name, b""))
    except ElementTree.ParseError as failed:
        raise Unfit("word_damaged", f"文件不是完好的 .docx：部件 {name:.80} 读不懂。") from failed
