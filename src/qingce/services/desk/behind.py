"""What the desk knows of where values come from: evidence, control totals, what an assurer found right."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

from sqlalchemy import Connection, select

from qingce.ledger.projections.assurance import assured, drawn, sample
from qingce.ledger.projections.collecting import item
from qingce.ledger.projections.evidence import evidence, shown
from qingce.ledger.projections.imports import delivery, imports
from qingce.services.desk.desk import Desk, open_desk
from qingce.services.quality.behind import Behind

_AGREED, _VALUE = "agree", "存值"
TELLING = tuple(sorted({
    *shown.handlers, *imports.handlers, *assured.handlers, "campaign_opened", "campaign_changed",
}))
"""The verbs of events after which something else may be known."""


def behind_of(desk: Desk, db: Connection) -> Behind:
    """Everything, from an open transaction."""
    return Behind(_evidence(db), _assured(db), _reconciled(db))


def behind_of_folder(folder: Path, url: str) -> Behind:
    """The same of the desk of a project's folder.

    Args:
        url: of the desk's database; empty for the project's own file.
    """
    desk = open_desk(folder, url=url)
    try:
        with desk.reading() as db:
            return behind_of(desk, db)
    finally:
        desk.close()


def _evidence(db: Connection) -> dict[str, int]:
    """How many files stand behind a figure, be it behind the figure itself or behind what was filed of it."""
    files: dict[str, set[str]] = defaultdict(set)
    for subject, sha256 in db.execute(
        select(evidence.c.subject, evidence.c.sha256).where(
            evidence.c.ended == "", evidence.c.subject.startswith("figure/"))):
        files[subject.removeprefix("figure/")].add(sha256)
    rows = db.execute(select(item.c.metric, item.c.org, item.c.period, item.c.dims, item.c.evidence).where(
        item.c.evidence != "[]", item.c.state != "voided"))
    for metric, org, period, dims, held in rows:
        files["/".join(part for part in (metric, org, period, dims) if part)] |= set(json.loads(held))
    return {key: len(found) for key, found in sorted(files.items()) if found}


def _assured(db: Connection) -> dict[str, str]:
    """The value of each figure that was drawn and found right, as it was when it was tested."""
    rows = db.execute(
        select(drawn.c.unit, drawn.c.record, drawn.c.outcome).join(
            sample, (sample.c.engagement == drawn.c.engagement) & (sample.c.number == drawn.c.sample)).where(
            sample.c.kind == "figures", drawn.c.outcome != "").order_by(drawn.c.at, drawn.c.engagement, drawn.c.sample))
    found: dict[str, str] = {}
    for unit, record, outcome in rows:
        found.pop(unit, None)  # what was said last is what holds
        value = dict(json.loads(record)).get(_VALUE, "")
        if outcome == _AGREED and value:
            found[unit] = value
    return dict(sorted(found.items()))


def _reconciled(db: Connection) -> frozenset[str]:
    """Deliveries that count and whose rows agreed with the number that their sender gave."""
    return frozenset(db.execute(
        select(delivery.c.sha256).where(delivery.c.state == "accepted", delivery.c.control != "")).scalars())
