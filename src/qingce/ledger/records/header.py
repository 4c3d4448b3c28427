"""Headings: which delivered column is which declared one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from qingce.core.check import Place
from qingce.core.dataset import Column, Dataset
from qingce.ledger.records.collect import Collector, near, shown

EDGES = " \t\r\n\v\f\u3000\u00a0\ufeff\u200b"
"""Characters that may stand around a value without belonging to it."""

_TITLES = 10
"""Rows of titles and dates that people put above a table."""


def tidy(heading: str) -> str:
    """A heading without line breaks and blanks around and in it.

    >>> tidy(" 贷款\\n余额　")
    '贷款余额'
    """
    return "".join(heading.split()).strip(EDGES)


def known_headings(columns: Mapping[str, Column]) -> dict[str, str]:
    """Column name by every heading it may have: its name or its label."""
    words = {tidy(column.label): name for name, column in columns.items()}
    words.update({name: name for name in columns})
    return words


def matches(headings: Sequence[str], columns: Mapping[str, Column]) -> int:
    """How many headings are known."""
    words = known_headings(columns)
    return sum(1 for heading in headings if tidy(heading) in words)


def told_below(
    headings: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]], columns: Mapping[str, Column], place: Place,
    collector: Collector,
) -> bool:
    """Whether the heading is further down, below the title of a table that was made for print; it is told then.

    Args:
        headings: what stands where the heading should, in the row of ``place``.
        rows: those below it, each with its number.
    """
    needed = sum(not column.optional for column in columns.values()) or len(columns)
    known = matches(headings, columns)
    if known >= needed:
        return False
    for number, cells in islice(rows, _TITLES):
        found = matches(cells, columns)
        if found <= known or found * 2 < needed:
            continue
        first = place.row or 1
        above = f"第 {first} 行" if number == first + 1 else f"第 {first} 至 {number - 1} 行"
        title = next((shown(cell.strip()) for cell in headings if tidy(cell)), "")
        collector.add(
            "heading_below",
            f"表头像在第 {number} 行（认出 {found} 列），第 {first} 行却是“{title}”。",
            Place(place.file, place.sheet, number), advice=f"删去上面 {number - first} 行（{above}）再交。",
        )
        return True
    return False


def map_columns(
    dataset: Dataset, headings: Sequence[str], place: Place, collector: Collector
) -> dict[str, int] | None:
    """The position of every delivered column by its declared name.

    Returns nothing where a column is missing or given twice; the findings say which.
    """
    words = known_headings(dataset.columns)
    found: dict[str, int] = {}
    sound = True
    start = next((n for n, heading in enumerate(headings) if tidy(heading)), 0)
    for index, heading in enumerate(headings[start:], start):
        name = words.get(tidy(heading))
        here = Place(place.file, place.sheet, place.row, heading, heading)
        if name is None:
            said = f"“{heading}”" if tidy(heading) else f"第 {index + 1} 列没有表头，"
            hint = near(tidy(heading), [*(c.label for c in dataset.columns.values()), *dataset.columns])
            collector.add("column_unknown", f"{said}不是《{dataset.label}》的列，没有读取。{hint}", here)
        elif name in found:
            collector.add("column_twice", f"“{dataset.columns[name].label}”列出现了两次。", here)
            sound = False
        else:
            found[name] = index
    for name, column in dataset.columns.items():
        if name in found or (column.optional and column.tacit):
            continue
        here = Place(place.file, place.sheet, place.row, column.label)
        if column.optional:
            reason = f"没有选填列“{column.label}”（{name}），按空处理。"
            collector.add("column_optional_missing", reason, here)
        else:
            hint = near(column.label, [tidy(h) for h in headings]) or near(name, headings)
            collector.add("column_missing", f"缺少“{column.label}”列（{name}）。{hint}", here)
            sound = False
    return found if sound else None
