"""Tables on a page, found by the alignment of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qingce.audit.readers.parts import GridCell
from qingce.audit.readers.pdf.runs import Rules, Run, wide


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """A table: its rows from top to bottom, and the runs it took from the page."""

    rows: tuple[tuple[GridCell, ...], ...]
    columns: int
    runs: tuple[Run, ...]
    left: float
    bottom: float
    right: float
    top: float


Row = list[Run]
_LEADER = re.compile(r"(?:[.．·…]\s?){5}")
"""Dots that lead from a title to its page number: a list of contents is no table."""
Interval = tuple[float, float]


def aligned_grids(runs: Sequence[Run], rules: Rules) -> tuple[list[Grid], list[list[Run]]]:
    """Every table that shows by the alignment of its cells alone, and text in columns, column after column."""
    grids, columns = [], []
    for band in _bands(visual_rows(runs), rules):
        made = _grid(band, rules)
        if made is not None:
            grids.append(made)
        elif (found := columns_of(band)) and len(found) > 1 and not _by_column(band) and _prose(band, found):
            columns.append([run for _, run in sorted(
                (((_place(run, found)[0], -run.middle, run.left), run) for row in band for run in row),
                key=lambda pair: pair[0])])
    return grids, columns


def visual_rows(runs: Sequence[Run]) -> list[Row]:
    """Runs that stand side by side, from the top of the page down, each row from left to right."""
    rows: list[Row] = []
    for run in sorted(runs, key=lambda r: -r.middle):
        if rows and rows[-1][0].level(run) and all(
            run.left >= r.right - 1 or run.right <= r.left + 1 for r in rows[-1]
        ):
            rows[-1].append(run)
        else:
            rows.append([run])
    for row in rows:
        row.sort(key=lambda r: r.left)
    return rows


def _bands(rows: Sequence[Row], rules: Rules) -> Iterator[list[Row]]:
    """Stretches of rows that may be one table."""
    band: list[Row] = []
    for row in rows:
        leads = any(_LEADER.search(run.text) for run in row)
        if band and (leads or not _belongs(row, band, rules)):
            yield from _trimmed(band)
            band = []
        if not leads and (band or len(row) > 1):
            band.append(row)
    yield from _trimmed(band)


def _belongs(row: Row, band: list[Row], rules: Rules) -> bool:
    above = band[-1]
    size = max(r.size for r in above)
    gap = min(r.bottom for r in above) - max(r.top for r in row)
    low, high = max(r.top for r in row), min(r.bottom for r in above)
    ruled = any(low - 2 <= y <= high + 2 and left < row[-1].right and right > row[0].left
                for y, left, right in rules.horizontal)
    if gap > (3.0 if ruled else 1.6) * size:
        return False
    columns = columns_of(band)
    if len(row) > 1:
        return _fits(row, columns)
    inside = [c for c in columns if row[0].left < c[1] and row[0].right > c[0]]
    return len(inside) == 1 and row[0].left >= columns[0][0] - size and row[0].right <= columns[-1][1] + size


def _fits(row: Row, columns: Sequence[Interval]) -> bool:
    """Whether at least half of the cells stand over exactly one column of what came before."""
    over = [sum(r.left < right and r.right > left for left, right in columns) for r in row]
    return 2 * sum(n == 1 for n in over) >= len(row) and len(row) <= len(columns) + 2


def _trimmed(band: list[Row]) -> Iterator[list[Row]]:
    while band and len(band[-1]) == 1:
        band = band[:-1]
    if sum(len(row) > 1 for row in band) >= 2:
        yield band


def columns_of(rows: Sequence[Row]) -> list[Interval]:
    """Where the columns are: the cells of the fullest rows, widened by the others that stand over one only."""
    most = max(len(row) for row in rows)
    columns: list[list[float]] = []
    for row in sorted(rows, key=lambda r: -len(r)):
        for run in row:
            over = [c for c in columns if run.left < c[1] and run.right > c[0]]
            if len(over) == 1:
                over[0][0], over[0][1] = min(over[0][0], run.left), max(over[0][1], run.right)
            elif not over and (len(row) == most or len(row) > 1):
                columns.append([run.left, run.right])
    columns.sort()
    return [(a, b) for a, b in _apart(columns)]


def _apart(columns: list[list[float]]) -> list[list[float]]:
    merged: list[list[float]] = []
    for column in columns:
        if merged and column[0] < merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], column[1])
        else:
            merged.append(column)
    return merged


def _grid(band: Sequence[Row], rules: Rules) -> Grid | None:
    columns = columns_of(band)
    runs = [run for row in band for run in row]
    if len(columns) < 2 or _prose(band, columns) or (_by_column(band) and not _ruled(runs, rules)):
        return None
    placed = [[(_place(run, columns), run) for run in row] for row in band]
    rows = [_cells(group) for group in _logical(placed, rules)]
    return Grid(tuple(rows), len(columns), tuple(runs), min(r.left for r in runs), min(r.bottom for r in runs),
                max(r.right for r in runs), max(r.top for r in runs))


def _prose(band: Sequence[Row], columns: Sequence[Interval]) -> bool:
    """Whether this is running text set in columns: long lines without many digits that fill their column."""
    full = 0
    for left, right in columns:
        inside = [r for row in band for r in row if r.left >= left - 1 and r.right <= right + 1]
        full += len(inside) >= 3 and long_text(inside, left, right)
    return full >= 2 or (full == len(columns) and full > 0)


def long_text(runs: Sequence[Run], left: float, right: float) -> bool:
    """Whether these lines are running text between two edges."""
    long = [r for r in runs if r.right - r.left > 0.8 * (right - left) and len(r.text) >= 10]
    digits = sum(c.isdigit() for r in runs for c in r.text)
    return len(long) >= 0.6 * len(runs) and digits < 0.3 * sum(len(r.text) for r in runs)


def _by_column(band: Sequence[Row]) -> bool:
    """Whether the file writes one column after another, as it does for cards that stand side by side."""
    steps = [(a.order, b.order) for row in band for a, b in pairwise(row)]
    far = sum(b < a or b > a + 1 for a, b in steps)
    down = [(a[0].order, b[0].order) for a, b in pairwise(band)]
    return far > 0.7 * len(steps) and sum(b == a + 1 for a, b in down) > 0.5 * len(down)


def _ruled(runs: Sequence[Run], rules: Rules) -> bool:
    left, right = min(r.left for r in runs), max(r.right for r in runs)
    low, high = min(r.bottom for r in runs), max(r.top for r in runs)
    across = [y for y, a, b in rules.horizontal if low - 5 < y < high + 5 and b - a > 0.7 * (right - left)]
    return len(across) >= 2


Placed = tuple[tuple[int, int], Run]


def _place(run: Run, columns: Sequence[Interval]) -> tuple[int, int]:
    over = [i for i, (left, right) in enumerate(columns) if run.left < right and run.right > left]
    if not over:
        over = [min(range(len(columns)), key=lambda i: abs(columns[i][0] - run.left))]
    return over[0], over[-1] - over[0] + 1


def _logical(rows: Sequence[list[Placed]], rules: Rules) -> list[list[Placed]]:
    """Printed lines put together into rows of the table.

    Where rules are drawn between rows they decide. Elsewhere a line that has words in a single column, and
    no figure, goes on with the row above it.
    """
    heights = [max(run.top for _, run in row) for row in rows]
    lows = [min(run.bottom for _, run in row) for row in rows]
    left = min(run.left for row in rows for _, run in row)
    right = max(run.right for row in rows for _, run in row)
    across = [y for y, a, b in rules.horizontal if b - a > 0.6 * (right - left) and a < right and b > left]
    parted = [any(heights[i + 1] - 3 <= y <= lows[i] + 3 for y in across) for i in range(len(rows) - 1)]
    by_rule = sum(parted) >= max(2, 0.4 * len(parted))
    made: list[list[Placed]] = []
    for i, row in enumerate(rows):
        goes_on = bool(made) and (
            not parted[i - 1] if by_rule and _inside(i, parted) else _continues(row, made[-1])
        )
        if goes_on:
            made[-1] += row
        else:
            made.append(list(row))
    return made


def _inside(i: int, parted: Sequence[bool]) -> bool:
    """Whether line ``i`` lies between the first and the last rule."""
    return any(parted[:i]) and any(parted[i:])


def _continues(row: list[Placed], above: list[Placed]) -> bool:
    if len(row) > 1 or any(c.isdigit() for c in row[0][1].text):
        return False
    (column, _), run = row[0]
    upper = [r for (c, _), r in above if c == column]
    gap = min((r.bottom for r in upper), default=0.0) - run.top
    return bool(upper) and len(above) > 1 and gap < 0.45 * run.size and len(upper[-1].text) >= 6


def _cells(row: list[Placed]) -> tuple[GridCell, ...]:
    by_place: dict[tuple[int, int], list[Run]] = {}
    for place, run in row:
        by_place.setdefault(place, []).append(run)
    return tuple(
        GridCell(column, span, joined(runs))
        for (column, span), runs in sorted(by_place.items())
    )


def joined(runs: Sequence[Run]) -> str:
    """The words of a cell, its lines put together."""
    texts = [r.text for row in visual_rows(runs) for r in row]
    whole = texts[0]
    for text in texts[1:]:
        whole += text if wide(whole[-1]) and wide(text[0]) else f" {text}"
    return whole
