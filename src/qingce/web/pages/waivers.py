"""Waivers, the sign-off matrix and what readers said: the papers beside an edition."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing
from qingce.services.desk import Action
from qingce.services.desk.editions import editions, post_names
from qingce.services.desk.feedback import answer, feedback, questions
from qingce.services.desk.laid import day_of
from qingce.services.desk.signoff import HEADS, duties, matrix_file, name_leader
from qingce.services.desk.waivers import end_waiver, judged, read_waivers, waive
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.freeze import tabs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
KINDS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/freeze/waivers", dependencies=[needs(Action.READ_FINDINGS)])
def listed(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """What does not hold, and which of it may stand."""
    found = judged(desk, actor)
    with desk.reading() as db:
        given = read_waivers(db)
    return page(
        request, "freeze/waivers.html.j2", tabs=tabs(request, desk, "/freeze/waivers"), judged=found, waivers=given,
        posts=post_names(desk), today=desk.today, may_waive=desk.may(actor, Action.WAIVE_FINDING),
    )


@router.post("/freeze/waivers", dependencies=[needs(Action.WAIVE_FINDING)])
def let_stand(
    request: Request, desk: TheDesk, actor: SignedIn, finding: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "", until: Annotated[str, Form()] = "",
) -> Response:
    """Let a finding stand until a day."""
    waive(desk, actor, finding, reason=reason, until=day_of(until))
    return go(request, "/freeze/waivers", translator(request)(_("已豁免。")))


@router.post("/freeze/waivers/{number}/end", dependencies=[needs(Action.WAIVE_FINDING)])
def end(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """End a waiver before its day."""
    end_waiver(desk, actor, number, reason)
    return go(request, "/freeze/waivers", translator(request)(_("已终止豁免。")))


# -- the sign-off matrix ----------------------------------------------------------------------------
@router.get("/freeze/signoff", dependencies=[needs(Action.READ_ITEMS)])
def matrix(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Who answers for each figure."""
    lines = duties(desk, actor)
    departments = sorted({line.department for line in lines if line.department})
    leaders = {line.department: line.leader for line in lines}
    return page(
        request, "freeze/signoff.html.j2", tabs=tabs(request, desk, "/freeze/signoff"), lines=lines, heads=HEADS,
        departments=departments, leaders=leaders, gaps=sum(bool(line.gaps) for line in lines),
        may_name=desk.may(actor, Action.RUN_CAMPAIGN),
    )


@router.get("/freeze/signoff/matrix.{form}", dependencies=[needs(Action.READ_ITEMS)])
def matrix_as(request: Request, desk: TheDesk, actor: SignedIn, form: str) -> Response:
    """The matrix as Word or Excel."""
    if form not in KINDS:
        raise Missing("责任分工表只有 Word 和 Excel 两种格式。")
    return attachment(f"责任分工表-{desk.settings.period}.{form}", KINDS[form], matrix_file(desk, actor, form))


@router.post("/freeze/signoff/leader", dependencies=[needs(Action.RUN_CAMPAIGN)])
def lead(
    request: Request, desk: TheDesk, actor: SignedIn, department: Annotated[str, Form()] = "",
    post: Annotated[str, Form()] = "",
) -> Response:
    """Say which leader a department answers to."""
    name_leader(desk, actor, department, post)
    return go(request, "/freeze/signoff", translator(request)(_("已更新分管领导。")))


# -- readers ----------------------------------------------------------------------------------------
@router.get("/freeze/feedback", dependencies=[needs(Action.ANSWER_FEEDBACK)])
def said(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """What readers said, what waits first."""
    found = feedback(desk, actor)
    known = {e.id: e for e in editions(desk, actor)}
    asked = {name: {q.id: q.text for q in questions(desk, known[name])[1]} for name in {s.edition for s in found}
             if name in known}
    return page(request, "freeze/feedback.html.j2", tabs=tabs(request, desk, "/freeze/feedback"), said=found,
                asked=asked, editions=known, posts=post_names(desk))


@router.post("/freeze/feedback/{number}", dependencies=[needs(Action.ANSWER_FEEDBACK)])
def reply(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, reply: Annotated[str, Form()] = ""
) -> Response:
    """Answer a reader."""
    answer(desk, actor, number, reply)
    return go(request, "/freeze/feedback", translator(request)(_("答复已记入日志。")))
