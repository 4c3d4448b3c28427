"""What readers said of a published edition, and what they were answered. Subjects: ``feedback/ID``."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Table, Text, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

feedback = Table(
    "feedback", STATE,
    Column("id", Text, primary_key=True), Column("edition", Text, nullable=False),
    Column("answers", Text, nullable=False), Column("contact", Text, nullable=False),
    Column("at", Text, nullable=False), Column("state", Text, nullable=False), Column("reply", Text, nullable=False),
    Column("replied_by", Text, nullable=False), Column("replied", Text, nullable=False),
    Index("feedback_state", "state", "at"),
)
"""``answers`` is JSON by a question's id; ``state`` is ``open`` or ``answered``."""

readers = Projection("feedback", feedback)


@readers.on("feedback_received")
def received(db: Connection, event: Event) -> None:
    """A reader said something."""
    db.execute(insert(feedback).values(
        id=event.subject.removeprefix("feedback/"), edition=event.detail["edition"],
        answers=canonical(event.detail["answers"]), contact=event.detail["contact"], at=moment(event.at),
        state="open", reply="", replied_by="", replied="",
    ))


@readers.on("feedback_answered")
def answered(db: Connection, event: Event) -> None:
    """The office answers, or says what was done."""
    db.execute(update(feedback).where(feedback.c.id == event.subject.removeprefix("feedback/")).values(
        state="answered", reply=event.detail["reply"], replied_by=event.by, replied=moment(event.at),
    ))
