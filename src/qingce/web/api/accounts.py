"""Accounts, their roles and stand-ins, and subscriptions, for programs that manage people."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.services.desk import Action, Role, hooks, people, roster
from qingce.web.api.contract import PREFIX, After, Key, Limit, Strict, once, refusals, window
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["人员与订阅"], route_class=Looking)
Name = Annotated[str, Path(max_length=64)]
Line = Annotated[str, Field(max_length=200)]
RoleName = Literal["data_owner", "reviewer", "approver", "esg_office", "manager", "board_reader", "assurer",
                   "administrator"]


class GrantBody(BaseModel):
    """A role for an org's subtree and some packs."""

    id: str
    role: str
    org: str
    packs: list[str]
    since: str
    until: str
    instead_of: str


class AccountBody(BaseModel):
    """An account with its roles."""

    id: str
    post: str
    org: str
    contact: str
    state: str
    grants: list[GrantBody]


class AccountPage(BaseModel):
    """A page of accounts."""

    accounts: list[AccountBody]
    next: str | None = None


class Me(BaseModel):
    """Who asks, and what he may do somewhere."""

    account: str
    post: str
    org: str
    roles: list[str]
    actions: list[str]
    scopes: list[str] | None


class NewAccount(Strict):
    """An account to open."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{1,63}$")]
    post: Annotated[str, Field(min_length=1, max_length=200)]
    org: Annotated[str, Field(max_length=40)]
    contact: Line = ""
    identity: Line = ""


class Change(Strict):
    """What becomes otherwise; what is left out stays."""

    post: Line | None = None
    org: Annotated[str, Field(max_length=40)] | None = None
    contact: Line | None = None
    identity: Line | None = None
    language: Literal["zh", "en"] | None = None


class NewGrant(Strict):
    """A role to grant."""

    role: RoleName
    org: Annotated[str, Field(max_length=40)]
    packs: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=lambda: ["*"], max_length=100)
    since: dt.date | None = None
    until: dt.date | None = None


class Reason(Strict):
    """Why."""

    words: Annotated[str, Field(min_length=1, max_length=200)]


class Made(BaseModel):
    """The id of what was made."""

    id: str


class NewHook(Strict):
    """A subscription to events."""

    url: Annotated[str, Field(max_length=500)]
    verbs: Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=100)]
    label: Line = ""


class HookBody(BaseModel):
    """A subscription as it stands."""

    id: str
    url: str
    verbs: list[str]
    label: str
    by: str
    at: str


class Hooks(BaseModel):
    """Every subscription."""

    webhooks: list[HookBody]


class HookMade(BaseModel):
    """A subscription with the key that signs its messages; it is shown this once."""

    id: str
    secret: str


def _body(found: roster.Account) -> AccountBody:
    return AccountBody(
        id=found.id, post=found.post, org=found.org, contact=found.contact, state=found.state,
        grants=[GrantBody(id=g.id, role=str(g.role), org=g.org, packs=list(g.packs), since=g.since, until=g.until,
                          instead_of=g.instead_of) for g in found.grants],
    )


@router.get("/me", dependencies=[needs()], responses=refusals())
def me(desk: TheDesk, actor: SignedIn) -> Me:
    """当前账户或令牌是谁，能做什么。"""
    return Me(account=actor.account, post=actor.post, org=actor.org,
              roles=sorted(str(role) for role in actor.roles(desk.today)),
              actions=[str(action) for action in Action if desk.may(actor, action)],
              scopes=None if actor.scopes is None else sorted(map(str, actor.scopes)))


@router.get("/accounts", dependencies=[needs(Action.READ_PEOPLE)], responses=refusals())
def accounts(
    desk: TheDesk, actor: SignedIn, org: Annotated[str, Query(max_length=40)] = "", after: After = "",
    limit: Limit = 100,
) -> AccountPage:
    """列出账户与角色，按账户名排列。"""
    shown, following = window(roster.accounts(desk, actor, org=org), lambda a: a.id, after, limit)
    return AccountPage(accounts=[_body(one) for one in shown], next=following)


@router.get("/accounts/{name}", dependencies=[needs(Action.READ_PEOPLE)], responses=refusals(404))
def account(desk: TheDesk, actor: SignedIn, name: Name) -> AccountBody:
    """读取一个账户。"""
    return _body(roster.account(desk, actor, name))


@router.post("/accounts", status_code=201, dependencies=[needs(Action.MANAGE_PEOPLE)], responses=refusals(404),
             response_model=AccountBody)
def open_account(request: Request, desk: TheDesk, actor: SignedIn, given: NewAccount, key: Key = "") -> JSONResponse:
    """开立账户。"""
    def act() -> AccountBody:
        people.open_account(desk, actor, given.id, post=given.post, org=given.org, contact=given.contact,
                            identity=given.identity)
        return _body(roster.account(desk, actor, given.id))

    return once(desk, actor, request, key, given.model_dump(), act, 201)


@router.patch("/accounts/{name}", dependencies=[needs(Action.MANAGE_PEOPLE)], responses=refusals(404))
def change(desk: TheDesk, actor: SignedIn, name: Name, given: Change) -> AccountBody:
    """变更账户。"""
    changes = {key: value for key, value in given.model_dump().items() if value is not None}
    people.change_account(desk, actor, name, changes)
    return _body(roster.account(desk, actor, name))


@router.post("/accounts/{name}/close", status_code=204, dependencies=[needs(Action.MANAGE_PEOPLE)],
             responses=refusals(404))
def close(desk: TheDesk, actor: SignedIn, name: Name, given: Reason) -> Response:
    """停用账户，其角色、代理、登录与令牌一并终止。"""
    people.close_account(desk, actor, name, given.words)
    return Response(status_code=204)


@router.post("/accounts/{name}/grants", status_code=201, dependencies=[needs(Action.MANAGE_PEOPLE)],
             responses=refusals(404), response_model=Made)
def grant(request: Request, desk: TheDesk, actor: SignedIn, name: Name, given: NewGrant, key: Key = "") -> JSONResponse:
    """授予角色。"""
    def act() -> Made:
        return Made(id=people.grant_role(desk, actor, name, Role(given.role), org=given.org, packs=given.packs,
                                         since=given.since, until=given.until))

    return once(desk, actor, request, key, given.model_dump(mode="json"), act, 201)


@router.delete("/accounts/{name}/grants/{grant_id}", status_code=204, dependencies=[needs(Action.MANAGE_PEOPLE)],
               responses=refusals(404))
def revoke(desk: TheDesk, actor: SignedIn, name: Name, grant_id: Name) -> Response:
    """收回角色。"""
    people.revoke_role(desk, actor, name, grant_id)
    return Response(status_code=204)


@router.get("/webhooks", dependencies=[needs(Action.OPERATE)], responses=refusals())
def webhooks(desk: TheDesk, actor: SignedIn) -> Hooks:
    """列出事项订阅。"""
    found = hooks.subscriptions(desk, actor)
    return Hooks(webhooks=[HookBody(id=s.id, url=s.url, verbs=list(s.verbs), label=s.label, by=s.by, at=s.at)
                           for s in found])


@router.post("/webhooks", status_code=201, dependencies=[needs(Action.OPERATE)], responses=refusals())
def subscribe(desk: TheDesk, actor: SignedIn, given: NewHook) -> HookMade:
    """订阅事项；密钥只显示这一次。"""
    name, key = hooks.subscribe(desk, actor, given.url, given.verbs, given.label)
    return HookMade(id=name, secret=key)


@router.delete("/webhooks/{name}", status_code=204, dependencies=[needs(Action.OPERATE)], responses=refusals(404))
def unsubscribe(desk: TheDesk, actor: SignedIn, name: Name) -> Response:
    """取消订阅。"""
    hooks.unsubscribe(desk, actor, name)
    return Response(status_code=204)
