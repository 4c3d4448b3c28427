"""Assurance for programs: engagements, samples with how they were drawn, results, requests for evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from qingce.casework.sampling import Method
from qingce.core.errors import Missing
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk import assurance as room
from qingce.services.desk.assurance_frames import Frame
from qingce.services.desk.assurance_requests import Request as Wanted
from qingce.services.desk.assurance_requests import ask, requests
from qingce.services.desk.assurance_samples import Sample, Wish, draw_sample, preview, samples, would_draw
from qingce.web.api.contract import PREFIX, Key, Strict, Words, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["鉴证"], route_class=Looking)
Name = Annotated[str, Path(max_length=64, description="鉴证业务的编号。")]
Number = Annotated[int, Path(ge=1, le=10**6, description="样本的序号，从 1 起。")]
Place = Annotated[int, Path(ge=1, le=10**6, description="样本中的第几项。")]
ROOM = needs(Action.RUN_ENGAGEMENT, Action.CONCLUDE)
Text = Annotated[str, Field(max_length=2000)]
Code = Annotated[str, Field(max_length=100)]


class EngagementBody(BaseModel):
    """What an assurer was engaged for; ``outcome`` is empty until it is concluded."""

    id: str
    name: str
    firm: str
    standard: str
    level: str
    edition: str
    orgs: list[str]
    packs: list[str]
    metrics: list[str]
    due: str
    by: str
    at: str
    outcome: str
    words: str
    samples: int
    units: int
    tested: int
    exceptions: int
    asked: int


class Engagements(BaseModel):
    """The engagements in which the account has a part, the latest first."""

    engagements: list[EngagementBody]


class UnitBody(BaseModel):
    """A drawn unit; ``difference`` is what is recorded less what should be, ``outcome`` empty until it is tested."""

    place: int
    unit: str
    label: str
    amount: str
    stratum: str
    weight: str
    certain: bool
    outcome: str
    difference: str
    words: str
    by: str
    at: str


class SampleBody(BaseModel):
    """A sample with what is needed to draw it again: the hash of its frame, method, size and seed."""

    number: int
    kind: str
    figure: str
    by: str
    unit: str
    method: str
    size: int
    top: int
    seed: str
    frame: str
    count: int
    total: str
    drawn_by: str
    at: str
    units: list[UnitBody]


class Samples(BaseModel):
    """Every sample of an engagement, the first first."""

    samples: list[SampleBody]


class Draw(Strict):
    """How to draw: from the figures of the edition (``figure`` a metric, or empty), or from the rows behind a figure.

    ``by`` is what strata are made of; ``top`` goes with the method of that name.
    """

    kind: Literal["figures", "rows"] = "figures"
    figure: Annotated[str, Field(max_length=400)] = ""
    by: Code = ""
    method: Method = Method.RANDOM
    size: Annotated[int, Field(ge=0, le=10**6)] = 0
    top: Annotated[int, Field(ge=0, le=10**6)] = 0
    seed: Annotated[str, Field(max_length=64)] = ""


class Would(BaseModel):
    """What a draw would give, without drawing: the frame's hash, size and total, and the units."""

    frame: str
    count: int
    total: str
    units: list[str]


class UnitResult(Strict):
    """What came of a unit; ``difference`` (decimal text) of an exception, words of all that does not agree."""

    outcome: Literal["agree", "exception", "not_tested"]
    difference: Annotated[str, Field(pattern=r"^(-?[0-9]{1,30}(\.[0-9]{1,12})?)?$")] = ""
    words: Text = ""


class Opinion(Strict):
    """The overall conclusion."""

    outcome: Literal["unmodified", "qualified", "adverse", "disclaimer"]
    words: Words


class Want(Strict):
    """Of whom the evidence behind a unit is wanted, in which words, until when."""

    to: Annotated[str, Field(min_length=1, max_length=64)]
    words: Words
    due: dt.date


class WantedBody(BaseModel):
    """A request for evidence with its answer; ``files`` are sha256."""

    id: str
    sample: int
    place: int
    figure: str
    words: str
    to: str
    due: str
    by: str
    at: str
    state: str
    answer: str
    files: list[str]


class WantedList(BaseModel):
    """Every request of an engagement."""

    requests: list[WantedBody]


class NewEngagement(Strict):
    """An engagement on an edition; orgs, packs and metrics narrow its boundary, empty means all."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    firm: Annotated[str, Field(min_length=1, max_length=200)]
    standard: Annotated[str, Field(min_length=1, max_length=100)]
    level: Literal["limited", "reasonable"]
    edition: Annotated[str, Field(max_length=64)]
    due: dt.date
    orgs: Annotated[list[Code], Field(max_length=500)] = Field(default_factory=list)
    packs: Annotated[list[Code], Field(max_length=100)] = Field(default_factory=list)
    metrics: Annotated[list[Code], Field(max_length=500)] = Field(default_factory=list)


def _body(of: room.Engagement) -> EngagementBody:
    return EngagementBody.model_validate(of, from_attributes=True)


def _sample(found: Sample) -> SampleBody:
    return SampleBody(
        number=found.number, kind=found.kind, figure=found.figure, by=found.by, unit=found.unit,
        method=str(found.method), size=found.size, top=found.top, seed=found.seed, frame=found.frame,
        count=found.units, total=f"{found.total:f}", drawn_by=found.drawn_by, at=found.at, units=[
            UnitBody(place=u.place, unit=u.unit, label=u.label, amount=f"{u.amount:f}", stratum=u.stratum,
                     weight=str(u.weight), certain=u.certain, outcome=u.outcome, difference=f"{u.difference:f}",
                     words=u.words, by=u.by, at=u.at) for u in found.drawn])


def _wanted(one: Wanted) -> WantedBody:
    return WantedBody(id=one.id, sample=one.sample, place=one.place, figure=one.figure, words=one.words, to=one.to,
                      due=one.due, by=one.by, at=one.at, state=one.state, answer=one.answer,
                      files=[sha256 for sha256, _name in one.files])


def _wish(given: Draw) -> Wish:
    return Wish(given.kind, given.figure, given.by, str(given.method), given.size, given.top, given.seed)


def _read(desk: Desk, actor: Actor, name: str, number: int) -> SampleBody:
    found = samples(desk, actor, name)
    if number > len(found):
        raise Missing("没有这个样本。")
    return _sample(found[number - 1])


@router.get("/engagements", dependencies=[ROOM], responses=refusals())
def engagements(desk: TheDesk, actor: SignedIn) -> Engagements:
    """列出您参与的鉴证业务，最新的在前；令牌另需查看台账的权限。"""
    return Engagements(engagements=[_body(of) for of in room.engagements(desk, actor)])


@router.post("/engagements", status_code=201, dependencies=[needs(Action.RUN_ENGAGEMENT)], responses=refusals(404),
             response_model=EngagementBody)
def begin(request: Request, desk: TheDesk, actor: SignedIn, given: NewEngagement, key: Key = "") -> JSONResponse:
    """对一版开展鉴证业务；令牌另需查看版本的权限。"""
    return once(desk, actor, request, key, given.model_dump(mode="json"), lambda: _body(room.open_engagement(
        desk, actor, name=given.name, firm=given.firm, standard=given.standard, level=given.level, of=given.edition,
        due=given.due, orgs=given.orgs, packs=given.packs, metrics=given.metrics)), 201)


@router.get("/engagements/{name}", dependencies=[ROOM], responses=refusals(404))
def engagement(desk: TheDesk, actor: SignedIn, name: Name) -> EngagementBody:
    """一项鉴证业务：范围、进度与结论；令牌另需查看台账的权限。"""
    return _body(room.get(desk, actor, name))


@router.get("/engagements/{name}/samples", dependencies=[ROOM], responses=refusals(404))
def drawn(desk: TheDesk, actor: SignedIn, name: Name) -> Samples:
    """列出一项业务的样本、每一项的测试结果。"""
    return Samples(samples=[_sample(found) for found in samples(desk, actor, name)])


@router.post("/engagements/{name}/samples/preview", dependencies=[ROOM], responses=refusals(404))
def would(desk: TheDesk, actor: SignedIn, name: Name, given: Draw) -> Would:
    """试抽：总体有多少、会抽到哪些，不记录。"""
    frame: Frame = preview(desk, actor, name, _wish(given))
    found = would_draw(frame, _wish(given))
    return Would(frame=found.frame, count=found.count, total=f"{found.total:f}",
                 units=[each.unit.id for each in found.drawn])


@router.post("/engagements/{name}/samples", status_code=201, dependencies=[needs(Action.DRAW_SAMPLE)],
             responses=refusals(404), response_model=SampleBody)
def take(request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: Draw, key: Key = "") -> JSONResponse:
    """抽样；方法、种子与总体的哈希记入日志，不能重抽。令牌另需“记录结论”与查看台账的权限。"""
    return once(desk, actor, request, key, given.model_dump(mode="json"),
                lambda: _sample(draw_sample(desk, actor, name, _wish(given))), 201)


@router.get("/engagements/{name}/samples/{number}", dependencies=[ROOM], responses=refusals(404))
def sample(desk: TheDesk, actor: SignedIn, name: Name, number: Number) -> SampleBody:
    """一个样本及其各项。"""
    return _read(desk, actor, name, number)


def _acted(
    request: Request, desk: Desk, actor: Actor, given: Strict, key: str, act: Callable[[], object],
    then: Callable[[], BaseModel],
) -> JSONResponse:
    """Do an act and say how it stands after it; who could not read that does nothing."""
    def both() -> BaseModel:
        then()
        act()
        return then()

    return once(desk, actor, request, key, given.model_dump(mode="json"), both)


@router.post("/engagements/{name}/samples/{number}/{place}/conclusion", dependencies=[needs(Action.CONCLUDE)],
             responses=refusals(404), response_model=SampleBody)
def judge(
    request: Request, desk: TheDesk, actor: SignedIn, name: Name, number: Number, place: Place, given: UnitResult,
    key: Key = "",
) -> JSONResponse:
    """记录样本中一项的测试结果。"""
    return _acted(request, desk, actor, given, key, lambda: room.conclude_unit(
        desk, actor, name, number, place, outcome=given.outcome, difference=given.difference, words=given.words),
        lambda: _read(desk, actor, name, number))


@router.get("/engagements/{name}/requests", dependencies=[ROOM], responses=refusals(404))
def wanted(desk: TheDesk, actor: SignedIn, name: Name) -> WantedList:
    """列出一项业务的索证与答复。"""
    return WantedList(requests=[_wanted(one) for one in requests(desk, actor, name)])


@router.post("/engagements/{name}/samples/{number}/{place}/requests", status_code=201,
             dependencies=[needs(Action.REQUEST_EVIDENCE)], responses=refusals(404), response_model=WantedBody)
def want(
    request: Request, desk: TheDesk, actor: SignedIn, name: Name, number: Number, place: Place, given: Want,
    key: Key = "",
) -> JSONResponse:
    """就样本中一项索取证据；对方会收到通知。"""
    return once(desk, actor, request, key, given.model_dump(mode="json"), lambda: _wanted(ask(
        desk, actor, name, sample=number, place=place, to=given.to, words=given.words, due=given.due)), 201)


@router.post("/engagements/{name}/conclusion", dependencies=[needs(Action.CONCLUDE)], responses=refusals(404),
             response_model=EngagementBody)
def conclude(
    request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: Opinion, key: Key = ""
) -> JSONResponse:
    """作出总体结论；业务随之结束。"""
    return _acted(request, desk, actor, given, key,
                  lambda: room.conclude(desk, actor, name, outcome=given.outcome, words=given.words),
                  lambda: _body(room.get(desk, actor, name)))
