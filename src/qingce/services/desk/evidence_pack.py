"""A pack of evidence: every file once, an index as CSV and workbook, and hashes for checking with any tool."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection, Row, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Refused
from qingce.ledger.filekind import KIND_LABELS, OCTETS, safe_name
from qingce.ledger.projections.evidence import evidence
from qingce.publish.xlsx.cells import looks_like_formula
from qingce.publish.xlsx.evidence import COLUMNS, render_evidence_index
from qingce.services.desk.acting import posts
from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of
from qingce.services.desk.items import read_campaign
from qingce.services.desk.subjects import subject

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every member: a zip's own begin here, and the clock must not be in the bytes."""


def export_pack(desk: Desk, actor: Actor, campaign: str, target: IO[bytes], *, metric: str = "", org: str = "") -> int:
    """Write the evidence behind a campaign's items into a zip; the same evidence gives the same bytes.

    Args:
        target: a file open for writing bytes.
        metric, org: only what stands behind these.

    Returns:
        How many files are in it.

    Raises:
        Missing, Refused: no such campaign; nothing that this actor may see.
    """
    with desk.reading() as db:
        named = read_campaign(db, campaign)
        called = posts(db)
        rows = _shown(desk, db, actor, campaign, metric, org)
        places: dict[str, str] = {}
        for _, row in rows:
            places.setdefault(row.sha256, f"files/{row.sha256[:12]}/{safe_name(row.name)}")
        index = [_line(label, row, called.get(row.by, row.by), places[row.sha256]) for label, row in rows]
        issued = dt.date.fromisoformat(named.opened[:10])
        title = f"{named.label} 证据目录"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            _put(archive, "index.csv", _csv(index))
            _put(archive, "index.xlsx", render_evidence_index(title, desk.settings.organisation, issued, index))
            _put(archive, "SHA256SUMS", "".join(f"{sha}  {path}\n" for sha, path in sorted(places.items())).encode())
            _put_files(desk, db, archive, places)
    with desk.writing() as made:
        made.append(actor.account, "evidence_exported", f"campaign/{campaign}",
                    {"files": len(places), "metric": metric, "org": org})
    return len(places)


def _shown(
    desk: Desk, db: Connection, actor: Actor, campaign: str, metric: str, org: str,
) -> list[tuple[str, Row[Any]]]:
    """The evidence that this actor may see, with the words for what it stands behind."""
    wanted = select(evidence).where(evidence.c.ended == "", evidence.c.subject.like(f"item/{campaign}/%"))
    rows = []
    for row in db.execute(wanted.order_by(evidence.c.subject, evidence.c.seq)).all():
        parts = row.subject.split("/")
        if parts[1] != campaign or (metric and parts[2] != metric) or (org and parts[3] != org):
            continue
        about = subject(desk, db, row.subject)
        if desk.may(actor, Action.READ_EVIDENCE, about.target):
            rows.append((about.label, row))
    if not rows:
        raise Refused("没有您可以导出的证据。")
    return rows


def _put_files(desk: Desk, db: Connection, archive: zipfile.ZipFile, places: Mapping[str, str]) -> None:
    for sha256, place in sorted(places.items()):
        with blobs_of(desk).open(db, sha256) as source, archive.open(_member(place), "w", force_zip64=True) as sink:
            shutil.copyfileobj(source, sink, 1 << 20)


def _line(label: str, row: object, post: str, place: str) -> list[str]:
    get = row.__getattribute__
    kind = KIND_LABELS.get(get("kind"), KIND_LABELS[OCTETS])
    return [label, get("name"), kind, str(get("size")), get("note"), post, get("at"), place, get("sha256"),
            get("subject")]


def _csv(index: Sequence[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([column.heading for column in COLUMNS])
    # a spreadsheet program takes text that begins so for a formula; an apostrophe says that it is text
    writer.writerows([f"'{text}" if looks_like_formula(text) else text for text in line] for line in index)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    member.create_system = 3
    return member


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    archive.writestr(_member(name), content)


def pack_name(campaign: str) -> Path:
    """What a pack is called when it is downloaded."""
    return Path(safe_name(f"证据包-{campaign}.zip"))
