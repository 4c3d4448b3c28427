"""Groups of stakeholders and their surveys; and the survey itself, for everybody who holds a link."""

from __future__ import annotations

import csv
import io
from typing import Annotated

import segno
from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qingce.casework.materiality import Group
from qingce.core.errors import Refused
from qingce.services.desk import Action, Desk
from qingce.services.desk.laid import day_of
from qingce.services.desk.materiality.rounds import Survey, round_of
from qingce.services.desk.materiality.surveys import (
    answer,
    asked,
    close_survey,
    heard,
    open_survey,
    survey_of,
    survey_stamp,
    tokens,
)
from qingce.services.desk.materiality.topics import remove_group, set_group
from qingce.web.language import marked as _
from qingce.web.limits import Buckets, address_of
from qingce.web.looking import Looking
from qingce.web.needs import needs, open_to_all
from qingce.web.pages.materiality import room
from qingce.web.render import chosen_language, go, page, translator
from qingce.web.session import SignedIn, TheDesk, TooMany
from qingce.web.settings import Rate

router = APIRouter(include_in_schema=False, route_class=Looking)
_SENDING = Buckets(Rate(per_second=1 / 20, burst=30))
"""From one address: a branch's lobby may stand behind one; then one in twenty seconds."""


def link_of(request: Request, token: str) -> str:
    """The whole address that a link or a QR carries."""
    return f"{str(request.base_url).rstrip('/')}/s/{token}"


@router.get("/materiality/{name}/surveys", dependencies=[needs(Action.READ_MATERIALITY)])
def surveys(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Groups with expectations and channels, surveys with links, QR and counts, and what was said."""
    found = round_of(desk, actor, name)
    links = {s.id: link_of(request, s.id) for s in found.surveys if not s.links}
    return room(request, desk, actor, found, "surveys", "surveys", links=links,
                heard={h.group: h for h in heard(desk, actor, name)})


@router.post("/materiality/{name}/groups", dependencies=[needs(Action.RUN_MATERIALITY)])
def group(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, id: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "", side: Annotated[str, Form()] = "outside",
    expectations: Annotated[str, Form()] = "", channels: Annotated[str, Form()] = "",
    act: Annotated[str, Form()] = "",
) -> Response:
    """Set a group, or take it out."""
    if act == "remove":
        remove_group(desk, actor, name, id)
    else:
        set_group(desk, actor, name, Group(id.strip(), label, side == "inside", expectations, channels))
    return go(request, f"/materiality/{name}/surveys", translator(request)(_("已更新利益相关方。")))


@router.post("/materiality/{name}/surveys", dependencies=[needs(Action.RUN_MATERIALITY)])
def begin(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, group: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "", links: Annotated[str, Form()] = "", most: Annotated[str, Form()] = "",
    until: Annotated[str, Form()] = "",
) -> Response:
    """Open a survey."""
    if until.strip() and day_of(until) is None:
        raise Refused("截止日请写 2025-01-31 这样的日期，或留空。")
    open_survey(desk, actor, name, group, label=label, links=_whole(links, 0), most=_whole(most, 1000),
                until=day_of(until))
    return go(request, f"/materiality/{name}/surveys", translator(request)(_("已发起问卷，请发出链接或二维码。")))


def _whole(text: str, otherwise: int) -> int:
    plain = text.strip()
    if not plain:
        return otherwise
    if not plain.isascii() or not plain.isdigit() or len(plain) > 6:
        raise Refused("份数请填整数。")
    return int(plain)


@router.post("/materiality/{name}/surveys/{survey}/close", dependencies=[needs(Action.RUN_MATERIALITY)])
def close(request: Request, desk: TheDesk, actor: SignedIn, name: str, survey: str) -> Response:
    """Take no more answers."""
    close_survey(desk, actor, name, survey)
    return go(request, f"/materiality/{name}/surveys", translator(request)(_("已结束问卷。")))


def _survey(desk: Desk, actor: SignedIn, name: str, survey: str) -> Survey:
    return survey_of(round_of(desk, actor, name), survey)


@router.get("/materiality/{name}/surveys/{survey}/qr.svg", dependencies=[needs(Action.RUN_MATERIALITY)])
def code(request: Request, desk: TheDesk, actor: SignedIn, name: str, survey: str) -> Response:
    """The link for all as a QR code."""
    found = _survey(desk, actor, name, survey)
    if found.links:
        raise Refused("单次链接各不相同，没有统一的二维码；请下载链接表。")
    made = io.BytesIO()
    segno.make(link_of(request, found.id), error="m").save(made, kind="svg", scale=6, border=4, light="#ffffff")
    return Response(made.getvalue(), media_type="image/svg+xml", headers={"cache-control": "private, no-cache"})


@router.get("/materiality/{name}/surveys/{survey}/links.csv", dependencies=[needs(Action.RUN_MATERIALITY)])
def link_list(request: Request, desk: TheDesk, actor: SignedIn, name: str, survey: str) -> Response:
    """Every link of a survey, one a line."""
    desk.require(actor, Action.RUN_MATERIALITY)
    made = io.StringIO()
    rows = csv.writer(made)
    rows.writerow(("序号", "链接"))
    rows.writerows((n, link_of(request, token)) for n, token in enumerate(
        tokens(desk, _survey(desk, actor, name, survey)), 1))
    return Response(b"\xef\xbb\xbf" + made.getvalue().encode(), media_type="text/csv; charset=utf-8",
                    headers={"content-disposition": f'attachment; filename="links-{survey}.csv"'})


# -- the survey itself ------------------------------------------------------------------------------
@router.get("/s/{token}", dependencies=[open_to_all()])
def ask(request: Request, desk: TheDesk, token: str) -> Response:
    """The form; nobody signs in."""
    return _form(request, desk, token, {}, "", 200)


@router.post("/s/{token}", dependencies=[open_to_all()])
async def take(request: Request, desk: TheDesk, token: str) -> Response:
    """Take an answer; what is refused stays in the form."""
    form = await request.form(max_fields=400)
    said = {key: value for key, value in form.items() if isinstance(value, str)}
    return await run_in_threadpool(_take, request, desk, token, said)


def _take(request: Request, desk: Desk, token: str, said: dict[str, str]) -> Response:
    if wait := _SENDING.wait(address_of(request.scope)):
        raise TooMany(wait)
    given = {key.removeprefix("t-"): value for key, value in said.items() if key.startswith("t-")}
    try:
        answer(desk, token, given, stamped=said.get("stamp", ""), words=said.get("words", ""),
               trap=said.get("website", ""))
    except Refused as refused:
        return _form(request, desk, token, said, str(refused), 422)
    response = page(request, "materiality/thanks.html.j2")
    response.headers["cache-control"] = "no-store"
    return response


def _form(request: Request, desk: Desk, token: str, said: dict[str, str], wrong: str, status: int) -> Response:
    found = asked(desk, token)
    # a stamp that was refused for its haste grows old enough; another is given where it is not ours
    kept = said.get("stamp", "") if "太快" in wrong else ""
    response = page(request, "materiality/answer.html.j2", status=status, found=found, said=said, wrong=wrong,
                    token=token, stamp=kept or survey_stamp(desk, token), english=chosen_language(request) == "en")
    response.headers["cache-control"] = "no-store"
    return response
