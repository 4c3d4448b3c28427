"""Runs: the cells of many orgs in one row, so that a column is added up over all of them at once.

Totals are whole numbers until the end: a decimal is made for each org and not for each cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Numbers:
    """A column of cells as unscaled numbers, whose total fits 64 bits.

    Attributes:
        numbers: 0 where there is none.
        there: which there are; nothing where all are.
        places: how many of their digits are decimal places.
    """

    numbers: npt.NDArray[np.int64]
    there: npt.NDArray[np.bool_] | None
    places: int


class Runs:
    """The cells of orgs that have any.

    Args:
        picked: for each org its cells, at least one.
    """

    def __init__(self, picked: Mapping[str, Sequence[int]]) -> None:
        self._orgs = list(picked)
        self._cells = np.array([cell for cells in picked.values() for cell in cells], np.int64)
        self._starts = np.cumsum([0, *map(len, picked.values())], dtype=np.int64)[:-1]

    def added(self, column: Numbers) -> dict[str, Decimal]:
        """The total of every org that has a number."""
        if not self._orgs:
            return {}
        step = Decimal(1).scaleb(-column.places)
        totals = np.add.reduceat(column.numbers[self._cells], self._starts).tolist()
        # a whole number of at most 19 digits times a power of ten is exact
        made = dict(zip(self._orgs, [total * step for total in totals], strict=True))
        if column.there is None:
            return made
        known = np.logical_or.reduceat(column.there[self._cells], self._starts).tolist()
        return {org: total for (org, total), one in zip(made.items(), known, strict=True) if one}
