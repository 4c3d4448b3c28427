"""Signing in through the bank's own sign-on: to the provider and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qingce.core.errors import Denied
from qingce.services.desk import oidc
from qingce.web.limits import Buckets, address_of
from qingce.web.looking import Looking
from qingce.web.needs import open_to_all
from qingce.web.problems import too_many
from qingce.web.render import go, local, page
from qingce.web.security import SESSION, cookie_name, drop_cookie, set_cookie
from qingce.web.session import TheDesk
from qingce.web.settings import WebSettings

router = APIRouter(include_in_schema=False, route_class=Looking)
COOKIE = "qc_sign_on"
BACK = "/signin/oidc/callback"
Word = Annotated[str, Query(max_length=4000)]


def _asked(request: Request) -> tuple[oidc.SignOnSettings, float]:
    """The sign-on, and how long this address has to wait."""
    settings: oidc.SignOnSettings | None = request.app.state.bank_sign_on
    if settings is None:
        raise HTTPException(404)
    buckets: Buckets = request.app.state.sign_in_buckets
    return settings, buckets.wait(address_of(request.scope))


@router.get("/signin/oidc", dependencies=[open_to_all()])
def to_provider(
    request: Request, desk: TheDesk, target: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """Lead to the provider."""
    settings, wait = _asked(request)
    if wait:
        return too_many(request, wait)
    web: WebSettings = request.app.state.settings
    # the host was held against the names of this desk before any page is made
    redirect = f"{'https' if web.secure else 'http'}://{request.headers['host']}{BACK}"
    try:
        begun = oidc.begin(desk, settings, redirect, local(target), address=address_of(request.scope))
    except Denied as refused:
        return _not_in(request, settings, str(refused), local(target))
    response = RedirectResponse(begun.url, 303, {"cache-control": "no-store"})
    set_cookie(response, web, COOKIE, begun.browser, int(oidc.LASTS.total_seconds()))
    return response


@router.get(BACK, dependencies=[open_to_all()])
def back_again(
    request: Request, desk: TheDesk, code: Word = "", state: Word = "", error: Word = "",
    iss: Word | None = None,
) -> Response:
    """Take what the provider says, and begin a session or say why not."""
    settings, wait = _asked(request)
    if wait:
        return too_many(request, wait)
    web: WebSettings = request.app.state.settings
    answer = {"code": code, "state": state, "error": error} | ({} if iss is None else {"iss": iss})
    browser = request.cookies.get(cookie_name(web, COOKIE), "")
    try:
        token, target = oidc.finish(desk, settings, answer, browser, address=address_of(request.scope))
    except Denied as refused:
        response = _not_in(request, settings, str(refused), "/")
    else:
        response = go(request, target)
        response.headers["cache-control"] = "no-store"
        set_cookie(response, web, SESSION, token)
    drop_cookie(response, web, COOKIE)
    return response


def _not_in(request: Request, settings: oidc.SignOnSettings, words: str, target: str) -> Response:
    response = page(request, "sign_in.html.j2", 401, target=target, error=words, name="", accounts=(),
                    sign_on=settings.label)
    response.headers["cache-control"] = "no-store"
    return response
