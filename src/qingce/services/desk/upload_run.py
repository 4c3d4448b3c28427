"""Judging a delivered ledger: in a room of its own, by the rules of intake, then together with what counts already."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
from sqlalchemy import Connection, select

from qingce.core.check import ERROR, Finding, Place, Status
from qingce.core.dataset import Dataset
from qingce.core.errors import QingceError
from qingce.ledger.projections.imports import delivery
from qingce.ledger.records import load_dataset
from qingce.ledger.records.model import Loaded
from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of
from qingce.services.desk.findings_json import findings_json
from qingce.services.desk.jobs import Work, background
from qingce.services.desk.shelf import arrange, path_of
from qingce.services.desk.upload import KIND
from qingce.services.intake import files_of, known_orgs

_NUMBERS = ("money", "qty", "whole")
_STEPS = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of judging.

    Attributes:
        rows: read in the delivered file.
        totals: sums of its columns of numbers, by label.
        beside: the deliveries that counted when it was judged.
    """

    accepted: bool
    rows: int
    totals: Mapping[str, str]
    findings: tuple[Finding, ...]
    beside: frozenset[str] = frozenset()


class Overtaken(QingceError):
    """Another delivery of the same ledger was accepted meanwhile; this one is judged again."""


@background(KIND)
def run(desk: Desk, work: Work) -> None:
    """Judge a delivery and put it on record, one way or the other."""
    said = work.job.input
    dataset, sha256, file = str(said["dataset"]), str(said["sha256"]), str(said["file"])
    declared = desk.registry.datasets[dataset]
    path = path_of(dataset, file, sha256)
    work.progress(0, _STEPS)
    judged = _judge(desk, work, declared, path)
    detail = {
        "delivery": work.job.id, "sha256": sha256, "file": file, "size": said["size"], "rows": judged.rows,
        "findings": findings_json(judged.findings), "replaces": said["replaces"],
    }
    result = {"rows": judged.rows, "used": judged.rows if judged.accepted else 0, "findings": len(judged.findings)}
    subject = f"ledger/{dataset}"
    if not judged.accepted:
        with work.finishing(result, state="refused") as made:
            made.append(work.job.by, "import_refused", subject, detail)
        return
    with work.finishing(result) as made:
        if _accepted(made.db, dataset) != judged.beside:
            raise Overtaken("同一台账刚有另一次交数，随后自动重新核对。")
        made.append(work.job.by, "imported", subject, {
            **detail, "path": path, "totals": judged.totals,
            **({"control": str(said["rows"])} if isinstance(said["rows"], int) else {})})
    arrange(desk)


def _judge(desk: Desk, work: Work, declared: Dataset, path: str) -> Judged:
    said = work.job.input
    room = desk.state / "deliveries" / work.job.id / str(work.job.tries)
    shutil.rmtree(room.parent, ignore_errors=True)
    try:
        given = room / "records" / path
        given.parent.mkdir(parents=True)
        with desk.reading() as db:
            with blobs_of(desk).open(db, str(said["sha256"])) as source, given.open("wb") as sink:
                shutil.copyfileobj(source, sink, 1 << 20)
            beside = _accepted(db, declared.name)
            others = _others(desk, db, room, declared.name, {path, _path(db, str(said["replaces"]))})
        work.progress(1, _STEPS)
        alone = _load(desk, declared, [given], room)
        work.progress(2, _STEPS)
        rows = sum(each.rows for each in alone.inputs)
        findings = _named(alone.findings, path, str(said["file"]))
        if isinstance(said["rows"], int) and alone.accepted and said["rows"] != rows:
            findings = (*findings, Finding(
                "delivery_rows", Status.FAIL, ERROR, f"应有 {said['rows']:,} 行，读到 {rows:,} 行。",
                place=Place(str(said["file"])), advice="核对导出是否完整，或更正控制行数后再交。"))
        if any(f.blocks for f in findings) or not alone.accepted:
            return Judged(False, rows, {}, findings)
        totals = _totals(declared, alone)
        if others:
            together = _load(desk, declared, [*others, given], room)
            work.progress(3, _STEPS)
            findings = _named(together.findings, path, str(said["file"]))
            if not together.accepted:
                return Judged(False, rows, totals, findings)
        return Judged(True, rows, totals, findings, beside)
    finally:
        shutil.rmtree(room.parent, ignore_errors=True)


def _load(desk: Desk, declared: Dataset, files: list[Path], room: Path) -> Loaded:
    codes = {c.of: desk.registry.codes[c.of] for c in declared.columns.values() if c.of}
    # the project's own store: what is judged here under the name it will have is not judged again by a build
    loaded = load_dataset(declared, files, root=room, codes=codes, orgs=desk.tree, store=desk.state / "records",
                          until=desk.settings.period.end)
    records = desk.folder / "records"
    return replace(loaded, findings=tuple(known_orgs(loaded.findings, records, desk.settings.org)))


def _others(desk: Desk, db: Connection, room: Path, dataset: str, without: set[str]) -> list[Path]:
    """What counts already, linked into the room: intake reads plain files below one root."""
    home, found = desk.folder / "records", []
    for path in files_of(home, dataset):
        name = path.relative_to(home).as_posix()
        if name in without:
            continue
        target = room / "records" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, target)
        except OSError:  # another disk
            shutil.copyfile(path, target)
        found.append(target)
    return found


def _accepted(db: Connection, dataset: str) -> frozenset[str]:
    wanted = select(delivery.c.id).where(delivery.c.dataset == dataset, delivery.c.state == "accepted")
    return frozenset(db.execute(wanted).scalars())


def _path(db: Connection, name: str) -> str:
    return db.execute(select(delivery.c.path).where(delivery.c.id == name)).scalar() or ""


def _named(findings: tuple[Finding, ...], path: str, file: str) -> tuple[Finding, ...]:
    """Findings that call the delivered file what its sender calls it."""
    ours = f"records/{path}"
    return tuple(
        replace(f, place=replace(f.place, file=file if f.place.file == ours else f.place.file),
                reason=f.reason.replace(ours, file)) for f in findings
    )


def _totals(declared: Dataset, loaded: Loaded) -> dict[str, str]:
    """Sums by which a sender sees that what was read is what he sent."""
    names = [name for name, column in declared.columns.items() if column.type in _NUMBERS]
    if not names or not loaded.parquet:
        return {}
    sums = ", ".join(f'sum("{name}")' for name in names)
    with duckdb.connect(":memory:") as database:
        parts = [str(part) for part in loaded.parquet]
        row = database.execute(f"SELECT {sums} FROM read_parquet(?)", [parts]).fetchone()
    assert row is not None
    return {declared.columns[name].label: f"{value:f}" if hasattr(value, "as_tuple") else str(value)
            for name, value in zip(names, row, strict=True) if value is not None}
