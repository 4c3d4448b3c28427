"""Running heads and page numbers: what repeats at the edge of the pages, taken off and put to use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qingce.audit.readers.pdf.layout import Piece, Words

EDGE = 0.09
"""The part of a page's height, at top and bottom, in which running heads stand."""
_DIGITS = re.compile(r"\d+")
_ALONE = re.compile(r"\W*(?:第\s*)?(\d{1,4})(?:\s*页)?(?:\s*/\s*\d{1,4})?\W*")
_AT_END = re.compile(r"(?:^|\s)(\d{1,4})\W*$|^\W*(\d{1,4})(?=\s)")


@dataclass(frozen=True, slots=True)
class Side:
    """One side of paper: what stands on it, its height, and its page number.

    ``page`` is as printed where the document prints page numbers (nothing on sides before page 1), else
    the count of sides. ``picture``: nothing but pictures stands on it.
    """

    height: float
    pieces: tuple[Piece, ...]
    page: int | None = None
    picture: bool = False


def without_furniture(sides: Sequence[Side]) -> list[Side]:
    """The sides without what repeats at their edges, with the page numbers found there."""
    seen = Counter(shape for side in sides for shape in {s for p in _edge(side) for s in _shapes(p)})
    need = 2 if len(sides) <= 6 else max(3, len(sides) // 12)
    often = {shape for shape, count in seen.items() if count >= need}
    shift = _shift(sides)
    return [_bare(side, i, often, shift) for i, side in enumerate(sides)]


def _edge(side: Side) -> list[Words]:
    return [p for p in side.pieces if isinstance(p, Words)
            and (p.bottom > (1 - EDGE) * side.height or p.top < EDGE * side.height)]


def _shapes(words: Words) -> list[str]:
    """What a line is apart from its digits: the whole, and each part that stands apart from the rest.

    Lines that are little more than numbers have no shape: they may be data that look alike.
    """
    whole = _DIGITS.sub("#", words.text)
    return [shape for shape in (whole, *whole.split("  ")) if sum(c.isalpha() for c in shape) >= 4]


def _numbers(words: Words) -> list[int]:
    alone = _ALONE.fullmatch(words.text)
    if alone:
        return [int(alone[1])]
    return [int(m[1] or m[2]) for m in _AT_END.finditer(words.text)]


def _shift(sides: Sequence[Side]) -> int | None:
    """How far the printed page numbers run ahead of the count of sides; nothing where none are printed."""
    votes: Counter[int] = Counter()
    for i, side in enumerate(sides):
        votes.update({n - i for words in _edge(side) for n in _numbers(words)})
    if not votes:
        return None
    shift, count = min(votes.items(), key=lambda item: (-item[1], abs(item[0])))
    return shift if count >= max(3, len(sides) // 3) else None


def _bare(side: Side, i: int, often: set[str], shift: int | None) -> Side:
    edge = {id(p) for p in _edge(side)}
    kept = []
    for piece in side.pieces:
        if id(piece) in edge and isinstance(piece, Words):
            numbered = shift is not None and i + shift in _numbers(piece)
            if often.intersection(_shapes(piece)) or (numbered and _ALONE.fullmatch(piece.text)):
                continue
        kept.append(piece)
    page = i + 1 if shift is None else i + shift
    return Side(side.height, tuple(kept), page if page > 0 else None, side.picture)
