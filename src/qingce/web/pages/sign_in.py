"""Signing in and out, the one-time link with which an account begins, and one's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Denied, Refused
from qingce.services.desk import demo, signin
from qingce.web.limits import Buckets, address_of
from qingce.web.looking import Looking
from qingce.web.needs import needs, open_to_all
from qingce.web.problems import too_many
from qingce.web.render import go, local, page, translator
from qingce.web.security import SESSION, drop_cookie, set_cookie
from qingce.web.session import SignedIn, TheDesk, token_of, whoever
from qingce.web.settings import WebSettings

router = APIRouter(include_in_schema=False, route_class=Looking)
Text = Annotated[str, Form(max_length=400)]


def _unkept(response: Response) -> Response:
    """No browser keeps a page on which somebody proves who he is."""
    response.headers["cache-control"] = "no-store"
    return response


def _waits(request: Request) -> float:
    buckets: Buckets = request.app.state.sign_in_buckets
    return buckets.wait(address_of(request.scope))


def _door(request: Request, desk: TheDesk, target: str, error: str = "", name: str = "", status: int = 200) -> Response:
    settings: WebSettings = request.app.state.settings
    accounts = demo.accounts(desk) if settings.demo else ()
    bank = request.app.state.bank_sign_on
    return _unkept(page(request, "sign_in.html.j2", status, target=target, error=error, name=name, accounts=accounts,
                        sign_on=bank.label if bank else ""))


def _admitted(request: Request, token: str, target: str, words: str = "") -> Response:
    response = go(request, target, words)
    set_cookie(response, request.app.state.settings, SESSION, token)
    return _unkept(response)


@router.get("/signin", dependencies=[open_to_all()])
def ask(
    request: Request, desk: TheDesk, target: Annotated[str, Query(alias="next", max_length=2000)] = "/",
) -> Response:
    """The sign-in page; who has signed in is led on."""
    if whoever(request) is not None:
        return go(request, target)
    return _door(request, desk, local(target))


@router.post("/signin", dependencies=[open_to_all()])
def enter(
    request: Request, desk: TheDesk, name: Text = "", password: Text = "",
    target: Annotated[str, Form(alias="next", max_length=2000)] = "/",
) -> Response:
    """Begin a session, or say in the same words whatever was wrong."""
    if wait := _waits(request):
        return too_many(request, wait)
    try:
        token = signin.sign_in(desk, name, password, address=address_of(request.scope))
    except Denied as refused:
        return _door(request, desk, local(target), str(refused), name, 401)
    return _admitted(request, token, local(target))


@router.post("/signin/demo", dependencies=[open_to_all()])
def enter_demo(request: Request, desk: TheDesk, name: Text = "") -> Response:
    """Begin a session of a demo account without a password; there is no such door outside a demo."""
    settings: WebSettings = request.app.state.settings
    if not settings.demo:
        raise HTTPException(404)
    return _admitted(request, demo.enter(desk, name, address=address_of(request.scope)), "/")


@router.get("/welcome", dependencies=[open_to_all()])
def greet(request: Request, desk: TheDesk, token: Annotated[str, Query(max_length=200)] = "") -> Response:
    """The page behind a one-time link: choose a password."""
    account, post = signin.link_account(desk, token)
    return _unkept(page(request, "welcome.html.j2", token=token, account=account, post=post, error=""))


@router.post("/welcome", dependencies=[open_to_all()])
def begin(
    request: Request, desk: TheDesk, token: Text = "", password: Text = "", again: Text = "",
) -> Response:
    """Set the password of a one-time link, sign in with it and go on."""
    if wait := _waits(request):
        return too_many(request, wait)
    account, post = signin.link_account(desk, token)
    try:
        if password != again:
            raise Refused("两次输入的口令不一致。")
        signin.use_link(desk, token, password)
    except Refused as wrong:
        shown = page(request, "welcome.html.j2", 422, token=token, account=account, post=post, error=str(wrong))
        return _unkept(shown)
    return _admitted(request, signin.sign_in(desk, account, password, address=address_of(request.scope)), "/")


def _left(request: Request) -> Response:
    response = go(request, "/signin")
    drop_cookie(response, request.app.state.settings, SESSION)
    # what was read must not be there for the next person at this machine
    response.headers["clear-site-data"] = '"cache"'
    return _unkept(response)


@router.post("/signout", dependencies=[open_to_all()])
def leave(request: Request, desk: TheDesk) -> Response:
    """End this session."""
    signin.sign_out(desk, token_of(request))
    return _left(request)


@router.post("/signout/everywhere", dependencies=[needs()])
def leave_everywhere(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """End every session of one's own account."""
    signin.sign_out_everywhere(desk, actor, actor.account)
    return _left(request)


@router.get("/account", dependencies=[needs()])
def account(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """One's own account: who one is, language and theme, password, sessions."""
    return _account(request, desk, actor)


@router.post("/account/password", dependencies=[needs()])
def change_password(
    request: Request, desk: TheDesk, actor: SignedIn, current: Text = "", password: Text = "", again: Text = "",
) -> Response:
    """Set one's own password; every other session ends with it."""
    if wait := _waits(request):
        return too_many(request, wait)
    try:
        if password != again:
            raise Refused("两次输入的口令不一致。")
        signin.set_password(desk, actor, actor.account, password, current=current)
    except Denied as wrong:
        return _account(request, desk, actor, 403, current=str(wrong))
    except Refused as weak:
        return _account(request, desk, actor, 422, password=str(weak))
    token = signin.sign_in(desk, actor.account, password, address=address_of(request.scope))
    _ = translator(request)
    return _admitted(request, token, "/account", _("口令已更换，其他登录已全部退出。"))


def _account(request: Request, desk: TheDesk, actor: SignedIn, status: int = 200, **errors: str) -> Response:
    held = signin.sessions(desk, actor)
    return _unkept(page(request, "account.html.j2", status, actor=actor, sessions=held, errors=errors))
