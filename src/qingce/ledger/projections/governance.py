"""ESG governance in three tiers: bodies, who answers for which topic, meetings and resolutions.

Subjects: ``governance/BODY``, ``meeting/ID``. Topics are those of the assessments, by id.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, func, insert, select, update

from qingce.core.event import Event, canonical
from qingce.ledger.projections import STATE, Projection

body = Table(
    "governance_body", STATE,
    Column("id", Text, primary_key=True), Column("position", Integer, nullable=False),
    Column("label", Text, nullable=False), Column("tier", Text, nullable=False), Column("duties", Text, nullable=False),
)
"""``tier`` is ``decision``, ``management`` or ``execution``."""

responsibility = Table(
    "responsibility", STATE,
    Column("topic", Text, primary_key=True), Column("body", Text, primary_key=True),
    Column("part", Text, nullable=False),
)
"""``part`` is ``decides``, ``leads`` or ``supports``."""

meeting = Table(
    "meeting", STATE,
    Column("id", Text, primary_key=True), Column("body", Text, nullable=False), Column("day", Text, nullable=False),
    Column("title", Text, nullable=False), Column("members", Integer, nullable=False),
    Column("attended", Integer, nullable=False), Column("topics", Text, nullable=False),
)
resolution = Table(
    "resolution", STATE,
    Column("id", Text, primary_key=True), Column("meeting", Text, nullable=False),
    Column("title", Text, nullable=False), Column("words", Text, nullable=False),
)
governance = Projection("governance", body, responsibility, meeting, resolution)


@governance.on("governance_set")
def body_set(db: Connection, event: Event) -> None:
    """A body is named, changed or dissolved."""
    said: Any = event.detail
    name = event.subject.removeprefix("governance/")
    if said["ended"]:
        db.execute(delete(body).where(body.c.id == name))
        db.execute(delete(responsibility).where(responsibility.c.body == name))
        return
    values = {"label": said["label"], "tier": said["tier"], "duties": said["duties"]}
    if not db.execute(update(body).where(body.c.id == name).values(**values)).rowcount:
        last = db.execute(select(func.max(body.c.position))).scalar() or 0
        db.execute(insert(body).values(id=name, position=last + 1, **values))


@governance.on("responsibility_set")
def responsibility_set(db: Connection, event: Event) -> None:
    """Which bodies answer for a topic, all of them anew."""
    said: Any = event.detail
    name = event.subject.removeprefix("topic/")
    db.execute(delete(responsibility).where(responsibility.c.topic == name))
    for one, part in said["bodies"].items():
        db.execute(insert(responsibility).values(topic=name, body=one, part=part))


@governance.on("meeting_held")
def meeting_held(db: Connection, event: Event) -> None:
    """A body met."""
    said: Any = event.detail
    db.execute(insert(meeting).values(
        id=event.subject.removeprefix("meeting/"), body=said["body"], day=said["day"], title=said["title"],
        members=said["members"], attended=said["attended"], topics=canonical(said["topics"]),
    ))


@governance.on("resolution_passed")
def resolution_passed(db: Connection, event: Event) -> None:
    """A meeting resolved something."""
    said: Any = event.detail
    db.execute(insert(resolution).values(
        id=said["id"], meeting=event.subject.removeprefix("meeting/"), title=said["title"], words=said["words"]))
