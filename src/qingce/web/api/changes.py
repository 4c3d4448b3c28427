"""Change after freezing, for programs: requests, decisions, what moved, and the restatement register."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.services.desk import Action, Actor, Desk, restate
from qingce.web.api.contract import PREFIX, Key, Limit, Skip, Strict, Words, answer, cut, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["变更与追溯"], route_class=Looking)
Id = Annotated[str, Path(max_length=64, description="变更申请的编号。")]
Figure = Annotated[str, Field(min_length=1, max_length=400)]


class ChangeBody(BaseModel):
    """A request to change an edition; ``used`` names the edition that was made under it."""

    id: str
    edition: str
    reason: str
    asked_by: str
    at: str
    state: str
    decided_by: str
    decided: str
    words: str
    used: str


class ChangePage(BaseModel):
    """A page of requests, the latest first; ``next`` is a ``skip``."""

    changes: list[ChangeBody]
    next: int | None = None


class MovedBody(BaseModel):
    """A figure that is another one now; ``registered`` says whether the register has it as it is now."""

    key: str
    label: str
    old: str | None
    new: str | None
    unit: str
    pages: list[str]
    registered: bool


class EntryBody(BaseModel):
    """An entry of the register; ``beyond`` says whether the difference reaches the threshold (per cent)."""

    change: str
    key: str
    label: str
    old: str | None
    new: str | None
    unit: str
    reason: str
    threshold: str
    beyond: bool
    footnote: str
    by: str
    at: str
    approved_by: str
    approved: str


class EntryPage(BaseModel):
    """A page of the register, the latest first; ``next`` is a ``skip``."""

    restatements: list[EntryBody]
    next: int | None = None


class Seen(BaseModel):
    """A request with what moved since its edition and what is registered; an approval names ``seal``."""

    change: ChangeBody
    moved: list[MovedBody]
    entries: list[EntryBody]
    seal: str


class Ask(Strict):
    """Which edition is to be changed, and why."""

    edition: Annotated[str, Field(max_length=64)]
    reason: Words


class Decision(Strict):
    """Yes or no; no takes words."""

    granted: bool
    words: Annotated[str, Field(max_length=2000)] = ""


class Register(Strict):
    """Why figures moved, by their keys; ``threshold`` in per cent; footnotes of one's own."""

    reasons: Annotated[dict[Figure, Words], Field(min_length=1, max_length=500)]
    threshold: Annotated[str, Field(pattern=r"^([0-9]{1,3}(\.[0-9]{1,4})?)?$")] = ""
    footnotes: dict[Figure, Annotated[str, Field(max_length=2000)]] = Field(default_factory=dict)


class Approval(Strict):
    """What was seen of the register: ``seal`` of the request."""

    seal: Annotated[str, Field(max_length=64)]


def _change(found: restate.Change) -> ChangeBody:
    return ChangeBody.model_validate(found, from_attributes=True)


def _entry(found: restate.Restatement) -> EntryBody:
    return EntryBody.model_validate(found, from_attributes=True)


def _seen(desk: Desk, actor: Actor, number: str) -> Seen:
    found = restate.drift(desk, actor, number)
    entries = list(found.entries.values())
    known = {entry.key: entry.new for entry in entries}
    return Seen(
        change=_change(found.change), entries=[_entry(entry) for entry in entries], seal=restate.seal_of(entries),
        moved=[MovedBody(key=m.key, label=m.label, old=m.old, new=m.new, unit=m.unit, pages=list(m.pages),
                         registered=m.key in known and known[m.key] == m.new) for m in found.moved])


@router.get("/changes", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals())
def changes(desk: TheDesk, actor: SignedIn, skip: Skip = 0, limit: Limit = 100) -> ChangePage:
    """列出变更申请，最新的在前。"""
    shown, following = cut(restate.changes(desk, actor), skip, limit)
    return ChangePage(changes=[_change(one) for one in shown], next=following)


@router.get("/changes/{id}", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals(404),
            response_model=Seen)
def change(request: Request, response: Response, desk: TheDesk, actor: SignedIn, id: Id) -> Any:
    """一项变更申请：哪些数值变了，登记了哪些追溯调整。"""
    return answer(request, response, _seen(desk, actor, id))


@router.post("/changes", status_code=201, dependencies=[needs(Action.REQUEST_CHANGE)], responses=refusals(404),
             response_model=ChangeBody)
def ask(request: Request, desk: TheDesk, actor: SignedIn, given: Ask, key: Key = "") -> JSONResponse:
    """对最近一版申请变更，写明原因；令牌另需查看版本的权限。"""
    def act() -> ChangeBody:
        desk.require(actor, Action.READ_EDITIONS)
        number = restate.request_change(desk, actor, given.edition, given.reason)
        return next(_change(one) for one in restate.changes(desk, actor) if one.id == number)

    return once(desk, actor, request, key, given.model_dump(), act, 201)


def _acted(
    request: Request, desk: Desk, actor: Actor, id: str, given: Strict, key: str, act: Callable[[], object]
) -> JSONResponse:
    """Do an act on a request and say how it stands after it."""
    def both() -> Seen:
        desk.require(actor, Action.READ_EDITIONS)
        act()
        return _seen(desk, actor, id)

    return once(desk, actor, request, key, given.model_dump(), both)


@router.post("/changes/{id}/decide", dependencies=[needs(Action.DECIDE_CHANGE)], responses=refusals(404),
             response_model=Seen)
def decide(request: Request, desk: TheDesk, actor: SignedIn, id: Id, given: Decision, key: Key = "") -> JSONResponse:
    """批复一项变更申请；申请人自己不能批复。"""
    return _acted(request, desk, actor, id, given, key, lambda: restate.decide_change(
        desk, actor, id, granted=given.granted, words=given.words))


@router.post("/changes/{id}/restate", dependencies=[needs(Action.RESTATE)], responses=refusals(404),
             response_model=Seen)
def enter(request: Request, desk: TheDesk, actor: SignedIn, id: Id, given: Register, key: Key = "") -> JSONResponse:
    """把变动的数值登记为追溯调整，逐项写明原因；再次登记的须重新批复。"""
    return _acted(request, desk, actor, id, given, key, lambda: restate.restate(
        desk, actor, id, given.reasons, threshold=given.threshold, footnotes=given.footnotes))


@router.post("/changes/{id}/approve", dependencies=[needs(Action.DECIDE_CHANGE)], responses=refusals(404),
             response_model=Seen)
def approve(request: Request, desk: TheDesk, actor: SignedIn, id: Id, given: Approval, key: Key = "") -> JSONResponse:
    """批复所登记的追溯调整；seal 须与所见的一致。"""
    return _acted(request, desk, actor, id, given, key, lambda: restate.approve_restatements(
        desk, actor, id, given.seal))


@router.get("/restatements", dependencies=[needs(Action.READ_EDITIONS)], responses=refusals())
def register(desk: TheDesk, actor: SignedIn, skip: Skip = 0, limit: Limit = 100) -> EntryPage:
    """列出追溯调整登记簿，最新的在前。"""
    shown, following = cut(restate.register(desk, actor), skip, limit)
    return EntryPage(restatements=[_entry(one) for one in shown], next=following)
