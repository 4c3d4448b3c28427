"""Columns that extraction wrote one below the other: aligned by the law that most of their rows obey."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.checks.laws import Law, by_laws, crossed, laws_of
from qingce.audit.checks.rows import Row, Value
from qingce.audit.checks.totals import Sum, judge_sum
from qingce.audit.model import Quantity
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading

_EMPTY = re.compile(r"^[\s–—-]+$|^\s*(?:不适用|不適用|N/?A|nil)\s*$", re.I)


def torn(reading: Reading, rows: dict[int, Row]) -> Iterator[Outcome]:
    """Columns in runs of lines with one number each, and the total that stands in one row behind them."""
    for run, end in _runs(reading):
        aligned = _aligned(run)
        if aligned is None:
            continue
        table, laws = aligned
        growing = frozenset(law[3] for law in laws if law[0] == "growth")
        for row in table:
            yield from by_laws(row, laws)
        yield from crossed(table)
        width = len(table[0].values)
        total = next((rows[r] for r in range(end, end + 3) if r in rows and len(rows[r].values) == width), None)
        if total is not None:
            yield from by_laws(total, laws)
            yield from judge_sum(Sum.of(table, total), growing)
        else:
            yield from judge_sum(Sum.of(table[:-1], table[-1]), growing)


def _aligned(run: list[Value]) -> tuple[list[Row], list[Law]] | None:
    """The run as a table, by column or by row, whichever holds together best; nothing where nothing does."""
    best: tuple[int, list[Row], list[Law]] | None = None
    for width in range(2, 9):
        height = len(run) // width
        if len(run) % width or height < 3:
            continue
        for table in (
            [Row("", 0, tuple(run[c * height + r] for c in range(width))) for r in range(height)],
            [Row("", 0, tuple(run[r * width + c] for c in range(width))) for r in range(height)],
        ):
            laws = laws_of(table) if width >= 3 else []
            held = sum(Sum.of(table[:-1], table[-1]).held)
            crosses = sum(outcome.holds for outcome in crossed(table))
            score = len(laws) * height + (held * height if held >= 2 and height >= 4 else 0) + crosses
            if score and (best is None or score > best[0]):
                best = score, table, laws
    return best[1:] if best is not None else None


def _runs(reading: Reading) -> Iterator[tuple[list[Value], int]]:
    """Runs of lines with one number or one dash each, and the row after them."""
    single: dict[int, Quantity] = {}
    counts: dict[int, int] = {}
    for s in reading.said:
        counts[s.row] = counts.get(s.row, 0) + 1
        if s.alone:
            single[s.row] = s.quantity
    run: list[Value] = []
    for row, line in enumerate([*reading.rows, "x"]):
        if counts.get(row) == 1 and row in single:
            run.append(single[row])
        elif run and _EMPTY.match(line) and line.strip():
            run.append(None)
        else:
            if 9 <= len(run) <= 240:
                yield run, row
            run = []
