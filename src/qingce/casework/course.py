"""The course of a campaign (收集进程): how much was filed and approved by the end of each day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from qingce.casework.item import Item, Seal, State

_LONGEST = 400
"""Days beyond which a course is cut: nobody looks at longer ones day by day."""


@dataclass(frozen=True, slots=True)
class Day:
    """What stood at the end of a day: items that are filed, and of these the approved ones."""

    day: dt.date
    filed: int
    approved: int


def course(
    items: Iterable[Item], first: dt.date, last: dt.date, day_of: Callable[[str], dt.date]
) -> tuple[Day, ...]:
    """Day by day, counting only what still holds: what was returned or voided since is not filed.

    Args:
        first: the day on which the campaign was opened.
        last: the last day to be shown.
        day_of: the bank's day of a moment.
    """
    filed: dict[dt.date, int] = {}
    approved: dict[dt.date, int] = {}
    for item in items:
        if item.state is not State.VOIDED:
            _count(filed, item.submitted, day_of)
            _count(approved, item.approved, day_of)
    made: list[Day] = []
    day = first
    one, two = (sum(n for at, n in found.items() if at < first) for found in (filed, approved))
    while day <= last and len(made) < _LONGEST:
        one, two = one + filed.get(day, 0), two + approved.get(day, 0)
        made.append(Day(day, one, two))
        day += dt.timedelta(days=1)
    return tuple(made)


def _count(found: dict[dt.date, int], seal: Seal | None, day_of: Callable[[str], dt.date]) -> None:
    if seal is not None:
        day = day_of(seal.at)
        found[day] = found.get(day, 0) + 1
