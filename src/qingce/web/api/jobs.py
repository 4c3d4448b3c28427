"""Work in the background for programs: asked for, watched, begun again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.ledger.jobs import Job
from qingce.services.desk import Action
from qingce.services.desk.computing import ask_for_figures
from qingce.services.desk.operating import KIND_LABELS, job_of, jobs_of, try_again
from qingce.web.api.contract import PREFIX, Key, Limit, Skip, cut, once, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["后台任务"], route_class=Looking)
Id = Annotated[str, Path(max_length=64, description="任务编号。")]
State = Literal["", "waiting", "running", "done", "refused", "failed"]


class JobBody(BaseModel):
    """One piece of work; ``result`` says what came of it, and in ``error`` why nothing did.

    ``state`` is waiting or running, in the end done, refused (what was given cannot be taken) or failed.
    """

    id: str
    kind: str
    label: str
    state: str
    percent: int
    by: str
    at: str
    tries: int
    result: dict[str, Any]


class JobPage(BaseModel):
    """A page of jobs, newest first; ``next`` is a ``skip``."""

    jobs: list[JobBody]
    next: int | None = None


def _body(job: Job) -> JobBody:
    return JobBody(id=job.id, kind=job.kind, label=KIND_LABELS.get(job.kind, job.kind), state=job.state,
                   percent=job.percent, by=job.by, at=job.at, tries=job.tries, result=dict(job.result))


@router.get("/jobs", dependencies=[needs(Action.RUN_CAMPAIGN, Action.OPERATE)], responses=refusals())
def jobs(
    desk: TheDesk, actor: SignedIn, state: State = "", kind: Annotated[str, Query(max_length=64)] = "",
    skip: Skip = 0, limit: Limit = 50,
) -> JobPage:
    """列出后台任务，最新的在前。"""
    shown, following = cut(jobs_of(desk, actor, state=state, kind=kind, limit=skip + limit + 1), skip, limit)
    return JobPage(jobs=[_body(job) for job in shown], next=following)


@router.get("/jobs/{id}", dependencies=[needs()], responses=refusals(404))
def job(desk: TheDesk, actor: SignedIn, id: Id) -> JobBody:
    """一项后台任务办到百分之几、结果如何；自己要求的任务都可以查。"""
    return _body(job_of(desk, actor, id))


@router.post("/jobs/{id}/again", status_code=204, dependencies=[needs(Action.RUN_CAMPAIGN, Action.OPERATE)],
             responses=refusals(404))
def again(desk: TheDesk, actor: SignedIn, id: Id) -> Response:
    """让失败的任务重新排队。"""
    try_again(desk, actor, id)
    return Response(status_code=204)


@router.post("/computations", status_code=202, dependencies=[needs(Action.COMPUTE)], responses=refusals(),
             response_model=JobBody)
def compute(request: Request, desk: TheDesk, actor: SignedIn, key: Key = "") -> JSONResponse:
    """编制：后台重算全部数值与勾稽；凭 id 查询进度。已在编制的，答复那一项任务。"""
    return once(desk, actor, request, key, {}, lambda: _body(job_of(desk, actor, ask_for_figures(desk, actor))), 202)
