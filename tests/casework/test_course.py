"""What was filed and approved by the end of each day."""

from __future__ import annotations

import datetime as dt

from qingce.casework.course import Day, course
from qingce.casework.item import Item, Seal, State


def item(name: str, state: State, submitted: str = "", approved: str = "") -> Item:
    return Item(f"2024/{name}/B01", "2024", name, "B01", "2024", "人", state=state,
                submitted=Seal("a", submitted, "h") if submitted else None,
                approved=Seal("b", approved, "h") if approved else None)


def day_of(moment: str) -> dt.date:
    return dt.date.fromisoformat(moment[:10])


def test_a_day_counts_what_still_holds_at_its_end():
    """
    item | state     | submitted  | approved
    a    | approved  | 2025-01-01 | 2025-01-03
    b    | submitted | 2025-01-02 |
    c    | returned  |            |
    d    | voided    | 2025-01-01 | 2025-01-01
    e    | submitted | 2024-12-30 |             before the course begins
    """
    items = [item("a", State.APPROVED, "2025-01-01T09", "2025-01-03T09"), item("b", State.SUBMITTED, "2025-01-02T09"),
             item("c", State.RETURNED), item("d", State.VOIDED, "2025-01-01T09", "2025-01-01T10"),
             item("e", State.SUBMITTED, "2024-12-30T09")]
    first = dt.date(2025, 1, 1)
    assert course(items, first, dt.date(2025, 1, 3), day_of) == (
        Day(first, 2, 0), Day(dt.date(2025, 1, 2), 3, 0), Day(dt.date(2025, 1, 3), 3, 1))


def test_a_course_of_years_is_cut():
    assert len(course([], dt.date(2025, 1, 1), dt.date(2035, 1, 1), day_of)) == 400
