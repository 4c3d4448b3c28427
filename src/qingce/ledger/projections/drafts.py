"""Word drafts of pages: what went out, what came back, and the changes that it asks for.

Subjects: ``draft/ID`` for a draft, ``draft/ID/CHANGE`` for a change of one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, insert, select, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

draft = Table(
    "draft", STATE,
    Column("id", Text, primary_key=True), Column("page", Text, nullable=False), Column("title", Text, nullable=False),
    Column("file", Text, nullable=False), Column("manifest", Text, nullable=False),
    Column("figures", Text, nullable=False), Column("edition", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False), Column("taken", Integer, nullable=False),
    Column("last", Text, nullable=False),
    Index("draft_page", "page", "at"),
)
"""``manifest`` is the sha256 of what it promises; ``taken`` how often it went out, between ``at`` and ``last``."""
draft_return = Table(
    "draft_return", STATE,
    Column("draft", Text, primary_key=True), Column("sha256", Text, primary_key=True),
    Column("page", Text, nullable=False), Column("name", Text, nullable=False), Column("by", Text, nullable=False),
    Column("at", Text, nullable=False), Column("seq", Integer, nullable=False),
    Column("changes", Integer, nullable=False), Column("comments", Integer, nullable=False),
    Column("troubles", Text, nullable=False),
    Index("draft_return_page", "page", "seq"),
)
"""``changes`` and ``comments`` are how many were new in it; ``troubles`` is JSON: what was not taken and why."""
draft_change = Table(
    "draft_change", STATE,
    Column("id", Text, primary_key=True), Column("draft", Text, nullable=False), Column("sha256", Text, nullable=False),
    Column("page", Text, nullable=False), Column("kind", Text, nullable=False), Column("n", Integer, nullable=False),
    Column("after", Integer, nullable=False), Column("paragraph", Integer, nullable=False),
    Column("before", Text, nullable=False), Column("now", Text, nullable=False), Column("rows", Text, nullable=False),
    Column("authors", Text, nullable=False), Column("tracked", Integer, nullable=False),
    Column("digits", Integer, nullable=False), Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Column("seq", Integer, nullable=False), Column("state", Text, nullable=False),
    Column("decided_by", Text, nullable=False), Column("decided", Text, nullable=False),
    Column("reason", Text, nullable=False), Column("result", Text, nullable=False),
    Index("draft_change_page", "page", "state", "seq"), Index("draft_change_draft", "draft", "state"),
)
"""``rows`` and ``authors`` are JSON; ``state`` is ``open``, ``accepted`` or ``declined``; ``result`` is the hash of the
paragraph's source since it was accepted."""

drafts = Projection("drafts", draft, draft_return, draft_change)


@drafts.on("draft_issued")
def issued(db: Connection, event: Event) -> None:
    """A draft goes out; the same draft may go out many times."""
    said, id = event.detail, event.subject.removeprefix("draft/")
    if db.execute(select(draft.c.id).where(draft.c.id == id)).first() is None:
        db.execute(insert(draft).values(
            id=id, page=said["page"], title=said["title"], file=said["file"], manifest=said["manifest"],
            figures=said["figures"], edition=said["edition"], by=event.by, at=moment(event.at), taken=1,
            last=moment(event.at)))
    else:
        db.execute(update(draft).where(draft.c.id == id).values(taken=draft.c.taken + 1, last=moment(event.at)))


@drafts.on("draft_returned")
def returned(db: Connection, event: Event) -> None:
    """A file comes back with what it asks for."""
    said: Any = event.detail
    id = event.subject.removeprefix("draft/")
    db.execute(insert(draft_return).values(
        draft=id, sha256=said["sha256"], page=said["page"], name=said["file"], by=event.by, at=moment(event.at),
        seq=event.seq, changes=len(said["changes"]), comments=said["comments"], troubles=canonical(said["troubles"])))
    for one in said["changes"]:
        db.execute(insert(draft_change).values(
            id=one["id"], draft=id, sha256=said["sha256"], page=said["page"], kind=one["kind"], n=one["n"],
            after=one["after"], paragraph=one["paragraph"], before=one["before"], now=one["now"],
            rows=canonical(one["rows"]), authors=canonical(one["authors"]), tracked=int(one["tracked"]),
            digits=int(one["digits"]), by=event.by, at=moment(event.at), seq=event.seq, state="open", decided_by="",
            decided="", reason="", result=""))


@drafts.on("draft_accepted", "draft_declined")
def decided(db: Connection, event: Event) -> None:
    """The office writes a change into the page, or says why not."""
    db.execute(update(draft_change).where(draft_change.c.id == event.subject.rpartition("/")[2]).values(
        state=event.did.removeprefix("draft_"), decided_by=event.by, decided=moment(event.at),
        reason=str(event.detail.get("reason", "")), result=str(event.detail.get("result", ""))))
