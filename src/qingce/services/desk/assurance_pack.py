"""Packs for re-performing an edition elsewhere: records, definitions, figures and what the journal says of them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor
from qingce.casework.sampling import plain
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.event import GENESIS, Json, canonical
from qingce.ledger.editions import MANIFEST as SEAL
from qingce.ledger.editions import Sealed, digest
from qingce.ledger.jobs import Job, Jobs
from qingce.ledger.projections.assurance import pack as pack_table
from qingce.ledger.projections.evidence import evidence
from qingce.ledger.tables import checkpoint, journal
from qingce.publish.xlsx.cells import looks_like_formula
from qingce.services.desk.assurance import Engagement, get, read_engagement, require
from qingce.services.desk.assurance_samples import read_samples
from qingce.services.desk.desk import SYSTEM, Desk
from qingce.services.desk.edition_records import project_of_edition
from qingce.services.desk.editions import FROZEN, INPUTS, SITE, Edition, read_editions, sealed
from qingce.services.desk.evidence_pack import EPOCH
from qingce.services.desk.files import blobs_of
from qingce.services.desk.jobs import Work, background, want
from qingce.services.repack import layout
from qingce.services.repack.texts import CHECK, README
from qingce.services.sample.ensure import home_of, is_made

KIND = "export_reperformance_pack"
_LIMIT = 64 << 30
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Exported:
    """A pack that left the desk."""

    sha256: str
    engagement: str
    edition: str
    name: str
    size: int
    by: str
    at: str


# -- asking for one, and reading it ---------------------------------------------------------------------
def want_pack(desk: Desk, actor: Actor, name: str) -> Job:
    """Ask for the pack of an engagement's edition; it is put together in the background.

    While nothing happens on the desk, asking again gives the same job.

    Raises:
        Denied, Missing: no right; no such engagement.
    """
    of = get(desk, actor, name)
    _may_export(desk, actor, of)
    with desk.writing() as made:
        id = want(made, KIND, f"{of.id}/{made.seq}", {"engagement": of.id}, by=actor.account)
    found = Jobs(desk.store).get(id)
    assert found is not None
    return found


def _may_export(desk: Desk, actor: Actor, of: Engagement) -> None:
    if not (desk.may(actor, Action.DRAW_SAMPLE) or desk.may(actor, Action.RUN_ENGAGEMENT)):
        raise Denied("复算包由鉴证人员和 ESG 办公室导出。")
    # it holds every record of the edition, whatever the boundary of the engagement
    require(desk, actor, Action.READ_RECORDS, of)
    desk.require(actor, Action.READ_RECORDS, desk.target(desk.tree.root))


def packs(desk: Desk, actor: Actor, name: str) -> tuple[list[Exported], list[Job]]:
    """The packs of an engagement and the jobs that are at it, the latest first.

    Raises:
        Denied, Missing: not for this actor; no such engagement.
    """
    of = get(desk, actor, name)
    with desk.reading() as db:
        rows = db.execute(select(pack_table).where(pack_table.c.engagement == of.id)
                          .order_by(pack_table.c.seq.desc())).mappings().all()
    jobs = [job for job in Jobs(desk.store).page(kind=KIND, limit=200)
            if job.input.get("engagement") == of.id and job.state != "done"]
    return [Exported(**{key: value for key, value in row.items() if key != "seq"}) for row in rows], jobs[:3]


def open_pack(desk: Desk, actor: Actor, sha256: str) -> tuple[Exported, BinaryIO]:
    """A pack's bytes, for whoever may export it.

    Raises:
        Denied, Missing: not for this actor; no such pack.
    """
    with desk.reading() as db:
        row = db.execute(select(pack_table).where(pack_table.c.sha256 == sha256)
                         .order_by(pack_table.c.seq.desc())).mappings().first()
        if row is None or not row["engagement"]:
            raise Missing("没有这个复算包。")
        _may_export(desk, actor, read_engagement(db, row["engagement"]))
        found = Exported(**{key: value for key, value in row.items() if key != "seq"})
        return found, blobs_of(desk).open(db, sha256)


@background(KIND)
def run(desk: Desk, work: Work) -> None:
    """Put a pack together and keep it by its hash."""
    with desk.reading() as db:
        of = read_engagement(db, str(work.job.input["engagement"]))
    about = _edition(desk, of.edition)
    work.progress(0, 2)
    with tempfile.TemporaryFile(dir=desk.state) as made_up:
        write_pack(desk, about, made_up, engagement=of.id)
        work.progress(1, 2)
        made_up.seek(0)
        blobs = blobs_of(desk)
        with blobs.receive(made_up, limit=_LIMIT) as received:
            name = pack_name(desk, about)
            with work.finishing({"sha256": received.sha256, "size": received.size}) as made:
                sha256 = blobs.keep(made.db, received, "application/zip", made.at)
                made.append(work.job.by, "pack_exported", f"engagement/{of.id}", {
                    "sha256": sha256, "size": received.size, "edition": about.id, "name": name})


def export(desk: Desk, out: Path, *, edition: str = "") -> Edition:
    """Write the pack of an edition into a file, for who has the project's folder at hand.

    Args:
        edition: its hash or the beginning of it; default the latest.

    Raises:
        Missing, Refused: no such edition; its files are damaged, or the file cannot be written.
    """
    about = _edition(desk, edition)
    fresh = out.with_name(f".{out.name}.part")
    try:
        with fresh.open("w+b") as sink:
            write_pack(desk, about, sink)
        size, sha256 = fresh.stat().st_size, digest(fresh)
        with desk.writing() as made:
            made.append(SYSTEM.account, "pack_exported", f"edition/{about.id}", {
                "sha256": sha256, "size": size, "edition": about.id, "name": out.name})
        fresh.replace(out)
    except OSError as failed:
        raise Refused(f"写不了 {out}：{failed.strerror or failed}。") from failed
    finally:
        fresh.unlink(missing_ok=True)
    return about


def _edition(desk: Desk, name: str) -> Edition:
    with desk.reading() as db:
        found = [e for e in read_editions(db) if e.id.startswith(name)]
    if not found:
        raise Missing("没有这一版。" if name else "还没有封版，没有可以复算的一版。")
    if name and len(found) > 1:
        raise Refused("有几版的哈希以此开头，请写得更长。")
    return found[0]


def pack_name(desk: Desk, about: Edition) -> str:
    """What a pack is called when it is downloaded."""
    return f"复算包-{about.period}-第{about.revision}版-{about.id[:8]}.zip"


# -- writing --------------------------------------------------------------------------------------------
def write_pack(desk: Desk, about: Edition, sink: IO[bytes], *, engagement: str = "") -> None:
    """Write a pack; the same edition, evidence and samples give the same bytes.

    Raises:
        Refused: the files of the edition are not what was frozen.
    """
    seal = sealed(desk, about)
    if damage := seal.damage():
        raise Refused(f"封版文件与封版时不一致：{'、'.join(damage[:5])}。请从备份恢复后再导出。")
    with desk.reading() as db:
        texts = {
            layout.README: _readme(about, seal), layout.CHECKER: CHECK, layout.JOURNAL: _journal(db, about),
            layout.EVIDENCE: _evidence(db), layout.SAMPLES: _samples(db, engagement),
        }
    paths = {f"{layout.EDITION}/{name}": seal.path(name) for name in seal.files
             if name.startswith((f"{INPUTS}/", f"{FROZEN}/")) or name == f"{SITE}/figures.json"}
    paths[layout.SEAL] = seal.path(SEAL)
    paths |= _sample(desk, about)
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        files: dict[str, Json] = {name: _put(archive, name, text.encode()) for name, text in sorted(texts.items())}
        files |= {name: _copy(archive, name, path) for name, path in sorted(paths.items())}
        told = canonical({
            "format": layout.FORMAT, "edition": about.id, "report": about.report, "title": about.title,
            "period": about.period, "revision": about.revision, "code": seal.manifest["code"],
            "journal": seal.manifest["journal"], "engagement": engagement, "files": files,
        }) + "\n"
        sums = {name: str(one["sha256"]) for name, one in files.items() if isinstance(one, Mapping)}
        sums[layout.MANIFEST] = str(_put(archive, layout.MANIFEST, told.encode())["sha256"])
        _put(archive, layout.SUMS, "".join(f"{sha}  {name}\n" for name, sha in sorted(sums.items())).encode())


def _readme(about: Edition, seal: Sealed) -> str:
    code: Mapping[str, Any] = seal.manifest["code"]
    return README.format(title=about.title, period=about.period, revision=about.revision, edition=about.id,
                         package=code["package"], declarations=code["declarations"])


def _journal(db: Connection, about: Edition) -> str:
    """The event that froze the edition, its link, and the first signed head that covers it."""
    row = db.execute(select(journal.c.line, journal.c.hash).where(journal.c.seq == about.seq)).one()
    prev = db.execute(select(journal.c.hash).where(journal.c.seq == about.seq - 1)).scalar() or GENESIS
    point = db.execute(select(checkpoint).where(checkpoint.c.seq >= about.seq)
                       .order_by(checkpoint.c.seq).limit(1)).mappings().first()
    return json.dumps({
        "frozen": {"seq": about.seq, "event": row.line, "hash": row.hash, "prev": prev},
        "checkpoint": dict(point) if point else None,
    }, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _evidence(db: Connection) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(["subject", "name", "kind", "size", "sha256", "note", "by", "at"])
    for row in db.execute(select(evidence).where(evidence.c.ended == "").order_by(
            evidence.c.subject, evidence.c.seq)):
        line = [row.subject, row.name, row.kind, str(row.size), row.sha256, row.note, row.by, row.at]
        # a spreadsheet program takes text that begins so for a formula; an apostrophe says that it is text
        writer.writerow([f"'{text}" if looks_like_formula(text) else text for text in line])
    return "\ufeff" + buffer.getvalue()


def _samples(db: Connection, engagement: str) -> str:
    found = read_samples(db, engagement) if engagement else []
    return json.dumps([
        {"sample": s.number, "kind": s.kind, "figure": s.figure, "by": s.by, "method": s.method, "size": s.size,
         "top": s.top, "seed": s.seed, "frame": s.frame, "units": s.units, "total": plain(s.total), "unit": s.unit,
         "drawn": [{"unit": u.unit, "amount": plain(u.amount), "weight": str(u.weight), "certain": u.certain}
                   for u in s.drawn]} for s in found
    ], ensure_ascii=False, indent=1) + "\n"


def _sample(desk: Desk, about: Edition) -> dict[str, Path]:
    """Made-up ledgers that stood in for delivered ones: no input of the edition holds them."""
    project = project_of_edition(desk, about)
    if project.settings.sample is None or not is_made(project.folder, project.settings.sample):
        return {}
    home = home_of(project.folder, project.settings.sample)
    return {f"{layout.SAMPLE}/{path.relative_to(home).as_posix()}": path
            for path in home.rglob("*") if path.is_file()}


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o100644 << 16
    member.create_system = 3
    return member


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> dict[str, Json]:
    archive.writestr(_member(name), content)
    return {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}


def _copy(archive: zipfile.ZipFile, name: str, path: Path) -> dict[str, Json]:
    made, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(_member(name), "w", force_zip64=True) as sink:
        while block := source.read(_BLOCK):
            made.update(block)
            size += len(block)
            sink.write(block)
    return {"sha256": made.hexdigest(), "size": size}
