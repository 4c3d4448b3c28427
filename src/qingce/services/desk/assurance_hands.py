"""Through whose hands a figure under assurance passed: none of them may conclude on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from qingce.ledger.projections.assurance import drawn, request, sample
from qingce.ledger.projections.collecting import item
from qingce.ledger.projections.evidence import evidence
from qingce.ledger.projections.imports import delivery
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import figures_of, read_editions, sealed
from qingce.services.desk.items import read_items

Hands = Mapping[str, frozenset[str]]
_AT_ONCE = 1000


def drawn_figures(db: Connection, engagement: str) -> tuple[str, ...]:
    """Every figure of which an engagement drew something, itself or rows behind it."""
    rows = db.execute(select(drawn.c.unit, sample.c.kind, sample.c.figure).join(
        sample, (sample.c.engagement == drawn.c.engagement) & (sample.c.number == drawn.c.sample)).where(
        drawn.c.engagement == engagement))
    return tuple(sorted({row.figure if row.kind == "rows" else row.unit for row in rows}))


def hands_on(desk: Desk, db: Connection, engagement: str, edition: str, figures: Sequence[str]) -> Hands:
    """Who filed, reviewed or approved what these figures are made of, and who provided evidence for them.

    What a figure is made of is read from the edition: the figures that it is computed from, and the ledgers
    behind them; whoever delivered such a ledger filed it.
    """
    about = next((one for one in read_editions(db) if one.id == edition), None)
    said = figures_of(sealed(desk, about)) if about is not None and figures else {"figures": (), "lineage": {}}
    parts, files = _made_of(said, figures)
    metrics = sorted({name.partition("/")[0] for name in parts})
    asked = [one for one in read_items(desk, db, select(item).where(item.c.metric.in_(metrics)))
             if str(one.key) in parts]
    found: dict[str, set[str]] = {"filed": _delivered(db, files), "provided": set()}
    for one in asked:
        for did, accounts in one.hands.items():
            found.setdefault(did, set()).update(accounts)
    found["provided"] |= _attached(db, [*(f"figure/{name}" for name in figures), *(one.subject for one in asked)])
    answered = select(request.c.answered_by).where(
        request.c.engagement == engagement, request.c.answered_by != "", request.c.figure.in_(figures))
    found["provided"] |= set(db.execute(answered).scalars())
    return {did: frozenset(accounts) for did, accounts in found.items()}


def _made_of(said: Mapping[str, Any], figures: Iterable[str]) -> tuple[set[str], set[str]]:
    """The figures themselves and all that they are computed from, with the sha256 of the files behind them."""
    known = {each["id"]: each for each in said["figures"]}
    parts: set[str] = set()
    files: set[str] = set()
    waiting = list(figures)
    while waiting:
        name = waiting.pop()
        if name in parts:
            continue
        parts.add(name)
        record = said["lineage"].get(known.get(name, {}).get("lineage") or "", {})
        files.update(one["sha256"] for one in record.get("inputs", ()))
        waiting.extend(record.get("operands", ()))
    return parts, files


def _delivered(db: Connection, files: Iterable[str]) -> set[str]:
    rows = select(delivery.c.by).where(delivery.c.state != "refused", delivery.c.sha256.in_(sorted(files)))
    return set(db.execute(rows).scalars())


def _attached(db: Connection, subjects: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for first in range(0, len(subjects), _AT_ONCE):
        found |= set(db.execute(select(evidence.c.by).where(
            evidence.c.ended == "", evidence.c.subject.in_(subjects[first:first + _AT_ONCE]))).scalars())
    return found
