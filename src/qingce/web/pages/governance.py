"""ESG governance in three tiers: bodies, who answers for which topic, meetings and resolutions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qingce.casework.materiality import Topic
from qingce.core.errors import Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.laid import day_of
from qingce.services.desk.materiality.governance import (
    counts,
    governance,
    hold_meeting,
    pass_resolution,
    set_body,
    set_responsibility,
)
from qingce.services.desk.materiality.rounds import rounds
from qingce.web import matrix
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
HOME = "/materiality/governance"


def _topics(desk: Desk, actor: Actor) -> tuple[Topic, ...]:
    found = rounds(desk, actor)
    own = [r for r in found if r.period == str(desk.settings.period)] or found
    return own[0].case.topics if own else ()


@router.get(HOME, dependencies=[needs(Action.READ_MATERIALITY)])
def standing(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Bodies by tier, the matrix of responsibilities, meetings with what they resolved."""
    found, topics = governance(desk, actor), _topics(desk, actor)
    return page(
        request, "materiality/governance.html.j2", found=found, topics=topics, words=matrix,
        counts=counts(found, desk.settings.period), period=str(desk.settings.period),
        labels={t.id: t.label for t in topics}, bodies={b.id: b for b in found.bodies},
        may_run=desk.may(actor, Action.RUN_MATERIALITY), today=desk.today,
    )


@router.post(f"{HOME}/bodies", dependencies=[needs(Action.RUN_MATERIALITY)])
def body(
    request: Request, desk: TheDesk, actor: SignedIn, id: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "", tier: Annotated[str, Form()] = "", duties: Annotated[str, Form()] = "",
    act: Annotated[str, Form()] = "",
) -> Response:
    """Name a body, change it or dissolve it."""
    set_body(desk, actor, id.strip(), label=label, tier=tier, duties=duties, ended=act == "end")
    return go(request, HOME, translator(request)(_("已更新治理机构。")))


@router.post(f"{HOME}/parts", dependencies=[needs(Action.RUN_MATERIALITY)])
async def parts(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Say which bodies answer for a topic."""
    form = await request.form()
    said = {key: str(value) for key, value in form.items()}
    return await run_in_threadpool(_parts, request, desk, actor, said)


def _parts(request: Request, desk: Desk, actor: Actor, said: dict[str, str]) -> Response:
    desk.require(actor, Action.RUN_MATERIALITY)
    topic = said.get("topic", "")
    if topic not in {t.id for t in _topics(desk, actor)}:
        raise Refused("没有这个议题，请刷新页面。")
    given = {key.removeprefix("b-"): value for key, value in said.items() if key.startswith("b-")}
    set_responsibility(desk, actor, topic, given)
    return go(request, f"{HOME}#parts", translator(request)(_("已更新职责。")))


@router.post(f"{HOME}/meetings", dependencies=[needs(Action.RUN_MATERIALITY)])
def meeting(
    request: Request, desk: TheDesk, actor: SignedIn, body: Annotated[str, Form()] = "",
    day: Annotated[str, Form()] = "", title: Annotated[str, Form()] = "", members: Annotated[str, Form()] = "",
    attended: Annotated[str, Form()] = "", topic: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Record a meeting."""
    hold_meeting(desk, actor, body, day=day_of(day), title=title, members=_people(members), attended=_people(attended),
                 topics=topic or [])
    return go(request, f"{HOME}#meetings", translator(request)(_("已登记会议。")))


def _people(text: str) -> int:
    plain = text.strip()
    if not plain.isascii() or not plain.isdigit() or len(plain) > 4:
        raise Refused("人数请填整数。")
    return int(plain)


@router.post(f"{HOME}/meetings/{{meeting}}/resolutions", dependencies=[needs(Action.RUN_MATERIALITY)])
def resolution(
    request: Request, desk: TheDesk, actor: SignedIn, meeting: str, title: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Record what a meeting resolved."""
    pass_resolution(desk, actor, meeting, title=title, words=words)
    return go(request, f"{HOME}#meetings", translator(request)(_("已登记决议。")))
