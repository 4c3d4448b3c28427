"""One's own account: how messages reach it, who stands in for it, its API tokens."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from qingce.casework.rights import FIGURE_ROLES
from qingce.core.errors import Missing, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.accountpage import colleagues
from qingce.services.desk.acting import posts
from qingce.services.desk.laid import day_of
from qingce.services.desk.people import change_account
from qingce.services.desk.roster import account, stand_ins
from qingce.services.desk.standin import end_stand_in, name_stand_in
from qingce.services.desk.tokens import LONGEST, issue_token, revoke_token, tokens
from qingce.web.action_words import word
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.scopes import offered
from qingce.web.session import SignedIn, TheDesk
from qingce.web.show import ROLES

router = APIRouter(include_in_schema=False, route_class=Looking)
Text = Annotated[str, Form(max_length=400)]
_OWN = [needs()]


# -- stand-ins --------------------------------------------------------------------------------------
@router.get("/account/stand-in", dependencies=_OWN)
def away(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Who stands in for me, for whom I stand in, and the form that names somebody."""
    return _away(request, desk, actor, {"stand_in": "", "since": desk.today.isoformat(), "until": "", "words": ""})


def _away(request: Request, desk: Desk, actor: Actor, typed: dict[str, str], wrong: str = "") -> Response:
    with desk.reading() as db:
        called = posts(db)
    mine = [g for g in account(desk, actor, actor.account).grants if g.role in FIGURE_ROLES]
    return page(
        request, "account/stand_in.html.j2", 422 if wrong else 200, away=stand_ins(desk, actor, actor.account),
        standing=[g for g in mine if g.instead_of and g.state != "over"], own=[g for g in mine if not g.instead_of],
        people=[("", "—"), *colleagues(desk, actor)], posts=called, roles=ROLES, typed=typed, wrong=wrong,
        may=desk.may(actor, Action.DELEGATE), org_name=desk.tree.name,
    )


@router.post("/account/stand-in", dependencies=_OWN)
def name_one(
    request: Request, desk: TheDesk, actor: SignedIn, stand_in: Text = "", since: Text = "", until: Text = "",
    words: Text = "", grant: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Let somebody stand in for me for a time."""
    typed = {"stand_in": stand_in, "since": since, "until": until, "words": words}
    first, last = day_of(since), day_of(until)
    try:
        if first is None or last is None:
            raise Refused("请写明代理的起止日，例如 2025-01-06 至 2025-01-17。")
        name_stand_in(desk, actor, actor.account, stand_in, since=first, until=last, words=words, grants=grant or ())
    except (Refused, Missing) as wrong:
        return _away(request, desk, actor, typed, str(wrong))
    return go(request, "/account/stand-in", translator(request)(_("代理已登记，双方会收到消息。")))


@router.post("/account/stand-in/{stand_in}/{grant}/end", dependencies=_OWN)
def end_one(request: Request, desk: TheDesk, actor: SignedIn, stand_in: str, grant: str) -> Response:
    """End a stand-in of mine, or one in which I stand in for somebody."""
    end_stand_in(desk, actor, stand_in, grant)
    return go(request, "/account/stand-in", translator(request)(_("代理已终止。")))


# -- tokens -------------------------------------------------------------------------------------------
@router.get("/account/tokens", dependencies=_OWN)
def keys(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """My API tokens."""
    return _keys(request, desk, actor)


def _keys(request: Request, desk: Desk, actor: Actor, token: str = "", wrong: str = "", **typed: object) -> Response:
    shown = page(
        request, "account/tokens.html.j2", 422 if wrong else 200, held=tokens(desk, actor), token=token, wrong=wrong,
        scopes=offered(desk, actor), longest=LONGEST,
        typed={"label": "", "days": "90", "scopes": (), **typed}, words={a.value: word(a) for a in Action},
    )
    shown.headers["cache-control"] = "no-store"
    return shown


@router.post("/account/tokens", dependencies=_OWN)
def issue(
    request: Request, desk: TheDesk, actor: SignedIn, label: Text = "", days: Text = "",
    scope: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Issue a token and show it this once."""
    try:
        token = issue_token(desk, actor, label, scope or (), int(days) if days.isascii() and days.isdigit() else 0)
    except Refused as wrong:
        return _keys(request, desk, actor, wrong=str(wrong), label=label, days=days, scopes=tuple(scope or ()))
    return _keys(request, desk, actor, token)


@router.post("/account/tokens/{name}/revoke", dependencies=_OWN)
def revoke(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """End a token of mine."""
    revoke_token(desk, actor, actor.account, name)
    return go(request, "/account/tokens", translator(request)(_("令牌已收回。")))


# -- how it is reached ----------------------------------------------------------------------------------
@router.get("/account/contact", dependencies=_OWN)
def reached(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Where messages go and in which language the desk greets this account."""
    return page(request, "account/contact.html.j2", one=account(desk, actor, actor.account))


@router.post("/account/contact", dependencies=_OWN)
def reach(
    request: Request, desk: TheDesk, actor: SignedIn, contact: Text = "", language: Text = "",
) -> Response:
    """Say where messages go, and the language."""
    change_account(desk, actor, actor.account, {"contact": contact, "language": language})
    return go(request, "/account/contact", translator(request)(_("已保存。")))
