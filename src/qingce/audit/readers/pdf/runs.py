"""From the characters of a PDF page to runs: characters that stand close together on one line."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
CELL_GAP = 1.0
"""A gap this wide, in sizes of the type, ends a run: what follows is another cell or column."""


class Glyph(NamedTuple):
    """One printed character; the page's origin is its lower left corner, as it is read."""

    text: str
    left: float
    bottom: float
    right: float
    top: float

    @property
    def size(self) -> float:
        """Height of the type."""
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Rules:
    """Straight lines drawn on the page: ``(x, bottom, top)`` and ``(y, left, right)``."""

    vertical: tuple[tuple[float, float, float], ...] = ()
    horizontal: tuple[tuple[float, float, float], ...] = ()

    def between(self, left: float, right: float, y: float) -> bool:
        """Whether an upright rule stands between two places on one line."""
        return any(left - 1 <= x <= right + 1 and low <= y <= high for x, low, high in self.vertical)


@dataclass(slots=True)
class Run:
    """Characters on one line without a wide gap; ``order`` is the place in the file's own order."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The characters, blanks at both ends taken off."""
        return "".join(self.parts).strip()

    @property
    def middle(self) -> float:
        """Height of the middle of the line."""
        return (self.top + self.bottom) / 2

    @property
    def size(self) -> float:
        """Height of the line."""
        return max(self.top - self.bottom, 1.0)

    def level(self, other: Run) -> bool:
        """Whether both stand on one line."""
        shared = min(self.top, other.top) - max(self.bottom, other.bottom)
        return shared > 0.5 * min(self.size, other.size)


@lru_cache(maxsize=20_000)
def wide(char: str) -> bool:
    """Whether a character takes a full square, as Chinese ones do."""
    return unicodedata.east_asian_width(char) in "WF"


def runs(glyphs: Sequence[Glyph], rules: Rules) -> list[Run]:
    """Runs in the file's order."""
    made: list[Run] = []
    last: Glyph | None = None
    spaced = False
    for glyph in glyphs:
        if not glyph.text.strip():
            spaced = True
            continue
        if last is None or not _goes_on(made[-1], last, glyph, rules):
            made.append(Run(len(made), glyph.left, glyph.bottom, glyph.right, glyph.top, [glyph.text]))
        else:
            _join(made[-1], last, glyph, spaced)
        last, spaced = glyph, False
    return [run for run in made if run.text]


def _goes_on(run: Run, last: Glyph, glyph: Glyph, rules: Rules) -> bool:
    height = glyph.top - glyph.bottom
    size = max(last.top - last.bottom, height, 1.0)
    gap = glyph.left - last.right
    if gap > CELL_GAP * size or glyph.left < last.left - 0.3 * size:
        return False
    shared = min(run.top, glyph.top) - max(run.bottom, glyph.bottom)
    if shared < 0.35 * min(height or 1, run.size):
        return False
    return gap < 0.05 * size or not rules.between(last.right, glyph.left, (glyph.top + glyph.bottom) / 2)


def _join(run: Run, last: Glyph, glyph: Glyph, spaced: bool) -> None:
    size = max(last.size, glyph.size, 1.0)
    gap = glyph.left - last.right
    both_wide = wide(last.text) and wide(glyph.text)
    text = glyph.text
    small = glyph.size < 0.8 * run.size
    if small and text.isdigit() and glyph.bottom > run.bottom + 0.25 * run.size:
        text = text.translate(_RAISED)  # a mark of a footnote or an exponent is no digit of the number before it
    elif (spaced and not both_wide) or gap > (0.6 if both_wide else 0.18) * size:
        run.parts.append(" ")
    run.parts.append(text)
    run.right = max(run.right, glyph.right)
    if not small:
        run.bottom, run.top = min(run.bottom, glyph.bottom), max(run.top, glyph.top)
