"""Materiality: the rounds, where the topics stand, the topics themselves, and what changed since the last round."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qingce.casework.materiality import Pillar, Topic, shown
from qingce.casework.materiality_compare import compared
from qingce.core.errors import Missing, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.materiality.rounds import Round, open_round, round_of, rounds
from qingce.services.desk.materiality.surveys import heard
from qingce.services.desk.materiality.topics import items_of, listed, remove_topic, set_topic
from qingce.web import matrix
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
ROWS = 6
"""Rows for items on the form of a topic, and at least two empty ones."""


def tabs(request: Request, desk: Desk, actor: Actor, found: Round, here: str) -> list[dict[str, object]]:
    """The rooms of a round that a reader may enter; ``here`` is the last part of the path."""
    words, runs = translator(request), desk.may(actor, Action.RUN_MATERIALITY)
    rooms: list[tuple[str, str, bool]] = [
        ("", _("总览"), True), ("topics", _("议题"), True), ("surveys", _("利益相关方与问卷"), True),
        ("scoring", _("打分"), desk.may(actor, Action.SCORE_TOPICS)), ("weights", _("权重与阈值"), True),
        ("sensitivity", _("敏感性"), told(desk, actor, found)), ("compare", _("与上期比较"), told(desk, actor, found)),
        ("confirm", _("确认"), runs or desk.may(actor, Action.CONFIRM_MATERIALITY)),
    ]
    base = f"/materiality/{found.id}"
    return [{"label": words(label), "href": f"{base}/{name}".rstrip("/"), "current": name == here}
            for name, label, open_ in rooms if open_]


def told(desk: Desk, actor: Actor, found: Round) -> bool:
    """Whether results are shown: to the office always, to others once scoring is over."""
    return not found.open or desk.may(actor, Action.RUN_MATERIALITY)


def room(
    request: Request, desk: Desk, actor: Actor, found: Round, here: str, template: str, status: int = 200,
    **context: Any,
) -> Response:
    """A page of a round with its tabs and words."""
    return page(
        request, f"materiality/{template}.html.j2", status=status, found=found, shown=shown, words=matrix,
        tabs=tabs(request, desk, actor, found, here), told=told(desk, actor, found),
        may_run=desk.may(actor, Action.RUN_MATERIALITY), **context,
    )


@router.get("/materiality", dependencies=[needs(Action.READ_MATERIALITY)])
def latest(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """The round at hand: that of the report's year, else the latest."""
    found = rounds(desk, actor)
    own = [r for r in found if r.period == str(desk.settings.period)] or found
    if own:
        return RedirectResponse(f"/materiality/{own[0].id}", 302)
    return page(request, "materiality/none.html.j2", may_run=desk.may(actor, Action.RUN_MATERIALITY))


@router.get("/materiality/new", dependencies=[needs(Action.RUN_MATERIALITY)])
def new(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """The form that opens a round."""
    desk.require(actor, Action.RUN_MATERIALITY)
    period, found = str(desk.settings.period), rounds(desk, actor)
    said = {"id": period, "label": f"{period} 年度重要性评估", "period": period,
            "before": found[0].id if found else ""}
    return page(request, "materiality/new.html.j2", said=said, earlier=found, wrong="")


@router.post("/materiality/new", dependencies=[needs(Action.RUN_MATERIALITY)])
def begin(
    request: Request, desk: TheDesk, actor: SignedIn, id: Annotated[str, Form()] = "",
    label: Annotated[str, Form()] = "", period: Annotated[str, Form()] = "", before: Annotated[str, Form()] = "",
) -> Response:
    """Open a round."""
    try:
        made = open_round(desk, actor, id.strip(), label=label, period=period, before=before)
    except (Refused, Missing) as wrong:
        said = {"id": id, "label": label, "period": period, "before": before}
        return page(request, "materiality/new.html.j2", status=422, said=said, earlier=rounds(desk, actor),
                    wrong=str(wrong))
    return go(request, f"/materiality/{made.id}/topics", translator(request)(_("已启动评估，请核对议题。")))


@router.get("/materiality/{name}", dependencies=[needs(Action.READ_MATERIALITY)])
def overview(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Where the topics stand, on both matrices and as a table."""
    found = round_of(desk, actor, name)
    stood = found.stood
    return room(
        request, desk, actor, found, "", "overview", stood=stood, earlier=rounds(desk, actor),
        plots=matrix.plots(stood, found.case.thresholds),
        answers=sum(s.answers for s in found.surveys),
        sources=sorted({s.source for s in found.surveys if s.source}),
    )


@router.get("/materiality/{name}/topics", dependencies=[needs(Action.READ_MATERIALITY)])
def topics(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """The list of topics with their items and what they switch."""
    return room(request, desk, actor, round_of(desk, actor, name), "topics", "topics")


@router.get("/materiality/{name}/topics/{topic}", dependencies=[needs(Action.READ_MATERIALITY)])
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str, topic: str) -> Response:
    """A topic: what it is, its items, its scores; the office changes it here."""
    found = round_of(desk, actor, name)
    known = Topic("", "", Pillar.ENVIRONMENTAL) if topic == "new" else found.topic(topic)
    return _topic(request, desk, actor, found, known, "", 200)


def _topic(
    request: Request, desk: Desk, actor: Actor, found: Round, topic: Topic, wrong: str, status: int
) -> Response:
    stood = next((p for p in found.stood if p.topic.id == topic.id), None)
    groups = {g.id: g.label for g in found.case.groups}
    said = [(groups[h.group], h.tallies[topic.id]) for h in heard(desk, actor, found.id) if topic.id in h.tallies]
    reasons = [g for g in found.given if g.topic == topic.id and g.account in found.final]
    return room(request, desk, actor, found, "topics", "topic", status=status, topic=topic, stood=stood, said=said,
                reasons=reasons, wrong=wrong, rows=max(ROWS, len(topic.items) + 2), labels=desk.registry.metrics)


@router.post("/materiality/{name}/topics/{topic}", dependencies=[needs(Action.RUN_MATERIALITY)])
async def change(request: Request, desk: TheDesk, actor: SignedIn, name: str, topic: str) -> Response:
    """Set a topic, or take it out."""
    form = await request.form()
    return await run_in_threadpool(_change, request, desk, actor, name, topic, form)


def _change(request: Request, desk: Desk, actor: Actor, name: str, topic: str, form: FormData) -> Response:
    desk.require(actor, Action.RUN_MATERIALITY)
    said = {key: str(value) for key, value in form.items()}
    words, back = translator(request), f"/materiality/{name}/topics"
    if said.get("act") == "remove":
        remove_topic(desk, actor, name, topic, said.get("reason", ""))
        return go(request, back, words(_("已撤销议题。")))
    lines = [(said.get(f"item-{n}", ""), said.get(f"kind-{n}", ""), said.get(f"label-{n}", ""),
              bool(said.get(f"actual-{n}"))) for n in range(1, 25)]
    pillar = said.get("pillar", "")
    if pillar not in set(Pillar):
        raise Refused("请选择环境类、社会类或治理类。")
    lists = {field: listed(said.get(field, "")) for field in ("packs", "metrics", "clauses", "mandatory")}
    made = Topic(said.get("id", "").strip() if topic == "new" else topic, said.get("label", ""), Pillar(pillar),
                 items_of(lines), note=said.get("note", ""), label_en=said.get("label_en", ""), **lists)
    try:
        set_topic(desk, actor, name, made)
    except Refused as wrong:
        return _topic(request, desk, actor, round_of(desk, actor, name), made, str(wrong), 422)
    return go(request, back, words(_("已保存议题。")))


@router.get("/materiality/{name}/compare", dependencies=[needs(Action.READ_MATERIALITY)])
def compare(request: Request, desk: TheDesk, actor: SignedIn, name: str, before: str = "") -> Response:
    """What moved since another round."""
    found = round_of(desk, actor, name)
    if not told(desk, actor, found):
        raise Missing("打分截止前不公布结果。")
    others = [r for r in rounds(desk, actor) if r.id != name and told(desk, actor, r)]
    chosen = next((r for r in others if r.id == (before or found.before)), others[0] if others else None)
    moved = compared(chosen.stood, found.stood) if chosen else ()
    return room(request, desk, actor, found, "compare", "compare", others=others, chosen=chosen, moved=moved)
