"""Pages that go out as Word drafts, and what the desk knows of those that went out and came back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, Refused, Stale
from qingce.core.page import Page
from qingce.ledger.blobs import CHUNK
from qingce.ledger.projections.drafts import draft as draft_table
from qingce.ledger.projections.drafts import draft_change, draft_return
from qingce.publish.draft.amend import amend, stands
from qingce.publish.draft.compare import Change
from qingce.publish.draft.manifest import Manifest, atoms_of
from qingce.publish.draft.write import write
from qingce.services.cache import TextCache
from qingce.services.desk.compare import parts
from qingce.services.desk.desk import SYSTEM, Desk
from qingce.services.desk.editions import read_editions
from qingce.services.desk.files import blobs_of
from qingce.services.desk.laid import current
from qingce.services.desk.pagefile import read_page
from qingce.services.stills import Stills

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KIND_LABELS: Mapping[str, str] = {"changed": "改写", "removed": "删去", "added": "新增", "moved": "移动"}
STATE_LABELS: Mapping[str, str] = {"open": "待定", "accepted": "已采纳", "declined": "未采纳"}
Parts = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A draft as it goes out: its id, what the file is called, its bytes."""

    id: str
    page: str
    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """A draft that went out; ``taken`` is how often, ``last`` when at last."""

    id: str
    page: str
    title: str
    figures: str
    edition: str
    by: str
    at: str
    taken: int
    last: str


@dataclass(frozen=True, slots=True)
class Came:
    """A file that came back.

    Attributes:
        changes, comments: how many were new in it.
        troubles: what was not taken: ``where``, ``paragraph``, ``reason``, ``advice``, of a number also ``label``,
            ``printed`` and ``found``.
    """

    draft: str
    sha256: str
    name: str
    by: str
    at: str
    changes: int
    comments: int
    troubles: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A change that a returned draft asks for.

    Attributes:
        before, now: its words, cut into what both sides have and what only one has.
        stale: why it cannot be written any more; empty where it can.
    """

    id: str
    draft: str
    kind: str
    paragraph: int
    before: Parts | None
    now: Parts | None
    authors: tuple[str, ...]
    tracked: bool
    digits: bool
    by: str
    at: str
    state: str
    decided_by: str
    decided: str
    reason: str
    stale: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """All about the drafts of one page."""

    page: Page
    sent: tuple[Sent, ...]
    came: tuple[Came, ...]
    open: tuple[Asked, ...]
    closed: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A page in the list: how many drafts went out and came back, and what waits."""

    page: Page
    sent: int
    came: int
    open: int
    troubles: int
    last: str


# -- out --------------------------------------------------------------------------------------------
def issue(desk: Desk, actor: Actor, slug: str) -> Issued:
    """A page as a Word draft; the journal says that it went out.

    Raises:
        Denied, Missing: no right; no such page.
        Refused: the page's bindings are wrong, so that it cannot be drafted.
    """
    if actor is not SYSTEM:
        desk.require(actor, Action.READ_PAGES)
        desk.require(actor, Action.DRAFT_PAGES)
    made, content = draft_of(desk, slug)
    blobs = blobs_of(desk)
    with blobs.receive(made.text.encode()) as promise, desk.writing() as writing:
        kept = blobs.keep(writing.db, promise, "application/json", writing.at)
        writing.append(actor.account, "draft_issued", f"draft/{made.id}", {
            "page": made.page, "title": made.title, "file": made.file, "manifest": kept, "figures": made.figures,
            "edition": made.edition, "checksum": made.checksum,
        })
    return Issued(made.id, made.page, f"{made.title}-征求意见稿-{made.id}.docx", content)


def draft_of(desk: Desk, slug: str) -> tuple[Manifest, bytes]:
    """What a draft of a page promises, and its file; nothing goes on the journal.

    Raises:
        Missing, Refused: no such page; its bindings are wrong.
    """
    document = current(desk).composed.document
    page = document.page(slug)
    if page is None:
        raise Missing(f"报告里没有“{slug[:80]}”这一页。")
    with desk.reading() as db:
        edition = _edition(desk, db)
    return write(page, read_page(desk, page.file).text, document, project=desk.settings.name, edition=edition,
                 draw=Stills(TextCache(desk.state / "cache")).picture, issued=desk.today)


def _edition(desk: Desk, db: Connection) -> str:
    same = [e for e in read_editions(db) if e.period == str(desk.settings.period)]
    return f"{same[0].label}（{same[0].id[:12]}）" if same else "未封版"


# -- what is known ----------------------------------------------------------------------------------
def read_manifest(desk: Desk, db: Connection, id: str) -> Manifest:
    """What a draft that went out promises.

    Raises:
        Missing: none of that name went out.
    """
    sha256 = db.execute(select(draft_table.c.manifest).where(draft_table.c.id == id)).scalar()
    if sha256 is None:
        raise Missing(f"本项目没有发出过稿号为 {id[:12]} 的 Word 稿。")
    with blobs_of(desk).open(db, sha256) as file:
        text = b"".join(iter(lambda: file.read(CHUNK), b"")).decode()
    return Manifest.load(text)


def change_of(row: Any) -> Change:
    """A change as the journal keeps it."""
    rows = tuple(atoms_of(one) for one in json.loads(row.rows))
    return Change(row.kind, row.n, row.paragraph, row.before, row.now, rows, tuple(json.loads(row.authors)),
                  bool(row.tracked), bool(row.digits), row.after)


def since(db: Connection, draft: str) -> dict[int, str]:
    """For each part that a draft changed, the hash of its source since then."""
    rows = db.execute(select(draft_change.c.n, draft_change.c.result).where(
        draft_change.c.draft == draft, draft_change.c.state == "accepted", draft_change.c.result != "")
        .order_by(draft_change.c.decided))
    return {row.n: row.result for row in rows}


def room(desk: Desk, actor: Actor, slug: str) -> Room:
    """What went out of a page, what came back, and what waits to be decided.

    Raises:
        Denied, Missing: no right; no such page.
    """
    desk.require(actor, Action.READ_PAGES)
    page = current(desk).composed.document.page(slug)
    if page is None:
        raise Missing("报告里没有这一页。")
    text = read_page(desk, page.file).text
    with desk.reading() as db:
        sent = [Sent(r.id, r.page, r.title, r.figures, r.edition, r.by, r.at, r.taken, r.last) for r in db.execute(
            select(draft_table).where(draft_table.c.page == slug).order_by(draft_table.c.last.desc()))]
        came = [Came(r.draft, r.sha256, r.name, r.by, r.at, r.changes, r.comments, tuple(json.loads(r.troubles)))
                for r in db.execute(select(draft_return).where(draft_return.c.page == slug)
                                    .order_by(draft_return.c.seq.desc()))]
        rows = db.execute(select(draft_change).where(draft_change.c.page == slug).order_by(
            draft_change.c.seq.desc(), draft_change.c.n, draft_change.c.id)).all()
        known = {id: read_manifest(desk, db, id) for id in {r.draft for r in rows if r.state == "open"}}
        before = {id: since(db, id) for id in known}
    asked = [_asked(row, text, known, before) for row in rows]
    return Room(page, tuple(sent), tuple(came), tuple(a for a in asked if a.state == "open"),
                tuple(a for a in asked if a.state != "open"))


def _asked(row: Any, text: str, known: Mapping[str, Manifest], before: Mapping[str, Mapping[int, str]]) -> Asked:
    old: Parts | None = ((row.before, True),) if row.before else None
    new: Parts | None = ((row.now, True),) if row.now else None
    if row.kind == "changed":
        old, new = parts(row.before, row.now)
    elif row.kind == "moved":
        old = new = ((row.before, False),)
    stale = _stale(change_of(row), text, known[row.draft], before[row.draft]) if row.state == "open" else ""
    return Asked(row.id, row.draft, row.kind, row.paragraph, old, new, tuple(json.loads(row.authors)),
                 bool(row.tracked), bool(row.digits), row.by, row.at, row.state, row.decided_by, row.decided,
                 row.reason, stale)


def _stale(change: Change, text: str, made: Manifest, before: Mapping[int, str]) -> str:
    if stands(text, change, made):
        return ""
    try:
        amend(text, change, made, before)
    except (Stale, Refused) as why:
        return str(why)
    return ""


def overview(desk: Desk, actor: Actor) -> Sequence[Line]:
    """Every page with how its drafts stand.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_PAGES)
    with desk.reading() as db:
        sent = {r.page: (int(r.times), str(r.latest)) for r in db.execute(select(
            draft_table.c.page, func.sum(draft_table.c.taken).label("times"),
            func.max(draft_table.c.last).label("latest")).group_by(draft_table.c.page))}
        waiting = {r.page: int(r.times) for r in db.execute(select(
            draft_change.c.page, func.count().label("times")).where(draft_change.c.state == "open")
            .group_by(draft_change.c.page))}
        back: dict[str, list[Any]] = {}
        for row in db.execute(select(draft_return).order_by(draft_return.c.seq)):
            back.setdefault(row.page, []).append(row)
    found = []
    for page in current(desk).composed.document.pages:
        times, latest = sent.get(page.slug, (0, ""))
        files = back.get(page.slug, [])
        troubles = len(json.loads(files[-1].troubles)) if files else 0
        found.append(Line(page, times, len(files), waiting.get(page.slug, 0), troubles,
                          max([latest, *(row.at for row in files)])))
    return found
