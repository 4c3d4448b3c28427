"""What a confirmed decision switches: which metrics are asked for, which clauses are left out, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from qingce.ledger.projections import materiality as state
from qingce.services.desk.desk import Desk


@dataclass(frozen=True, slots=True)
class Switch:
    """Whether a metric or a clause is on, with the reason in Chinese; ``topics``: those that decide it."""

    on: bool
    reason: str
    topics: tuple[str, ...]


def confirmed(db: Connection, period: str) -> Any:
    """The row of the latest confirmed round of a period's year; ``None``: there is none."""
    table = state.assessment
    rows = db.execute(select(table).where(table.c.state == "confirmed").order_by(table.c.confirmed.desc(), table.c.id))
    return next((row for row in rows if row.period[:4] == period[:4]), None)


def decided(db: Connection, assessment: str) -> list[dict[str, Any]]:
    """What was confirmed of each topic of a round, in the order of the list."""
    table = state.decision
    rows = db.execute(select(table.c.facts).where(table.c.assessment == assessment).order_by(table.c.position))
    return [json.loads(facts) for facts in rows.scalars()]


def switched(desk: Desk, db: Connection, period: str = "") -> Mapping[str, Switch]:
    """By metric, and by ``STANDARD/CODE`` of a clause, what the decision says; what no topic names is not there.

    Something is on while one of its topics is material, or where a topic calls it mandatory.

    Args:
        period: default the report's. Without a confirmed decision for its year nothing is switched.
    """
    row = confirmed(db, period or str(desk.settings.period))
    if row is None:
        return {}
    topics: dict[str, list[dict[str, Any]]] = {}
    mandatory: set[str] = set()
    for one in decided(db, row.id):
        names = {*one["metrics"], *one["mandatory"], *one["clauses"]}
        names |= {m for m, pack in desk.registry.pack_of.items() if pack in one["packs"] and m in desk.registry.metrics}
        mandatory |= set(one["mandatory"])
        for name in names:
            topics.setdefault(name, []).append(one)
    return {name: _switch(row, found, name in mandatory) for name, found in sorted(topics.items())}


def _switch(row: Any, topics: list[dict[str, Any]], mandatory: bool) -> Switch:
    material = [t["label"] for t in topics if t["material"]]
    ids = tuple(t["topic"] for t in topics)
    if material:
        return Switch(True, f"议题“{'、'.join(material)}”具有重要性", ids)
    if mandatory:
        return Switch(True, "监管或准则要求，不随重要性评估开关", ids)
    labels = "、".join(t["label"] for t in topics)
    return Switch(False, f"经 {row.period} 年重要性评估，议题“{labels}”不具有重要性（{row.resolution}）", ids)


def metrics_on(desk: Desk, period: str) -> Mapping[str, bool] | None:
    """For campaigns: which metrics are on; ``None`` without a decision."""
    with desk.reading() as db:
        found = switched(desk, db, period)
    return {name: s.on for name, s in found.items() if name in desk.registry.metrics} if found else None
