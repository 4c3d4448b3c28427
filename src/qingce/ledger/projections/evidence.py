"""Which files stand behind what, as the journal left it. One file may stand behind many subjects, and the reverse.

Subjects of ``attached`` and ``detached``: ``item/ID`` or ``figure/KEY``; the file is named by its sha256.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, delete, insert, update

from qingce.core.event import Event, moment
from qingce.ledger.projections import STATE, Projection

evidence = Table(
    "evidence", STATE,
    Column("subject", Text, primary_key=True), Column("sha256", Text, primary_key=True),
    Column("name", Text, nullable=False), Column("kind", Text, nullable=False),
    Column("size", BigInteger, nullable=False), Column("note", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False), Column("seq", Integer, nullable=False),
    Column("ended", Text, nullable=False), Column("ended_by", Text, nullable=False),
    Column("ended_seq", Integer, nullable=False), Column("reason", Text, nullable=False),
    Index("evidence_sha256", "sha256"),
)
"""``ended`` is when it was taken away; empty while it stands."""

shown = Projection("evidence", evidence)


@shown.on("attached")
def attached(db: Connection, event: Event) -> None:
    """A file stands behind a subject, perhaps again."""
    said: Mapping[str, Any] = event.detail
    sha256 = str(said.get("sha256", ""))
    if not sha256:
        return
    db.execute(delete(evidence).where(evidence.c.subject == event.subject, evidence.c.sha256 == sha256))
    db.execute(insert(evidence).values(
        subject=event.subject, sha256=sha256, name=said.get("name", ""), kind=said.get("kind", ""),
        size=said.get("size", 0), note=said.get("note", ""), by=event.by, at=moment(event.at), seq=event.seq,
        ended="", ended_by="", ended_seq=0, reason="",
    ))


@shown.on("detached")
def detached(db: Connection, event: Event) -> None:
    """A file no longer stands behind a subject."""
    said: Mapping[str, Any] = event.detail
    db.execute(
        update(evidence)
        .where(evidence.c.subject == event.subject, evidence.c.sha256 == str(said.get("sha256", "")))
        .values(ended=moment(event.at), ended_by=event.by, ended_seq=event.seq, reason=str(said.get("reason", "")))
    )
