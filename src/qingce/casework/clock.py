"""Clock (期限): when something is due, how late it is, and when somebody is reminded or told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from qingce.casework.item import STEPS, Step
from qingce.core.event import Json


class Call(StrEnum):
    """What is to be said about an item."""

    NONE = ""
    REMIND = "remind"
    ESCALATE = "escalate"


@dataclass(frozen=True, slots=True)
class Calendar:
    """When to speak.

    Attributes:
        before: so many days before the due day, each one a reminder.
        late_every: from the due day on, a reminder every so many days; 0: none.
        escalate_after: so many days late, the line manager is told; and again after as many more.
    """

    before: tuple[int, ...] = (7, 1)
    late_every: int = 1
    escalate_after: int = 3

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Calendar:
        """From what a campaign's event holds."""
        plain = cls()
        before = said.get("before", plain.before)
        assert isinstance(before, list | tuple)
        return cls(tuple(int(str(d)) for d in before), int(str(said.get("late_every", plain.late_every))),
                   int(str(said.get("escalate_after", plain.escalate_after))))

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        return {"before": [*self.before], "late_every": self.late_every, "escalate_after": self.escalate_after}


DAILY = Calendar()


def call(
    due: dt.date, today: dt.date, reminded: dt.date | None = None, escalated: dt.date | None = None,
    calendar: Calendar = DAILY,
) -> Call:
    """What is to be said today about something that waits.

    Args:
        due: the last day on which it is in time.
        reminded, escalated: the last day on which that was done.

    >>> day = dt.date(2025, 1, 10)
    >>> [str(call(day, dt.date(2025, 1, d))) for d in (1, 3, 4, 9, 10, 11, 13)]
    ['', 'remind', '', 'remind', '', 'remind', 'escalate']
    """
    late = (today - due).days
    if late >= calendar.escalate_after > 0 and (
        escalated is None or (today - escalated).days >= calendar.escalate_after
    ):
        return Call.ESCALATE
    if reminded == today:
        return Call.NONE
    if -late in calendar.before:
        return Call.REMIND
    if late > 0 and calendar.late_every and (
        reminded is None or reminded <= due or (today - reminded).days >= calendar.late_every
    ):
        return Call.REMIND
    return Call.NONE


def wrong_order(due: Mapping[Step, dt.date]) -> str:
    """Why due days cannot stand, in Chinese; empty where they can.

    >>> wrong_order({Step.FILE: dt.date(2025, 1, 20), Step.REVIEW: dt.date(2025, 1, 10), Step.APPROVE: dt.date.max})
    '复核期限早于填报期限，请按填报、复核、审批的先后填写。'
    """
    words = {Step.FILE: "填报", Step.REVIEW: "复核", Step.APPROVE: "审批"}
    missing = [words[step] for step in Step if step not in due]
    if missing:
        return f"请填写{'、'.join(missing)}期限。"
    for earlier, later in zip(Step, list(Step)[1:], strict=False):
        if due[later] < due[earlier]:
            return f"{words[later]}期限早于{words[earlier]}期限，请按填报、复核、审批的先后填写。"
    return ""


__all__ = ["DAILY", "STEPS", "Calendar", "Call", "call", "wrong_order"]
