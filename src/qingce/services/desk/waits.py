"""What waits for somebody until a day: items, cases, requests for evidence, in the one form that reminders speak of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection

from qingce.casework import machine
from qingce.casework.clock import DAILY, Calendar, Call, call
from qingce.casework.item import STEP_LABELS, Item, Step
from qingce.casework.routing import Roster
from qingce.core.figure import FigureKey
from qingce.services.desk.assurance_requests import answering, open_requests
from qingce.services.desk.cases import open_tickets
from qingce.services.desk.desk import BEIJING, Desk
from qingce.services.desk.items import read_campaigns, read_items
from qingce.services.desk.labels import item_label, org_name
from qingce.services.desk.tasks import waiting

KINDS = ("items", "cases", "requests")
"""Under these words the events of reminding list what they spoke of."""


@dataclass(frozen=True, slots=True)
class Waits:
    """One thing that waits.

    Attributes:
        kind: one of :data:`KINDS`.
        who: the accounts for which it waits, stand-ins among them; nobody where a post is vacant.
        above: whom lateness is told.
        reminded, escalated: the moments at which that was done last, or empty.
    """

    kind: str
    id: str
    org: str
    label: str
    step: str
    due: dt.date
    late: int
    who: tuple[str, ...]
    above: tuple[str, ...]
    reminded: str = ""
    escalated: str = ""
    calendar: Calendar = DAILY

    def call(self, today: dt.date) -> Call:
        """What is to be said of it today."""
        return call(self.due, today, _day(self.reminded), _day(self.escalated), self.calendar)


def everything(desk: Desk, db: Connection, everybody: Roster) -> Iterator[Waits]:
    """All that waits: the items of open campaigns, open cases, open requests."""
    for campaign in read_campaigns(db):
        if campaign.open:
            found = read_items(desk, db, waiting(list(Step), campaign.id))
            yield from of_items(desk, everybody, found, campaign.calendar)
    yield from _cases(desk, db, everybody)
    yield from _requests(desk, db, everybody)


def of_items(desk: Desk, everybody: Roster, items: Iterable[Item], calendar: Calendar = DAILY) -> Iterator[Waits]:
    """Items whose next step somebody is to do."""
    for item in items:
        step, path = item.step, desk.path(item.org)
        assert step is not None
        # a stand-in is told too: he is the one at the desk
        yield Waits("items", item.id, org_name(desk, item.org), item_label(desk, item), STEP_LABELS[step],
                    item.due[step], item.late(desk.today), everybody.of(item, step, path).everybody,
                    everybody.manager(path).everybody, item.reminded, item.escalated, calendar)


def _cases(desk: Desk, db: Connection, everybody: Roster) -> Iterator[Waits]:
    for ticket in open_tickets(desk, db):
        path = _path(desk, ticket.org)
        yield Waits("cases", ticket.case.number, org_name(desk, ticket.org),
                    f"工单 {ticket.case.number} {ticket.title}", ticket.case.flow.said(ticket.case.state), ticket.due,
                    ticket.late(desk.today), machine.acting(ticket, everybody, path).everybody,
                    everybody.manager(path).everybody, ticket.reminded, ticket.escalated)


def _requests(desk: Desk, db: Connection, everybody: Roster) -> Iterator[Waits]:
    for one in open_requests(db):
        org = FigureKey.parse(one.figure).org
        path = _path(desk, org)
        yield Waits("requests", one.id, org_name(desk, org), one.label, "鉴证索证", dt.date.fromisoformat(one.due),
                    one.late(desk.today), answering(one, everybody, path), everybody.manager(path).everybody,
                    one.reminded, one.escalated)


def _path(desk: Desk, org: str) -> tuple[str, ...]:
    """An org that the tree no longer knows must not keep everybody else from being reminded."""
    return desk.path(org) if org in desk.tree else (desk.tree.root,)


def _day(moment: str) -> dt.date | None:
    return dt.datetime.fromisoformat(moment).astimezone(BEIJING).date() if moment else None
