"""How wide the columns of a printed table are.

Widths are shares of the line. A column of numbers gets what its longest cell needs, since a broken
number cannot be read; columns of words share the rest by how much they have to say.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence

LINE = 52.0
"""Characters (ems) of table type that fit on a line of the printed page."""

PADDING = 1.6
"""The white space beside a column, in ems."""

LEAST = 3.0
"""No column of words is narrower, in ems."""

SHORT = 9.0
"""A column of words no wider than this is not broken, in ems."""


def width(text: str) -> float:
    """The width of a text in ems: a Chinese character is 1, a Latin letter or digit about half.

    >>> width("余额"), width("12.5")
    (2.0, 2.24)
    """
    wide = sum(unicodedata.east_asian_width(c) in "WFA" for c in text)
    return wide + (len(text) - wide) * 0.56


def shares(cells: Sequence[Sequence[str]], aligns: Sequence[str]) -> list[float]:
    """The share of each column; ``cells`` are the rows, the header first, all equally long.

    >>> shares([["用途", "余额"], ["节能环保", "12.50"]], ["left", "right"])
    [5.6, 4.4]
    """
    columns = list(zip(*cells, strict=True))
    natural = [_need(column) for column in columns]
    if sum(natural) <= LINE:
        return [round(share, 3) for share in natural]
    line = LINE / shrink(cells, aligns)
    fixed = {i: _need(column, wrap=True) for i, column in enumerate(columns) if aligns[i] == "right"}
    for i in sorted(range(len(columns)), key=natural.__getitem__):
        if i not in fixed and natural[i] <= SHORT and sum(fixed.values()) + natural[i] <= line / 2:
            fixed[i] = natural[i]
    open_ = [i for i in range(len(columns)) if i not in fixed]
    rest = max(line - sum(fixed.values()), (LEAST + PADDING) * len(open_))
    wishes = {
        i: math.sqrt(min(natural[i], LINE) * (sum(map(width, columns[i])) / len(columns[i]) + LEAST))
        for i in open_
    }
    total = sum(wishes.values())
    return [
        round(fixed[i] if i in fixed else max(LEAST, rest * wishes[i] / total), 3)
        for i in range(len(columns))
    ]


def _need(column: Sequence[str], *, wrap: bool = False) -> float:
    """The width of the longest line of a column; with ``wrap`` its header may take two lines."""
    header, *body = ([width(line) for line in cell.split("\n")] for cell in column)
    heads = max(header) / 2 + 0.5 if wrap else max(header)
    return max([heads, *(wide for cell in body for wide in cell)]) + PADDING


def shrink(cells: Sequence[Sequence[str]], aligns: Sequence[str]) -> float:
    """The factor on the size of type at which every number still stands on one line; at least 0.7.

    >>> shrink([["用途", "余额"]], ["left", "right"])
    1.0
    """
    columns = list(zip(*cells, strict=True))
    need = sum(
        _need(column, wrap=True) if aligns[i] == "right" else min(_need(column), SHORT)
        for i, column in enumerate(columns)
    )
    return round(min(1.0, max(0.7, LINE / need)), 3)


def height(cells: Sequence[Sequence[str]], wide: Sequence[float]) -> int:
    """About how many printed lines the rows take when the columns have these shares.

    >>> height([["用途", "余额"], ["节能环保", "12.50"]], [5.6, 4.4])
    2
    """
    scale = LINE / (sum(wide) or 1.0)
    return sum(
        max(
            (
                sum(
                    math.ceil((width(part) or 1) / max(share * scale - PADDING, 1))
                    for part in cell.split("\n")
                )
                for cell, share in zip(row, wide, strict=True)
            ),
            default=1,
        )
        for row in cells
    )
