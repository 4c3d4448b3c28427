"""Findings and tasks for programs: what does not hold yet, what was checked, and what waits for whom."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel

from qingce.services.desk import Action
from qingce.services.desk.findings import findings as open_findings
from qingce.services.desk.findings import stored_findings
from qingce.services.desk.inbox import Kind, inbox
from qingce.web.api.contract import PREFIX, Limit, Skip, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["疑点与任务"], route_class=Looking)


class FindingBody(BaseModel):
    """Something that somebody must look at: a failed check, a difference without a reason, a gap, a vacant post.

    ``key`` names it: ``finding/`` and the hash of a failed check, ``item/`` and the id of an item.
    """

    key: str
    sort: str
    severity: str
    words: str
    advice: str
    subject: str
    item: str
    org: str
    place: str
    rows: list[dict[str, str]]


class FindingPage(BaseModel):
    """A page of findings, errors first; ``counts`` is by sort and of all of them; ``next`` is a ``skip``."""

    findings: list[FindingBody]
    counts: dict[str, int]
    built: str
    next: int | None = None


class PlaceBody(BaseModel):
    """A place in somebody's file."""

    file: str
    sheet: str
    row: int | None
    column: str
    value: str


class CheckBody(BaseModel):
    """What came of one rule in the latest build."""

    rule: str
    status: str
    severity: str
    reason: str
    tried: int
    passed: int
    rows: list[dict[str, str]]
    place: PlaceBody
    advice: str
    cites: str
    waiver: str


class CheckPage(BaseModel):
    """A page of rules as they were tried; ``built`` says when, and is empty where nothing was built yet."""

    checks: list[CheckBody]
    built: str
    next: int | None = None


class TaskBody(BaseModel):
    """One thing that waits for the account that asks; ``late`` in days, ``href`` its place on the desk.

    ``item`` and ``step`` are those of a figure, and empty of all else.
    """

    kind: Kind
    id: str
    item: str
    step: str
    label: str
    words: str
    href: str
    org: str
    due: str
    late: int
    instead_of: str
    shared: int


class TaskPage(BaseModel):
    """A page of tasks, the latest first; ``next`` is a ``skip``.

    ``counts`` is by step of figures, ``kinds`` by kind, both of all there are.
    """

    tasks: list[TaskBody]
    counts: dict[str, int]
    kinds: dict[str, int]
    late: int
    next: int | None = None


@router.get("/findings", dependencies=[needs(Action.READ_FINDINGS)], responses=refusals(404))
def findings(
    desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Query(max_length=40)] = "",
    sort: Literal["", "check", "variance", "explanation", "gap", "moved", "vacant"] = "", skip: Skip = 0,
    limit: Limit = 100,
) -> FindingPage:
    """列出疑点：未通过的勾稽、未说明的差异、缺口与无人办理的步骤，错误在前。"""
    told = open_findings(desk, actor, campaign=campaign, sort=sort)
    shown = told.found[skip:skip + limit]
    bodies = [FindingBody(key=o.key, sort=str(o.sort), severity=str(o.severity), words=o.words, advice=o.advice,
                          subject=o.subject, item=o.item, org=o.org, place=o.place, rows=[dict(r) for r in o.rows])
              for o in shown]
    return FindingPage(findings=bodies, counts={str(k): v for k, v in told.counts.items()}, built=told.built,
                       next=skip + limit if len(told.found) > skip + limit else None)


@router.get("/checks", dependencies=[needs(Action.READ_FINDINGS)], responses=refusals())
def checks(desk: TheDesk, actor: SignedIn, skip: Skip = 0, limit: Limit = 100) -> CheckPage:
    """最近一次编制的全部勾稽结果，含相符与不适用的。"""
    found, built = stored_findings(desk, actor)
    return CheckPage(checks=[CheckBody.model_validate(asdict(f)) for f in found[skip:skip + limit]], built=built,
                     next=skip + limit if len(found) > skip + limit else None)


@router.get("/tasks", dependencies=[needs()], responses=refusals())
def tasks(
    desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Query(max_length=40)] = "",
    step: Literal["", "file", "review", "approve"] = "",
    kind: Annotated[Kind | None, Query(description="只列这一类；写了 campaign 或 step 时只列填报项。")] = None,
    skip: Skip = 0, limit: Limit = 100,
) -> TaskPage:
    """列出待当前账户办理的全部事项（填报项、工单、鉴证索证、重要性打分与确认、变更批复、评论中提到），逾期最久的在前；
    令牌没有相应权限的不列。"""
    found = inbox(desk, actor, campaign=campaign, step=step)
    wanted = Kind.ITEM if campaign or step else kind
    listed = [one for one in found.everything if wanted in (None, one.kind) and kind in (None, one.kind)]
    bodies = [TaskBody(kind=t.kind, id=t.id, item=t.id if t.kind is Kind.ITEM else "", step=t.step, label=t.label,
                       words=t.words, href=t.href, org=t.org, due=t.due.isoformat() if t.due else "", late=t.late,
                       instead_of=t.instead_of, shared=t.shared) for t in listed[skip:skip + limit]]
    return TaskPage(tasks=bodies, counts={str(k): v for k, v in found.tasks.counts.items()},
                    kinds={str(k): v for k, v in found.counts.items() if v}, late=sum(t.late > 0 for t in listed),
                    next=skip + limit if len(listed) > skip + limit else None)
