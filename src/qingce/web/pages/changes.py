"""Change after freezing: requests, decisions, the restatement register, and the comparison of editions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing
from qingce.publish.docx.blackline import render_blackline as word_blackline
from qingce.publish.docx.sheets import Sheet, render_comparison
from qingce.publish.pdf.blackline import render_blackline as pdf_blackline
from qingce.services.desk import Action
from qingce.services.desk.blackline import blackline
from qingce.services.desk.compare import Comparison, compare
from qingce.services.desk.editions import editions, post_names
from qingce.services.desk.restate import (
    THRESHOLD,
    approve_restatements,
    changes,
    decide_change,
    drift,
    register,
    request_change,
    restate,
    seal_of,
)
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.freeze import tabs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
CHANGE_CHIPS = {"asked": ("clock", "wait", _("待批复")), "granted": ("check", "good", _("已同意")),
                "refused": ("void", "bad", _("未同意"))}
CAUSES = {"boundary": _("边界"), "data": _("数据"), "factor": _("因子"), "method": _("口径与方法")}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/freeze/changes", dependencies=[needs(Action.READ_EDITIONS)])
def listed(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Every change request, and the register."""
    found = {e.id: e for e in editions(desk, actor)}
    return page(
        request, "freeze/changes.html.j2", tabs=tabs(request, desk, "/freeze/changes"), changes=changes(desk, actor),
        editions=found, entries=register(desk, actor), posts=post_names(desk), chips=CHANGE_CHIPS, causes=CAUSES,
    )


@router.post("/freeze/changes", dependencies=[needs(Action.REQUEST_CHANGE)])
def ask(
    request: Request, desk: TheDesk, actor: SignedIn, edition: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Ask to change an edition."""
    number = request_change(desk, actor, edition, reason)
    return go(request, f"/freeze/changes/{number}", translator(request)(_("变更申请已提交，等待批复。")))


@router.get("/freeze/changes/{number}", dependencies=[needs(Action.READ_EDITIONS)])
def one(request: Request, desk: TheDesk, actor: SignedIn, number: str) -> Response:
    """A change request: what moved, what is registered, what is approved."""
    seen = drift(desk, actor, number)
    entries = list(seen.entries.values())
    return page(
        request, "freeze/change.html.j2", tabs=tabs(request, desk, "/freeze/changes"), seen=seen, entries=entries,
        posts=post_names(desk), chips=CHANGE_CHIPS, causes=CAUSES, seal=seal_of(entries), threshold=THRESHOLD,
        may_decide=desk.may(actor, Action.DECIDE_CHANGE) and actor.account != seen.change.asked_by,
        may_restate=desk.may(actor, Action.RESTATE), waiting=[e for e in entries if not e.approved],
    )


@router.post("/freeze/changes/{number}/decide", dependencies=[needs(Action.DECIDE_CHANGE)])
def decide(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, verdict: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Say yes or no."""
    decide_change(desk, actor, number, granted=verdict == "granted", words=words)
    return go(request, f"/freeze/changes/{number}", translator(request)(_("已批复。")))


@router.post("/freeze/changes/{number}/restate", dependencies=[needs(Action.RESTATE)])
async def enter(request: Request, desk: TheDesk, actor: SignedIn, number: str) -> Response:
    """Enter moved figures into the register: one reason for all that have none of their own."""
    from starlette.concurrency import run_in_threadpool

    form = await request.form()
    said = {key: str(value) for key, value in form.items() if isinstance(value, str)}
    shared = said.get("reason", "")
    keys = [str(key) for key in form.getlist("key")]
    reasons = {key: said.get(f"reason:{key}", "").strip() or shared for key in keys}
    notes = {key: said.get(f"note:{key}", "") for key in keys}
    count = await run_in_threadpool(
        restate, desk, actor, number, reasons, threshold=said.get("threshold", ""), footnotes=notes)
    words = translator(request)(_("已登记 %(count)s 项追溯调整，等待批复。")) % {"count": count}
    return go(request, f"/freeze/changes/{number}", words)


@router.post("/freeze/changes/{number}/approve", dependencies=[needs(Action.DECIDE_CHANGE)])
def approve(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, seal: Annotated[str, Form()] = ""
) -> Response:
    """Approve the register as it was seen."""
    count = approve_restatements(desk, actor, number, seal)
    words = translator(request)(_("已批复 %(count)s 项追溯调整。")) % {"count": count}
    return go(request, f"/freeze/changes/{number}", words)


# -- two editions -----------------------------------------------------------------------------------
@router.get("/freeze/compare", dependencies=[needs(Action.READ_EDITIONS)])
def side_by_side(
    request: Request, desk: TheDesk, actor: SignedIn, before: Annotated[str, Query(max_length=64)] = "",
    after: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """Two editions side by side; the last two where none are named."""
    found = editions(desk, actor)
    if len(found) > 1:
        before, after = before or found[1].id, after or found[0].id
    told = compare(desk, actor, before, after) if before and after else None
    return page(request, "freeze/compare.html.j2", tabs=tabs(request, desk, "/freeze/compare"), editions=found,
                told=told, before=before, after=after)


@router.get("/freeze/compare/{before}/{after}.docx", dependencies=[needs(Action.READ_EDITIONS)])
def as_word(request: Request, desk: TheDesk, actor: SignedIn, before: str, after: str) -> Response:
    """The comparison as Word."""
    told = compare(desk, actor, before, after)
    data = render_comparison(f"{told.after.title}版本对照", desk.settings.organisation, _lead(told), _sheets(told),
                             desk.today)
    return Response(data, media_type=WORD, headers={
        "content-disposition": f'attachment; filename="compare-{before[:8]}-{after[:8]}.docx"'})


@router.get("/freeze/compare/{before}/{after}.html", dependencies=[needs(Action.READ_EDITIONS)])
def as_page(request: Request, desk: TheDesk, actor: SignedIn, before: str, after: str) -> Response:
    """The comparison as one file that needs nothing else."""
    told = compare(desk, actor, before, after)
    response = page(request, "freeze/compare_file.html.j2", told=told, lead=_lead(told), sheets=_sheets(told))
    response.headers["content-disposition"] = f'attachment; filename="compare-{before[:8]}-{after[:8]}.html"'
    return response


@router.get("/freeze/compare/{before}/{after}/blackline.{form}", dependencies=[needs(Action.READ_EDITIONS)])
def as_blackline(desk: TheDesk, actor: SignedIn, before: str, after: str, form: str) -> Response:
    """Both texts in one, marked: as PDF, or as Word with tracked changes."""
    if form not in ("pdf", "docx"):
        raise Missing("改动标示稿只有 PDF 和 Word 两种格式。")
    paper = blackline(desk, actor, before, after)
    name = f"改动标示稿-{paper.issued:%Y%m%d}-{after[:8]}.{form}"
    if form == "pdf":
        return attachment(name, "application/pdf", pdf_blackline(paper))
    return attachment(name, WORD, word_blackline(paper))


def _lead(told: Comparison) -> list[str]:
    return [f"{side}：第 {e.revision} 版，{e.at[:10]} 封版，哈希 {e.id}"
            for side, e in (("原版", told.before), ("新版", told.after))]


def _sheets(told: Comparison) -> list[Sheet]:
    figures = [(f"{f.label}　{f.change}", ((f.before, True),) if f.before else None,
                ((f.after, True),) if f.after else None) for f in told.figures]
    definitions = [(f"{d.label}　{d.what}", d.before, d.after) for d in told.definitions]
    made = [Sheet("数值", ("数值", "原版", "新版"), figures), Sheet("口径", ("指标", "原版", "新版"), definitions)]
    return made + [Sheet(f"文字：{p.title}", ("段", "原版", "新版"), [(f"第 {x.number} 段", x.before, x.after)
                                                                for x in p.lines]) for p in told.pages]
