"""Items for programs: reading, filing, explaining, submitting, reviewing, approving."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from qingce.core.estimate import Estimate, plain
from qingce.core.figure import Answered, Qualifier
from qingce.services.desk import Action, collecting, review
from qingce.services.desk.acting import Done
from qingce.services.desk.collecting import Answer, Item
from qingce.services.desk.grading import Grades
from qingce.web.api.contract import (
    PREFIX,
    After,
    IfMatch,
    Key,
    Limit,
    Strict,
    answer,
    etag_of,
    once,
    refusals,
    version_of,
    window,
)
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["收集"], route_class=Looking)
Name = Annotated[str, Path(max_length=300, description="填报项编号，如 2024/board_members/LZB。")]
Words = Annotated[str, Field(max_length=4000)]
Number = Annotated[str, Field(pattern=r"^-?[0-9]{1,30}(\.[0-9]{1,12})?$", description="十进制数，以文本表示。")]
State = Literal["", "to_start", "in_progress", "submitted", "reviewed", "approved", "returned", "voided"]


class EstimateBody(Strict):
    """That a value is estimated: by which method, how much of it in percent, and why."""

    method: Annotated[str, Field(max_length=40, description="估算方法，如 extrapolated。")]
    share: Annotated[str, Field(pattern=r"^[0-9]{1,3}(\.[0-9]{1,2})?$", description="估算占比（%），以文本表示。")]
    reason: Annotated[str, Field(max_length=1000)]


class AnswerBody(Strict):
    """One of three answers: a number; not applicable, with a reason; not available, with a reason.

    A number may be an estimate; without ``estimate`` it is none.
    """

    answered: Literal["value", "not_applicable", "not_available"]
    value: Number | None = None
    qualifier: Literal["exact", "over", "nearly", "about"] = "exact"
    reason: Words = ""
    source: Words = ""
    estimate: EstimateBody | None = None


class Explained(Strict):
    """Why a value differs from last year's."""

    words: Words


class Names(Strict):
    """Items, by id; ``seen`` says for an item the hash of the content that was looked at."""

    ids: Annotated[list[Annotated[str, Field(max_length=300)]], Field(min_length=1, max_length=500)]
    seen: dict[str, str] = Field(default_factory=dict)


class Back(Strict):
    """Why an item goes back to its owner."""

    code: Annotated[str, Field(max_length=40)]
    words: Words


class ItemBody(BaseModel):
    """One item as it stands; ``version`` is its ETag, ``content`` what a review and an approval name.

    ``quality`` is its level of data quality from 1 (best) to 5; null where there is no value.
    """

    id: str
    campaign: str
    metric: str
    org: str
    period: str
    dims: dict[str, str]
    unit: str
    state: str
    version: int
    content: str
    answered: str
    value: str | None
    qualifier: str
    reason: str
    source: str
    estimate: EstimateBody | None
    quality: int | None
    explanation: str
    evidence: list[str]
    owner: str
    reviewer: str
    approver: str
    due: dict[str, str]
    prior: str | None
    late: int


class ItemPage(BaseModel):
    """A page of items, in the order of their ids."""

    items: list[ItemBody]
    next: str | None = None


class DoneBody(BaseModel):
    """What a bulk act did, and what it left alone and why."""

    done: list[ItemBody]
    rest: dict[str, str]


def _estimate(said: Estimate | None) -> EstimateBody | None:
    return None if said is None else EstimateBody(method=said.method, share=plain(said.share), reason=said.reason)


def _given(body: EstimateBody | None) -> Estimate | None:
    return None if body is None else Estimate(body.method, Decimal(body.share), body.reason)


def _body(desk: TheDesk, item: Item, grades: Grades | None = None) -> ItemBody:
    said = item.answer
    return ItemBody(
        id=item.id, campaign=item.campaign, metric=item.metric, org=item.org, period=item.period, dims=dict(item.dims),
        unit=item.unit, state=str(item.state), version=item.version, content=item.content,
        answered=str(said.answered or ""), value=None if said.value is None else f"{said.value:f}",
        qualifier=str(said.qualifier), reason=said.reason, source=said.source,
        estimate=_estimate(said.estimate), quality=(grades or Grades(desk)).level(item),
        explanation=item.explanation.words,
        evidence=list(item.evidence), owner=item.owner, reviewer=item.reviewer, approver=item.approver,
        due={str(step): day.isoformat() for step, day in item.due.items()},
        prior=None if item.prior is None else f"{item.prior.value:f}", late=item.late(desk.today),
    )


def _done(desk: TheDesk, done: Done) -> DoneBody:
    grades = Grades(desk)
    return DoneBody(done=[_body(desk, item, grades) for item in done.done], rest=dict(done.rest))


@router.get("/items", dependencies=[needs(Action.READ_ITEMS)], responses=refusals(404))
def items(
    desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Query(max_length=40, min_length=1)],
    org: Annotated[str, Query(max_length=40)] = "", owner: Annotated[str, Query(max_length=64)] = "",
    metric: Annotated[str, Query(max_length=100)] = "", state: State = "", after: After = "", limit: Limit = 100,
) -> ItemPage:
    """列出一次收集中您可见的填报项，按编号排列。"""
    found = collecting.items(desk, actor, campaign=campaign, org=org, owner=owner, state=state, metric=metric)
    shown, following = window(sorted(found, key=lambda i: i.id), lambda i: i.id, after, limit)
    grades = Grades(desk)
    return ItemPage(items=[_body(desk, item, grades) for item in shown], next=following)


@router.post("/items/submit", dependencies=[needs(Action.SUBMIT)], responses=refusals(), response_model=DoneBody)
def submit(request: Request, desk: TheDesk, actor: SignedIn, names: Names, key: Key = "") -> JSONResponse:
    """提交填报项；不能提交的列在 rest 中，并写明原因。"""
    return once(desk, actor, request, key, names.model_dump(),
                lambda: _done(desk, collecting.submit(desk, actor, names.ids)))


@router.post("/items/review", dependencies=[needs(Action.REVIEW)], responses=refusals(), response_model=DoneBody)
def reviewed(request: Request, desk: TheDesk, actor: SignedIn, names: Names, key: Key = "") -> JSONResponse:
    """复核通过；不能复核的列在 rest 中，并写明原因。"""
    return once(desk, actor, request, key, names.model_dump(),
                lambda: _done(desk, review.review(desk, actor, names.ids, seen=names.seen or None)))


@router.post("/items/approve", dependencies=[needs(Action.APPROVE)], responses=refusals(), response_model=DoneBody)
def approved(request: Request, desk: TheDesk, actor: SignedIn, names: Names, key: Key = "") -> JSONResponse:
    """审批通过；不能审批的列在 rest 中，并写明原因。"""
    return once(desk, actor, request, key, names.model_dump(),
                lambda: _done(desk, review.approve(desk, actor, names.ids, seen=names.seen or None)))


@router.put("/items/{name:path}/answer", dependencies=[needs(Action.FILE)], responses=refusals(404, 409, 412, 428))
def file(
    response: Response, desk: TheDesk, actor: SignedIn, name: Name, given: AnswerBody, if_match: IfMatch = "",
    key: Key = "",
) -> ItemBody:
    """填报一项；If-Match 注明所依据的版本，他人已改动时答复 409。"""
    said = Answer(Answered(given.answered), None if given.value is None else Decimal(given.value),
                  Qualifier(given.qualifier), given.reason, given.source, _given(given.estimate))
    found = collecting.file(desk, actor, name, said, version=version_of(if_match), key=key, channel="api")
    body = _body(desk, found)
    response.headers["etag"] = etag_of(body, found.version)
    return body


@router.post("/items/{name:path}/explanation", dependencies=[needs(Action.EXPLAIN)],
             responses=refusals(404, 409, 412, 428))
def explain(
    response: Response, desk: TheDesk, actor: SignedIn, name: Name, given: Explained, if_match: IfMatch = "",
) -> ItemBody:
    """说明与上年差异的原因。"""
    found = collecting.explain(desk, actor, name, given.words, version=version_of(if_match))
    body = _body(desk, found)
    response.headers["etag"] = etag_of(body, found.version)
    return body


@router.post("/items/{name:path}/explanation/accept", dependencies=[needs(Action.REVIEW)], responses=refusals(404))
def accept(desk: TheDesk, actor: SignedIn, name: Name) -> ItemBody:
    """认可填报人对差异的说明。"""
    return _body(desk, review.accept_explanation(desk, actor, name))


@router.post("/items/{name:path}/explanation/return", dependencies=[needs(Action.REVIEW)], responses=refusals(404))
def return_explanation(desk: TheDesk, actor: SignedIn, name: Name, given: Explained) -> ItemBody:
    """退回填报人对差异的说明，写明原因。"""
    return _body(desk, review.return_explanation(desk, actor, name, given.words))


@router.post("/items/{name:path}/return", dependencies=[needs(Action.REVIEW, Action.APPROVE)],
             responses=refusals(404))
def send_back(desk: TheDesk, actor: SignedIn, name: Name, given: Back) -> ItemBody:
    """退回填报人，写明原因。"""
    return _body(desk, review.return_item(desk, actor, name, given.code, given.words))


@router.get("/items/{name:path}", dependencies=[needs(Action.READ_ITEMS)], responses=refusals(404),
            response_model=ItemBody)
def item(request: Request, response: Response, desk: TheDesk, actor: SignedIn, name: Name) -> Any:
    """读取一个填报项。"""
    found = collecting.item(desk, actor, name)
    return answer(request, response, _body(desk, found), found.version)
