"""Tables whose rows are parted by rules: the rules decide what is a row, whatever the lines of type do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from qingce.audit.readers.parts import GridCell
from qingce.audit.readers.pdf.grid import Grid, Interval, columns_of, joined, visual_rows
from qingce.audit.readers.pdf.runs import Rules, Run

_NEAR = 4.0
"""Rules closer than this, in points, are one rule: a border is often drawn as a box or in pieces."""


@dataclass(slots=True)
class Level:
    """Everything drawn at one height: the stretches that are covered."""

    y: float
    parts: list[list[float]] = field(default_factory=list)

    def add(self, left: float, right: float) -> None:
        """Cover one more stretch, joining what touches."""
        for part in self.parts:
            if left <= part[1] + _NEAR and right >= part[0] - _NEAR:
                part[0], part[1] = min(left, part[0]), max(right, part[1])
                return
        self.parts.append([left, right])

    def covers(self, x: float) -> bool:
        """Whether a rule passes over a place."""
        return any(left - 1 <= x <= right + 1 for left, right in self.parts)

    def parts_of(self, left: float, right: float) -> bool:
        """Whether a rule here parts rows between two edges: it covers a fourth and reaches one of the edges."""
        inside = sum(max(0.0, min(right, b) - max(left, a)) for a, b in self.parts)
        return inside > 0.25 * (right - left) and (self.covers(left + _NEAR) or self.covers(right - _NEAR))


def ruled_grids(runs: Sequence[Run], rules: Rules) -> list[Grid]:
    """Every table of a page that has rules between its rows."""
    found = []
    free = list(runs)
    for left, right, levels in _frames(rules):
        made = _grid(free, left, right, levels, rules)
        for grid in made:
            taken = {id(run) for run in grid.runs}
            free = [run for run in free if id(run) not in taken]
        found += made
    return found


def _levels(rules: Rules) -> list[Level]:
    levels: list[Level] = []
    for y, left, right in sorted(rules.horizontal, key=lambda r: (-r[0], r[1])):
        if not levels or levels[-1].y - y > _NEAR:
            levels.append(Level(y))
        levels[-1].add(left, right)
    return levels


def _frames(rules: Rules) -> Iterator[tuple[float, float, list[Level]]]:
    """Extents from left to right that at least three rules share, the widest first, with their rules."""
    levels = _levels(rules)
    seen: dict[tuple[int, int], tuple[float, float, int]] = {}
    for level in levels:
        for left, right in level.parts:
            if right - left > 80:
                key = (round(left / 6), round(right / 6))
                old = seen.get(key, (left, right, 0))
                seen[key] = (old[0], old[1], old[2] + 1)
    for left, right, count in sorted(seen.values(), key=lambda f: f[0] - f[1]):
        if count >= 3:
            yield left, right, [level for level in levels if level.parts_of(left, right)]


def _grid(runs: Sequence[Run], left: float, right: float, levels: Sequence[Level], rules: Rules) -> list[Grid]:
    inside = [r for r in runs if r.left > left - 6 and r.right < right + 6]
    bands: list[list[Run]] = [[] for _ in range(len(levels) - 1)]
    for run in inside:
        for i in range(len(bands)):
            if levels[i + 1].y - 1 <= run.middle <= levels[i].y + 1:
                bands[i].append(run)
                break
    found, start = [], 0
    for i in range(len(bands) + 1):
        if i == len(bands) or not bands[i] or _outside(bands[i], levels[i].y, levels[i + 1].y, left, right):
            stretch, edges = bands[start:i], list(levels[start:i + 1])
            if len(stretch) > 1:
                _open_ends(stretch, edges, inside, left, right)
            if made := _one(stretch, edges, left, right, rules):
                found.append(made)
            start = i + 1
    return found


def _open_ends(
    bands: list[list[Run]], levels: list[Level], runs: Sequence[Run], left: float, right: float
) -> None:
    """Take in the row above the first rule and the row below the last one, where none closes the table."""
    for up in (True, False):
        edge = levels[0].y if up else levels[-1].y
        beyond = [r for r in runs if (r.bottom > edge - 2 if up else r.top < edge + 2)]
        beyond.sort(key=lambda r: r.bottom if up else -r.top)
        row: list[Run] = []
        at = edge
        for run in beyond:
            if abs((run.bottom if up else run.top) - at) > 0.7 * run.size and not any(run.level(r) for r in row):
                break
            row.append(run)
            at = max(at, run.top) if up else min(at, run.bottom)
        lines = visual_rows(row)
        starts = min((r.left for line in lines[:1] for r in line), default=right) < left + 0.12 * (right - left)
        whole = len(lines) == 1 if up else len(beyond) - len(row) <= 2  # below only where the page ends
        if starts and whole and any(len(line) > 1 for line in lines) and len(lines) < 8:
            bands.insert(0 if up else len(bands), row)
            levels.insert(0 if up else len(levels), Level(at))


def _outside(band: Sequence[Run], top: float, bottom: float, left: float, right: float) -> bool:
    """Whether what stands between two rules is no row: running text, headings, or rows without rules."""
    rows = visual_rows(band)
    if sum(len(row) > 1 for row in rows) > 6:
        return True
    edges = [top, *(e for row in rows for e in (max(r.top for r in row), min(r.bottom for r in row))), bottom]
    size = min(r.size for r in band)
    loose = max(a - b for a, b in zip(edges[::2], edges[1::2], strict=True)) > 1.4 * size
    across = [row for row in rows if len(row) == 1 and row[0].left < left + 0.1 * (right - left)
              and row[0].right - row[0].left > 0.6 * (right - left)]
    return len(across) >= 2 or (loose and len(rows) > 1) or (loose and len(rows[0]) == 1)


def _one(
    bands: Sequence[list[Run]], levels: Sequence[Level], left: float, right: float, rules: Rules
) -> Grid | None:
    rows = [row for band in bands for row in visual_rows(band)]
    if len(bands) < 2 or not any(len(row) > 1 for row in rows):
        return None
    upright = _upright(levels, left, right, rules)
    columns = upright or columns_of([row for row in rows if len(row) > 1])
    if len(columns) < 2 or len(rows) > 4 * len(bands):
        return None
    cells: dict[tuple[int, int, int], list[Run]] = {}
    for i, band in enumerate(bands):
        for run in band:
            column, span = _place(run, columns, rules if upright else None)
            middle = (max(run.left, columns[column][0]) + min(run.right, columns[column + span - 1][1])) / 2
            top = i
            while top > 0 and not levels[top].covers(middle):
                top -= 1
            cells.setdefault((top, column, span), []).append(run)
    made: list[list[GridCell]] = [[] for _ in bands]
    for (row, column, span), found in sorted(cells.items()):
        made[row].append(GridCell(column, span, joined(found)))
    runs = tuple(run for band in bands for run in band)
    return Grid(tuple(tuple(row) for row in made if row), len(columns), runs, left, levels[-1].y, right, levels[0].y)


def _upright(levels: Sequence[Level], left: float, right: float, rules: Rules) -> list[Interval]:
    """Columns between upright rules, where the table has them."""
    top, bottom = levels[0].y, levels[-1].y
    lengths: dict[int, float] = {}
    for x, low, high in rules.vertical:
        if left - _NEAR < x < right + _NEAR:
            near = next((k for k in lengths if abs(k - x) < _NEAR), round(x))
            lengths[near] = lengths.get(near, 0.0) + max(0.0, min(high, top) - max(low, bottom))
    places = sorted(x for x, length in lengths.items() if length > 0.4 * (top - bottom))
    if not places:
        return []
    edges = [left, *(x for x in places if left + _NEAR < x < right - _NEAR), right]
    return [(a, b) for a, b in pairwise(edges) if b - a > _NEAR]


def _place(run: Run, columns: Sequence[Interval], rules: Rules | None) -> tuple[int, int]:
    over = [i for i, (a, b) in enumerate(columns) if min(run.right, b) - max(run.left, a) > 1.5]
    if not over:
        over = [min(range(len(columns)), key=lambda i: abs(columns[i][0] - run.left))]
    first, last = over[0], over[-1]
    if rules is not None:
        while first > 0 and not rules.between(columns[first][0] - 3, columns[first][0] + 3, run.middle):
            first -= 1
        while last < len(columns) - 1 and not rules.between(columns[last][1] - 3, columns[last][1] + 3, run.middle):
            last += 1
    return first, last - first + 1
