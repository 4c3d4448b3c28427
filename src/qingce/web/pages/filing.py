"""Filing: the grid in which owners enter figures, and the page of one item, which needs no scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from qingce.core.errors import Denied, Missing, Refused, Stale
from qingce.core.estimate import FIELDS
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.acting import Step, may, posts, roster
from qingce.services.desk.assigning import take_over
from qingce.services.desk.collecting import Item, computed_value, explain, file, item, items, submit, withdraw
from qingce.services.desk.entry import cell_facts, clash_rows, may_file, typed
from qingce.services.desk.figurepage import acts_of, metric_card
from qingce.services.desk.grading import Grades, estimate_text, item_grade, method_choices
from qingce.services.desk.labels import metric_label, org_name
from qingce.services.desk.review import accept_explanation, approve, return_explanation, return_item, review
from qingce.web.beside import beside
from qingce.web.collected import current, item_href, shown, told
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
_WIDEST = 40
"""Orgs beside one another; a tree with more is entered org by org."""


@dataclass
class GridRow:
    """One metric or member over the orgs shown."""

    metric: str
    label: str
    unit: str
    mode: str
    card: Mapping[str, str]
    cells: dict[str, Item] = field(default_factory=dict)


@router.get("/filing", dependencies=[needs(Action.READ_ITEMS)])
def filing(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Lead to the grid of the campaign at hand."""
    found = current(desk, actor)
    if found is None:
        return page(request, "filing/none.html.j2")
    return go(request, f"/filing/{found.id}")


@router.get("/filing/{campaign}", dependencies=[needs(Action.READ_ITEMS)])
def grid(
    request: Request, desk: TheDesk, actor: SignedIn, campaign: str, org: Annotated[str, Query(max_length=60)] = "",
    all: Annotated[str, Query(max_length=5)] = "",
) -> Response:
    """The reader's cells: metrics by orgs, or the list of one org."""
    found = current(desk, actor, campaign)
    if found is None:
        raise Missing(f"没有收集“{campaign}”。")
    every = items(desk, actor, campaign=campaign)
    mine = {i.id for i in every if may_file(desk, actor, i)}
    wanted = [i for i in every if all or i.id in mine]
    orgs = list(dict.fromkeys(i.org for i in wanted))
    if org and org not in orgs:
        raise Missing(f"没有属于您的机构“{org}”的填报项。")
    # what is entered org by org shows one org; a few beside one another are quicker to fill from one sheet
    at = [org] if org else orgs if len(orgs) <= _WIDEST else orgs[:1]
    levels = Grades(desk)
    rows = _rows(desk, [i for i in wanted if i.org in at])
    return page(
        request, "filing/grid.html.j2", campaign=found, rows=rows, orgs=[(o, org_name(desk, o)) for o in at],
        choices=[("", "")] + [(o, org_name(desk, o)) for o in orgs], org=org, mine=mine, all=all,
        today=desk.today, methods=method_choices(), grades={i.id: levels.level(i) for i in wanted if i.org in at},
        single=len(at) == 1, done=sum(str(i.state) not in _OPEN for i in wanted), total=len(wanted),
        ready=[i.id for i in wanted if i.id in mine and str(i.state) in _OPEN and i.answer.answered is not None],
    )


_OPEN = ("to_start", "in_progress", "returned")


def _rows(desk: Desk, found: list[Item]) -> list[GridRow]:
    rows: dict[tuple[str, object], GridRow] = {}
    for one in found:
        key = (one.metric, one.dims)
        if key not in rows:
            metric = desk.registry.metrics.get(one.metric)
            card = metric_card(desk, metric) if metric is not None else {}
            rows[key] = GridRow(one.metric, metric_label(desk, one.metric, one.dims), one.unit, str(one.mode), card)
        rows[key].cells[one.org] = one
    return list(rows.values())


@router.post("/filing/save", dependencies=[needs(Action.FILE)])
def save(
    desk: TheDesk, actor: SignedIn, item: Annotated[str, Form(max_length=400)], version: Annotated[int, Form()],
    key: Annotated[str, Form(max_length=80)] = "", value: Annotated[str | None, Form()] = None,
    answered: Annotated[str | None, Form()] = None, note: Annotated[str | None, Form()] = None,
    qualifier: Annotated[str | None, Form(max_length=20)] = None,
    estimate_method: Annotated[str | None, Form(max_length=40)] = None,
    estimate_share: Annotated[str, Form(max_length=20)] = "",
    estimate_reason: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """Save one cell; answers JSON: the cell as it stands, or both sides where somebody was quicker."""
    said = {name: text for name, text in (
        ("value", value), ("answered", answered), ("note", note), ("qualifier", qualifier)) if text is not None}
    if estimate_method is not None:
        said |= dict(zip(FIELDS, (estimate_method, estimate_share, estimate_reason), strict=True))
    try:
        saved = file(desk, actor, item, lambda now: typed(now, said), version=version, key=key)
    except Stale as wrong:
        now = read(desk, actor, item)
        return JSONResponse({"words": str(wrong), "rows": clash_rows(wrong), "merged": wrong.merged,
                             "clashes": list(wrong.clashes), "now": cell_facts(desk, now)}, 409)
    except Refused as wrong:
        return JSONResponse({"words": str(wrong)}, 422)
    except Denied as wrong:
        return JSONResponse({"words": str(wrong)}, 403)
    except Missing as wrong:
        return JSONResponse({"words": str(wrong)}, 404)
    return JSONResponse(cell_facts(desk, saved))


def read(desk: Desk, actor: Actor, name: str) -> Item:
    """The item of an address."""
    return item(desk, actor, name)


@router.post("/filing/submit", dependencies=[needs(Action.SUBMIT)])
def submit_many(
    request: Request, desk: TheDesk, actor: SignedIn, item: Annotated[list[str], Form()] = [],  # noqa: B006
    back: Annotated[str, Form()] = "/filing",
) -> Response:
    """Submit every complete item of the grid; the rest is named."""
    if not item:
        raise Refused("还没有填写任何一项，没有可提交的内容。")
    words, kind = told(request, submit(desk, actor, item))
    return go(request, back, words, kind)


# -- one item ---------------------------------------------------------------------------------------
@router.get("/filing/item/{name:path}", dependencies=[needs(Action.READ_ITEMS)])
def one(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """The page of an item."""
    return _item_page(request, desk, actor, name)


def _item_page(
    request: Request, desk: Desk, actor: Actor, name: str, *, said: Mapping[str, str] | None = None,
    wrong: str = "", clash: Stale | None = None,
) -> Response:
    now = item(desk, actor, name)
    with desk.reading() as db:
        called = posts(db)
        everybody = roster(desk, db)
    path = desk.path(now.org)
    who = {str(step): everybody.of(now, step, path) for step in now.due}
    metric = desk.registry.metrics.get(now.metric)
    return page(
        request, "filing/item.html.j2", status=409 if clash else 422 if wrong else 200, item=now, row=shown(desk, now),
        called=called, who=who, acts=acts_of(desk, [now.subject], called), card=metric_card(desk, metric)
        if metric is not None else {}, mine=_open_acts(desk, actor, now), said=said or {}, wrong=wrong,
        clash=clash_rows(clash) if clash else [], clash_words=str(clash or ""),
        computed=computed_value(desk, now) if str(now.mode) == "confirm" else None,
        beside=beside(desk, actor, now.subject), key=str(now.key),
        due={str(step): day for step, day in now.due.items()}, methods=method_choices(),
        grade=item_grade(desk, now), estimate_words=estimate_text(now),
    )


def _open_acts(desk: Desk, actor: Actor, now: Item) -> frozenset[str]:
    """What the reader could do here, for showing the forms that do it."""
    found = set()
    if may_file(desk, actor, now):
        found |= {"file"} | ({"withdraw"} if str(now.state) == "submitted" else set())
    for state, step, act in (("submitted", Step.REVIEW, "review"), ("reviewed", Step.APPROVE, "approve")):
        if str(now.state) == state and may(desk, actor, step, now):
            found.add(act)
    if now.step is not None and not found and now.late(desk.today) and desk.may(
            actor, Action.FILE if now.step is Step.FILE else Action.TAKE_OVER, desk.target(now.org, now.pack)):
        found.add("take_over")
    return frozenset(found)


@router.post(
    "/filing/item/{name:path}", dependencies=[needs(Action.FILE, Action.REVIEW, Action.APPROVE, Action.TAKE_OVER)],
)
async def act(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """Do one of the item's acts, named by the button that was pressed."""
    form = {key: str(value) for key, value in (await request.form()).items()}
    return await run_in_threadpool(_act, request, desk, actor, name, form)


def _act(request: Request, desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> Response:
    what = form.get("act", "")
    if what not in _ACTS:
        raise Refused("没有这种办理方式。")
    try:
        words = _ACTS[what](desk, actor, name, form)
    except Stale as clash:
        return _item_page(request, desk, actor, name, said=form, clash=clash)
    except Refused as wrong:
        return _item_page(request, desk, actor, name, said=form, wrong=str(wrong))
    return go(request, item_href(name), words)


def _save(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    fields = {key: form[key] for key in ("value", "answered", "qualifier", "reason", "source", *FIELDS) if key in form}
    file(desk, actor, name, typed(item(desk, actor, name), fields), version=_version(form))
    if form.get("explanation", "").strip():
        explain(desk, actor, name, form["explanation"])
    if form.get("then") == "submit":
        submit(desk, actor, [name]).only()
        return "已提交复核。"
    return "已保存。"


def _version(form: Mapping[str, str]) -> int:
    text = form.get("version", "")
    if not text.isdigit():
        raise Refused("页面不完整，请刷新后重试。")
    return int(text)


def _seen(name: str, form: Mapping[str, str]) -> dict[str, str]:
    return {name: form.get("content", "")}


def _reviewed(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    if form.get("accept"):
        accept_explanation(desk, actor, name)
    review(desk, actor, [name], seen=_seen(name, form)).only()
    return "复核通过，已送审批。"


def _approved(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    approve(desk, actor, [name], seen=_seen(name, form)).only()
    return "已审批。"


def _returned(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    if form.get("code") == "variance" and str(item(desk, actor, name).explanation.state) == "given" and str(
            item(desk, actor, name).state) == "submitted":
        return_explanation(desk, actor, name, form.get("words", ""))
    else:
        return_item(desk, actor, name, form.get("code", ""), form.get("words", ""))
    return "已退回填报人。"


def _withdrawn(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    withdraw(desk, actor, name)
    return "已撤回，可以继续修改。"


def _taken(desk: Desk, actor: Actor, name: str, form: Mapping[str, str]) -> str:
    take_over(desk, actor, name)
    return "已接办，此项由您办理。"


_ACTS: Mapping[str, Callable[[Desk, Actor, str, Mapping[str, str]], str]] = {
    "save": _save, "submit": lambda d, a, n, f: _save(d, a, n, {**f, "then": "submit"}), "review": _reviewed,
    "approve": _approved, "return": _returned, "withdraw": _withdrawn, "take_over": _taken,
}

