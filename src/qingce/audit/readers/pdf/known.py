"""Sides that were read before, kept as text under their prints."""

from __future__ import annotations

import hashlib
import json
from collections.abc import MutableMapping
from functools import cache
from pathlib import Path

import pypdfium2

from qingce.audit.readers.parts import GridCell
from qingce.audit.readers.pdf.furniture import Side
from qingce.audit.readers.pdf.grid import Grid
from qingce.audit.readers.pdf.layout import Piece, Words
from qingce.audit.readers.pdf.prints import prints

Kept = MutableMapping[str, str]
"""Texts by hash, on disk for example."""


class KnownSides:
    """What is known of the sides of one file.

    Args:
        data: the file.
        kept: what was read before; what is read now is put in.
    """

    def __init__(self, data: bytes, kept: Kept) -> None:
        self._names = [hashlib.sha256(f"{_reader()} {mark}".encode()).hexdigest()[:32] for mark in prints(data) or ()]
        self._kept = kept

    def get(self, i: int, sides: int) -> tuple[Side, int] | None:
        """A side, running heads included, and how many characters it has; nothing where it must be read.

        Args:
            sides: how many the file has; prints that do not count as many are not believed.
        """
        if len(self._names) != sides or self._names[i] not in self._kept:
            return None
        told = json.loads(self._kept[self._names[i]])
        return Side(told["height"], tuple(map(_piece, told["pieces"])), picture=told["picture"]), told["characters"]

    def put(self, i: int, sides: int, side: Side, characters: int) -> None:
        """Keep a side that was read."""
        if len(self._names) == sides:
            told = {"height": side.height, "picture": side.picture, "characters": characters,
                    "pieces": [_told(piece) for piece in side.pieces]}
            self._kept[self._names[i]] = json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@cache
def _reader() -> str:
    """A hash of what reads sides, so that nothing kept outlives it."""
    digest = hashlib.sha256(f"{pypdfium2.PYPDFIUM_INFO} {pypdfium2.PDFIUM_INFO}".encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _told(piece: Piece) -> list[object]:
    place = [piece.left, piece.bottom, piece.right, piece.top]
    if isinstance(piece, Words):
        return [piece.text, *place]
    return [[[[c.column, c.span, c.text, c.rows] for c in row] for row in piece.rows], *place, piece.columns]


def _piece(told: list) -> Piece:  # type: ignore[type-arg]
    """The other way; a grid no longer knows the runs it was made of, which only the making of it asks."""
    if isinstance(told[0], str):
        return Words(*told)
    rows, *place, columns = told
    return Grid(tuple(tuple(GridCell(*cell) for cell in row) for row in rows), columns, (), *place)
