"""What an edition prints of a confirmed decision: plain data, frozen with its inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from qingce.ledger.projections import materiality as state
from qingce.services.desk.desk import Desk, open_desk
from qingce.services.desk.materiality.governance import TIERS, counts, read_governance
from qingce.services.desk.materiality.switching import confirmed, decided

_TOLD = ("label", "pillar", "basis", "high", "material", "impact", "financial", "inside", "outside")


def printed(desk: Desk, db: Connection) -> dict[str, Any] | None:
    """The confirmed decision for the report's year with its thresholds, and what governance did in the period.

    ``sources`` says what the survey answers are where they are not people's own; a matrix prints it.
    """
    row = confirmed(db, str(desk.settings.period))
    if row is None:
        return None
    sources = db.execute(select(state.survey.c.source).where(
        state.survey.c.assessment == row.id, state.survey.c.source != "").distinct()).scalars()
    bodies = [{"tier": TIERS[c.body.tier], "label": c.body.label, "duties": c.body.duties,
               "meetings": str(c.meetings), "resolutions": str(c.resolutions)}
              for c in counts(read_governance(db), desk.settings.period)]
    return {
        "period": row.period, "confirmed": row.confirmed[:10], "resolution": row.resolution, "hash": row.hash,
        "thresholds": json.loads(row.thresholds), "sources": sorted(sources), "governance": bodies,
        "topics": [{"number": str(n), **{k: one[k] for k in _TOLD}}
                   for n, one in enumerate(decided(db, row.id), 1)],
    }


def printed_of(folder: Path, url: str) -> Mapping[str, Any] | None:
    """The same for whoever builds without a desk open.

    Args:
        url: of the desk's database; empty for the project's own file.
    """
    desk = open_desk(folder, url=url)
    try:
        with desk.reading() as db:
            return printed(desk, db)
    finally:
        desk.close()
