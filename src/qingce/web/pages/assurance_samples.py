"""Samples: the form that draws one, one of them, one unit with everything behind it; requests with answers."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, File, Form, Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from qingce.core.errors import Missing, QingceError, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.assurance import Engagement, conclude_unit, edition_of, get, may
from qingce.services.desk.assurance_frames import Frame, leaves_of, strata_of
from qingce.services.desk.assurance_requests import (
    ask,
    candidates,
    files_behind,
    get_request,
    may_answer,
    provide,
    requests,
)
from qingce.services.desk.assurance_samples import (
    Sample,
    Wish,
    draw_sample,
    frame_lines,
    preview,
    samples,
    unit_of,
    would_draw,
)
from qingce.services.desk.assurance_trail import trail, trail_rows
from qingce.services.desk.laid import day_of
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.assurance import ROOM, framed
from qingce.web.pages.figures import factors_of, inputs_of, tree_node
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk
from qingce.web.settings import MAX_UPLOAD

router = APIRouter(include_in_schema=False, route_class=Looking)
Word = Annotated[str, Query(max_length=200)]
_SHOWN = 12


# -- drawing ------------------------------------------------------------------------------------------
@router.get("/assurance/{name}/draw", dependencies=[ROOM])
def form(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, kind: Word = "figures", figure: Word = "",
    by: Word = "", method: Word = "", size: Word = "", top: Word = "", seed: Word = "",
) -> Response:
    """The form, with a look at the frame and at what would be drawn."""
    of = get(desk, actor, name)
    wish = _wish(kind, figure, by, method, size, top, seed)
    frame, would, wrong = None, None, ""
    if method or figure:
        try:
            frame = preview(desk, actor, name, wish)
            would = would_draw(frame, wish) if wish.size or method == "all" else None
        except QingceError as error:
            wrong = str(error)
    return page(
        request, "assurance/draw.html.j2", **framed(request, desk, of, f"/assurance/{name}/draw"), wish=wish,
        frame=frame, would=would, wrong=wrong, largest=_largest(frame),
        may_draw=may(desk, actor, Action.DRAW_SAMPLE, of), leaves=_leaves(desk, actor, of, wish),
        strata=_strata(desk, actor, of, wish),
        figures=[(m.name, f"{m.label}（{m.name}）") for m in desk.registry.metrics.values()],
    )


def _wish(kind: str, figure: str, by: str, method: str, size: str, top: str, seed: str) -> Wish:
    return Wish("rows" if kind == "rows" else "figures", figure.strip(), by, method or "random", _whole(size),
                _whole(top), seed.strip())


def _whole(text: str) -> int:
    text = text.strip().replace(",", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _largest(frame: Frame | None) -> list[tuple[str, str, str]]:
    if frame is None:
        return []
    units = sorted(frame.units, key=lambda u: (-u.amount, u.id))[:_SHOWN]
    return [(frame.labels.get(u.id, u.id), u.stratum, f"{u.amount:,f}" if frame.measured else "—") for u in units]


def _leaves(desk: Desk, actor: Actor, of: Engagement, wish: Wish) -> list[tuple[str, str, bool]]:
    """The figures that a figure without rows of its own is made of."""
    if wish.kind != "rows" or not wish.figure:
        return []
    try:
        found = leaves_of(desk, edition_of(desk, actor, of), wish.figure)
    except QingceError:
        return []
    return [] if [key for key, _label, _rows in found] == [wish.figure] else found


def _strata(desk: Desk, actor: Actor, of: Engagement, wish: Wish) -> list[tuple[str, str]]:
    if wish.kind != "rows":
        return [("", _("不分层")), ("pack", _("指标包")), ("org", _("机构")), ("size", _("金额大小（三等分）"))]
    try:
        columns = strata_of(desk, edition_of(desk, actor, of), wish.figure) if wish.figure else []
    except QingceError:
        columns = []
    return [("", _("不分层")), *columns, ("size", _("金额大小（三等分）"))]


@router.post("/assurance/{name}/samples", dependencies=[needs(Action.DRAW_SAMPLE)])
def take(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, kind: Annotated[str, Form()] = "",
    figure: Annotated[str, Form()] = "", by: Annotated[str, Form()] = "", method: Annotated[str, Form()] = "",
    size: Annotated[str, Form()] = "", top: Annotated[str, Form()] = "", seed: Annotated[str, Form()] = "",
) -> Response:
    """Draw the sample for good."""
    made = draw_sample(desk, actor, name, _wish(kind, figure, by, method, size, top, seed))
    return go(request, f"/assurance/{name}/samples/{made.number}", translator(request)(_("样本已抽出，记入日志。")))


# -- one sample ---------------------------------------------------------------------------------------
def _sample(desk: Desk, actor: Actor, name: str, number: int) -> Sample:
    found = samples(desk, actor, name)
    if not 1 <= number <= len(found):
        raise Missing("没有这个样本。")
    return found[number - 1]


@router.get("/assurance/{name}/samples/{number}", dependencies=[ROOM])
def sample(request: Request, desk: TheDesk, actor: SignedIn, name: str, number: int) -> Response:
    """One sample: how it was drawn, what came of each unit, what it says of the whole."""
    of = get(desk, actor, name)
    found = _sample(desk, actor, name, number)
    again = urlencode({"kind": found.kind, "figure": found.figure, "by": found.by, "method": found.method,
                       "size": found.size, "top": found.top, "seed": found.seed})
    return page(request, "assurance/sample.html.j2", **framed(request, desk, of, ""), sample=found, again=again,
                said=found.projected)


@router.get("/assurance/{name}/samples/{number}/frame.jsonl", dependencies=[ROOM])
def frame(desk: TheDesk, actor: SignedIn, name: str, number: int) -> Response:
    """The frame of a sample, a line a unit, for drawing it again elsewhere."""
    lines = frame_lines(desk, actor, name, number)
    return StreamingResponse(
        (line.encode() for line in lines), media_type="application/x-ndjson",
        headers={"content-disposition": f'attachment; filename="frame-{number}.jsonl"',
                 "x-content-type-options": "nosniff"})


@router.get("/assurance/{name}/samples/{number}/{place}", dependencies=[ROOM])
def unit(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, number: int, place: int,
    rows: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """One unit: the figure with its tree, rows and evidence; asking for more; what came of it."""
    of = get(desk, actor, name)
    found = _sample(desk, actor, name, number)
    one = unit_of(found, place)
    figure = found.figure if found.kind == "rows" else one.unit
    shown, behind, wrong = trail(desk, actor, of, figure), None, ""
    if rows:
        try:
            behind = trail_rows(desk, actor, of, figure)
        except QingceError as error:
            wrong = str(error)
    here = f"/assurance/{name}/samples/{number}/{place}"
    return page(
        request, "assurance/unit.html.j2", **framed(request, desk, of, ""), sample=found, unit=one, trail=shown,
        tree=tree_node(shown.tree), inputs=inputs_of(shown.tree), factors=factors_of(shown.tree), behind=behind,
        wrong=wrong, itself=here, files=files_behind(desk, actor, figure),
        asked=[r for r in requests(desk, actor, name) if (r.sample, r.place) == (number, place)],
        owners=[("", ""), *candidates(desk, figure)], today=desk.today,
        may_ask=of.open and desk.may(actor, Action.REQUEST_EVIDENCE),
        may_conclude=may(desk, actor, Action.CONCLUDE, of, [figure]),
        live=f"/figures/{quote(figure, safe='/')}",
    )


@router.post("/assurance/{name}/samples/{number}/{place}/request", dependencies=[needs(Action.REQUEST_EVIDENCE)])
def want(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, number: int, place: int,
    to: Annotated[str, Form()] = "", words: Annotated[str, Form()] = "", due: Annotated[str, Form()] = "",
) -> Response:
    """Ask for evidence."""
    if not to:
        raise Refused("请选择向谁索取。")
    ask(desk, actor, name, sample=number, place=place, to=to, words=words, due=day_of(due))
    return go(request, f"/assurance/{name}/samples/{number}/{place}#requests",
              translator(request)(_("索证已发出，列入对方的任务。")))


@router.post("/assurance/{name}/samples/{number}/{place}/conclusion", dependencies=[needs(Action.CONCLUDE)])
def judge(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, number: int, place: int,
    outcome: Annotated[str, Form()] = "", difference: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    """Record what came of a unit, and go on to the next."""
    conclude_unit(desk, actor, name, number, place, outcome=outcome, difference=difference, words=words)
    rest = [u.place for u in _sample(desk, actor, name, number).drawn if not u.outcome]
    following = next((p for p in rest if p > place), rest[0] if rest else 0)
    target = f"/assurance/{name}/samples/{number}" + (f"/{following}" if following else "")
    return go(request, target, translator(request)(_("结论已记入日志。")))


# -- requests -----------------------------------------------------------------------------------------
@router.get("/assurance-requests/{id}", dependencies=[needs()])
def asked(request: Request, desk: TheDesk, actor: SignedIn, id: str) -> Response:
    """A request, for whoever was asked, the office and the assurer."""
    found, of = get_request(desk, actor, id)
    answerable = may_answer(desk, actor, found)
    return page(
        request, "assurance/request.html.j2", asked=found, of=of, answerable=answerable, today=desk.today,
        posts=framed(request, desk, of, "")["posts"], files=files_behind(desk, actor, found.figure),
        live=f"/figures/{quote(found.figure, safe='/')}",
        in_room=desk.may(actor, Action.RUN_ENGAGEMENT) or desk.may(actor, Action.CONCLUDE),
    )


@router.post("/assurance-requests/{id}", dependencies=[needs(Action.ATTACH)], max_body_size=MAX_UPLOAD)
def answer(
    request: Request, desk: TheDesk, actor: SignedIn, id: str, words: Annotated[str, Form()] = "",
    known: Annotated[list[str], Form()] = [], file: Annotated[list[UploadFile], File()] = [],  # noqa: B006
) -> Response:
    """Answer a request."""
    uploads = [(one.file, one.filename or "") for one in file if one.filename]
    provide(desk, actor, id, words=words, uploads=uploads, known=known)
    return go(request, f"/assurance-requests/{id}", translator(request)(_("答复已记入日志，鉴证人员会收到通知。")))
