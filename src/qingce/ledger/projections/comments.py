"""Threads of comments as the journal left them. Subjects: ``item/ID``, ``figure/KEY``, ``page/SLUG#PARAGRAPH``."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

comment = Table(
    "comment", STATE,
    Column("id", Text, primary_key=True), Column("thread", Text, nullable=False),
    Column("subject", Text, nullable=False), Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Column("seq", Integer, nullable=False), Column("words", Text, nullable=False),
    Column("mentions", Text, nullable=False), Column("resolved", Text, nullable=False),
    Column("resolved_by", Text, nullable=False), Column("word", Text, nullable=False),
    Index("comment_subject", "subject", "seq"), Index("comment_thread", "thread", "seq"),
)
"""``thread`` is the id of the comment that began it; ``resolved`` is kept there, and empty while it is open.
``word`` is who said it in a Word draft that ``by`` handed in, as the file has it; else empty."""

comments = Projection("comments", comment)


@comments.on("commented")
def commented(db: Connection, event: Event) -> None:
    """Somebody said something; an answer opens its thread again."""
    said = event.detail
    if "comment" not in said:
        return
    thread = str(said.get("thread") or said["comment"])
    db.execute(insert(comment).values(
        id=said["comment"], thread=thread, subject=event.subject, by=event.by, at=moment(event.at), seq=event.seq,
        words=said["words"], mentions=canonical(said.get("mentions", [])), resolved="", resolved_by="",
        word=str(said.get("word", "")),
    ))
    db.execute(update(comment).where(comment.c.id == thread).values(resolved="", resolved_by=""))


@comments.on("comment_resolved")
def resolved(db: Connection, event: Event) -> None:
    """A thread is settled."""
    db.execute(update(comment).where(comment.c.id == str(event.detail["thread"])).values(
        resolved=moment(event.at), resolved_by=event.by))
