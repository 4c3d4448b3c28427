"""Scoring of topics: what an assessor is asked, his draft and his submission; the office sees who has given what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.editions import post_names
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.scoring import (
    Sheet,
    copy_scores,
    name_assessor,
    return_scores,
    save_scores,
    sheet,
    submit_scores,
)
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.materiality import room
from qingce.web.problems import wants_json
from qingce.web.render import go, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)


@router.get("/materiality/{name}/scoring", dependencies=[needs(Action.SCORE_TOPICS)])
def listed(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """One's own topics with how far one is; for the office, who is asked."""
    found = round_of(desk, actor, name)
    posts = post_names(desk)
    able = [(who, post) for who, post in posts.items() if _scores(desk, who)
            and who not in {a.account for a in found.assessors}]
    return room(request, desk, actor, found, "scoring", "scoring", sheet=sheet(desk, actor, name), posts=posts,
                able=able)


def _scores(desk: Desk, account: str) -> bool:
    try:
        return desk.may(desk.actor(account), Action.SCORE_TOPICS)
    except Missing:
        return False


def _mine(desk: Desk, actor: Actor, name: str) -> Sheet:
    found = sheet(desk, actor, name)
    if found is None:
        raise Denied("这一轮评估没有请您打分。")
    return found


@router.get("/materiality/{name}/scoring/{topic}", dependencies=[needs(Action.SCORE_TOPICS)])
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str, topic: str) -> Response:
    """The items of one topic."""
    return _form(request, desk, actor, name, topic, {}, "", 200)


def _form(
    request: Request, desk: Desk, actor: Actor, name: str, topic: str, said: dict[str, str], wrong: str, status: int
) -> Response:
    found, mine = round_of(desk, actor, name), _mine(desk, actor, name)
    known = found.topic(topic)
    ids = [t.id for t in mine.topics]
    at = ids.index(topic) if topic in ids else -1
    return room(
        request, desk, actor, found, "scoring", "score", status=status, topic=known, sheet=mine, said=said, wrong=wrong,
        before=ids[at - 1] if at > 0 else "", after=ids[at + 1] if 0 <= at < len(ids) - 1 else "",
        place=at + 1, count=len(ids),
    )


@router.post("/materiality/{name}/scoring/{topic}", dependencies=[needs(Action.SCORE_TOPICS)])
async def save(request: Request, desk: TheDesk, actor: SignedIn, name: str, topic: str) -> Response:
    """Keep a draft; a browser that saves by itself gets a short answer."""
    form = await request.form()
    said = {key: str(value) for key, value in form.items()}
    return await run_in_threadpool(_save, request, desk, actor, name, topic, said)


def _save(request: Request, desk: Desk, actor: Actor, name: str, topic: str, said: dict[str, str]) -> Response:
    known = round_of(desk, actor, name).topic(topic)
    given = {i.id: ({a: said.get(f"{i.id}.{a}", "") for a in i.asked}, said.get(f"{i.id}.rationale", ""))
             for i in known.items}
    try:
        save_scores(desk, actor, name, topic, given)
    except Refused as wrong:
        if wants_json(request):
            raise
        return _form(request, desk, actor, name, topic, said, str(wrong), 422)
    if wants_json(request):
        return JSONResponse({"saved": True})
    target = f"/materiality/{name}/scoring"
    return go(request, f"{target}/{said['after']}" if said.get("after") else target,
              translator(request)(_("已存为草稿。")))


@router.post("/materiality/{name}/baseline", dependencies=[needs(Action.SCORE_TOPICS)])
def baseline(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Take over one's scores of the round before as a draft."""
    count = copy_scores(desk, actor, name)
    words = translator(request)(_("已把上一轮的 %(n)s 项带为草稿，请逐项复核。")) % {"n": count}
    return go(request, f"/materiality/{name}/scoring", words)


@router.post("/materiality/{name}/submit", dependencies=[needs(Action.SCORE_TOPICS)])
def submit(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Make one's scores final."""
    submit_scores(desk, actor, name)
    return go(request, f"/materiality/{name}/scoring", translator(request)(_("已提交打分。")))


@router.post("/materiality/{name}/assessors", dependencies=[needs(Action.RUN_MATERIALITY)])
def ask(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, account: Annotated[str, Form()] = "",
    topic: Annotated[list[str] | None, Form()] = None, act: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Ask somebody to score, no longer ask him, or give him his scores back."""
    words, back = translator(request), f"/materiality/{name}/scoring"
    if act == "return":
        return_scores(desk, actor, name, account, reason)
        return go(request, back, words(_("已退回打分。")))
    name_assessor(desk, actor, name, account, topic or [], ended=act == "end")
    return go(request, back, words(_("已更新打分人。")))
