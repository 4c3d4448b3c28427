"""From runs to lines in reading order and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from qingce.audit.readers.pdf.grid import Grid, aligned_grids
from qingce.audit.readers.pdf.ruled import ruled_grids
from qingce.audit.readers.pdf.runs import Rules, Run


@dataclass(frozen=True, slots=True)
class Words:
    """A line of running text with its place on the page."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


Piece = Words | Grid


def pieces(runs: Sequence[Run], rules: Rules) -> list[Piece]:
    """What stands on a page, in reading order: lines of words, and tables whole.

    The file's own order is kept, because whoever set the page wrote column after column and card after
    card; only where that order jumps about is the page read from top to bottom.
    """
    ordered = list(runs) if _sane(runs) else sorted(runs, key=lambda r: (-round(r.middle), r.left))
    grids = ruled_grids(ordered, rules)
    taken = {id(run) for grid in grids for run in grid.runs}
    aligned, columns = aligned_grids([run for run in ordered if id(run) not in taken], rules)
    table = {id(run): grid for grid in (*grids, *aligned) for run in grid.runs}
    found: list[Piece] = []
    told: set[int] = set()
    line: list[Run] = []
    for run in _column_after_column(ordered, columns):
        grid = table.get(id(run))
        if grid is not None:
            found += _words(line)
            line = []
            if id(grid) not in told:
                told.add(id(grid))
                found.append(grid)
        elif line and line[-1].level(run) and run.left > line[-1].left and not _apart(line[-1], run, columns):
            line.append(run)
        else:
            found += _words(line)
            line = [run]
    return [*found, *_words(line)]


def _column_after_column(runs: Sequence[Run], columns: Sequence[Sequence[Run]]) -> Iterator[Run]:
    """The runs, those set in columns put in the order of their columns where the first of them stands."""
    band = {id(run): group for group in columns for run in group}
    told: set[int] = set()
    for run in runs:
        group = band.get(id(run))
        if group is None:
            yield run
        elif id(group) not in told:
            told.add(id(group))
            yield from group


def _apart(left: Run, right: Run, columns: Sequence[Sequence[Run]]) -> bool:
    """Whether two runs of one height belong to different columns of text."""
    return bool(columns) and right.left - left.right > left.size and any(
        any(r is left for r in group) and any(r is right for r in group) for group in columns)


def _words(line: Sequence[Run]) -> Iterator[Words]:
    if line:
        yield Words("  ".join(r.text for r in line), line[0].left, min(r.bottom for r in line),
                    max(r.right for r in line), max(r.top for r in line))


def _sane(runs: Sequence[Run]) -> bool:
    """Whether the file's order is one in which a person could read: few jumps up without a step aside."""
    if len(runs) < 12:
        return True
    size = median(r.size for r in runs)
    jumps = sum(
        b.bottom > a.top + 0.5 * size and b.left < a.right and b.right > a.left
        for a, b in pairwise(runs)
    )
    return jumps <= 0.25 * len(runs)
