"""PDF: words with their places, read in order, tables rebuilt, running heads taken off and used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qingce.audit.readers import parts
from qingce.audit.readers.limits import Limits
from qingce.audit.readers.pdf.furniture import Side
from qingce.audit.readers.pdf.known import Kept
from qingce.audit.readers.pdf.layout import Words
from qingce.audit.readers.pdf.sides import read_sides


def read_pdf(path: Path, limits: Limits, kept: Kept | None = None) -> tuple[list[parts.Part], int, list[int]]:
    """The parts of a PDF, how many sides it has, and which sides (from 1) show nothing but pictures.

    ``page`` of a part is the number printed on its side, or counted from 1 in a PDF without page numbers.

    Args:
        kept: sides read before, by a hash of what they are drawn from.

    Raises:
        UnreadableError: encrypted, damaged, over a limit, or only pictures.
    """
    sides = read_sides(path, limits, kept)
    return list(_parts(sides)), len(sides), [i for i, side in enumerate(sides, 1) if side.picture]


def _parts(sides: Sequence[Side]) -> Iterator[parts.Part]:
    for side in sides:
        for piece in side.pieces:
            if isinstance(piece, Words):
                yield parts.Words(piece.text, page=side.page)
            else:
                yield parts.Grid(piece.rows, page=side.page)
