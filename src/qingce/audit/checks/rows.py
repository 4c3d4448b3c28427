"""Rows of tables as lines of text show them: a label and its numbers, in blocks of equal width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qingce.audit.model import Quantity
from qingce.audit.statement import Reading

_GAP = re.compile(r"(?<!\S)(?:[-–—]{1,3}|不适用|不適用|N/?A|nil)(?!\S)", re.I)
_GLUED = re.compile(r"\d,\d{1,2}(?!\d)|\d,\d{4}|\d{4},\d{3}|\.\d+,\d|\)\d|\d\(\d|\.\d+\.\d")
"""Numbers of which nobody can tell where one ends and the next begins."""
_NOTE = re.compile(r"\d{1,2}")
Value = Quantity | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of numbers with its label; a missing number is ``None``."""

    label: str
    at: int
    values: tuple[Value, ...]


def rows_of(reading: Reading) -> list[Row]:
    """Lines that are a label and at least two numbers."""
    by_row: dict[int, list[Quantity]] = {}
    for s in reading.said:
        by_row.setdefault(s.row, []).append(s.quantity)
    result = []
    for row, values in by_row.items():
        line = reading.rows[row]
        if len(values) < 2 or len(values) > 10 or re.search(r"[。，；]|[a-z]{3,}, ", line):
            continue
        first = values[0].span.start
        if _GLUED.search(line, first):
            continue
        words = re.sub(r"[\d.,()%\s–—-]|不适用|不適用|N/?A", "", line[first:])
        if len(words) <= 2 * len(values) and len(line[:first]) <= 90:
            result.append(Row(line[:first].strip(), row, _without_note(_with_gaps(line, values))))
    return result


def _without_note(values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The numbers without the number of a note that stands before them."""
    first, *rest = values
    if len(rest) < 2 or first is None or first.unit or not _NOTE.fullmatch(str(first.value)):
        return values
    large = [q for q in rest if q is not None]
    return tuple(rest) if large and all(abs(q.value) >= 1000 for q in large) else values


def _with_gaps(line: str, values: Sequence[Quantity]) -> tuple[Value, ...]:
    """The numbers of a row with ``None`` where a dash stands for one."""
    places: list[tuple[int, Value]] = [(q.bare.start, q) for q in values]
    places += [(m.start(), None) for m in _GAP.finditer(line)]
    return tuple(q for _, q in sorted(places, key=lambda p: p[0]))


def blocks(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Neighbouring rows with as many numbers."""
    block: list[Row] = []
    for row in rows:
        if block and (row.at - block[-1].at > 4 or len(row.values) != len(block[-1].values)):
            yield block
            block = []
        block.append(row)
    if block:
        yield block


