"""Progress: the completeness board, its exports, reminders, and the set-up of campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated

from fastapi import APIRouter, Form, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import Missing, Refused
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.acting import Step
from qingce.services.desk.assigning import assign, holders, move_due
from qingce.services.desk.board import Board, as_csv, as_xlsx, board, column_key, course_picture, export
from qingce.services.desk.campaign import (
    Draft,
    campaign,
    campaigns,
    change_due,
    close_campaign,
    filed_scope,
    offered,
    open_campaign,
    roll_forward,
    set_defaults,
    subtree,
)
from qingce.services.desk.collecting import items
from qingce.services.desk.labels import item_label, metric_label, org_name, pack_label
from qingce.services.desk.reminders import remind_late
from qingce.web.collected import STATES, current, item_href, with_query
from qingce.web.downloads import attachment
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
Word = Annotated[str, Query(max_length=80)]
_BLANK = dict.fromkeys(("id", "label", "period", "before"), "")
_KINDS = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}


@router.get("/progress", dependencies=[needs(Action.READ_ITEMS)])
def progress(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Lead to the board of the campaign at hand."""
    found = current(desk, actor)
    if found is None:
        may_open = desk.may(actor, Action.RUN_CAMPAIGN)
        return page(request, "progress/none.html.j2", may_open=may_open)
    return go(request, f"/progress/{found.id}")


@router.get("/progress/new", dependencies=[needs(Action.RUN_CAMPAIGN)])
def new(request: Request, desk: TheDesk, actor: SignedIn, before: Word = "") -> Response:
    """The form that opens a campaign, from nothing or from last year's."""
    desk.require(actor, Action.RUN_CAMPAIGN)
    return _new_page(request, desk, actor, _proposal(desk, actor, before))


def _proposal(desk: Desk, actor: Actor, before: str) -> dict[str, str]:
    if before:
        draft = roll_forward(desk, actor, before)
        return {"id": draft.id, "label": draft.label, "period": draft.period, "before": before, "people": "1",
                **{f"due_{step}": day.isoformat() for step, day in draft.due.items()}}
    period = str(desk.settings.period)
    days = {Step.FILE: 20, Step.REVIEW: 30, Step.APPROVE: 40}
    return {"id": period, "label": f"{period} 年度 ESG 数据收集", "period": period, "before": "",
            **{f"due_{s}": (desk.today + dt.timedelta(days=n)).isoformat() for s, n in days.items()}}


def _new_page(
    request: Request, desk: Desk, actor: Actor, said: Mapping[str, str], wrong: str = "",
    packs: tuple[str, ...] = (), orgs: tuple[str, ...] = (),
) -> Response:
    scope, off = offered(desk, said.get("period", ""))
    counts: dict[str, int] = {}
    for one in scope:
        counts[one.pack] = counts.get(one.pack, 0) + 1
    return page(
        request, "progress/new.html.j2", status=422 if wrong else 200, said={**_BLANK, **said}, wrong=wrong,
        packs=[(name, pack_label(desk, name), count) for name, count in counts.items()],
        orgs=[(code, org_name(desk, code), len(desk.path(code)) - 1) for code in subtree(desk, desk.tree.root)],
        off=off, chosen=packs or tuple(counts), where=orgs or (desk.settings.org,), earlier=campaigns(desk, actor),
    )


@router.post("/progress/new", dependencies=[needs(Action.RUN_CAMPAIGN)])
async def begin(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Open a campaign."""

    form = await request.form()
    said = {key: str(value) for key, value in form.items()}
    packs, orgs = (tuple(str(v) for v in form.getlist(name)) for name in ("pack", "org"))
    return await run_in_threadpool(_begin, request, desk, actor, said, packs, orgs)


def _begin(
    request: Request, desk: Desk, actor: Actor, said: Mapping[str, str], packs: tuple[str, ...], orgs: tuple[str, ...]
) -> Response:
    desk.require(actor, Action.RUN_CAMPAIGN)
    before = said.get("before", "")
    try:
        asked = roll_forward(desk, actor, before).asked if before else filed_scope(desk, orgs, packs) if packs else ()
        draft = Draft(said.get("id", ""), said.get("label", ""), said.get("period", ""), _days(said), asked,
                      before=before, texts=bool(said.get("texts")), people=bool(said.get("people")))
        made = open_campaign(desk, actor, draft)
    except (Refused, Missing) as wrong:
        return _new_page(request, desk, actor, said, str(wrong), packs, orgs)
    return go(request, f"/progress/{made.id}", f"已启动“{made.label}”。")


def _days(said: Mapping[str, str]) -> dict[Step, dt.date]:
    found = {}
    for step in Step:
        text = said.get(f"due_{step}", "").strip()
        if text:
            found[step] = _day(text)
    return found


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as wrong:
        raise Refused(f"“{text[:20]}”不是日期，请写 2025-01-31 这样的日期。") from wrong


# -- the board --------------------------------------------------------------------------------------
@router.get("/progress/{name}", dependencies=[needs(Action.READ_ITEMS)])
def show(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, top: Word = "", pack: Word = "", state: Word = "",
    late: Word = "", word: Word = "", quality: Word = "",
) -> Response:
    """Metrics by orgs, with state and days late."""
    if not top and not desk.may(actor, Action.READ_ITEMS, desk.target(desk.tree.root)):
        top = actor.org if actor.org in desk.tree else ""
    found = board(desk, actor, name, top=top, pack=pack, state=state, late=bool(late), word=word.strip(),
                  quality=quality)
    filters = {"top": top, "pack": pack, "state": state, "late": late, "word": word, "quality": quality}
    here = f"/progress/{name}"

    def link(**said: str) -> str:
        return with_query(here, **{**filters, **said})

    return page(
        request, "progress/board.html.j2", board=found, filters=filters, link=link, key=column_key,
        item_href=item_href, states=STATES, every=campaigns(desk, actor), picture=course_picture(desk, found),
        shows=_shows(found, (here, *filters.items())),
        csv=with_query(f"{here}/export.csv", **filters), xlsx=with_query(f"{here}/export.xlsx", **filters),
        may_remind=desk.may(actor, Action.REMIND), may_run=desk.may(actor, Action.RUN_CAMPAIGN),
    )


def _shows(found: Board, where: Hashable) -> list[Hashable]:
    """For each row of a board everything that its cells show."""
    columns = [(column, column_key(column)) for column in found.columns]
    head = (where, tuple((column.org, column.name) for column, _ in columns))
    return [(head, row.label, row.total.approved, row.total.total, tuple(
        (row.cells[key].kind, row.items.get(key)) if key in row.cells else None for _, key in columns))
        for row in found.rows]


@router.get("/progress/{name}/export.{kind}", dependencies=[needs(Action.READ_ITEMS)])
def download(
    desk: TheDesk, actor: SignedIn, name: str, kind: str, top: Word = "", pack: Word = "", state: Word = "",
    late: Word = "", word: Word = "", quality: Word = "",
) -> Response:
    """The board's items as CSV or as a workbook."""
    if kind not in _KINDS:
        raise Missing("只能导出 csv 或 xlsx。")
    rows = export(desk, actor, name, top=top, pack=pack, state=state, late=bool(late), word=word.strip(),
                  quality=quality)
    media, write = _KINDS[kind]
    return attachment(f"进度-{name}-{desk.today:%Y%m%d}.{kind}", media, write(rows))


@router.post("/progress/{name}/remind", dependencies=[needs(Action.REMIND)])
def remind(
    request: Request, desk: TheDesk, actor: SignedIn, name: str, top: Annotated[str, Form()] = "",
) -> Response:
    """Remind everybody below a node whose items are late."""
    return go(request, with_query(f"/progress/{name}", top=top), remind_late(desk, actor, name, org=top).text)


# -- set-up -----------------------------------------------------------------------------------------
@router.get("/progress/{name}/setup", dependencies=[needs(Action.RUN_CAMPAIGN)])
def setup(request: Request, desk: TheDesk, actor: SignedIn, name: str, metric: Word = "", ask: Word = "") -> Response:
    """Days, defaults by metric, and who was named one by one."""
    desk.require(actor, Action.RUN_CAMPAIGN)
    found = campaign(desk, actor, name)
    chosen = found.of(metric)
    mine = items(desk, actor, campaign=name, metric=metric) if chosen else []
    people = holders(desk, actor)
    return page(
        request, "progress/setup.html.j2", campaign=found, metric=metric, chosen=chosen, items=mine, ask=ask,
        labels={a.metric: metric_label(desk, a.metric) for a in found.asked},
        names={i.id: f"{org_name(desk, i.org)} · {item_label(desk, i)}" for i in mine}, packs={
            a.pack: pack_label(desk, a.pack) for a in found.asked},
        people={hand: [("", "按岗位"), *((p.account, p.post) for p in people if p.role == role)] for hand, role in (
            ("owner", "data_owner"), ("reviewer", "reviewer"), ("approver", "approver"))},
        due={str(step): day for step, day in found.due.items()},
    )


@router.post("/progress/{name}/setup", dependencies=[needs(Action.RUN_CAMPAIGN)])
async def change(request: Request, desk: TheDesk, actor: SignedIn, name: str) -> Response:
    """One change of the set-up, named by the button that was pressed."""

    form = await request.form()
    said = {key: str(value) for key, value in form.items()}
    chosen = [str(v) for v in form.getlist("item")]
    return await run_in_threadpool(_change, request, desk, actor, name, said, chosen)


def _change(
    request: Request, desk: Desk, actor: Actor, name: str, said: Mapping[str, str], chosen: list[str]
) -> Response:
    desk.require(actor, Action.RUN_CAMPAIGN)
    here, metric = f"/progress/{name}/setup", said.get("metric", "")
    words = "已保存。"
    match said.get("act", ""):
        case "due":
            change_due(desk, actor, name, _days(said))
        case "defaults":
            try:
                set_defaults(desk, actor, name, metric, owner=said.get("owner", ""), reviewer=said.get("reviewer", ""),
                             approver=said.get("approver", ""), tolerance=_share(said.get("tolerance", "")),
                             overrides=said.get("overrides", "ask"))
            except Refused as wrong:
                if "单独指定" not in str(wrong):
                    raise
                return go(request, with_query(here, metric=metric, ask="1"), str(wrong), "warn")
        case "assign":
            hand, account = said.get("hand", ""), said.get("account", "")
            if hand not in ("owner", "reviewer", "approver") or not chosen:
                raise Refused("请勾选填报项，并选择步骤。")
            words = assign(desk, actor, chosen, hand, account).text
        case "move":
            if not chosen:
                raise Refused("请勾选要调整期限的填报项。")
            words = move_due(desk, actor, chosen, _step(said.get("step", "")), _day(said.get("day", "")),
                             said.get("words", "")).text
        case "close":
            close_campaign(desk, actor, name)
            words = "已结束收集。"
        case _:
            raise Refused("没有这种办理方式。")
    return go(request, with_query(here, metric=metric), words)


def _step(text: str) -> Step:
    try:
        return Step(text)
    except ValueError as wrong:
        raise Refused("请选择步骤。") from wrong


def _share(text: str) -> Decimal | None:
    """A tolerance as typed in per cent; empty: any difference."""
    plain = text.strip().removesuffix("%")
    if not plain:
        return None
    try:
        share = Decimal(plain)
    except InvalidOperation as wrong:
        raise Refused(f"“{text[:20]}”不是百分数，请写 30 这样的数。") from wrong
    if not share.is_finite() or share < 0:
        raise Refused("容许差异不能是负数。")
    return share / 100


