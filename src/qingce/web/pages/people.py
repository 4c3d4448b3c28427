"""People and rights: accounts, the roles they hold and for what, who stands in for whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing, Refused
from qingce.core.event import moment
from qingce.services.desk import Action, Actor, Desk, Role
from qingce.services.desk.accountpage import account_page, org_choices
from qingce.services.desk.acting import posts
from qingce.services.desk.laid import day_of
from qingce.services.desk.people import (
    change_account,
    close_account,
    grant_role,
    known_packs,
    open_account,
    revoke_role,
)
from qingce.services.desk.roster import accounts, matrix, stand_ins
from qingce.services.desk.signin import LINK_LASTS, one_time_link, sign_out_everywhere
from qingce.services.desk.standin import end_stand_in, name_stand_in, transfer
from qingce.services.desk.tokens import revoke_token
from qingce.web.collected import with_query
from qingce.web.event_words import teller
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk
from qingce.web.show import ROLES

router = APIRouter(include_in_schema=False, route_class=Looking)
Text = Annotated[str, Form(max_length=400)]
Word = Annotated[str, Query(max_length=200)]
_READ, _MANAGE = [needs(Action.READ_PEOPLE)], [needs(Action.MANAGE_PEOPLE)]
_LISTED = 200


def _tabs(request: Request, here: str) -> list[dict[str, object]]:
    _ = translator(request)
    every = (("/people", _("账户")), ("/people/matrix", _("权限矩阵")), ("/people/stand-ins", _("代理与移交")))
    return [{"label": label, "href": path, "current": path == here} for path, label in every]


def _here(name: str) -> str:
    return f"/people/account/{name}"


def _packs(desk: Desk) -> list[tuple[str, str]]:
    return [(name, desk.registry.packs[name].label) for name in known_packs(desk)]


@router.get("/people", dependencies=_READ)
def listed(
    request: Request, desk: TheDesk, actor: SignedIn, words: Word = "", org: Word = "", state: Word = "open",
    start: Word = "",
) -> Response:
    """Accounts, by name, narrowed by words and org."""
    found = [a for a in accounts(desk, actor, org=org, words=words, closed=state != "open") if a.id >= start]
    narrowed = {"words": words, "org": org, "state": "" if state == "open" else state}
    older = with_query("/people", **narrowed, start=found[_LISTED].id) if len(found) > _LISTED else ""
    return page(
        request, "people/list.html.j2", tabs=_tabs(request, "/people"), found=found[:_LISTED], count=len(found),
        older=older, first=with_query("/people", **narrowed) if start else "", words=words, org=org, state=state,
        orgs=org_choices(desk), names=_names(desk), roles=ROLES, may=desk.may(actor, Action.MANAGE_PEOPLE),
    )


def _names(desk: Desk) -> dict[str, str]:
    return {code: name for code, name, _depth in org_choices(desk)}


@router.get("/people/new", dependencies=_MANAGE)
def new(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """The form that opens an account."""
    desk.require(actor, Action.MANAGE_PEOPLE)
    return _new(request, desk, {"name": "", "post": "", "org": "", "contact": "", "identity": ""})


def _new(request: Request, desk: Desk, typed: dict[str, str], wrong: str = "") -> Response:
    return page(request, "people/new.html.j2", 422 if wrong else 200, typed=typed, wrong=wrong, orgs=org_choices(desk))


@router.post("/people/new", dependencies=_MANAGE)
def open_one(
    request: Request, desk: TheDesk, actor: SignedIn, name: Text = "", post: Text = "", org: Text = "",
    contact: Text = "", identity: Text = "",
) -> Response:
    """Open an account."""
    name = name.strip().lower()
    try:
        open_account(desk, actor, name, post=post, org=org, contact=contact, identity=identity)
    except (Refused, Missing) as wrong:
        return _new(request, desk, {"name": name, "post": post, "org": org, "contact": contact, "identity": identity},
                    str(wrong))
    return go(request, _here(name), translator(request)(_("账户已开立。请授予角色，并发出一次性链接。")))


# -- rights over the tree ---------------------------------------------------------------------------
@router.get("/people/matrix", dependencies=_READ)
def rights(
    request: Request, desk: TheDesk, actor: SignedIn, top: Word = "", role: Word = "",
) -> Response:
    """Who holds what: a line an org, a column a pack."""
    found = matrix(desk, actor, top=top, role=role if role in set(Role) else "")
    labels = {"*": translator(request)(_("全部指标包")), **dict(_packs(desk))}
    with desk.reading() as db:
        called = posts(db)
    return page(request, "people/matrix.html.j2", tabs=_tabs(request, "/people/matrix"), found=found, top=top,
                posts=called, role=role, labels=labels, orgs=org_choices(desk), names=_names(desk), roles=ROLES)


# -- stand-ins ----------------------------------------------------------------------------------------
@router.get("/people/stand-ins", dependencies=_READ)
def away(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Who stands in for whom, until when."""
    with desk.reading() as db:
        called = posts(db)
    return page(
        request, "people/stand_ins.html.j2", tabs=_tabs(request, "/people/stand-ins"), found=stand_ins(desk, actor),
        posts=called, people=_open_accounts(desk, actor), names=_names(desk), roles=ROLES, today=desk.today,
        labels=dict(_packs(desk)), may=desk.may(actor, Action.MANAGE_PEOPLE),
        may_transfer=desk.may(actor, Action.RUN_CAMPAIGN) or desk.may(actor, Action.MANAGE_PEOPLE),
    )


def _open_accounts(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    return [("", "—"), *((a.id, f"{a.post}（{a.id}）") for a in accounts(desk, actor, closed=False)
                         if Role.ADMINISTRATOR not in a.roles)]


@router.post("/people/stand-ins", dependencies=_MANAGE)
def name_one(
    request: Request, desk: TheDesk, actor: SignedIn, principal: Text = "", stand_in: Text = "", since: Text = "",
    until: Text = "", words: Text = "",
) -> Response:
    """Let an account act in the place of another for a time."""
    first, last = day_of(since), day_of(until)
    if first is None or last is None:
        raise Refused("请写明代理的起止日，例如 2025-01-06 至 2025-01-17。")
    name_stand_in(desk, actor, principal, stand_in, since=first, until=last, words=words)
    return go(request, "/people/stand-ins", translator(request)(_("代理已登记，双方会收到消息。")))


@router.post("/people/stand-ins/{stand_in}/{grant}/end", dependencies=_MANAGE)
def end_one(request: Request, desk: TheDesk, actor: SignedIn, stand_in: str, grant: str) -> Response:
    """End a stand-in before its day."""
    end_stand_in(desk, actor, stand_in, grant)
    return go(request, "/people/stand-ins", translator(request)(_("代理已终止。")))


@router.post("/people/transfer", dependencies=[needs(Action.MANAGE_PEOPLE, Action.RUN_CAMPAIGN)])
def hand_over(
    request: Request, desk: TheDesk, actor: SignedIn, leaver: Text = "", successor: Text = "", words: Text = "",
) -> Response:
    """Hand every item of an account over to a successor."""
    count = transfer(desk, actor, leaver, successor, words)
    return go(request, "/people/stand-ins", translator(request)(_("已移交 %(n)s 项工作。")) % {"n": count})


# -- one account --------------------------------------------------------------------------------------
@router.get("/people/account/{name}", dependencies=_READ)
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """An account with its grants, stand-ins and history."""
    return _one(request, desk, actor, name)


def _one(request: Request, desk: Desk, actor: Actor, name: str, link: str = "") -> Response:
    found = account_page(desk, actor, name)
    with desk.reading() as db:
        called = posts(db)
    shown = page(
        request, "people/one.html.j2", found=found, one=found.account, link=link, moment=moment,
        posts=called, tell=teller(request, desk, called),
        roles={r: w for r, w in ROLES.items() if r != Role.PUBLIC}, packs=_packs(desk),
        orgs=org_choices(desk), names=_names(desk), today=desk.today, hours=int(LINK_LASTS.total_seconds() // 3600),
    )
    if link:
        shown.headers["cache-control"] = "no-store"
    return shown


@router.post("/people/account/{name}", dependencies=_MANAGE)
def change(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, post: Text = "", org: Text = "", contact: Text = "",
    identity: Text = "",
) -> Response:
    """Call an account otherwise, or let it sit elsewhere."""
    change_account(desk, actor, name, {"post": post, "org": org, "contact": contact, "identity": identity})
    return go(request, _here(name), translator(request)(_("账户已变更。")))


@router.post("/people/account/{name}/close", dependencies=_MANAGE)
def close(request: Request, desk: TheDesk, actor: SignedIn, name: str, words: Text = "") -> Response:
    """Close an account for good."""
    close_account(desk, actor, name, words)
    return go(request, _here(name), translator(request)(_("账户已停用，授权、代理、登录和令牌一并终止。")))


@router.post("/people/account/{name}/grants", dependencies=_MANAGE)
def grant(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, role: Text = "", org: Text = "",
    pack: Annotated[list[str] | None, Form()] = None, since: Text = "", until: Text = "",
) -> Response:
    """Grant a role for an org and some packs."""
    if role not in set(Role):
        raise Refused("请选择角色。")
    grant_role(desk, actor, name, Role(role), org=org, packs=pack or ("*",), since=day_of(since), until=day_of(until))
    return go(request, _here(name), translator(request)(_("角色已授予，ESG 办公室会收到消息。")))


@router.post("/people/account/{name}/grants/{grant_id}/revoke", dependencies=_MANAGE)
def revoke(request: Request, desk: TheDesk, actor: SignedIn, name: str, grant_id: str) -> Response:
    """Take a role back."""
    revoke_role(desk, actor, name, grant_id)
    return go(request, _here(name), translator(request)(_("角色已收回。")))


@router.post("/people/account/{name}/link", dependencies=_MANAGE)
def send_link(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Make a one-time link and show it this once."""
    begun = account_page(desk, actor, name).begun
    token = one_time_link(desk, actor, name, "reset" if begun else "first_run")
    return _one(request, desk, actor, name, f"{request.base_url}welcome?token={token}")


@router.post("/people/account/{name}/signout", dependencies=_MANAGE)
def sign_out(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """End every session of an account."""
    count = sign_out_everywhere(desk, actor, name)
    return go(request, _here(name), translator(request)(_("已退出 %(n)s 处登录。")) % {"n": count})


@router.post("/people/account/{name}/tokens/{token}/revoke", dependencies=_MANAGE)
def drop_token(request: Request, desk: TheDesk, actor: SignedIn, name: str, token: str) -> Response:
    """End a token of an account."""
    revoke_token(desk, actor, name, token)
    return go(request, _here(name), translator(request)(_("令牌已收回。")))
