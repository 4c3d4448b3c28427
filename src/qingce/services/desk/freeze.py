"""Freezing: figures, findings with their waivers, pages, factors, program and journal head under one hash.

An edition is built from a clone of the inputs, so that nothing that changes meanwhile gets in, and so that
the clone makes the same bytes again. It stands in two steps: the folder gets its name, then the event is
written. What is interrupted before the event leaves no edition.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

import qingce
from qingce.casework.item import STATE_LABELS, State
from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.errors import Refused, Stale
from qingce.core.event import GENESIS, Json, canonical
from qingce.core.page import Document
from qingce.ledger import checkpoints
from qingce.ledger.editions import Sealed
from qingce.ledger.projections.editions import change as change_table
from qingce.ledger.projections.editions import restatement, waiver
from qingce.ledger.tables import journal
from qingce.services.built import Built
from qingce.services.content import declarations_hash
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import FROZEN, INPUTS, SITE, Edition, edition, read_editions, vault
from qingce.services.desk.items import items_of
from qingce.services.desk.keeping import signing_key
from qingce.services.desk.laid import campaigns_of, inputs, overlay_of
from qingce.services.desk.paragraphs import paragraphs
from qingce.services.outfolder import MARKER
from qingce.services.overlay import FILE, LaidOver, Overlay
from qingce.services.progress import Progress
from qingce.services.publish import build, spoken
from qingce.services.settings import FORMATS

_HARMLESS = frozenset({
    "signed_in", "sign_in_refused", "signed_out", "signed_out_everywhere", "password_set", "token_issued",
    "token_revoked", "account_opened", "account_changed", "account_closed", "role_granted", "role_revoked",
    "stand_in_named", "stand_in_ended", "commented", "comment_resolved", "reminded", "escalated", "workbook_issued",
    "checkpointed", "backed_up", "webhook_set", "webhook_removed", "feedback_received", "feedback_answered",
    "assessment_opened", "topic_set", "topic_removed", "stakeholder_set", "stakeholder_removed", "survey_opened",
    "survey_answered", "survey_closed", "assessor_named", "topic_scored", "scores_submitted", "scores_returned",
    "weights_set", "thresholds_set", "materiality_proposed",
    "case_opened", "case_assigned", "case_moved", "case_due_moved", "case_closed",
    "setting_changed", "computed", "leader_named", "evidence_requested", "evidence_provided", "sample_drawn",
    "pack_exported", "conclusion_recorded", "engagement_opened", "published", "edition_withdrawn",
    "draft_issued", "draft_returned", "draft_declined",
})
"""What may happen while an edition is put together without touching it."""


@dataclass(frozen=True)
class Standing:
    """What an edition is frozen from: the desk's decisions at one place of the journal.

    Attributes:
        before: the edition that the new one succeeds or is held against, and ``revision`` its own number.
        refusals: why it cannot be frozen yet, apart from what the build finds.
    """

    seq: int
    head: str
    overlay: Overlay
    revision: int
    before: Edition | None
    change: str
    refusals: tuple[Finding, ...]


def standing(desk: Desk, change: str = "") -> Standing:
    """What stands at this moment, and what stands in the way.

    Args:
        change: the granted change request under which the edition is made; default the one that waits.
    """
    with desk.reading() as db:
        last = db.execute(select(journal.c.seq, journal.c.hash).order_by(journal.c.seq.desc()).limit(1)).first()
        all_ = read_editions(db)
        period = str(desk.settings.period)
        same = [e for e in all_ if e.period == period]
        earlier = [e for e in all_ if e.period < period and e.state == "published"]
        before = same[0] if same else earlier[0] if earlier else None
        granted = db.execute(
            select(change_table.c.id).where(change_table.c.state == "granted", change_table.c.used == "")
            .where(change_table.c.edition == (before.id if before else ""))
        ).scalars().first()
        change = change or granted or ""
        refusals = [*_unapproved(desk, db), *_unasked(db, same, change, before)]
        overlay = overlay_of(desk, db, change=change, approved_only=True)
    seq, head = (last.seq, last.hash) if last else (0, GENESIS)
    return Standing(seq, head, overlay, same[0].revision + 1 if same else 1, before, change, tuple(refusals))


def _unapproved(desk: Desk, db: Connection) -> list[Finding]:
    found = []
    for name in campaigns_of(desk, db):
        for item in items_of(desk, db, name):
            if item.state not in (State.APPROVED, State.VOIDED):
                metric = desk.registry.metrics.get(item.metric)
                label = metric.label if metric else item.metric
                org = desk.tree.name(item.org) if item.org in desk.tree else item.org
                found.append(_refusal("item_approved", f"{org}“{label}”{STATE_LABELS[item.state]}，尚未审批。",
                                      item.id, "请催办，或在收集中注明不再收集的原因。"))
    return found


def _unasked(db: Connection, same: list[Edition], change: str, before: Edition | None) -> list[Finding]:
    """Whether what was frozen may be changed."""
    if not same and not change:
        return []
    row = db.execute(select(change_table).where(change_table.c.id == change)).first() if change else None
    if row is None and not same:
        return [_refusal("change_granted", "没有这项变更申请；这个期间还没有封版。", change, "不必申请，请直接封版。")]
    if row is None:
        reason = f"{same[0].label}已经封版，变更须先申请并获批复。"
        return [_refusal("change_granted", reason, same[0].id, "请提出变更申请。")]
    if row.state != "granted" or row.used or before is None or row.edition != before.id:
        reason = "这项变更申请未获批准、已经用过，或针对的不是最近一版。"
        return [_refusal("change_granted", reason, change, "请提出新的变更申请。")]
    return []


def _refusal(rule: str, reason: str, value: str, advice: str) -> Finding:
    return Finding(rule, Status.FAIL, Severity.ERROR, reason, place=Place(value=value), advice=advice)


def _refused(text: str, findings: list[Finding]) -> Refused:
    return Refused(f"{text}共 {len(findings)} 项。" if findings else text, findings)


# -- the act ----------------------------------------------------------------------------------------
def freeze(desk: Desk, actor: Actor, *, change: str = "", progress: Progress | None = None) -> Edition:
    """Freeze the report as it stands.

    Args:
        change: the granted change request for what was frozen before.

    Raises:
        Denied: no right.
        Refused: an item is not approved, an ERROR finding stands without a waiver, a waiver is over, a change was
            not granted, or a moved figure is not in the restatement register; all of them are listed.
        Stale: somebody changed the report meanwhile.
    """
    desk.require(actor, Action.FREEZE)
    now = standing(desk, change)
    if now.refusals:
        raise _refused("还不能封版：", list(now.refusals))
    store = vault(desk)
    store.sweep()
    with store.room() as room:
        seal = _put_together(desk, now, room, progress)
    with desk.writing() as made:
        _unmoved(made.db, now)
        said = seal.manifest
        made.append(actor.account, "frozen", f"edition/{seal.id}", {
            "report": said["report"], "title": said["title"], "period": said["period"], "revision": said["revision"],
            "succeeds": said["succeeds"], "change": said["change"], "content": said["content"],
            "head": said["journal"]["head"], "package": said["code"]["package"],
        })
        # what the public page names of the journal is signed from the first moment
        checkpoints.sign(made, signing_key(desk))
    return edition(desk, actor, seal.id)


def _unmoved(db: Connection, now: Standing) -> None:
    rows = db.execute(select(journal.c.seq, journal.c.did).where(journal.c.seq > now.seq).order_by(journal.c.seq))
    for seq, did in rows:
        if did not in _HARMLESS:
            raise Stale(f"封版期间报告有了变动（日志第 {seq} 号），没有封版。请看过变动后重试。")


def _put_together(desk: Desk, now: Standing, room: Path, progress: Progress | None) -> Sealed:
    store = vault(desk)
    clone = room / INPUTS
    like = None
    if now.before is not None and (store.folder / now.before.id).is_dir():
        like = store.open(now.before.id)
    for path in inputs(desk.folder):
        store.keep(path, clone / path.relative_to(desk.folder), like)
    # what was made of the same bytes before is used again; it is no part of the edition
    sample = desk.state / "sample"
    if sample.is_dir():
        shutil.copytree(sample, clone / ".qingce" / "sample", copy_function=_linked)
    project = LaidOver(clone, now.overlay, state=desk.state, progress=progress)
    built = build(project, room / SITE, FORMATS, spoken(clone))
    if built.blocked:
        raise _refused("还有未处理的错误：", _blocking(desk, built))
    (room / SITE / MARKER).unlink()
    shutil.rmtree(clone / ".qingce", ignore_errors=True)
    figures = json.loads((room / SITE / "figures.json").read_bytes())
    _restated(desk, now, figures)
    document = project.composed.document
    _write(room / FROZEN / "findings.json", [_plain(f) for f in built.findings])
    _write(room / FROZEN / "text.json", _text(document))
    _write(room / FROZEN / "factors.json", _factors(figures))
    revisions = {f["id"]: f["revision"] for f in figures["figures"]}
    (clone / FILE).write_text(replace(now.overlay, revisions=revisions).dump(), encoding="utf-8")
    return store.seal(room, _manifest(project, now, built, len(revisions)))


def _linked(source: str, target: str) -> None:
    """The same file under another name where the disk can do that, else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _blocking(desk: Desk, built: Built) -> list[Finding]:
    """The errors; those whose waiver is over say so."""
    with desk.reading() as db:
        over = {row.finding: row.until for row in db.execute(select(waiver).where(waiver.c.ended == ""))}
    return [replace(f, advice=f"豁免已于 {over[f.content]} 到期。{f.advice}") if f.content in over else f
            for f in built.findings if f.blocks]


def _manifest(project: LaidOver, now: Standing, built: Built, figures: int) -> dict[str, Json]:
    settings = project.settings
    libraries = ("ibis-framework", "duckdb", "typst", "vl-convert-python", "xlsxwriter", "python-docx")
    return {
        "report": settings.name, "title": settings.title, "organisation": settings.organisation,
        "period": str(settings.period), "revision": now.revision,
        "succeeds": now.before.id if now.before and now.before.period == str(settings.period) else "",
        "change": now.change, "content": built.hash, "figures": figures, "pages": built.pages,
        "waivers": dict(now.overlay.waivers),
        "code": {"package": qingce.__version__, "declarations": declarations_hash(project.folder, settings.packs),
                 "libraries": {name: importlib.metadata.version(name) for name in libraries}},
        "journal": {"seq": now.seq, "head": now.head},
    }


def _restated(desk: Desk, now: Standing, figures: Mapping[str, Any]) -> None:
    """Refuse where a figure that stood in the edition before is another one and nobody says so."""
    if now.before is None:
        return
    from qingce.services.desk.restate import moved

    seal = vault(desk).open(now.before.id)
    with desk.reading() as db:
        known = {row.key: row for row in
                 db.execute(select(restatement).where(restatement.c.change == now.change))} if now.change else {}
    missing = []
    for one in moved(seal, figures):
        entry = known.get(one.key)
        if entry is None or entry.new != one.new:
            missing.append(_refusal("restatement_registered", f"“{one.label}”由 {one.old_text} 变为 {one.new_text}，"
                                    "没有登记追溯调整。", one.key, "请在追溯调整登记中写明原因。"))
        elif not entry.approved:
            missing.append(_refusal("restatement_approved", f"“{one.label}”的追溯调整尚未批复。", one.key, "请批复。"))
    if missing:
        raise _refused("已披露的数值有变动：", missing)


def _plain(finding: Finding) -> dict[str, Any]:
    return asdict(finding)


def _text(document: Document) -> list[dict[str, Json]]:
    return [{"slug": page.slug, "title": page.title, "paragraphs": list(paragraphs(page))} for page in document.pages]


def _factors(figures: Mapping[str, Any]) -> list[Any]:
    """The factor editions that some figure rests on, each once."""
    found = {canonical(f): f for record in figures["lineage"].values() for f in record["factors"]}
    return [found[key] for key in sorted(found)]


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n", encoding="utf-8")
