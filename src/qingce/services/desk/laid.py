"""The project as the desk has it now: its files with what people decided and approved laid over them."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Connection, select

from qingce.casework.item import Mode
from qingce.core.disclosure import OMISSION_LABELS, Answer, Omission
from qingce.core.errors import QingceError
from qingce.core.figure import FigureKey
from qingce.ledger.projections.collecting import campaign as campaign_table
from qingce.ledger.projections.editions import footnote, omission, restatement, waiver
from qingce.ledger.projections.people import account
from qingce.services.desk.behind import behind_of
from qingce.services.desk.desk import Desk
from qingce.services.desk.filed import figure_of
from qingce.services.desk.items import items_of
from qingce.services.desk.materiality.printing import printed
from qingce.services.desk.materiality.switching import switched
from qingce.services.overlay import LaidOver, Overlay
from qingce.services.repack.layout import PROJECT_FILES, PROJECT_FOLDERS

INPUTS = (*PROJECT_FILES, *PROJECT_FOLDERS)
"""What of a project's folder goes into an edition."""
PATIENCE = 5.0
_BUILD, _BEGIN = threading.Lock(), threading.Lock()


def overlay_of(desk: Desk, db: Connection, *, change: str = "", approved_only: bool = False) -> Overlay:
    """What the desk decided.

    Args:
        change: the change request under which figures are restated; its footnotes join the others.
        approved_only: take from the desk only what was approved; otherwise also what is being filed.
    """
    return Overlay(
        name=desk.settings.name, waivers=_waivers(desk, db), notes=_notes(db, change), answers=_answers(desk, db),
        filed=_filed(desk, db, approved_only), topics=printed(desk, db),
        behind=behind_of(desk, db).as_dict(),
    )


def _waivers(desk: Desk, db: Connection) -> dict[str, str]:
    posts = {row.id: row.post for row in db.execute(select(account.c.id, account.c.post))}
    today = desk.today.isoformat()
    rows = db.execute(select(waiver).where(waiver.c.ended == "", waiver.c.until >= today).order_by(waiver.c.at))
    return {row.finding: f"已豁免：{row.reason}（{posts.get(row.by, row.by)}批准，有效期至 {row.until}）"
            for row in rows}


def _notes(db: Connection, change: str) -> dict[str, str]:
    notes = {row.key: row.words for row in db.execute(select(footnote))}
    if change:
        rows = db.execute(select(restatement).where(restatement.c.change == change))
        notes |= {row.key: row.footnote for row in rows if row.footnote}
    return notes


def _answers(desk: Desk, db: Connection) -> dict[str, dict[str, Answer]]:
    found = _not_material(desk, db)
    for row in db.execute(select(omission).order_by(omission.c.standard, omission.c.code)):
        standard = desk.registry.standards.get(row.standard)
        known = standard.answers.get(row.code) if standard else None
        found.setdefault(row.standard, {})[row.code] = Answer(
            row.code, known.pages if known else (), known.figures if known else (), row.reason, row.because, "工作台")
    return found


def _not_material(desk: Desk, db: Connection) -> dict[str, dict[str, Answer]]:
    """Clauses that only topics without materiality answer, left out for that reason unless the project answers them."""
    found: dict[str, dict[str, Answer]] = {}
    for name, switch in switched(desk, db).items():
        standard, _, code = name.partition("/")
        known = desk.registry.standards.get(standard)
        if not switch.on and known is not None and code not in known.answers:
            found.setdefault(standard, {})[code] = Answer(
                code, omission=Omission.NOT_APPLICABLE, because=switch.reason, file="重要性评估")
    return found


def _filed(desk: Desk, db: Connection, approved_only: bool) -> dict[str, dict[str, str | None]]:
    found: dict[str, dict[str, str | None]] = {}
    for name in campaigns_of(desk, db):
        for item in items_of(desk, db, name):
            if item.mode is not Mode.FILE or item.answer.answered is None:
                continue
            metric = desk.registry.metrics.get(item.metric)
            if metric is None or not metric.filed or (approved_only and not item.holds):
                continue
            said = item.answer
            found[str(FigureKey(item.metric, item.org, item.period, item.dims))] = {
                "value": None if said.value is None else f"{said.value:f}", "unit": item.unit,
                "qualifier": str(said.qualifier), "answered": str(said.answered), "reason": said.reason,
                "source": figure_of(item, metric).source,
                **({} if said.estimate is None else said.estimate.facts),
            }
    return found


def campaigns_of(desk: Desk, db: Connection) -> list[str]:
    """The campaigns of the report's period, the earliest first."""
    return list(db.execute(
        select(campaign_table.c.id).where(campaign_table.c.period == str(desk.settings.period))
        .order_by(campaign_table.c.opened, campaign_table.c.id)).scalars())


def project_of(desk: Desk, overlay: Overlay) -> LaidOver:
    """The live project with decisions laid over it; kept until a file or a decision changes."""
    with _BUILD:
        mark = _mark(desk.folder, overlay)
        kept: dict[str, LaidOver] = desk.__dict__.setdefault("_laid", {})
        base = kept.get(mark)
        if base is None:
            kept.clear()
            base = kept[mark] = LaidOver(desk.folder, overlay)
        elif base.overlay != overlay:
            base = kept[mark] = LaidOver.like(base, overlay)
        # readers share what is read and computed, so it is there before anybody looks
        _ = base.computation, base.tried
        return base


def current(desk: Desk) -> LaidOver:
    """The project as it stands at this moment."""
    with desk.reading() as db:
        overlay = overlay_of(desk, db)
    return project_of(desk, overlay)


def prepared(desk: Desk, patience: float = PATIENCE) -> bool:
    """Whether :func:`current` answers without a long wait; where it does not yet, it is being made from now on.

    Records that nobody read before take half a minute on a busy machine: whoever asks is told so instead of waiting.

    Args:
        patience: seconds to wait for it, so that a small project is there at once.
    """
    with desk.reading() as db:
        overlay = overlay_of(desk, db)
    mark = _mark(desk.folder, overlay)
    if mark in desk.__dict__.get("_laid", {}):
        return True
    making: dict[str, threading.Thread] = desk.__dict__.setdefault("_making", {})
    with _BEGIN:
        thread = making.get(mark)
        if thread is None:
            making.clear()
            thread = making[mark] = threading.Thread(
                target=_make, args=(desk, overlay), daemon=True, name="qingce preview")
            thread.start()
    thread.join(patience)
    return not thread.is_alive()


def _make(desk: Desk, overlay: Overlay) -> None:
    # what is wrong is told to whoever reads it: he makes it again and is refused with the same words
    with suppress(QingceError):
        _ = project_of(desk, overlay).composed


def _mark(folder: Path, overlay: Overlay) -> str:
    made = hashlib.sha256(Overlay(name=overlay.name, filed=overlay.filed).dump().encode())
    for path in inputs(folder):
        told = path.stat()
        made.update(f"{path}\0{told.st_size}\0{told.st_mtime_ns}\n".encode())
    return made.hexdigest()


def inputs(folder: Path) -> list[Path]:
    """The files of a project that decide what it publishes."""
    found: list[Path] = []
    for name in INPUTS:
        path = folder / name
        if path.is_file():
            found.append(path)
        elif path.is_dir():
            found += (p for p in sorted(path.rglob("*")) if p.is_file() and "__pycache__" not in p.parts
                      and not p.name.startswith("."))
    return found


def omission_words(reason: str, because: str) -> str:
    """An omission as an index prints it."""
    return f"{OMISSION_LABELS[Omission(reason)]}：{because}"


def day_of(text: str) -> dt.date | None:
    """A day somebody typed, or nothing."""
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


