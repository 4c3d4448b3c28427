"""Cases as the journal left them. Subjects: ``case/ID``."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Table, Text, insert, update

from qingce.core.event import Event, moment
from qingce.ledger.projections import STATE, Projection

case = Table(
    "case_", STATE,
    Column("id", Text, primary_key=True), Column("flow", Text, nullable=False), Column("title", Text, nullable=False),
    Column("words", Text, nullable=False), Column("state", Text, nullable=False), Column("org", Text, nullable=False),
    Column("pack", Text, nullable=False), Column("about", Text, nullable=False), Column("by", Text, nullable=False),
    Column("opened", Text, nullable=False), Column("due", Text, nullable=False),
    Column("assignee", Text, nullable=False), Column("moved_by", Text, nullable=False),
    Column("closed", Text, nullable=False), Column("reminded", Text, nullable=False),
    Column("escalated", Text, nullable=False),
    Index("case_open", "closed", "due"), Index("case_about", "about"),
)
"""``about`` is what it is about, as ``finding/…`` or ``item/…``, or empty; ``due`` a day; ``assignee`` an account, or
empty where the post of the state acts; ``moved_by`` who moved it last; ``closed`` when it ended."""

cases = Projection("cases", case)


def _set(db: Connection, event: Event, **values: str) -> None:
    db.execute(update(case).where(case.c.id == event.subject.removeprefix("case/")).values(**values))


@cases.on("case_opened")
def opened(db: Connection, event: Event) -> None:
    """A case begins."""
    said = {name: str(event.detail.get(name, "")) for name in (
        "flow", "title", "words", "state", "org", "pack", "about", "due", "assignee")}
    db.execute(insert(case).values(id=event.subject.removeprefix("case/"), by=event.by, opened=moment(event.at),
                                   moved_by="", closed="", reminded="", escalated="",
                                   **said))


@cases.on("case_assigned")
def assigned(db: Connection, event: Event) -> None:
    """Somebody is named for it, or its post again."""
    _set(db, event, assignee=str(event.detail["assignee"]))


@cases.on("case_moved")
def moved(db: Connection, event: Event) -> None:
    """It goes on to another state."""
    _set(db, event, state=str(event.detail["to"]), assignee=str(event.detail.get("assignee", "")), moved_by=event.by)


@cases.on("case_due_moved")
def due_moved(db: Connection, event: Event) -> None:
    """It is due on another day."""
    _set(db, event, due=str(event.detail["due"]))


@cases.on("case_closed")
def closed(db: Connection, event: Event) -> None:
    """It comes to an end."""
    _set(db, event, state=str(event.detail["to"]), assignee="", moved_by=event.by, closed=moment(event.at))


@cases.on("reminded", "escalated")
def called(db: Connection, event: Event) -> None:
    """Somebody was told that it waits."""
    names = event.detail.get("cases", ())
    assert isinstance(names, list | tuple)
    db.execute(update(case).where(case.c.id.in_([str(name) for name in names])).values({event.did: moment(event.at)}))
