"""Campaign (收集): which figures are asked of whom for one period, until when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from qingce.casework.clock import DAILY, Calendar, wrong_order
from qingce.casework.item import Item, Mode, State, Step
from qingce.core.event import Json

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
DEFAULT_TOLERANCE = Decimal("0.30")
"""A value that differs from last year's by more than this share must be explained, unless a metric says otherwise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a campaign asks of one metric.

    Attributes:
        unit: in which it is entered.
        orgs: of whom.
        dims: members as ``dim=code,…``; empty text is the total.
        tolerance: see :data:`DEFAULT_TOLERANCE`; ``None``: any difference may stand unexplained.
        owner, reviewer, approver: accounts; empty where the post decides.
    """

    metric: str
    unit: str
    orgs: tuple[str, ...]
    dims: tuple[str, ...] = ("",)
    mode: Mode = Mode.FILE
    pack: str = ""
    tolerance: Decimal | None = DEFAULT_TOLERANCE
    owner: str = ""
    reviewer: str = ""
    approver: str = ""

    @property
    def facts(self) -> dict[str, Json]:
        """As an event holds it."""
        return {
            "metric": self.metric, "unit": self.unit, "orgs": list(self.orgs), "dims": list(self.dims),
            "mode": str(self.mode), "pack": self.pack, "owner": self.owner, "reviewer": self.reviewer,
            "approver": self.approver, "tolerance": "" if self.tolerance is None else f"{self.tolerance:f}",
        }


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign as it stands.

    Attributes:
        before: the campaign of the year before, from which it was rolled forward or is compared with.
    """

    id: str
    label: str
    period: str
    due: Mapping[Step, dt.date]
    calendar: Calendar = DAILY
    before: str = ""
    state: str = "open"
    opened_by: str = ""
    opened: str = ""
    closed: str = ""
    asked: tuple[Asked, ...] = ()

    @property
    def open(self) -> bool:
        """Whether people still file."""
        return self.state == "open"

    def of(self, metric: str) -> Asked | None:
        """What it asks of a metric."""
        return next((a for a in self.asked if a.metric == metric), None)


@dataclass(frozen=True, slots=True)
class Draft:
    """A campaign that somebody wants to open."""

    id: str
    label: str
    period: str
    due: Mapping[Step, dt.date]
    asked: tuple[Asked, ...]
    calendar: Calendar = DAILY
    before: str = ""
    texts: bool = False
    people: bool = True

    @property
    def wrong(self) -> str:
        """Why it cannot be opened, in Chinese with what to do; empty where it can."""
        if not _NAME.fullmatch(self.id):
            return f"“{self.id}”不能作收集的编号：用字母、数字和 . _ -，至多 40 个字符，例如 2024。"
        if not self.label.strip():
            return "请写明收集的名称，例如“2024 年度 ESG 数据收集”。"
        if not any(a.orgs for a in self.asked):
            return "没有选定任何指标和机构，请至少选一项。"
        return wrong_order(self.due)


def switched(asked: Iterable[Asked], on: Mapping[str, bool] | None) -> tuple[Asked, ...]:
    """What stays of a scope after the materiality decision.

    Args:
        on: by metric; a metric that the decision does not mention stays. ``None``: no decision yet.
    """
    return tuple(a for a in asked if on is None or on.get(a.metric, True))


def forward(asked: Sequence[Asked], orgs: frozenset[str]) -> tuple[Asked, ...]:
    """Last year's scope for this year's orgs: those that are no more are left out, and metrics without any."""
    kept = (replace(a, orgs=tuple(o for o in a.orgs if o in orgs)) for a in asked)
    return tuple(a for a in kept if a.orgs)


@dataclass
class Tally:
    """How many items stand where.

    >>> Tally({State.APPROVED: 3, State.SUBMITTED: 1, State.VOIDED: 9}).percent
    75
    """

    states: dict[State, int] = field(default_factory=dict)
    late: int = 0
    worst: int = 0

    def add(self, item: Item, today: dt.date) -> None:
        """Count one more."""
        self.states[item.state] = self.states.get(item.state, 0) + 1
        days = item.late(today)
        self.late += days > 0
        self.worst = max(self.worst, days)

    @property
    def total(self) -> int:
        """Items that are asked for."""
        return sum(count for state, count in self.states.items() if state is not State.VOIDED)

    @property
    def approved(self) -> int:
        """Items that are done."""
        return self.states.get(State.APPROVED, 0)

    @property
    def kind(self) -> tuple[int, State | int, int]:
        """What a cell says of it: one item's state and the days it is late; of several how many are done, and late."""
        return (1, next(iter(self.states)), self.worst) if self.total == 1 else (self.total, self.approved, self.late)

    @property
    def percent(self) -> int:
        """Approved of all, rounded down: 100 means all."""
        return self.approved * 100 // self.total if self.total else 0


def tallies(
    items: Iterable[Item], paths: Mapping[str, Sequence[str]], today: dt.date
) -> dict[str, Tally]:
    """A tally for each node of the tree: its own items and those below it.

    Args:
        paths: for each org, the org and its ancestors.
    """
    found: dict[str, Tally] = {}
    for item in items:
        for org in paths[item.org]:
            found.setdefault(org, Tally()).add(item, today)
    return found
