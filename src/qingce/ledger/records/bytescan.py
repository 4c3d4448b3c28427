"""One pass over a text file's bytes: hash, encoding, and what would trip a CSV reader.

The pass holds one chunk at a time, so a line of two gigabytes is found without being read into
memory as a whole.
"""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
LINE_LIMIT = 1 << 20
"""Bytes of a line beyond which no CSV record is believed; at least ``CHUNK``."""


@dataclass(slots=True)
class TextScan:
    """What the pass saw; lines count from 1, and 0 means never.

    Attributes:
        encoding: ``utf-8``, ``gb18030``, or ``""`` where the file is neither.
        bad_line: the first line that is not UTF-8.
        gaps: an empty line stands somewhere.
    """

    sha256: str = ""
    encoding: str = "utf-8"
    utf16: bool = False
    bad_line: int = 0
    nul_line: int = 0
    long_line: int = 0
    bare_cr_line: int = 0
    quotes: bool = False
    gaps: bool = False


def chunks(file: BinaryIO) -> Iterator[bytes]:
    """The file's bytes, a chunk at a time."""
    while block := file.read(CHUNK):
        yield block


def sha256_of(path: Path) -> str:
    """The hash of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in chunks(file):
            digest.update(block)
    return digest.hexdigest()


def scan_text(path: Path) -> TextScan:
    """Pass over the file once, and where it is not UTF-8 look whether it seems to be GB18030.

    Whether every byte of it is shows when it is decoded.

    Raises:
        OSError: the file cannot be read.
    """
    walk = _Pass()
    with path.open("rb") as file:
        for block in chunks(file):
            walk.take(block)
    scan = walk.end()
    if scan.bad_line:
        scan.encoding = "gb18030" if not scan.utf16 and _seems_gb18030(path) else ""
    return scan


class _Pass:
    """The state of the pass between two chunks."""

    def __init__(self) -> None:
        self.scan = TextScan()
        self.digest = hashlib.sha256()
        self.decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self.lines = 0
        self.since_feed = 0
        self.tail = b""
        self.started = False

    def take(self, block: bytes) -> None:
        scan = self.scan
        if not self.started:
            scan.utf16 = block.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            self.started = True
        self.digest.update(block)
        self._decode(block, False)
        if not scan.nul_line and (at := block.find(b"\0")) >= 0:
            scan.nul_line = self.lines + block.count(b"\n", 0, at) + 1
        first = block.find(b"\n")
        reach = self.since_feed + (len(block) if first < 0 else first)
        if not scan.long_line and reach > LINE_LIMIT:
            scan.long_line = self.lines + 1
        self.since_feed = reach if first < 0 else len(block) - block.rfind(b"\n") - 1
        self._ends(self.tail + block)
        scan.quotes = scan.quotes or b'"' in block
        self.lines += block.count(b"\n")
        # line ends that the chunk's edge cuts in two are judged with the next chunk
        self.tail = (self.tail + block[-2:])[-2:]

    def _ends(self, joined: bytes) -> None:
        scan = self.scan
        scan.gaps = scan.gaps or b"\n\n" in joined or b"\n\r\n" in joined
        if scan.bare_cr_line or b"\r" not in joined:
            return
        if joined.count(b"\r") - joined.endswith(b"\r") == joined.count(b"\r\n"):
            return
        at = joined.find(b"\r")
        while joined[at + 1 : at + 2] == b"\n":
            at = joined.find(b"\r", at + 1)
        scan.bare_cr_line = self.lines + joined.count(b"\n", 0, at) - self.tail.count(b"\n") + 1

    def _decode(self, block: bytes, final: bool) -> None:
        if self.scan.bad_line:
            return
        held = len(self.decoder.getstate()[0])
        try:
            self.decoder.decode(block, final)
        except UnicodeDecodeError as exc:
            self.scan.bad_line = self.lines + block.count(b"\n", 0, max(0, exc.start - held)) + 1

    def end(self) -> TextScan:
        self._decode(b"", True)
        if self.tail.endswith(b"\r") and not self.scan.bare_cr_line:
            self.scan.bare_cr_line = self.lines + 1
        self.scan.sha256 = self.digest.hexdigest()
        return self.scan


def _seems_gb18030(path: Path) -> bool:
    """Whether most of what is not ASCII makes no sense as UTF-8, and decodes as far as it was looked at.

    This keeps a damaged UTF-8 file from being taken for Chinese in another encoding. A file of which
    the first thousands of such characters all say the same is not read to its end.
    """
    strict = codecs.getincrementaldecoder("gb18030")("strict")
    loose = codecs.getincrementaldecoder("utf-8")("replace")
    broken = sound = 0
    try:
        with path.open("rb") as file:
            while block := file.read(_GLANCE):
                strict.decode(block)
                if block.isascii():
                    continue
                text = loose.decode(block)
                bad = text.count("\ufffd")
                broken += bad
                sound += len(text) - bad - len(text.encode("ascii", "ignore"))
                if broken + sound > _PLENTY and not broken < 2 * sound < 4 * broken:
                    return broken > sound
        strict.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return broken > sound


_GLANCE = 1 << 16
_PLENTY = 4000
