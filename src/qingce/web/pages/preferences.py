"""Theme and language of this browser, the page that holds what does not fit a phone's bar, and the way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from qingce.web.language import COOKIE, LANGUAGES
from qingce.web.looking import Looking
from qingce.web.needs import open_to_all
from qingce.web.render import THEME, THEMES, go, page
from qingce.web.shell import shell_of

router = APIRouter(include_in_schema=False, route_class=Looking)
YEAR = 365 * 86400


@router.get("/", dependencies=[open_to_all()])
def home(request: Request) -> Response:
    """Lead a reader to the first screen there is."""
    shown = [entry.path for group in shell_of(request).groups for entry in group.entries]
    return go(request, (shown or ["/more"])[0])


@router.get("/more", dependencies=[open_to_all()])
def more(request: Request) -> Response:
    """All screens on one page."""
    return page(request, "more.html.j2")


@router.post("/preferences", dependencies=[open_to_all()])
def prefer(
    request: Request, theme: Annotated[str, Form()] = "", language: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Remember a theme or a language in this browser and go back to the page."""
    response = go(request, back)
    secure = request.app.state.settings.secure
    for cookie, value, known in ((THEME, theme, THEMES), (COOKIE, language, LANGUAGES)):
        if value in known:
            response.set_cookie(cookie, value, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")
    return response
