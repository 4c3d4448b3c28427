"""Ledger deliveries as the journal left them. Subjects: ``ledger/DATASET``; each event names its delivery."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, Table, Text, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

delivery = Table(
    "delivery", STATE,
    Column("id", Text, primary_key=True), Column("dataset", Text, nullable=False),
    Column("sha256", Text, nullable=False), Column("file", Text, nullable=False),
    Column("path", Text, nullable=False), Column("state", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Column("size", BigInteger, nullable=False), Column("rows", Integer, nullable=False),
    Column("used", Integer, nullable=False), Column("totals", Text, nullable=False),
    Column("findings", Text, nullable=False), Column("replaces", Text, nullable=False),
    Column("ended_by", Text, nullable=False), Column("reason", Text, nullable=False),
    Column("control", Text, nullable=False),
    Index("delivery_dataset", "dataset", "at"), Index("delivery_sha256", "sha256"),
)
"""``state`` is ``accepted``, ``refused``, ``replaced`` or ``withdrawn``; ``path`` is where it lies below ``records``;
``totals`` and ``findings`` are JSON; ``control`` is the number of rows that its sender gave and that agreed, or
empty."""

imports = Projection("imports", delivery)


def _add(db: Connection, event: Event, state: str) -> None:
    said: Mapping[str, Any] = event.detail
    db.execute(insert(delivery).values(
        id=said["delivery"], dataset=event.subject.removeprefix("ledger/"), sha256=said["sha256"], file=said["file"],
        path=said.get("path", ""), state=state, by=event.by, at=moment(event.at), size=said["size"],
        rows=said["rows"], used=said["rows"] if state == "accepted" else 0,
        totals=canonical(said.get("totals", {})), findings=canonical(said.get("findings", [])),
        replaces=said.get("replaces", ""), ended_by="", reason="", control=str(said.get("control", "")),
    ))


@imports.on("imported")
def imported(db: Connection, event: Event) -> None:
    """A delivery counts from here on; the one it corrects no longer does."""
    if "delivery" not in event.detail:
        return
    _add(db, event, "accepted")
    if event.detail.get("replaces"):
        _end(db, event, str(event.detail["replaces"]), "replaced", "")


@imports.on("import_refused")
def refused(db: Connection, event: Event) -> None:
    """A delivery was looked at and is not taken."""
    if "delivery" in event.detail:
        _add(db, event, "refused")


@imports.on("import_withdrawn")
def withdrawn(db: Connection, event: Event) -> None:
    """A delivery no longer counts."""
    _end(db, event, str(event.detail["delivery"]), "withdrawn", str(event.detail.get("reason", "")))


def _end(db: Connection, event: Event, name: str, state: str, reason: str) -> None:
    db.execute(update(delivery).where(delivery.c.id == name).values(state=state, ended_by=event.by, reason=reason))
