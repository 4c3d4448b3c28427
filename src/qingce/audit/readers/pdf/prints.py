"""Prints: for each side of a plain PDF a hash over everything that its words and rules are drawn from.

Two sides with one print read alike, whichever files they stand in, so what was read of one holds for the
other. A file that is built in any but the plainest way has no prints, and is read.
"""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise

_TAIL = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
_TABLE = re.compile(rb"xref\s+0 (\d+)[ \r\n]+")
_ENTRY = 20
"""Bytes of one line of the table of objects."""
_REFERENCE = re.compile(rb"(?<![\d.])(\d+) 0 R\b")
_PAGES = re.compile(rb"/Pages (\d+) 0 R\b")
_ROOT = re.compile(rb"/Root (\d+) 0 R\b")
_KIDS = re.compile(rb"/Kids\s*\[([^\]]*)\]")
_NOT_DRAWN = re.compile(rb"/Parent \d+ 0 R\b|/StructParents \d+|/Annots(?: \d+ 0 R\b|\s*\[[^\]]*\])")
"""What a side names beside what is drawn on it: where it hangs, its tags, its links."""
_OWN = (b"/Contents", b"/Resources", b"/MediaBox")
"""What a side must say itself, so that nothing is inherited from elsewhere."""


class _OtherwiseError(Exception):
    """The file is built in another way than this reads."""


def prints(data: bytes) -> list[str] | None:
    """One hash for each side, in order; nothing where the file has several tables, packed objects or a cipher."""
    try:
        return _prints(data)
    except (_OtherwiseError, IndexError, KeyError, ValueError, RecursionError):
        return None


def _prints(data: bytes) -> list[str]:
    file = _Objects(data)
    root = file.head(_number(_ROOT, file.trailer))
    tree = file.head(_number(_PAGES, root))
    kids = _KIDS.search(tree)
    if kids is None or b"/Resources" in tree or b"/Rotate" in tree:
        raise _OtherwiseError
    return [_side(file, int(number)) for number in _REFERENCE.findall(kids[1])]


def _side(file: _Objects, number: int) -> str:
    told = file.head(number)
    if b"/Kids" in told or any(name not in told for name in _OWN):
        raise _OtherwiseError
    return file.hashed(_NOT_DRAWN.sub(b"", told)).hex()


def _number(pattern: re.Pattern[bytes], text: bytes) -> int:
    found = pattern.findall(text)
    if len(found) != 1:
        raise _OtherwiseError
    return int(found[0])


class _Objects:
    """The objects of a file, each from where the table says to where the next begins."""

    def __init__(self, data: bytes) -> None:
        tail = _TAIL.search(data, max(0, len(data) - 64))
        begin = int(tail[1]) if tail else len(data)
        table = _TABLE.match(data, begin)
        if table is None:
            raise _OtherwiseError
        end = table.end() + int(table[1]) * _ENTRY
        self.trailer = data[end:]
        if not self.trailer.startswith(b"trailer") or any(n in self.trailer for n in (b"/Prev", b"/Encrypt", b"/XRef")):
            raise _OtherwiseError
        lines = [data[at:at + _ENTRY] for at in range(table.end(), end, _ENTRY)]
        begins = {n: int(line[:10]) for n, line in enumerate(lines) if line[17:18] == b"n"}
        ends = dict(pairwise([*sorted(begins.values()), begin]))
        self._at = {n: (start, ends[start]) for n, start in begins.items()}
        self._data = data
        self._hashes: dict[int, bytes] = {}
        self._open: set[int] = set()

    def _parts(self, number: int) -> tuple[bytes, bytes]:
        """What an object says, and the stream behind it with what parts them."""
        whole = self._data[slice(*self._at[number])]
        begun, _, body = whole.partition(b" obj")
        if begun != b"%d 0" % number or b"/ObjStm" in body[:200]:
            raise _OtherwiseError
        said, mark, stream = body.partition(b"stream")
        return said, mark + stream

    def head(self, number: int) -> bytes:
        """What an object says, without a stream."""
        return self._parts(number)[0]

    def hashed(self, said: bytes, stream: bytes = b"") -> bytes:
        """A hash over words in which every reference stands for what it leads to."""
        digest = hashlib.sha256()
        digest.update(_REFERENCE.sub(lambda named: b"<%s>" % self._hash(int(named[1])).hex().encode(), said))
        digest.update(b"\0%d\0" % len(stream))
        digest.update(stream)
        return digest.digest()

    def _hash(self, number: int) -> bytes:
        if number not in self._hashes:
            if number in self._open:
                raise _OtherwiseError  # a ring of references
            self._open.add(number)
            self._hashes[number] = self.hashed(*self._parts(number))
            self._open.discard(number)
        return self._hashes[number]
