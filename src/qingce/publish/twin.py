"""Twins (对照页): an English page beside its Chinese one, block by block, and whether each block is up to date.

The English of ``pages/NAME.md`` is ``pages/en/NAME.md``. Above each of its blocks stands a mark::

    <!-- zh 7 4f2a91c7d0e3 -->

with the number of the Chinese block and a hash of the Chinese source that it was translated from; ``-`` in place of
the hash means that nobody has translated it yet. Blocks are paired by hash first and by order between those that
match, so that a block added or removed in Chinese makes none of the others stale.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from qingce.publish.pages import parsed

_MARK = re.compile(r"^<!-- zh (\d+) ([0-9a-f]{12}|-) -->[ \t]*$", re.M)
_STAMP = re.compile(r"^zh:[ \t]*([0-9a-f]{12}|-)[ \t]*$", re.M)
_FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_HAN = re.compile("[\u4e00-\u9fff]")
UNTRANSLATED = "-"
"""The stamp of a block that nobody has translated."""


class State(StrEnum):
    """How a block of English stands to the Chinese one."""

    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    ORPHAN = "orphan"


STATES = {State.CURRENT: "一致", State.STALE: "中文已改，译文未跟", State.MISSING: "未译", State.ORPHAN: "中文已删"}


@dataclass(frozen=True, slots=True)
class Source:
    """A block of the Chinese page as it is written; ``number`` counts from 1, 0 is the front matter."""

    number: int
    text: str
    line: int

    @property
    def hash(self) -> str:
        """A name of exactly this text; blanks at the ends of lines do not count."""
        return hashed(self.text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of the English page: what stands between two marks."""

    number: int
    stamp: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A Chinese block and its English; one of them may be lacking."""

    source: Source | None
    piece: Piece | None
    state: State

    @property
    def number(self) -> int:
        """The number of the Chinese block; of an orphan the number that it had."""
        return self.source.number if self.source is not None else self.piece.number if self.piece is not None else 0


def hashed(text: str) -> str:
    """The hash that marks carry.

    >>> hashed("绿色贷款 \\n") == hashed("绿色贷款"), len(hashed(""))
    (True, 12)
    """
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def front_of(text: str) -> tuple[str, str, int]:
    """The front matter, what follows it, and how many lines stand before that."""
    found = _FRONT.match(text)
    return (found[1], text[found.end():], text.count("\n", 0, found.end())) if found else ("", text, 0)


def sources(text: str) -> list[Source]:
    """The blocks of a Chinese page, its front matter first."""
    front, body, above = front_of(text)
    lines = body.splitlines()
    found = [Source(0, front, 1)]
    for node in parsed(body):
        if node.map is not None:
            first, last = node.map
            if node.type.startswith("container_") and lines[last:last + 1] == [":::"]:
                last += 1
            found.append(Source(len(found), "\n".join(lines[first:last]).strip("\n"), first + 1 + above))
    return found


def pieces(text: str) -> list[Piece]:
    """The blocks of an English page, its front matter first; what stands before the first mark is none."""
    front, body, above = front_of(text)
    stamp = _STAMP.search(front)
    found = [Piece(0, stamp[1] if stamp else UNTRANSLATED, _STAMP.sub("", front).strip("\n"), 1)]
    marks = list(_MARK.finditer(body))
    for n, mark in enumerate(marks):
        end = marks[n + 1].start() if n + 1 < len(marks) else len(body)
        line = above + body.count("\n", 0, mark.end()) + 2
        found.append(Piece(int(mark[1]), mark[2], body[mark.end():end].strip("\n"), line))
    return found


def paired(zh: Sequence[Source], en: Sequence[Piece]) -> list[Pair]:
    """Every Chinese block with its English in the order of the page; orphans stand where they are in English."""
    pairs = [_pair(zh[0], en[0] if en else None)]
    left, right = [p.stamp for p in en[1:]], [s.hash for s in zh[1:]]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        ours, theirs = en[1 + i1:1 + i2], zh[1 + j1:1 + j2]
        if tag == "equal":
            pairs += [Pair(s, p, State.CURRENT) for s, p in zip(theirs, ours, strict=True)]
            continue
        pairs += list(_between(theirs, ours))
    return pairs


def _between(theirs: Sequence[Source], ours: Sequence[Piece]) -> Iterator[Pair]:
    """Blocks that do not match by hash: those of one number belong together, the rest by order."""
    byname = {p.number: p for p in ours} if len(ours) != len(theirs) else {}
    free = [p for p in ours if p.number not in {s.number for s in theirs}] if byname else list(ours)
    taken = set()
    for source in theirs:
        piece = byname.get(source.number) or (free.pop(0) if free and not byname else None)
        taken.add(id(piece))
        yield _pair(source, piece)
    yield from (Pair(None, p, State.ORPHAN) for p in ours if id(p) not in taken)


def _pair(source: Source, piece: Piece | None) -> Pair:
    if piece is None or piece.stamp == UNTRANSLATED:
        return Pair(source, piece, State.MISSING)
    return Pair(source, piece, State.CURRENT if piece.stamp == source.hash else State.STALE)


def written(pairs: Sequence[Pair]) -> str:
    """The English page of these pairs, its marks numbered anew; what is lacking stands in Chinese, to be translated."""
    front = next(p for p in pairs if p.source is not None and p.source.number == 0)
    parts = [f"---\n{_front_text(front)}\n---"]
    for pair in pairs:
        if pair is front:
            continue
        piece, source = pair.piece, pair.source
        number = source.number if source is not None else piece.number if piece is not None else 0
        # bindings alone say the same in both languages
        same = source is not None and not _HAN.search(source.text)
        stamp = piece.stamp if piece is not None else source.hash if same and source is not None else UNTRANSLATED
        text = piece.text if piece is not None else source.text if source is not None else ""
        parts.append(f"<!-- zh {number} {stamp} -->\n{text}")
    return "\n\n".join(parts) + "\n"


def _front_text(pair: Pair) -> str:
    assert pair.source is not None
    kept = [line for line in (pair.piece.text if pair.piece else pair.source.text).splitlines()
            if line.split(":")[0] in ("title", "part", "part_title")]
    return "\n".join([*kept, f"zh: {pair.piece.stamp if pair.piece else UNTRANSLATED}"])


def accepted(pairs: Sequence[Pair], number: int | None) -> list[Pair]:
    """The pairs with the block of that number (all of them for ``None``) stamped as translated from today's Chinese."""
    return [
        Pair(p.source, Piece(p.source.number, p.source.hash, p.piece.text, p.piece.line), State.CURRENT)
        if p.source is not None and p.piece is not None and number in (None, p.source.number) else p
        for p in pairs
    ]
