"""Freezing and publishing: what stands in the way, the editions, one edition with its hashes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.check import Finding
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.campaign import campaigns
from qingce.services.desk.editions import (
    edition,
    editions,
    post_names,
    proof,
    publish,
    sealed,
    verify,
    withdraw,
)
from qingce.services.desk.freeze import freeze, standing
from qingce.services.desk.restate import changes
from qingce.services.desk.waivers import judged
from qingce.web.collected import item_href
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
TABS = (
    ("/freeze", _("封版与发布")), ("/freeze/changes", _("变更与追溯")), ("/freeze/waivers", _("豁免")),
    ("/freeze/compare", _("版本对照")), ("/freeze/signoff", _("责任分工表")), ("/freeze/feedback", _("读者反馈")),
)
EDITION_CHIPS = {
    "frozen": ("lock", "wait", _("已封版")), "published": ("check", "good", _("已发布")),
    "withdrawn": ("void", "idle", _("已撤回")),
}


def tabs(request: Request, desk: Desk, current: str) -> list[dict[str, object]]:
    """The tabs of this area; the reader's feedback is the office's."""
    say = translator(request)
    actor = request.state.actor
    shown = [(href, label) for href, label in TABS
             if href != "/freeze/feedback" or desk.may(actor, Action.ANSWER_FEEDBACK)]
    return [{"href": href, "label": say(label), "current": href == current} for href, label in shown]


@router.get("/freeze", dependencies=[needs(Action.READ_EDITIONS)])
def overview(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """What would be frozen now, and every edition."""
    found = editions(desk, actor)
    now = standing(desk)
    errors = [j for j in judged(desk, actor) if j.finding.blocks]
    return page(
        request, "freeze/overview.html.j2", tabs=tabs(request, desk, "/freeze"), editions=found, now=now,
        errors=errors, posts=post_names(desk), chips=EDITION_CHIPS,
        may_freeze=desk.may(actor, Action.FREEZE), may_ask=desk.may(actor, Action.REQUEST_CHANGE),
        hrefs=[_where(f, desk.may(actor, Action.READ_ITEMS)) for f in now.refusals],
        remind=_late(desk, actor, now.refusals),
        waiting=[c for c in changes(desk, actor) if c.state == "asked"],
    )


def _where(refused: Finding, may_read: bool) -> str:
    """Where a reason against freezing is done away with."""
    if refused.rule == "item_approved":
        return item_href(refused.place.value) if may_read else ""
    return "/freeze/changes"


def _late(desk: Desk, actor: Actor, refused: Sequence[Finding]) -> list[tuple[str, str]]:
    """Campaigns with items in the way, by name and label, for who may remind."""
    names = {f.place.value.partition("/")[0] for f in refused if f.rule == "item_approved"}
    return [(c.id, c.label) for c in campaigns(desk, actor) if c.id in names] if names and desk.may(
        actor, Action.REMIND) else []


@router.post("/freeze", dependencies=[needs(Action.FREEZE)])
def act(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Freeze the report as it stands."""
    made = freeze(desk, actor)
    say = translator(request)
    return go(request, f"/freeze/editions/{made.id}", say(_("已封版：%(hash)s")) % {"hash": made.id[:16]})


@router.get("/freeze/editions/{name}", dependencies=[needs(Action.READ_EDITIONS)])
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """An edition: what is under its hash."""
    desk.require(actor, Action.READ_EDITIONS)
    found = edition(desk, actor, name)
    seal = sealed(desk, found)
    names = [n for n in seal.files if n.startswith("site/") and n.count("/") == 1 and not n.endswith("metrics.html")]
    return page(
        request, "freeze/edition.html.j2", tabs=tabs(request, desk, "/freeze"), edition=found, seal=seal,
        proof=proof(desk, found), downloads=names, posts=post_names(desk), chips=EDITION_CHIPS,
        may_publish=desk.may(actor, Action.PUBLISH), may_ask=desk.may(actor, Action.REQUEST_CHANGE), checked=None,
        newest=all(e.seq <= found.seq for e in editions(desk, actor) if e.period == found.period),
    )


@router.post("/freeze/editions/{name}/publish", dependencies=[needs(Action.PUBLISH)])
def put_out(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Let everybody read it."""
    publish(desk, actor, name)
    return go(request, f"/freeze/editions/{name}", translator(request)(_("已发布，公众可以在公开页面阅读和下载。")))


@router.post("/freeze/editions/{name}/withdraw", dependencies=[needs(Action.PUBLISH)])
def take_back(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Serve it no longer."""
    withdraw(desk, actor, name, reason)
    return go(request, f"/freeze/editions/{name}", translator(request)(_("已撤回，公开页面不再提供这一版。")))


@router.post("/freeze/editions/{name}/verify", dependencies=[needs(Action.READ_EDITIONS)])
def check(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Build it again from its frozen inputs and compare."""
    damage, differs = verify(desk, actor, name)
    say = translator(request)
    if damage:
        words = say(_("封版文件被改动：%(files)s")) % {"files": "、".join(damage[:5])}
        return go(request, f"/freeze/editions/{name}", words, "error")
    if differs:
        words = say(_("用封版输入重做，结果不同：%(files)s")) % {"files": "、".join(differs[:5])}
        return go(request, f"/freeze/editions/{name}", words, "warn")
    return go(request, f"/freeze/editions/{name}", say(_("文件与封版时一致；用封版输入重做，全部格式逐字节相同。")))
