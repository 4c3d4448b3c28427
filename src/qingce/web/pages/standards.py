"""The standards index: what is answered, what is left out and why, and the gaps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.standards import REASONS, coverage, coverages, remove_omission, set_omission
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
MARKS: dict[str, tuple[str, str, str]] = {
    "answered": (_("已回应"), "check", "good"), "part": (_("部分回应"), "half", "warn"),
    "omitted": (_("从略"), "slash", "idle"), "gap": (_("未回应"), "gap", "bad"),
}
"""How the report stands to a clause: word, icon, tone."""


@router.get("/standards", dependencies=[needs(Action.READ_PAGES)])
def listed(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Every standard with its coverage."""
    return page(request, "standards/list.html.j2", found=coverages(desk, actor), marks=MARKS)


@router.get("/standards/{name}", dependencies=[needs(Action.READ_PAGES)])
def one(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, state: Annotated[str, Query(max_length=20)] = ""
) -> Response:
    """One standard, clause by clause."""
    found = coverage(desk, actor, name)
    clauses = [c for c in found.clauses if not state or c.state == state]
    return page(request, "standards/one.html.j2", found=found, clauses=clauses, state=state, marks=MARKS,
                reasons=REASONS, may_figures=desk.may(actor, Action.READ_FIGURES),
                may_edit=desk.may(actor, Action.EDIT_INDEX))


@router.post("/standards/{name}/{code}", dependencies=[needs(Action.EDIT_INDEX)])
def leave_out(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, code: str, reason: Annotated[str, Form()] = "",
    because: Annotated[str, Form()] = "", back: Annotated[str, Form()] = "",
) -> Response:
    """Say why a clause is left out, or take that back."""
    say = translator(request)
    if back:
        remove_omission(desk, actor, name, code)
        return go(request, f"/standards/{name}#c-{code}", say(_("已撤销从略说明。")))
    set_omission(desk, actor, name, code, reason=reason, because=because)
    return go(request, f"/standards/{name}#c-{code}", say(_("已写入索引，所有格式都会列示。")))
