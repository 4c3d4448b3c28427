"""Workbooks out and in, and ledgers delivered."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Denied, Missing
from qingce.services.desk import Action
from qingce.services.desk.campaign import campaigns
from qingce.services.desk.files import XLSX
from qingce.services.desk.operating import job_of
from qingce.services.desk.upload import deliver, deliveries, get, ledgers, withdraw
from qingce.services.desk.workbook import fileable, issue, owners
from qingce.services.desk.workbook_return import Outcome, marked, receive
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(include_in_schema=False, route_class=Looking)


# -- workbooks --------------------------------------------------------------------------------------
@router.get("/workbook", dependencies=[needs(Action.FILE, Action.RUN_CAMPAIGN)])
def workbook(request: Request, desk: TheDesk, actor: SignedIn, campaign: str = "") -> Response:
    """My workbook: download, and send in."""
    return _workbook(request, desk, actor, campaign)


@router.post("/workbook/issue", dependencies=[needs(Action.FILE, Action.RUN_CAMPAIGN)])
def issue_workbook(
    request: Request, desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Form()],
    owner: Annotated[str, Form()] = "",
) -> Response:
    """The workbook itself; a post, because the journal notes that it went out."""
    made = issue(desk, actor, campaign, owner=owner)
    return attachment(made.name, XLSX, made.content)


@router.post("/workbook", dependencies=[needs(Action.FILE)], max_body_size=MAX_UPLOAD)
def send_workbook(
    request: Request, desk: TheDesk, actor: SignedIn, campaign: Annotated[str, Form()],
    file: Annotated[UploadFile, File()], good_rows: Annotated[str, Form()] = "",
) -> Response:
    """Take a filled workbook, and say what came of it."""
    outcome = receive(desk, actor, campaign, file.file, file.filename or "", good_rows=bool(good_rows))
    if outcome.stands and not outcome.findings:
        return go(request, f"/workbook?campaign={quote(campaign, safe='')}", outcome.sentence)
    return _workbook(request, desk, actor, campaign, outcome, 200 if outcome.stands else 422)


@router.get("/workbook/marked/{campaign}/{sha256}", dependencies=[needs(Action.FILE, Action.RUN_CAMPAIGN)])
def marked_workbook(desk: TheDesk, actor: SignedIn, campaign: str, sha256: str) -> Response:
    """The workbook as it was sent in, with the places marked."""
    return attachment(f"已标注-{campaign}.xlsx", XLSX, marked(desk, actor, campaign, sha256))


def _workbook(
    request: Request, desk: TheDesk, actor: SignedIn, campaign: str, outcome: Outcome | None = None, status: int = 200
) -> Response:
    known = [c for c in campaigns(desk, actor) if c.open]
    chosen = next((c for c in known if c.id == campaign), known[0] if known and not campaign else None)
    if campaign and chosen is None:
        raise Missing("没有这次收集，或已结束。")
    mine = fileable(desk, actor, chosen.id) if chosen else []
    others = owners(desk, actor, chosen.id) if chosen and desk.may(actor, Action.RUN_CAMPAIGN) else []
    return page(
        request, "upload/workbook.html.j2", status, campaigns=known, campaign=chosen, mine=mine, others=others,
        outcome=outcome, to_fill=sum(item.answer.answered is None for item in mine),
    )


# -- ledgers ----------------------------------------------------------------------------------------
@router.get("/ledgers", dependencies=[needs(Action.READ_RECORDS)])
def all_ledgers(request: Request, desk: TheDesk, actor: SignedIn, dataset: str = "") -> Response:
    """Deliveries of ledgers, and the way to deliver another."""
    desk.require(actor, Action.READ_RECORDS)
    found = deliveries(desk, actor, dataset=dataset)
    return page(
        request, "upload/ledgers.html.j2", ledgers=ledgers(desk, actor), deliveries=found, dataset=dataset,
        names=[(d.name, d.label) for d in desk.registry.datasets.values()],
        standing=[d for d in found if d.state == "accepted"],
    )


@router.post("/ledgers", dependencies=[needs(Action.IMPORT)], max_body_size=MAX_UPLOAD)
def send_ledger(
    request: Request, desk: TheDesk, actor: SignedIn, dataset: Annotated[str, Form()],
    file: Annotated[UploadFile, File()], replaces: Annotated[str, Form()] = "", rows: Annotated[str, Form()] = "",
) -> Response:
    """Receive a ledger; it is judged in the background."""
    expected = int(rows) if rows.strip().isascii() and rows.strip().isdigit() else None
    job = deliver(desk, actor, dataset, file.file, file.filename or "", replaces=replaces, rows=expected)
    return go(request, f"/ledgers/{job.id}", "已收到，正在核对。" if not job.ended else "这份文件先前已交过。", "info")


@router.get("/ledgers/{id}", dependencies=[needs(Action.READ_RECORDS)])
def one_ledger(request: Request, desk: TheDesk, actor: SignedIn, id: str) -> Response:
    """A delivery: how far it is, and what came of it."""
    try:
        found = get(desk, actor, id)
    except Missing:
        found = None
    try:
        job = job_of(desk, actor, id)
    except (Missing, Denied):
        job = None
    if found is None and job is None:
        raise Missing("没有这次交数。")
    may_withdraw = found is not None and found.state == "accepted" and any(
        d.name == found.dataset for d in ledgers(desk, actor))
    template = "upload/state.html.j2" if request.headers.get("hx-request") == "true" else "upload/ledger.html.j2"
    label = found.label if found else desk.registry.datasets[str(job.input["dataset"])].label if job else ""
    return page(request, template, delivery=found, job=job, may_withdraw=may_withdraw, label=label)


@router.post("/ledgers/{id}/withdraw", dependencies=[needs(Action.IMPORT)])
def withdraw_ledger(
    request: Request, desk: TheDesk, actor: SignedIn, id: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Take a delivery back."""
    withdraw(desk, actor, id, reason)
    return go(request, f"/ledgers/{id}", "已撤回，不再计入。")
