"""What goes on in the background."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.operating import KIND_LABELS, background_state, try_again
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)


@router.get("/jobs", dependencies=[needs(Action.RUN_CAMPAIGN, Action.OPERATE)])
def jobs(request: Request, desk: TheDesk, actor: SignedIn, state: str = "") -> Response:
    """Jobs and messages."""
    return page(request, "jobs/list.html.j2", found=background_state(desk, actor, state=state), state=state,
                kinds=KIND_LABELS)


@router.post("/jobs/{id}/again", dependencies=[needs(Action.RUN_CAMPAIGN, Action.OPERATE)])
def again(request: Request, desk: TheDesk, actor: SignedIn, id: str) -> Response:
    """Let a failed job wait again."""
    try_again(desk, actor, id)
    return go(request, "/jobs", "已重新排队。")
