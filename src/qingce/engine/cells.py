"""Cells: the result of a scan, rolled up to any org, period and member on demand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qingce.core.amount import ABSENT, Value
from qingce.core.errors import BindingError
from qingce.core.metric import Kind
from qingce.core.org import OrgTree
from qingce.core.period import Period

if TYPE_CHECKING:
    from qingce.engine.runs import Numbers, Runs

Members = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class TermShape:
    """How a term's aggregates are merged and finished."""

    name: str
    how: str
    kind: Kind
    counted: bool


class Cells:
    """One table's cells.

    Args:
        columns: the scan's columns, all of one length.
        dims: names of the members' columns, without their ``d_`` prefix.
        distinct: counts a distinct term over some cells together, given their positions; without it the
            term's column holds lists of values.
        numbers: a column as whole numbers, nothing where it is none; without it values are added one by one.
    """

    def __init__(
        self, columns: Mapping[str, Sequence[Any]], dims: tuple[str, ...], terms: Sequence[TermShape],
        epochs: tuple[dt.date, ...], grain: str, tree: OrgTree,
        distinct: Callable[[str, Sequence[int]], int] | None = None,
        numbers: Callable[[str], Numbers | None] | None = None,
    ) -> None:
        self.dims, self.grain, self.epochs, self.tree = dims, grain, epochs, tree
        self.terms = {term.name: term for term in terms}
        self.columns = columns
        self.rows: Sequence[int] = columns["_rows"]
        self._members: list[Members] = (
            list(zip(*(columns[f"d_{dim}"] for dim in dims), strict=True)) if dims else [()] * len(self.rows)
        )
        self._distinct, self._numbers = distinct, numbers
        self._below = self._climb()
        self._picked: dict[tuple[str, Period, Kind], list[int]] = {}
        self._every: dict[tuple[Period, Kind], _Picked] = {}
        self._grouped: dict[tuple[str, Period, Kind], dict[Members, list[int]]] = {}

    def _climb(self) -> dict[str, list[int]]:
        """For each org the cells that count for it, as the tree stood at their times."""
        if "_org" not in self.columns:
            return {self.tree.root: list(range(len(self.rows)))}
        known: dict[tuple[str, dt.date], tuple[str, ...]] = {}
        below: dict[str, list[int]] = {}
        for i, org in enumerate(self.columns["_org"]):
            day = self._day(i)
            if (org, day) not in known:
                known[org, day] = self.tree.path(org, day)
            for node in known[org, day]:
                below.setdefault(node, []).append(i)
        return below

    def _day(self, i: int) -> dt.date:
        if "_time" not in self.columns:
            return dt.date.max
        moment: dt.date = _date(self.columns["_time"][i])
        if self.grain == "month":
            epoch = self.columns["_epoch"][i] if self.epochs else 0
            return max(moment, self.epochs[epoch - 1]) if epoch else moment
        return moment

    def pick(self, org: str, period: Period, kind: Kind) -> list[int]:
        """The cells that belong to an org and a period."""
        key = (org, period, kind)
        found = self._picked.get(key)
        if found is None:
            found = self._picked[key] = [i for i in self._below.get(org, ()) if self._within(i, period, kind)]
        return found

    def _within(self, i: int, period: Period, kind: Kind) -> bool:
        if "_time" not in self.columns:
            return True
        day = _date(self.columns["_time"][i])
        if kind is Kind.STOCK:
            return day == period.end
        if self.grain == "month" and period.kind == "day":
            raise BindingError(f"{period} is a day; what happened is kept by month here. Ask for a month or longer.")
        return day <= period.end if kind is Kind.CUMULATIVE else period.start <= day <= period.end

    def value(self, term: str, org: str, period: Period, members: Mapping[str, str]) -> Value:
        """The finished value of a term; ``ABSENT`` where no record exists for that org and period."""
        shape = self.terms[term]
        picked = self.pick(org, period, shape.kind)
        if not picked:
            return ABSENT
        cells = self._of_members(org, period, shape.kind, members) if members else picked
        if shape.how == "distinct" and self._distinct is not None:
            return Decimal(self._distinct(term, cells))
        return self._finish(shape, cells)

    def over(self, term: str, orgs: Sequence[str], period: Period) -> list[Value]:
        """The finished values of a term for many orgs."""
        shape = self.terms[term]
        if shape.how == "distinct" and self._distinct is not None:
            count, picked = self._distinct, self._of_all(period, shape.kind)
            return [Decimal(count(term, picked[org])) if org in picked else ABSENT for org in orgs]
        totals = self._totals(shape, period) if shape.how in ("sum", "count") else {}
        return [totals[org] if org in totals else self.value(term, org, period, {}) for org in orgs]

    def _totals(self, shape: TermShape, period: Period) -> Mapping[str, Decimal]:
        """Of every org for which some cell has a value, what they add up to."""
        numbers = self._numbers(shape.name) if self._numbers is not None else None
        picked = self._of_all(period, shape.kind)
        return picked.runs.added(numbers) if numbers is not None else picked.summed(self.columns[shape.name])

    def _of_all(self, period: Period, kind: Kind) -> _Picked:
        """The cells of a period by org, of orgs that have any."""
        key = (period, kind)
        if key not in self._every:
            picked = {org: tuple(self.pick(org, period, kind)) for org in self._below}
            self._every[key] = _Picked({org: cells for org, cells in picked.items() if cells})
        return self._every[key]

    def _of_members(self, org: str, period: Period, kind: Kind, members: Mapping[str, str]) -> list[int]:
        """The picked cells of some members."""
        key = (org, period, kind)
        if key not in self._grouped:
            groups: dict[Members, list[int]] = {}
            for i in self.pick(org, period, kind):
                groups.setdefault(self._members[i], []).append(i)
            self._grouped[key] = groups
        wanted = [(position, members[dim]) for position, dim in enumerate(self.dims) if dim in members]
        return [
            i for group, cells in self._grouped[key].items() if all(group[p] == code for p, code in wanted)
            for i in cells
        ]

    def _finish(self, shape: TermShape, cells: Sequence[int]) -> Value:
        values = self.columns[shape.name]
        if shape.how == "distinct":
            return Decimal(len({item for i in cells for item in (values[i] or ()) if item is not None}))
        found = [values[i] for i in cells if values[i] is not None]
        if shape.how == "count":
            return Decimal(sum(found))
        if shape.how in ("min", "max"):
            return _number(min(found) if shape.how == "min" else max(found)) if found else ABSENT
        if found:
            return sum(map(_number, found), Decimal(0))
        # no value: nothing met the condition is a zero, rows that met it without a value are not
        counts = self.columns[f"{shape.name}__n"] if shape.counted else self.rows
        return ABSENT if any(counts[i] for i in cells) else Decimal(0)

    def members(self, dim: str, org: str, period: Period, kind: Kind) -> list[str]:
        """The members of a dimension that occur."""
        position = self.dims.index(dim)
        found = {self._members[i][position] for i in self.pick(org, period, kind)}
        return sorted(code for code in found if code is not None)

    def day_of_snapshots(self) -> set[dt.date]:
        """All times that occur; of months, their first day."""
        return {_date(t) for t in self.columns["_time"]} if "_time" in self.columns else set()


class _Picked(dict[str, tuple[int, ...]]):
    """Orgs with their cells."""

    @cached_property
    def runs(self) -> Runs:
        """The same in one row, for columns of whole numbers."""
        from qingce.engine.runs import Runs

        return Runs(self)

    def summed(self, values: Sequence[Any]) -> dict[str, Decimal]:
        """Of every org for which some cell has a value, what they add up to."""
        found = {org: [_number(values[i]) for i in cells if values[i] is not None] for org, cells in self.items()}
        return {org: sum(numbers, Decimal(0)) for org, numbers in found.items() if numbers}


def _number(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(int(value))


def _date(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
