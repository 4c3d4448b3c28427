"""Cases for programs: opened, read, moved, handed on; what is said of one is a comment about ``case/NUMBER``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.core.event import moment
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk import cases as desk_cases
from qingce.web.api.contract import PREFIX, Key, Limit, Skip, Strict, Words, answer, cut, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["工单"], route_class=Looking)
Number = Annotated[str, Path(max_length=40, description="工单号，如 2025-00001。")]
Account = Annotated[str, Field(max_length=64)]


class CaseBody(BaseModel):
    """A case; ``acts`` are the accounts that may act on it now, ``late`` is in days, ``closed`` empty while it runs."""

    id: str
    flow: str
    state: str
    label: str
    title: str
    words: str
    org: str
    pack: str
    about: str
    by: str
    opened: str
    due: str
    late: int
    assignee: str
    acts: list[str]
    closed: str


class CasePage(BaseModel):
    """A page of cases, those that are due first; ``next`` is a ``skip``."""

    cases: list[CaseBody]
    next: int | None = None


class Happened(BaseModel):
    """Something that was done to a case."""

    seq: int
    at: str
    by: str
    did: str
    detail: dict[str, Any]


class CaseFound(BaseModel):
    """A case with the states into which the account may move it, by their words, and what was done, newest first."""

    case: CaseBody
    moves: dict[str, str]
    history: list[Happened]


class NewCase(Strict):
    """A case to open; ``about`` an item (``item/ID``) or a finding (its ``key``), where it is about one.

    ``due`` is, where it is empty, so many days from today as the flow says.
    """

    flow: Annotated[str, Field(min_length=1, max_length=100)]
    title: Annotated[str, Field(min_length=1, max_length=200)]
    words: Words
    org: Annotated[str, Field(max_length=40)] = ""
    pack: Annotated[str, Field(max_length=100)] = ""
    about: Annotated[str, Field(max_length=400)] = ""
    due: dt.date | None = None
    assignee: Account = ""


class Step(Strict):
    """Into which state, and what is said."""

    to: Annotated[str, Field(min_length=1, max_length=100)]
    words: Annotated[str, Field(max_length=2000)] = ""


class Hand(Strict):
    """Who acts now; an empty account gives it back to the post."""

    assignee: Account
    words: Annotated[str, Field(max_length=2000)] = ""


class Later(Strict):
    """Another day, and why."""

    due: dt.date
    reason: Words


def _body(shown: desk_cases.Shown) -> CaseBody:
    ticket = shown.ticket
    case = ticket.case
    return CaseBody(
        id=case.number, flow=case.flow.name, state=case.state, label=case.flow.said(case.state), title=ticket.title,
        words=ticket.words, org=ticket.org, pack=ticket.pack, about=ticket.about, by=ticket.by, opened=ticket.opened,
        due=ticket.due.isoformat(), late=shown.late, assignee=ticket.assignee, acts=list(shown.post.everybody),
        closed=ticket.closed)


def _found(desk: Desk, actor: Actor, number: str) -> CaseFound:
    found = desk_cases.case_page(desk, actor, number)
    return CaseFound(case=_body(found.shown), moves=dict(found.moves), history=[
        Happened(seq=e.seq, at=moment(e.at), by=e.by, did=e.did, detail=dict(e.detail)) for e in found.history])


def _acted(
    request: Request, desk: Desk, actor: Actor, number: str, given: Strict, key: str, act: Callable[[], object]
) -> JSONResponse:
    """Do an act on a case and say how it stands after it."""
    def both() -> CaseFound:
        _found(desk, actor, number)
        act()
        return _found(desk, actor, number)

    return once(desk, actor, request, key, given.model_dump(mode="json"), both)


@router.get("/cases", dependencies=[needs(Action.READ_ITEMS)], responses=refusals())
def cases(
    desk: TheDesk, actor: SignedIn, view: Literal["mine", "open", "late", "closed"] = "open",
    flow: Annotated[str, Query(max_length=100)] = "", skip: Skip = 0, limit: Limit = 100,
) -> CasePage:
    """列出您可见的工单，最早到期的在前；已办结的至多列 200 件。"""
    shown, following = cut(desk_cases.cases(desk, actor, view=view, flow=flow), skip, limit)
    return CasePage(cases=[_body(one) for one in shown], next=following)


@router.post("/cases", status_code=201, dependencies=[needs(Action.COMMENT)], responses=refusals(404),
             response_model=CaseFound)
def begin(request: Request, desk: TheDesk, actor: SignedIn, given: NewCase, key: Key = "") -> JSONResponse:
    """开立工单；同一个疑点或填报项至多一件在办。令牌另需查看填报项的权限。"""
    def act() -> CaseFound:
        desk.require(actor, Action.READ_ITEMS)
        return _found(desk, actor, desk_cases.open_case(
            desk, actor, given.flow, title=given.title, words=given.words, org=given.org, pack=given.pack,
            about=given.about, due=given.due, assignee=given.assignee))

    return once(desk, actor, request, key, given.model_dump(mode="json"), act, 201)


@router.get("/cases/{number}", dependencies=[needs(Action.READ_ITEMS)], responses=refusals(404),
            response_model=CaseFound)
def case(request: Request, response: Response, desk: TheDesk, actor: SignedIn, number: Number) -> Any:
    """一件工单：现在谁办、能办到哪一步、经过。评论的对象写 case/工单号。"""
    return answer(request, response, _found(desk, actor, number))


@router.post("/cases/{number}/move", dependencies=[needs(Action.HANDLE_CASES)], responses=refusals(404),
             response_model=CaseFound)
def move(request: Request, desk: TheDesk, actor: SignedIn, number: Number, given: Step, key: Key = "") -> JSONResponse:
    """把工单办到下一步；令牌另需查看填报项的权限。"""
    return _acted(request, desk, actor, number, given, key, lambda: desk_cases.move(
        desk, actor, number, given.to, given.words))


@router.post("/cases/{number}/assign", dependencies=[needs(Action.HANDLE_CASES)], responses=refusals(404),
             response_model=CaseFound)
def assign(
    request: Request, desk: TheDesk, actor: SignedIn, number: Number, given: Hand, key: Key = ""
) -> JSONResponse:
    """指派工单的经办人，或退回岗位办理；令牌另需查看填报项的权限。"""
    return _acted(request, desk, actor, number, given, key, lambda: desk_cases.assign(
        desk, actor, number, given.assignee, given.words))


@router.post("/cases/{number}/due", dependencies=[needs(Action.RUN_CASES)], responses=refusals(404),
             response_model=CaseFound)
def postpone(
    request: Request, desk: TheDesk, actor: SignedIn, number: Number, given: Later, key: Key = ""
) -> JSONResponse:
    """调整工单的期限，写明原因；令牌另需查看填报项的权限。"""
    return _acted(request, desk, actor, number, given, key, lambda: desk_cases.move_due(
        desk, actor, number, given.due, given.reason))
