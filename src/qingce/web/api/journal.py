"""The journal for programs: who did what, newest first, with the chain's links."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel

from qingce.core.event import VERBS, moment
from qingce.services.desk import Action
from qingce.services.desk.keeping import signed_heads, stored_links
from qingce.web.api.contract import PREFIX, Limit, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["日志"], route_class=Looking)


class EventBody(BaseModel):
    """One event; ``line`` is what the chain's hash covers, ``hash`` the link that was stored for it."""

    seq: int
    at: str
    by: str
    did: str
    label: str
    subject: str
    detail: dict[str, Any]
    line: str
    hash: str


class EventPage(BaseModel):
    """A page of events, newest first."""

    events: list[EventBody]
    next: int | None = None


class CheckpointBody(BaseModel):
    """A signed head: Ed25519 by ``key`` over the canonical JSON of ``at``, ``head`` and ``seq``."""

    seq: int
    head: str
    at: str
    key: str
    signature: str


class Checkpoints(BaseModel):
    """Every signed head, the first one first; ``next`` is an ``after``."""

    checkpoints: list[CheckpointBody]
    next: int | None = None


class Head(BaseModel):
    """The end of the chain."""

    seq: int
    hash: str


@router.get("/journal", dependencies=[needs(Action.READ_JOURNAL)], responses=refusals())
def events(
    desk: TheDesk, actor: SignedIn, before: Annotated[int | None, Query(ge=1, le=2**53)] = None, limit: Limit = 100,
    by: Annotated[str, Query(max_length=64)] = "", did: Annotated[str, Query(max_length=64)] = "",
    subject: Annotated[str, Query(max_length=300)] = "", under: Annotated[str, Query(max_length=300)] = "",
) -> EventPage:
    """列出日志事项，最新的在前；next 作下一页的 before。"""
    desk.require(actor, Action.READ_JOURNAL)
    clean = [text.replace("\x00", "\ufffd") for text in (by, did, subject, under)]
    found = desk.journal.page(before=before, limit=limit + 1, by=clean[0], did=clean[1], subject=clean[2],
                              under=clean[3])
    shown = found[:limit]
    links = stored_links(desk, actor, [e.seq for e in shown])
    bodies = [
        EventBody(seq=e.seq, at=moment(e.at), by=e.by, did=e.did, label=VERBS.get(e.did, e.did), subject=e.subject,
                  detail=dict(e.detail), line=e.line, hash=links[e.seq]) for e in shown
    ]
    return EventPage(events=bodies, next=shown[-1].seq if len(found) > limit else None)


@router.get("/journal/checkpoints", dependencies=[needs(Action.READ_JOURNAL)], responses=refusals())
def checkpoints(
    desk: TheDesk, actor: SignedIn, after: Annotated[int, Query(ge=0, le=2**53)] = 0, limit: Limit = 100,
) -> Checkpoints:
    """列出检查点：经签名的日志末端，可用来核验日志没有被截短或改写。"""
    found = [point for point in signed_heads(desk, actor) if point.seq > after]
    bodies = [CheckpointBody(seq=p.seq, head=p.head, at=p.at, key=p.key, signature=p.signature) for p in found[:limit]]
    return Checkpoints(checkpoints=bodies, next=bodies[-1].seq if len(found) > limit else None)


@router.get("/journal/head", dependencies=[needs(Action.READ_JOURNAL)], responses=refusals())
def head(desk: TheDesk, actor: SignedIn) -> Head:
    """日志的末端：事项数与链上最后一个哈希。"""
    desk.require(actor, Action.READ_JOURNAL)
    seq, link = desk.journal.head()
    return Head(seq=seq, hash=link)
