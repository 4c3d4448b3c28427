"""The brief for a meeting: seen as it stands, and issued as PDF or Word."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.brief import AUDIENCES, brief, issue_brief
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
KINDS = {"pdf": "application/pdf",
         "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
MARKS = {
    "必须处理": ("octagon", "bad"), "须关注": ("triangle", "warn"), "逾期": ("clock", "bad"), "差异": ("split", "warn"),
    "缺口": ("gap", "idle"), "豁免": ("slash", "idle"), "追溯": ("history", "wait"), "估计": ("info", "idle"),
}
"""The icon and the tone of an entry's sort; all others are plain."""
TABS = {"management": _("呈管理层"), "board": _("呈董事会")}


@router.get("/brief", dependencies=[needs(Action.ISSUE_BRIEF)])
def show(
    request: Request, desk: TheDesk, actor: SignedIn,
    audience: Annotated[str, Query(alias="for", max_length=20)] = "management",
) -> Response:
    """What the brief would say now."""
    say = translator(request)
    found = brief(desk, actor, audience)
    tabs = [{"href": f"/brief?for={name}", "label": say(TABS[name]), "current": name == audience} for name in AUDIENCES]
    return page(request, "brief/brief.html.j2", found=found, tabs=tabs, audience=audience, marks=MARKS)


@router.post("/brief", dependencies=[needs(Action.ISSUE_BRIEF)])
def issue(
    desk: TheDesk, actor: SignedIn, audience: Annotated[str, Form(alias="for", max_length=20)] = "",
    form: Annotated[str, Form(max_length=10)] = "pdf",
) -> Response:
    """Issue it; the file goes out, and the journal says so."""
    made = issue_brief(desk, actor, audience, form)
    return attachment(made.name, KINDS[made.form], made.data)
