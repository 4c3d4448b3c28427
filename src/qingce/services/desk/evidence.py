"""Evidence: files by their hash behind items and figures; attaching or taking away frees what was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, bindparam, func, select

from qingce.casework.item import STATE_LABELS
from qingce.casework.rights import Action, Actor
from qingce.core.dataset import Dataset
from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.blobs import Received
from qingce.ledger.filekind import KIND_LABELS, OCTETS, PROGRAM, safe_name, sniff
from qingce.ledger.journal import Writing
from qingce.ledger.look import of_subject, some_subjects
from qingce.ledger.projections.evidence import evidence
from qingce.ledger.projections.imports import delivery
from qingce.ledger.tables import journal
from qingce.services.desk.collecting import SIGNED, content_changed
from qingce.services.desk.desk import Desk
from qingce.services.desk.files import blobs_of
from qingce.services.desk.items import read_campaign, read_item
from qingce.services.desk.sources import changed_sources
from qingce.services.desk.subjects import Subject, subject

LIMIT = 50 << 20
"""Bytes of one file."""
MOST = 50
"""Files behind one subject."""
_NOTE = 500


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file behind a subject.

    Attributes:
        also: how many other subjects it stands behind.
        ended: when it was taken away; empty while it stands.
    """

    subject: str
    sha256: str
    name: str
    kind: str
    size: int
    note: str
    by: str
    at: str
    seq: int
    also: int = 0
    ended: str = ""
    ended_by: str = ""
    reason: str = ""

    @property
    def kind_label(self) -> str:
        """What it is, in words."""
        return KIND_LABELS.get(self.kind, KIND_LABELS[OCTETS])


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out: always as an attachment, never to be shown by a browser as something else."""

    name: str
    kind: str
    size: int
    sha256: str
    content: BinaryIO


def attach(
    desk: Desk, actor: Actor, subjects: Sequence[str], source: BinaryIO | bytes, name: str, *, note: str = ""
) -> str:
    """Put a file behind items or figures; returns its sha256.

    Args:
        subjects: ``item/ID`` or ``figure/KEY``.
        note: what it proves.

    Raises:
        Denied, Missing, Refused: no right for one of them; no such item; a program, empty, or too large.
    """
    blobs = blobs_of(desk)
    with blobs.receive(source, limit=LIMIT) as received, desk.writing() as made:
        return attach_received(desk, made, actor, subjects, received, name, note)


def attach_received(
    desk: Desk, made: Writing, actor: Actor, subjects: Sequence[str], received: Received, name: str, note: str = ""
) -> str:
    """Put a file that is in the waiting room behind subjects, within the transaction of another act.

    Raises:
        Denied, Missing, Refused: as for :func:`attach`.
    """
    name = safe_name(name)
    kind = sniff(received.path, received.head)
    if kind == PROGRAM:
        raise Refused(f"“{name}”是程序或脚本，不能作为证据；请交凭证、清单或截图。")
    sha256 = blobs_of(desk).keep(made.db, received, kind, made.at)
    _attach(desk, made, actor, subjects, sha256, {
        "name": name, "kind": kind, "size": received.size, "note": note.strip()[:_NOTE]})
    return sha256


def attach_known(desk: Desk, actor: Actor, subjects: Sequence[str], sha256: str) -> None:
    """Put a file that stands behind something else behind these, too.

    Raises:
        Denied, Missing, Refused: as for :func:`attach`; the file is not for this actor to see.
    """
    known = _readable(desk, actor, sha256)
    with desk.writing() as made:
        _attach(desk, made, actor, subjects, sha256, {
            "name": known.name, "kind": known.kind, "size": known.size, "note": known.note})


def _attach(
    desk: Desk, made: Writing, actor: Actor, subjects: Sequence[str], sha256: str, detail: dict[str, Any]
) -> None:
    if not subjects:
        raise Refused("请选择这份证据所证明的数值。")
    for about in _may_attach(desk, made, actor, subjects):
        there = made.db.execute(select(evidence.c.sha256).where(
            evidence.c.subject == about.text, evidence.c.ended == "")).scalars().all()
        if sha256 in there:
            continue  # the same bytes are there already
        if len(there) >= MOST:
            raise Refused(f"{about.label} 已有 {MOST} 份证据，请先撤下不再需要的，或合并后再传。")
        made.append(actor.account, "attached", about.text, {"sha256": sha256, **detail})
        if about.item:
            content_changed(made, about.item)


def detach(desk: Desk, actor: Actor, about: str, sha256: str, reason: str) -> None:
    """Take a file away from a subject; the file itself and its history stay.

    Raises:
        Denied, Missing, Refused: no right; it does not stand there; no reason is given.
    """
    if not reason.strip():
        raise Refused("请写明撤下证据的原因。")
    with desk.writing() as made:
        found = _may_attach(desk, made, actor, [about])[0]
        standing = made.db.execute(select(evidence.c.name).where(
            evidence.c.subject == about, evidence.c.sha256 == sha256, evidence.c.ended == "")).first()
        if standing is None:
            raise Missing("这份证据不在此处，或已撤下。")
        made.append(actor.account, "detached", about,
                    {"sha256": sha256, "name": standing.name, "reason": reason.strip()[:_NOTE]})
        if found.item:
            content_changed(made, found.item)


def signed_state(desk: Desk, db: Connection, about: Subject) -> str:
    """The label of the state that a change of evidence takes from an item; empty where nobody has signed it."""
    if not about.item:
        return ""
    state = read_item(desk, db, about.item).state
    return STATE_LABELS[state] if state in SIGNED else ""


def _may_attach(desk: Desk, made: Writing, actor: Actor, subjects: Iterable[str]) -> list[Subject]:
    found = []
    for text in dict.fromkeys(subjects):
        about = subject(desk, made.db, text)
        if about.text.startswith("page/"):
            raise Refused("证据附在数值上，不附在页面上。")
        desk.require(actor, Action.ATTACH, about.target)
        if about.campaign and not read_campaign(made.db, about.campaign).open:
            raise Refused("这次收集已结束，证据不能再增减；需要更正时请通过变更申请办理。")
        found.append(about)
    return found


# -- reading ----------------------------------------------------------------------------------------
def evidence_of(desk: Desk, actor: Actor, text: str, *, ended: bool = False) -> list[Evidence]:
    """Files behind a subject, in the order in which they came.

    Args:
        ended: those that were taken away, too.

    Raises:
        Denied, Missing: no right; no such subject.
    """
    with desk.reading() as db:
        about = subject(desk, db, text)
        desk.require(actor, Action.READ_EVIDENCE, about.target)
        rows = [row for row in of_subject(db, _SUBJECTS, _BEHIND, text) if ended or not row.ended]
        also = dict(_also(db, [row.sha256 for row in rows]))
    return [_evidence(row, also.get(row.sha256, 1) - 1) for row in rows]


_SUBJECTS = some_subjects(evidence.c.subject)
_BEHIND = select(evidence).where(evidence.c.subject == bindparam("subject")).order_by(evidence.c.seq)


def _also(db: Connection, hashes: Sequence[str]) -> list[tuple[str, int]]:
    if not hashes:
        return []
    counted = db.execute(select(evidence.c.sha256, func.count()).where(
        evidence.c.sha256.in_(hashes), evidence.c.ended == "").group_by(evidence.c.sha256))
    return [(str(sha256), int(count)) for sha256, count in counted]


def _evidence(row: Any, also: int = 0) -> Evidence:
    return Evidence(row.subject, row.sha256, row.name, row.kind, row.size, row.note, row.by, row.at, row.seq, also,
                    row.ended, row.ended_by, row.reason)


def download(desk: Desk, actor: Actor, sha256: str) -> Download:
    """A file's bytes, for whoever may see something that it stands behind.

    Raises:
        Denied, Missing: not for this actor; no such file.
    """
    known = _readable(desk, actor, sha256)
    with desk.reading() as db:
        return Download(known.name, known.kind, known.size, sha256, blobs_of(desk).open(db, sha256))


def _readable(desk: Desk, actor: Actor, sha256: str) -> Evidence:
    with desk.reading() as db:
        rows = db.execute(select(evidence).where(evidence.c.sha256 == sha256).order_by(evidence.c.seq)).all()
        if not rows:
            raise Missing("没有这份证据。")
        for row in rows:
            if desk.may(actor, Action.READ_EVIDENCE, subject(desk, db, row.subject).target):
                return _evidence(row)
    raise Denied("这份证据不在您的机构或业务范围内。")


# -- did anything change since it was printed -------------------------------------------------------
def changed_since_output(desk: Desk, actor: Actor, text: str) -> list[str]:
    """What changed behind a figure after the latest output was produced, in words; empty where nothing did.

    Outputs are editions that were frozen or published. Changes are evidence that came or went, deliveries of
    the ledgers from which the figure is computed, and files whose bytes are no longer those that were frozen.

    Raises:
        Denied, Missing: no right; no such subject.
    """
    with desk.reading() as db:
        about = subject(desk, db, text)
        desk.require(actor, Action.READ_EVIDENCE, about.target)
        last = db.execute(
            select(journal.c.seq, journal.c.at, journal.c.did).where(journal.c.did.in_(("frozen", "published")))
            .order_by(journal.c.seq.desc()).limit(1)).first()
        if last is None:
            return []
        output = f"{last.at[:10]} {'封版' if last.did == 'frozen' else '发布'}后"
        found = []
        for row in db.execute(select(evidence).where(evidence.c.subject == text).order_by(evidence.c.seq)):
            if row.seq > last.seq:
                found.append(f"{output}增加了证据“{row.name}”。")
            if row.ended_seq > last.seq:
                found.append(f"{output}撤下了证据“{row.name}”。")
        behind = datasets_behind(desk, text.split("/")[2 if about.item else 1])
        later = db.execute(select(delivery.c.dataset, delivery.c.file, delivery.c.state).where(
            delivery.c.dataset.in_(behind), delivery.c.at > last.at, delivery.c.state != "refused"))
        found += [f"{output}{desk.registry.datasets[r.dataset].label}有变动（{r.file}）。" for r in later]
    return found + [f"{output}{source.words}" for source in changed_sources(desk, text) if source.changed]


def datasets_behind(desk: Desk, metric: str) -> list[str]:
    """The ledgers from which a metric is computed, through every metric it is derived from."""
    found, rest, seen = set(), [metric], set()
    while rest:
        name = rest.pop()
        if name in seen:
            continue
        seen.add(name)
        if isinstance(desk.registry.datasets.get(name), Dataset):
            found.add(name)
            continue
        declared: Any = desk.registry.metrics.get(name) or desk.registry.views.get(name)
        rest += list(getattr(declared, "params", ()))
    return sorted(found)
