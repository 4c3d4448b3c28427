"""Ledgers delivered through the desk: received, judged in the background, accepted or refused as a whole.

A delivery is known by its bytes: the same file again is the same delivery. It may correct an earlier one, which
from then on no longer counts, and it may be withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from sqlalchemy import Connection, func, select

from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding
from qingce.core.dataset import Dataset
from qingce.core.errors import Missing, Refused, nearest
from qingce.ledger.filekind import safe_name, sniff
from qingce.ledger.jobs import Job, Jobs
from qingce.ledger.projections.imports import delivery
from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of
from qingce.services.desk.findings_json import read_findings
from qingce.services.desk.jobs import want
from qingce.services.desk.shelf import arrange

LIMIT = 2 << 30
"""Bytes of a delivery."""
SUFFIXES = (".csv", ".xlsx", ".parquet")
KIND = "import_ledger"
STATE_LABELS: Mapping[str, str] = {
    "accepted": "已收下", "refused": "未通过", "replaced": "已更正", "withdrawn": "已撤回",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of a ledger.

    Attributes:
        path: where it lies below ``records``, while it counts.
        rows: read; ``used`` and ``refused`` add up to it.
        totals: sums of its columns of numbers, by their labels, as text.
    """

    id: str
    dataset: str
    label: str
    sha256: str
    file: str
    path: str
    state: str
    by: str
    at: str
    size: int
    rows: int
    used: int
    totals: Mapping[str, str]
    findings: tuple[Finding, ...]
    replaces: str
    ended_by: str
    reason: str

    @property
    def refused(self) -> int:
        """Rows that were read and are not used."""
        return self.rows - self.used

    @property
    def state_label(self) -> str:
        """The state in words."""
        return STATE_LABELS[self.state]


def deliver(
    desk: Desk, actor: Actor, dataset: str, source: BinaryIO | bytes, name: str, *, replaces: str = "",
    rows: int | None = None,
) -> Job:
    """Receive a ledger; it is judged in the background.

    Args:
        name: of the file as its sender calls it.
        replaces: the delivery that it corrects.
        rows: how many rows it should have, where the sender knows.

    Returns:
        The job, of the same bytes always the same one while they wait or count.

    Raises:
        Denied, Missing, Refused: no right; no such ledger or delivery; not a file that can be a ledger.
    """
    declared = ledger(desk, actor, dataset)
    name = safe_name(name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Refused(f"“{name}”不是 CSV、XLSX 或 Parquet 文件；请另存为其中一种再交。")
    if dataset in desk.settings.records:
        raise Refused(f"{declared.label}由数据平台直接读取，不从这里交。")
    with blobs_of(desk).receive(source, limit=LIMIT, suffix=suffix) as received, desk.writing() as made:
        if replaces:
            _counting(made.db, dataset, replaces, received.sha256)
        sha256 = blobs_of(desk).keep(made.db, received, sniff(received.path, received.head), made.at)
        # what was refused, withdrawn or corrected may come again: the same bytes, but another delivery
        ended = made.db.execute(select(func.count()).select_from(delivery).where(
            delivery.c.sha256 == sha256, delivery.c.dataset == dataset, delivery.c.state != "accepted")).scalar()
        id = want(made, KIND, f"{dataset}/{sha256}/{ended}", {
            "dataset": dataset, "sha256": sha256, "file": name, "size": received.size, "replaces": replaces,
            "rows": rows,
        }, by=actor.account)
    job = Jobs(desk.store).get(id)
    assert job is not None
    return job


def ledger(desk: Desk, actor: Actor, dataset: str) -> Dataset:
    """A ledger that this actor may deliver.

    Raises:
        Denied, Missing: no right; no such ledger.
    """
    declared = desk.registry.datasets.get(dataset)
    if declared is None:
        raise Missing(f"没有台账“{dataset}”。{nearest(dataset, desk.registry.datasets)}")
    desk.require(actor, Action.IMPORT, desk.target(actor.org, desk.registry.pack_of.get(dataset, "")))
    return declared


def ledgers(desk: Desk, actor: Actor) -> list[Dataset]:
    """The ledgers that this actor may deliver, in the order in which they are declared."""
    return [d for d in desk.registry.datasets.values()
            if d.name not in desk.settings.records and actor.org
            and desk.may(actor, Action.IMPORT, desk.target(actor.org, desk.registry.pack_of.get(d.name, "")))]


def withdraw(desk: Desk, actor: Actor, name: str, reason: str) -> Delivery:
    """Take a delivery back: it no longer counts.

    Raises:
        Denied, Missing, Refused: no right; no such delivery; it does not count, or no reason is given.
    """
    if not reason.strip():
        raise Refused("请写明撤回的原因。")
    with desk.writing() as made:
        now = _read(desk, made.db, name)
        ledger(desk, actor, now.dataset)
        if now.state != "accepted":
            raise Refused(f"这次交数{now.state_label}，不必撤回。")
        made.append(actor.account, "import_withdrawn", f"ledger/{now.dataset}",
                    {"delivery": name, "sha256": now.sha256, "reason": reason.strip()[:1000]})
    arrange(desk)
    return get(desk, actor, name)


def deliveries(desk: Desk, actor: Actor, *, dataset: str = "", limit: int = 100) -> list[Delivery]:
    """Deliveries that this actor may read, newest first."""
    wanted = select(delivery).order_by(delivery.c.at.desc(), delivery.c.id).limit(limit)
    if dataset:
        wanted = wanted.where(delivery.c.dataset == dataset)
    with desk.reading() as db:
        found = [_delivery(desk, row) for row in db.execute(wanted)]
    return [one for one in found if desk.may(actor, Action.READ_RECORDS, _target(desk, actor, one.dataset))]


def get(desk: Desk, actor: Actor, name: str) -> Delivery:
    """One delivery.

    Raises:
        Denied, Missing: no right; no such delivery.
    """
    with desk.reading() as db:
        found = _read(desk, db, name)
    desk.require(actor, Action.READ_RECORDS, _target(desk, actor, found.dataset))
    return found


def _target(desk: Desk, actor: Actor, dataset: str) -> Any:
    return desk.target(actor.org, desk.registry.pack_of.get(dataset, ""))


def _read(desk: Desk, db: Connection, name: str) -> Delivery:
    row = db.execute(select(delivery).where(delivery.c.id == name)).first()
    if row is None:
        raise Missing("没有这次交数。")
    return _delivery(desk, row)


def _delivery(desk: Desk, row: Any) -> Delivery:
    declared = desk.registry.datasets.get(row.dataset)
    return Delivery(
        row.id, row.dataset, declared.label if declared else row.dataset, row.sha256, row.file, row.path, row.state,
        row.by, row.at, row.size, row.rows, row.used, json.loads(row.totals), read_findings(json.loads(row.findings)),
        row.replaces, row.ended_by, row.reason,
    )


def _counting(db: Connection, dataset: str, name: str, sha256: str) -> None:
    row = db.execute(select(delivery).where(delivery.c.id == name, delivery.c.dataset == dataset)).first()
    if row is None:
        raise Missing("没有要更正的那次交数。")
    if row.state != "accepted":
        raise Refused(f"要更正的那次交数{STATE_LABELS[row.state]}，请直接交新文件。")
    if row.sha256 == sha256:
        raise Refused("交来的文件与要更正的完全相同，没有变化。")
