"""Subscriptions to events: where programs outside are told what happened.

Subject: ``webhook/ID``. The key with which messages are signed is no part of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, Integer, Table, Text, delete, insert

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

webhook = Table(
    "webhook", STATE,
    Column("id", Text, primary_key=True), Column("url", Text, nullable=False), Column("verbs", Text, nullable=False),
    Column("label", Text, nullable=False), Column("by", Text, nullable=False), Column("at", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)
"""``verbs`` is a JSON list; ``seq`` is the event that began it: what came before is not told."""
webhooks = Projection("webhooks", webhook)


@webhooks.on("webhook_set")
def begun(db: Connection, event: Event) -> None:
    """Somebody outside is told from here on."""
    said: Any = event.detail
    name = event.subject.removeprefix("webhook/")
    db.execute(insert(webhook).values(
        id=name, url=said["url"], verbs=canonical(said["verbs"]), label=said.get("label", ""), by=event.by,
        at=moment(event.at), seq=event.seq,
    ))


@webhooks.on("webhook_removed")
def ended(db: Connection, event: Event) -> None:
    """He is told no more."""
    db.execute(delete(webhook).where(webhook.c.id == event.subject.removeprefix("webhook/")))
