"""Evidence that an assurer asks for: whom, until when, and what was given."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from sqlalchemy import Connection, func, select

from qingce.casework.rights import Action, Actor, Role, Target
from qingce.casework.routing import Roster
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.event import Json
from qingce.core.figure import FigureKey
from qingce.ledger.look import once
from qingce.ledger.projections.assurance import request
from qingce.ledger.projections.evidence import evidence
from qingce.ledger.projections.people import account
from qingce.services.desk.assurance import Engagement, read_engagement, require, require_reading, still_open
from qingce.services.desk.assurance_samples import read_sample, unit_of
from qingce.services.desk.desk import Desk, read_actor
from qingce.services.desk.evidence import LIMIT, attach_received
from qingce.services.desk.files import blobs_of
from qingce.services.desk.messages import tell

MOST = 20
"""Files of one answer."""
_WORDS = 2000
_FAR = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Request:
    """One request with its answer.

    Attributes:
        sample, place: the unit it is about; 0 for a figure outside of any sample.
        figure: the key of the figure whose evidence is wanted.
        files: sha256 and name of what was given.
    """

    engagement: str
    number: int
    sample: int
    place: int
    figure: str
    label: str
    words: str
    to: str
    due: str
    by: str
    at: str
    state: str
    answer: str
    files: tuple[tuple[str, str], ...]
    answered_by: str
    answered: str
    reminded: str = ""
    escalated: str = ""

    @property
    def id(self) -> str:
        """As an address writes it."""
        return f"{self.engagement}-{self.number}"

    @property
    def open(self) -> bool:
        """Whether nobody has answered yet."""
        return self.state == "open"

    def late(self, today: dt.date) -> int:
        """Days beyond its due day."""
        return max(0, (today - dt.date.fromisoformat(self.due)).days) if self.open else 0


# -- asking -----------------------------------------------------------------------------------------
def candidates(desk: Desk, figure: str) -> list[tuple[str, str]]:
    """Accounts that may attach evidence to a figure: id and post, data owners of its own org first."""
    target = _target(desk, figure)
    with desk.reading() as db:
        rows = db.execute(select(account.c.id, account.c.post, account.c.org).where(account.c.state == "open")
                          .order_by(account.c.post)).all()
        able = [row for row in rows if desk.may(read_actor(db, row.id), Action.ATTACH, target)]
    able.sort(key=lambda row: target.path.index(row.org) if row.org in target.path else len(target.path))
    return [(row.id, row.post or row.id) for row in able]


def _target(desk: Desk, figure: str) -> Target:
    try:
        key = FigureKey.parse(figure)
    except ValueError:
        raise Missing("没有这个数值。") from None
    if key.metric not in desk.registry.metrics:
        raise Missing(f"没有名为“{key.metric}”的指标。")
    return desk.target(key.org, desk.registry.pack_of.get(key.metric, ""))


def ask(
    desk: Desk, actor: Actor, name: str, *, sample: int, place: int, to: str, words: str, due: dt.date | None,
) -> Request:
    """Ask somebody for the evidence behind a unit of a sample; he is told, and finds it among his tasks.

    Args:
        to: an account that may attach evidence to the figure.

    Raises:
        Denied, Missing: no right; no such unit or account.
        Refused: no words, no day that can be kept, somebody who cannot answer, or the engagement is over.
    """
    if not words.strip() or len(words) > _WORDS:
        raise Refused(f"请写明索取什么证据，不超过 {_WORDS} 字。")
    if due is None or due < desk.today or due > desk.today + _FAR:
        raise Refused("请写明期限，不早于今天，也不晚于一年之后，例如 2025-03-31。")
    with desk.writing() as made:
        of = read_engagement(made.db, name)
        require(desk, actor, Action.REQUEST_EVIDENCE, of)
        still_open(of)
        known = read_sample(made.db, of.id, sample)
        unit = unit_of(known, place)
        figure = known.figure if known.kind == "rows" else unit.unit
        if not desk.may(read_actor(made.db, to), Action.ATTACH, _target(desk, figure)):
            raise Refused("这个账户不能为此数值附证据，请另选一人。")
        count = made.db.execute(select(func.count()).select_from(request).where(request.c.engagement == of.id))
        number = int(count.scalar_one()) + 1
        label = unit.label if known.kind == "figures" else f"{known.label} {unit.label}"
        made.append(actor.account, "evidence_requested", f"engagement/{of.id}", {
            "request": number, "sample": sample, "place": place, "figure": figure, "label": label,
            "words": words.strip(), "to": to, "due": due.isoformat(),
        })
        tell(made, to, f"鉴证索证：{label}",
             f"{of.name}向您索取证据：{words.strip()}\n期限：{due.isoformat()}\n请在“我的任务”中答复。")
        return read_request(made.db, f"{of.id}-{number}")


# -- answering --------------------------------------------------------------------------------------
def provide(
    desk: Desk, actor: Actor, id: str, *, words: str = "", uploads: Sequence[tuple[BinaryIO | bytes, str]] = (),
    known: Sequence[str] = (),
) -> Request:
    """Answer a request: files, and what there is to say of them. New files stand behind the figure from now on.

    Args:
        uploads: content and name of new files.
        known: sha256 of files that stand behind the figure already.

    Raises:
        Denied, Missing: somebody else was asked; no such request or file.
        Refused: neither a file nor words, too many files, a program, or it was answered before.
    """
    if len(words) > _WORDS:
        raise Refused(f"答复不超过 {_WORDS} 字。")
    if not words.strip() and not uploads and not known:
        raise Refused("请附证据文件；没有的，请写明原因。")
    if len(uploads) + len(known) > MOST:
        raise Refused(f"一次最多提供 {MOST} 个文件，请合并后再传。")
    with contextlib.ExitStack() as waiting:
        received = [(waiting.enter_context(blobs_of(desk).receive(source, limit=LIMIT)), name)
                    for source, name in uploads]
        with desk.writing() as made:
            found = read_request(made.db, id)
            _asked(desk, actor, found)
            if not found.open:
                raise Refused("这项索证已经答复；需要补充时，请鉴证人员另行索取。")
            subject = f"figure/{found.figure}"
            files: list[Json] = [*_standing(made.db, found.figure, known)]
            for one, name in received:
                sha256 = attach_received(desk, made, actor, [subject], one, name, note=f"鉴证索证：{found.words[:200]}")
                files.append([sha256, _name_of(made.db, subject, sha256)])
            made.append(actor.account, "evidence_provided", f"engagement/{found.engagement}", {
                "request": found.number, "words": words.strip(), "files": files})
            tell(made, found.by, f"鉴证证据已提供：{found.label}", words.strip() or f"共 {len(files)} 个文件。")
            return read_request(made.db, id)


def _asked(desk: Desk, actor: Actor, found: Request) -> None:
    """The one who was asked, his stand-in, or the office; each only where he may attach evidence."""
    mine = {actor.account, *(g.instead_of for g in actor.grants if g.instead_of and g.holds(desk.today))}
    if found.to not in mine and not desk.may(actor, Action.RUN_ENGAGEMENT):
        raise Denied("这项索证由别人答复。")
    desk.require(actor, Action.ATTACH, _target(desk, found.figure))


def _standing(db: Connection, figure: str, wanted: Sequence[str]) -> list[Json]:
    rows = db.execute(select(evidence.c.sha256, evidence.c.name).where(
        evidence.c.ended == "", evidence.c.sha256.in_(wanted), _behind(figure))).all()
    there = {row.sha256: row.name for row in rows}
    if gone := [each for each in wanted if each not in there]:
        raise Missing(f"文件 {gone[0][:12]}… 不在这个数值的证据之中。")
    return [[sha256, there[sha256]] for sha256 in dict.fromkeys(wanted)]


def _behind(figure: str) -> Any:
    """Evidence of the figure itself and of the items that asked for it."""
    key = FigureKey.parse(figure)
    tail = "/".join(part for part in (key.metric, key.org, ",".join(f"{d}={c}" for d, c in key.dims)) if part)
    escaped = tail.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return (evidence.c.subject == f"figure/{figure}") | evidence.c.subject.like(f"item/%/{escaped}", escape="\\")


def _name_of(db: Connection, subject: str, sha256: str) -> str:
    return str(db.execute(select(evidence.c.name).where(
        evidence.c.subject == subject, evidence.c.sha256 == sha256)).scalar_one())


# -- reading ----------------------------------------------------------------------------------------
def files_behind(desk: Desk, actor: Actor, figure: str) -> list[tuple[str, str, int]]:
    """Evidence that stands behind a figure or the items that asked for it: sha256, name, size.

    Raises:
        Denied, Missing: no right; no such figure.
    """
    desk.require(actor, Action.READ_EVIDENCE, _target(desk, figure))
    with desk.reading() as db:
        rows = db.execute(select(evidence.c.sha256, evidence.c.name, evidence.c.size).where(
            evidence.c.ended == "", _behind(figure)).order_by(evidence.c.seq)).all()
    return list({row.sha256: (row.sha256, row.name, row.size) for row in rows}.values())


def requests(desk: Desk, actor: Actor, name: str) -> list[Request]:
    """Every request of an engagement, open ones first.

    Raises:
        Denied, Missing: not for this actor; no such engagement.
    """
    with desk.reading() as db:
        require_reading(desk, actor, read_engagement(db, name))
        rows = db.execute(select(request).where(request.c.engagement == name).order_by(
            request.c.state, request.c.number)).mappings().all()
    return [_request(row) for row in rows]


def asked_of(desk: Desk, actor: Actor) -> list[Request]:
    """Open requests that wait for this account or for whom it stands in, the earliest due first.

    What was asked of an account that is closed by now waits for the office.
    """
    mine = {actor.account, *(g.instead_of for g in actor.grants if g.instead_of and g.holds(desk.today))}
    office = desk.may(actor, Action.RUN_ENGAGEMENT)
    with desk.store.glancing() as db:
        there = {row.id for row in once(db, _ACCOUNTS)} if office else set()
        found = open_requests(db)
    return [one for one in found if one.to in mine or (office and one.to not in there)]


def open_requests(db: Connection) -> list[Request]:
    """Every request that nobody has answered, the earliest due first, from an open transaction."""
    return [_request(row._mapping) for row in once(db, _OPEN)]


_OPEN = select(request).where(request.c.state == "open").order_by(
    request.c.due, request.c.engagement, request.c.number)
_ACCOUNTS = select(account.c.id).where(account.c.state == "open")


def answering(found: Request, everybody: Roster, path: tuple[str, ...]) -> tuple[str, ...]:
    """For whom a request waits: who was asked with his stand-ins, and the office where he is gone.

    Args:
        path: the org of the figure and its ancestors, nearest first.
    """
    there = {name for name, _ in everybody.grants}
    named = [name for role in (Role.DATA_OWNER, Role.ESG_OFFICE) for name in everybody.named(found.to, role).everybody]
    return tuple(dict.fromkeys(name for name in named if name in there)) or everybody.post(
        Role.ESG_OFFICE, path).everybody


def get_request(desk: Desk, actor: Actor, id: str) -> tuple[Request, Engagement]:
    """A request, for whoever was asked, the office and the assurer.

    Raises:
        Denied, Missing: not for this actor; there is none.
    """
    with desk.reading() as db:
        found = read_request(db, id)
        of = read_engagement(db, found.engagement)
    try:
        _asked(desk, actor, found)
    except Denied:
        require_reading(desk, actor, of)
    return found, of


def may_answer(desk: Desk, actor: Actor, found: Request) -> bool:
    """Whether this actor could answer it now."""
    try:
        _asked(desk, actor, found)
    except Denied:
        return False
    return found.open


def read_request(db: Connection, id: str) -> Request:
    """A request, from an open transaction.

    Raises:
        Missing: there is none.
    """
    name, _, number = id.rpartition("-")
    wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 9 else 0
    row = db.execute(select(request).where(
        request.c.engagement == name, request.c.number == wanted)).mappings().first()
    if row is None:
        raise Missing("没有这项索证。")
    return _request(row)


def _request(row: Any) -> Request:
    return Request(**{**row, "files": tuple((sha256, name) for sha256, name in json.loads(row["files"]))})
