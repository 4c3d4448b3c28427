"""Ledgers for programs: delivered, watched, corrected and withdrawn; the same bytes again are the same delivery."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from qingce.core.errors import Missing
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk import upload as ledgers
from qingce.services.desk.operating import job_of
from qingce.web.api.contract import PREFIX, Limit, Skip, Strict, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(prefix=PREFIX, tags=["台账"], route_class=Looking)
Id = Annotated[str, Path(max_length=64, description="上传时答复的 id。")]


class LedgerFinding(BaseModel):
    """Where a ledger does not hold: row and column of the file."""

    severity: str
    words: str
    advice: str
    row: int | None
    column: str
    value: str


class DeliveryBody(BaseModel):
    """One delivery; ``state`` is waiting, running or failed until it is judged, then accepted, refused, replaced or
    withdrawn; ``rows`` = ``used`` + ``refused``, and ``totals`` are the sums of its columns of numbers."""

    id: str
    dataset: str
    file: str
    sha256: str
    state: str
    percent: int = 100
    by: str
    at: str
    rows: int = 0
    used: int = 0
    refused: int = 0
    totals: dict[str, str] = Field(default_factory=dict)
    findings: list[LedgerFinding] = Field(default_factory=list)
    replaces: str = ""
    reason: str = ""


class DeliveryPage(BaseModel):
    """A page of deliveries, newest first; ``next`` is a ``skip``."""

    deliveries: list[DeliveryBody]
    next: int | None = None


class Withdraw(Strict):
    """Why a delivery no longer counts."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


def _body(one: ledgers.Delivery) -> DeliveryBody:
    return DeliveryBody(
        id=one.id, dataset=one.dataset, file=one.file, sha256=one.sha256, state=one.state, by=one.by, at=one.at,
        rows=one.rows, used=one.used, refused=one.refused, totals=dict(one.totals), replaces=one.replaces,
        reason=one.reason, findings=[LedgerFinding(
            severity=str(f.severity), words=f.reason, advice=f.advice, row=f.place.row, column=f.place.column,
            value=f.place.value) for f in one.findings])


def _found(desk: Desk, actor: Actor, id: str) -> DeliveryBody:
    try:
        return _body(ledgers.get(desk, actor, id))
    except Missing:
        job = job_of(desk, actor, id)
        if job.kind != ledgers.KIND:
            raise

    def said(name: str) -> str:
        return str(job.input.get(name) or "")

    return DeliveryBody(id=id, dataset=said("dataset"), file=said("file"), sha256=said("sha256"), state=job.state,
                        percent=job.percent, by=job.by, at=job.at, replaces=said("replaces"),
                        reason=str(job.result.get("error") or ""))


@router.get("/ledgers", dependencies=[needs(Action.READ_RECORDS)], responses=refusals())
def deliveries(
    desk: TheDesk, actor: SignedIn, dataset: Annotated[str, Query(max_length=100)] = "", skip: Skip = 0,
    limit: Limit = 50,
) -> DeliveryPage:
    """列出已核对的交数，最新的在前。"""
    found = ledgers.deliveries(desk, actor, dataset=dataset, limit=skip + limit + 1)[skip:]
    return DeliveryPage(deliveries=[_body(one) for one in found[:limit]],
                        next=skip + limit if len(found) > limit else None)


@router.post("/ledgers", status_code=202, dependencies=[needs(Action.IMPORT)], responses=refusals(404),
             max_body_size=MAX_UPLOAD)
def deliver(
    desk: TheDesk, actor: SignedIn, dataset: Annotated[str, Form(max_length=100)],
    file: Annotated[UploadFile, File(description="CSV、XLSX 或 Parquet；同样的字节重传就是同一次交数。")],
    replaces: Annotated[str, Form(max_length=64, description="更正哪一次交数。")] = "",
    rows: Annotated[int | None, Form(ge=0, le=10**12, description="源系统报告的行数，与读到的不符则不收。")] = None,
) -> DeliveryBody:
    """交一份台账；后台核对，凭 id 查询结果。"""
    job = ledgers.deliver(desk, actor, dataset, file.file, file.filename or "", replaces=replaces, rows=rows)
    return _found(desk, actor, job.id)


@router.get("/ledgers/{id}", dependencies=[needs(Action.READ_RECORDS)], responses=refusals(404))
def delivery(desk: TheDesk, actor: SignedIn, id: Id) -> DeliveryBody:
    """一次交数核对到哪里，结果如何。"""
    return _found(desk, actor, id)


@router.post("/ledgers/{id}/withdraw", status_code=204, dependencies=[needs(Action.IMPORT)], responses=refusals(404))
def withdraw(desk: TheDesk, actor: SignedIn, id: Id, given: Withdraw) -> Response:
    """撤回一次交数，不再计入。"""
    ledgers.withdraw(desk, actor, id, given.reason)
    return Response(status_code=204)
