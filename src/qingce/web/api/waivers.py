"""Waivers for programs: which findings may stand, why and until when."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.services.desk import Action
from qingce.services.desk import waivers as stand
from qingce.web.api.contract import PREFIX, Key, Limit, Skip, Strict, Words, cut, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["疑点与任务"], route_class=Looking)


class WaiverBody(BaseModel):
    """Why a finding may stand, until a day, that day included; ``ended`` says when it was ended before."""

    id: str
    finding: str
    rule: str
    words: str
    reason: str
    by: str
    at: str
    until: str
    ended: str
    holds: bool


class WaiverPage(BaseModel):
    """A page of waivers, the latest first; ``next`` is a ``skip``."""

    waivers: list[WaiverBody]
    next: int | None = None


class Waive(Strict):
    """Which finding may stand: what follows ``finding/`` in its ``key``."""

    finding: Annotated[str, Field(pattern=r"^[0-9a-f]{8,64}$")]
    reason: Words
    until: dt.date


class Why(Strict):
    """A reason."""

    reason: Words


def _body(desk: TheDesk, one: stand.Waiver) -> WaiverBody:
    return WaiverBody(id=one.id, finding=one.finding, rule=one.rule, words=one.words, reason=one.reason, by=one.by,
                      at=one.at, until=one.until, ended=one.ended, holds=one.holds(desk.today))


@router.get("/waivers", dependencies=[needs(Action.READ_FINDINGS)], responses=refusals())
def waivers(desk: TheDesk, actor: SignedIn, skip: Skip = 0, limit: Limit = 100) -> WaiverPage:
    """列出各项豁免，最新的在前。"""
    shown, following = cut(stand.waivers(desk, actor), skip, limit)
    return WaiverPage(waivers=[_body(desk, one) for one in shown], next=following)


@router.post("/waivers", status_code=201, dependencies=[needs(Action.WAIVE_FINDING)], responses=refusals(404),
             response_model=WaiverBody)
def waive(request: Request, desk: TheDesk, actor: SignedIn, given: Waive, key: Key = "") -> JSONResponse:
    """豁免一个疑点至某日，写明原因；令牌另需查看疑点的权限。"""
    return once(desk, actor, request, key, given.model_dump(mode="json"), lambda: _body(
        desk, stand.waive(desk, actor, given.finding, reason=given.reason, until=given.until)), 201)


@router.post("/waivers/{id}/end", status_code=204, dependencies=[needs(Action.WAIVE_FINDING)],
             responses=refusals(404))
def end(desk: TheDesk, actor: SignedIn, id: Annotated[str, Path(max_length=64)], given: Why) -> Response:
    """提前终止一项豁免，写明原因。"""
    stand.end_waiver(desk, actor, id, given.reason)
    return Response(status_code=204)
