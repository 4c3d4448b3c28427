"""Word drafts beside the chapters: what went out, what came back, and what waits to be decided."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.draft_decide import accept, decline
from qingce.services.desk.draft_return import receive
from qingce.services.desk.drafts import DOCX, issue, overview, room
from qingce.services.desk.editions import post_names
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(include_in_schema=False, route_class=Looking)
KINDS: dict[str, tuple[str, str]] = {
    "changed": (_("改写"), "pencil"), "removed": (_("删去"), "void"), "added": (_("新增"), "plus"),
    "moved": (_("移动"), "sort"),
}
"""Kind of a change: word, icon."""


@router.get("/drafts", dependencies=[needs(Action.READ_PAGES)])
def listed(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Every chapter with how its drafts stand, and the way to hand one in."""
    return page(request, "drafts/list.html.j2", lines=overview(desk, actor),
                may_draft=desk.may(actor, Action.DRAFT_PAGES))


@router.post("/drafts", dependencies=[needs(Action.DRAFT_PAGES)], max_body_size=MAX_UPLOAD)
def hand_in(request: Request, desk: TheDesk, actor: SignedIn, file: Annotated[UploadFile, File()]) -> Response:
    """Take a returned draft; it knows itself which chapter it is of."""
    back = receive(desk, actor, file.file, file.filename or "")
    kind = "info" if back.again else "warn" if back.outcome.troubles else "done"
    return go(request, f"/drafts/{back.page}", back.sentence, kind)


@router.get("/drafts/{slug}", dependencies=[needs(Action.READ_PAGES)])
def one(request: Request, desk: TheDesk, actor: SignedIn, slug: str) -> Response:
    """The drafts of one chapter."""
    return page(
        request, "drafts/room.html.j2", room=room(desk, actor, slug), posts=post_names(desk), kinds=KINDS,
        may_draft=desk.may(actor, Action.DRAFT_PAGES), may_decide=desk.may(actor, Action.DECIDE_TEXT),
    )


@router.post("/drafts/{slug}/issue", dependencies=[needs(Action.DRAFT_PAGES)])
def send(desk: TheDesk, actor: SignedIn, slug: str) -> Response:
    """The draft itself; a post, because the journal notes that it went out."""
    made = issue(desk, actor, slug)
    return attachment(made.name, DOCX, made.content)


@router.post("/drafts/changes/{number}/accept", dependencies=[needs(Action.DECIDE_TEXT)])
def take(request: Request, desk: TheDesk, actor: SignedIn, number: str) -> Response:
    """Write a change into the page."""
    slug = accept(desk, actor, number)
    return go(request, f"/drafts/{slug}", translator(request)(_("已采纳，页面文字已更新。")))


@router.post("/drafts/changes/{number}/decline", dependencies=[needs(Action.DECIDE_TEXT)])
def leave(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Say why a change is not taken."""
    slug = decline(desk, actor, number, reason)
    return go(request, f"/drafts/{slug}", translator(request)(_("已注明不采纳的原因。")))
