"""Figures and findings of the latest build, for programs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel
from starlette.requests import Request

from qingce.core.amount import Absent
from qingce.core.errors import Missing, PeriodError, nearest
from qingce.core.figure import Figure, FigureKey
from qingce.core.period import Period
from qingce.services.cards import card
from qingce.services.desk import Action, Actor, Desk
from qingce.services.desk.figurepage import figure_rows, figure_text, figure_tree, read_key
from qingce.services.desk.items import latest_figures
from qingce.services.desk.labels import member_labels, ranking
from qingce.web.api.contract import PREFIX, After, Limit, Skip, answer, cut, refusals
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(prefix=PREFIX, tags=["数值"], route_class=Looking)


class FigureBody(BaseModel):
    """One figure; numbers are text, so that no digit is lost; ``value`` is null where there is none.

    ``text`` is the figure as it is printed, ``members`` what the codes of ``dims`` are called.
    """

    key: str
    metric: str
    label: str
    org: str
    period: str
    dims: dict[str, str]
    members: list[str]
    value: str | None
    unit: str
    qualifier: str
    text: str
    answered: str
    reason: str
    source: str
    revision: int
    lineage: str


class FigurePage(BaseModel):
    """A page of figures."""

    figures: list[FigureBody]
    next: str | None = None


class RevisionBody(BaseModel):
    """One revision of a figure, with what made it."""

    figure: FigureBody
    cause: str
    at: str


class NodeBody(BaseModel):
    """A figure taken apart: its facts, factors, files and rows, and the figures that it is made of."""

    key: str
    label: str
    text: str
    facts: dict[str, str]
    factors: list[dict[str, Any]]
    inputs: list[dict[str, Any]]
    sql: str
    rows_sql: str
    rows: list[dict[str, str]]
    row_count: int
    operands: list[NodeBody]
    again: bool
    value: str = ""
    quality: str = ""
    quality_chain: list[str] = []


class Explanation(BaseModel):
    """Where a figure comes from; ``tree`` where it was asked for, ``figure`` null where no build has stored it."""

    figure: FigureBody | None
    definition: str
    needs: list[str]
    revisions: list[RevisionBody]
    tree: NodeBody | None = None


class RowsOf(BaseModel):
    """The rows of one figure at the bottom of the tree; ``control`` is the same reduction over the rows.

    ``headings`` are the columns with their labels; ``equal`` says whether rows and figure agree.
    """

    key: str
    label: str
    text: str
    origin: str
    source: str
    table: str
    measure: str
    measured: str
    rows: int
    shown: int
    control: str
    figure: str
    equal: bool
    synthetic: bool
    headings: dict[str, str] | None
    records: list[dict[str, str]]
    file: str


class RowsBody(BaseModel):
    """Everything that stands behind one figure."""

    key: str
    label: str
    text: str
    parts: list[RowsOf]
    equal: bool


class FactorBody(BaseModel):
    """One edition of a factor that a metric uses; ``trust`` is verified or unconfirmed."""

    label: str
    value: str
    unit: str
    valid_from: str
    region: str
    vintage: str
    source: str
    published: str
    trust: str


class CardBody(BaseModel):
    """A metric in words; ``labels`` are those of what it ``needs``."""

    name: str
    label: str
    unit: str
    kind: str
    origin: str
    definition: str
    formula: str
    owner: str
    pack: str
    by: list[str]
    needs: list[str]
    standards: list[str]
    methods: list[str]
    labels: dict[str, str]
    factors: list[FactorBody]


class CardPage(BaseModel):
    """A page of metrics, in the order of their packs; ``next`` is a ``skip``."""

    metrics: list[CardBody]
    next: int | None = None


def figure_body(desk: Desk, figure: Figure) -> FigureBody:
    """A figure as programs read it."""
    key, declared = figure.key, desk.registry.metrics.get(figure.key.metric)
    value = None if isinstance(figure.value, Absent) else f"{figure.value:f}"
    return FigureBody(
        key=str(key), metric=key.metric, label=declared.label if declared else key.metric, org=key.org,
        period=key.period, dims=dict(key.dims), members=member_labels(desk, key), unit=figure.unit.name,
        qualifier=str(figure.qualifier), value=value, text=figure_text(declared, figure) if declared else value or "",
        answered=str(figure.answered), reason=figure.reason, source=figure.source, revision=figure.revision,
        lineage=figure.lineage,
    )


def _readable(desk: Desk, actor: Actor, key: FigureKey) -> bool:
    path = desk.path(key.org) if key.org in desk.tree else (desk.tree.root,)
    target = desk.target(path[0], desk.registry.pack_of.get(key.metric, ""))
    return desk.may(actor, Action.READ_FIGURES, target)


@router.get("/figures", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404))
def figures(
    desk: TheDesk, actor: SignedIn, metric: Annotated[str, Query(max_length=100)] = "",
    org: Annotated[str, Query(max_length=40)] = "", period: Annotated[str, Query(max_length=20)] = "",
    after: After = "", limit: Limit = 100,
) -> FigurePage:
    """列出最近一次编制的数值，按指标声明的次序排列，期间由近及远。"""
    if metric and metric not in desk.registry.metrics:
        raise Missing(f"没有名为“{metric}”的指标。{nearest(metric, desk.registry.metrics)}")
    scopes: dict[tuple[str, str], bool] = {}
    found = []
    for key, figure in latest_figures(desk).items():
        if (metric and key.metric != metric) or (org and key.org != org) or (period and key.period != period):
            continue
        pair = (key.org, desk.registry.pack_of.get(key.metric, ""))
        if pair not in scopes:
            scopes[pair] = _readable(desk, actor, key)
        if scopes[pair]:
            found.append(figure)
    rank = ranking(desk)
    found.sort(key=lambda one: rank(one.key))
    rest = found if not after else [one for one in found if rank(one.key) > rank(_named(after))]
    shown = rest[:limit]
    return FigurePage(figures=[figure_body(desk, one) for one in shown],
                      next=str(shown[-1].key) if len(rest) > limit else None)


def _named(name: str) -> FigureKey:
    try:
        key = FigureKey.parse(name)
        Period.parse(key.period)
        return key
    except (ValueError, PeriodError) as wrong:
        raise Missing(f"“{name}”不是数值编号，应如 green_loan_balance/LZB/2024。") from wrong


def _figure(desk: Desk, actor: Actor, key: FigureKey) -> Figure:
    found = latest_figures(desk).get(key)
    if found is None or not _readable(desk, actor, key):
        raise Missing(f"没有数值“{key}”，或不在您的范围内。")
    return found


Name = Annotated[str, Path(max_length=400, description="数值编号，如 green_loan_balance/LZB/2024。")]


@router.get("/figures/{name:path}", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404),
            response_model=FigureBody)
def figure(request: Request, response: Response, desk: TheDesk, actor: SignedIn, name: Name) -> Any:
    """读取一个数值。"""
    return answer(request, response, figure_body(desk, _figure(desk, actor, _named(name))))


@router.get("/explanations/{name:path}", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404))
def explanation(
    desk: TheDesk, actor: SignedIn, name: Name,
    tree: Annotated[bool, Query(description="把数值拆到底；要现算，较慢。")] = False,
    rows: Annotated[int, Query(ge=0, le=200, description="拆开时列出背后的前几行记录。")] = 0,
) -> Explanation:
    """一个数值的口径、所依据的数据与历次修订；tree 给出公式、因子、文件与记录。"""
    key, declared = read_key(desk, name)
    unfolded = figure_tree(desk, actor, str(key), rows) if tree else None
    stored = latest_figures(desk).get(key) if tree else _figure(desk, actor, key)
    return Explanation(
        figure=None if stored is None else figure_body(desk, stored), definition=declared.doc,
        needs=list(declared.params),
        revisions=[RevisionBody(figure=figure_body(desk, r.figure), cause=r.cause, at=r.at)
                   for r in desk.figures.revisions(key)],
        tree=None if unfolded is None else NodeBody.model_validate(asdict(unfolded)),
    )


@router.get("/rows/{name:path}", dependencies=[needs(Action.READ_RECORDS)], responses=refusals(404))
def rows(
    desk: TheDesk, actor: SignedIn, name: Name,
    limit: Annotated[int, Query(ge=0, le=200, description="列出前几行。")] = 20,
) -> RowsBody:
    """一个数值背后的台账记录与控制数；要现算，较慢。令牌另需查看数值的权限。"""
    found = figure_rows(desk, actor, name, limit)
    return RowsBody.model_validate({**asdict(found), "equal": found.equal})


@router.get("/metrics", dependencies=[needs(Action.READ_FIGURES)], responses=refusals(404))
def metrics(
    desk: TheDesk, metric: Annotated[str, Query(max_length=100, description="只看这一个指标。")] = "", skip: Skip = 0,
    limit: Limit = 100,
) -> CardPage:
    """指标卡片：名称、单位、口径、公式、归口部门。"""
    if metric and metric not in desk.registry.metrics:
        raise Missing(f"没有名为“{metric}”的指标。")
    shown, following = cut(list(desk.registry.metrics.values()), skip, limit)
    wanted = [desk.registry.metrics[metric]] if metric else shown
    return CardPage(metrics=[CardBody.model_validate(asdict(card(desk.registry, each))) for each in wanted],
                    next=None if metric else following)
