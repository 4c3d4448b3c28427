"""Figures and findings of the latest build, for programs."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel
from starlette.requests import Request

from qingce.core.amount import Absent
from qingce.core.errors import Missing
from qingce.core.figure import Figure, FigureKey
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.items import latest_figures
from qingce.web.api.contract import PREFIX, After, Limit, answer, refusals, window
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["数值"])


class FigureBody(BaseModel):
    """One figure; numbers are text, so that no digit is lost; ``value`` is null where there is none."""

    key: str
    metric: str
    label: str
    org: str
    period: str
    dims: dict[str, str]
    value: str | None
    unit: str
    qualifier: str
    answered: str
    reason: str
    source: str
    revision: int


class FigurePage(BaseModel):
    """A page of figures."""

    figures: list[FigureBody]
    next: str | None = None


class RevisionBody(BaseModel):
    """One revision of a figure, with what made it."""

    figure: FigureBody
    cause: str
    at: str


class Explanation(BaseModel):
    """Where a figure comes from."""

    figure: FigureBody
    definition: str
    needs: list[str]
    revisions: list[RevisionBody]


def figure_body(desk: Desk, figure: Figure) -> FigureBody:
    """A figure as programs read it."""
    key, declared = figure.key, desk.registry.metrics.get(figure.key.metric)
    return FigureBody(
        key=str(key), metric=key.metric, label=declared.label if declared else key.metric, org=key.org,
        period=key.period, dims=dict(key.dims), unit=figure.unit.name, qualifier=str(figure.qualifier),
        value=None if isinstance(figure.value, Absent) else f"{figure.value:f}", answered=str(figure.answered),
        reason=figure.reason, source=figure.source, revision=figure.revision,
    )


def _readable(desk: Desk, actor: Actor, key: FigureKey) -> bool:
    path = desk.path(key.org) if key.org in desk.tree else (desk.tree.root,)
    target = desk.target(path[0], desk.registry.pack_of.get(key.metric, ""))
    return desk.may(actor, Action.READ_FIGURES, target)


@router.get("/figures", dependencies=[needs(Action.READ_FIGURES)], responses=refusals())
def figures(
    desk: TheDesk, actor: SignedIn, metric: Annotated[str, Query(max_length=100)] = "",
    org: Annotated[str, Query(max_length=40)] = "", period: Annotated[str, Query(max_length=20)] = "",
    after: After = "", limit: Limit = 100,
) -> FigurePage:
    """列出最近一次编制的数值，按编号排列。"""
    scopes: dict[tuple[str, str], bool] = {}
    found = []
    for key, figure in latest_figures(desk).items():
        if (metric and key.metric != metric) or (org and key.org != org) or (period and key.period != period):
            continue
        pair = (key.org, desk.registry.pack_of.get(key.metric, ""))
        if pair not in scopes:
            scopes[pair] = _readable(desk, actor, key)
        if scopes[pair]:
            found.append((str(key), figure))
    found.sort(key=lambda pair: pair[0])
    shown, following = window(found, lambda pair: pair[0], after, limit)
    return FigurePage(figures=[figure_body(desk, figure) for _, figure in shown], next=following)


def _figure(desk: Desk, actor: Actor, name: str) -> Figure:
    try:
        key = FigureKey.parse(name)
    except ValueError as wrong:
        raise Missing(f"“{name}”不是数值编号，应如 green_loan_balance/LZB/2024。") from wrong
    found = latest_figures(desk).get(key)
    if found is None or not _readable(desk, actor, key):
        raise Missing(f"没有数值“{name}”，或不在您的范围内。")
    return found


Name = Annotated[str, Path(max_length=400, description="数值编号，如 green_loan_balance/LZB/2024。")]


@router.get("/figures/{name:path}", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404),
            response_model=FigureBody)
def figure(request: Request, response: Response, desk: TheDesk, actor: SignedIn, name: Name) -> Any:
    """读取一个数值。"""
    return answer(request, response, figure_body(desk, _figure(desk, actor, name)))


@router.get("/explanations/{name:path}", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404))
def explanation(desk: TheDesk, actor: SignedIn, name: Name) -> Explanation:
    """一个数值的口径、所依据的数据与历次修订。"""
    found = _figure(desk, actor, name)
    declared = desk.registry.metrics.get(found.key.metric)
    return Explanation(
        figure=figure_body(desk, found), definition=declared.doc if declared else "",
        needs=list(declared.params) if declared else [],
        revisions=[RevisionBody(figure=figure_body(desk, r.figure), cause=r.cause, at=r.at)
                   for r in desk.figures.revisions(found.key)],
    )
