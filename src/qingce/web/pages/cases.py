"""Cases: what runs and what is late, one case with its history, and the form that opens one."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing, Refused
from qingce.core.event import moment
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.accountpage import org_choices
from qingce.services.desk.acting import posts
from qingce.services.desk.cases import (
    VIEWS,
    assign,
    case_counts,
    case_page,
    cases,
    flows_of,
    handlers,
    move,
    move_due,
    open_case,
    place_of,
)
from qingce.services.desk.journal import href_of
from qingce.services.desk.laid import day_of
from qingce.services.desk.people import known_packs
from qingce.web.beside import beside
from qingce.web.collected import with_query
from qingce.web.event_words import teller
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
Text = Annotated[str, Form(max_length=2400)]
Word = Annotated[str, Query(max_length=400)]
_READ, _HANDLE, _RUN = [needs(Action.READ_ITEMS)], [needs(Action.HANDLE_CASES)], [needs(Action.RUN_CASES)]
_OPEN = [needs(Action.COMMENT)]
FLOW_WORDS = (
    _("疑点处理"), _("待答复"), _("待认可"), _("已认可"), _("已撤销"), _("客户投诉"), _("待受理"), _("处理中"),
    _("已告知"), _("不予受理"), _("检查整改"), _("待整改"), _("待验收"), _("已验收"),
)
"""What the flows of the desk and of its own packs are called, marked for translation."""


@router.get("/cases", dependencies=_READ)
def listed(request: Request, desk: TheDesk, actor: SignedIn, view: Word = "open", flow: Word = "") -> Response:
    """Cases, those that are due first."""
    _ = translator(request)
    view = view if view in VIEWS else "open"
    counts = case_counts(desk, actor)
    labels = {"mine": _("待我办理"), "open": _("未办结"), "late": _("逾期"), "closed": _("已办结")}
    tabs = [{"label": label, "href": with_query("/cases", view=name if name != "open" else "", flow=flow),
             "current": view == name, **({"count": counts[name]} if name in counts else {})}
            for name, label in labels.items()]
    with desk.reading() as db:
        called = posts(db)
    return page(
        request, "cases/list.html.j2", tabs=tabs, found=cases(desk, actor, view=view, flow=flow), view=view, flow=flow,
        flows=[(name, each.label) for name, each in flows_of(desk).items()], posts=called, org_name=desk.tree.name,
        may_open=desk.may(actor, Action.COMMENT),
    )


@router.get("/cases/new", dependencies=_OPEN)
def new(
    request: Request, desk: TheDesk, actor: SignedIn, flow: Word = "", title: Word = "", about: Word = "",
    org: Word = "",
) -> Response:
    """The form that opens a case."""
    desk.require(actor, Action.COMMENT)
    with desk.reading() as db:
        where, pack = place_of(desk, db, about)
    typed = {"flow": flow or ("finding" if about else ""), "title": title, "about": about, "words": "", "due": "",
             "org": where or org or actor.org, "assignee": "", "pack": pack}
    return _new(request, desk, actor, typed)


def _new(request: Request, desk: Desk, actor: Actor, typed: dict[str, str], wrong: str = "") -> Response:
    where = typed["org"] if typed["org"] in desk.tree else desk.settings.org
    orgs = [each for each in org_choices(desk) if desk.may(actor, Action.COMMENT, desk.target(each[0]))]
    packs = [(name, desk.registry.packs[name].label) for name in known_packs(desk)]
    return page(
        request, "cases/new.html.j2", 422 if wrong else 200, typed=typed, wrong=wrong, orgs=orgs, packs=packs,
        flows=[(name, each.label, each.days) for name, each in flows_of(desk).items()],
        people=handlers(desk, where), today=desk.today, href=href_of(typed["about"]),
    )


@router.post("/cases/new", dependencies=_OPEN)
def open_one(
    request: Request, desk: TheDesk, actor: SignedIn, flow: Text = "", title: Text = "", words: Text = "",
    org: Text = "", pack: Text = "", about: Text = "", due: Text = "", assignee: Text = "",
) -> Response:
    """Open a case."""
    typed = {"flow": flow, "title": title, "about": about, "org": org, "words": words, "due": due,
             "assignee": assignee, "pack": pack}
    try:
        if due and day_of(due) is None:
            raise Refused("期限请写成日期，例如 2025-06-30。")
        number = open_case(desk, actor, flow, title=title, words=words, org=org, pack=pack, about=about,
                           due=day_of(due), assignee=assignee)
    except (Refused, Missing) as wrong:
        return _new(request, desk, actor, typed, str(wrong))
    return go(request, f"/cases/{number}", translator(request)(_("工单 %(n)s 已开立。")) % {"n": number})


@router.get("/cases/{number}", dependencies=_READ)
def one(request: Request, desk: TheDesk, actor: SignedIn, number: str) -> Response:
    """One case with its history, what is said of it and what proves it."""
    found = case_page(desk, actor, number)
    ticket = found.shown.ticket
    stands = beside(desk, actor, f"case/{number}")
    with desk.reading() as db:
        called = posts(db)
    return page(
        request, "cases/one.html.j2", found=found, shown=found.shown, ticket=ticket, posts=called,
        tell=teller(request, desk, called), moment=moment, org_name=desk.tree.name(ticket.org),
        href=href_of(ticket.about),
        pack=desk.registry.packs[ticket.pack].label if ticket.pack in desk.registry.packs else "",
        people=handlers(desk, ticket.org, ticket.pack) if found.hands_on or found.runs else [],
        beside=replace(stands, may_attach=stands.may_attach and not ticket.closed), flow=ticket.case.flow,
    )


@router.post("/cases/{number}/move", dependencies=_HANDLE)
def go_on(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, to: Text = "", words: Text = "",
) -> Response:
    """Take a step."""
    move(desk, actor, number, to, words)
    return go(request, f"/cases/{number}", translator(request)(_("已办理。")))


@router.post("/cases/{number}/assign", dependencies=_HANDLE)
def hand_on(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, assignee: Text = "", words: Text = "",
) -> Response:
    """Name who acts now."""
    assign(desk, actor, number, assignee, words)
    return go(request, f"/cases/{number}", translator(request)(_("已指派。")))


@router.post("/cases/{number}/due", dependencies=_RUN)
def postpone(
    request: Request, desk: TheDesk, actor: SignedIn, number: str, due: Text = "", words: Text = "",
) -> Response:
    """Move the day on which a case is due."""
    move_due(desk, actor, number, day_of(due), words)
    return go(request, f"/cases/{number}", translator(request)(_("期限已调整。")))
