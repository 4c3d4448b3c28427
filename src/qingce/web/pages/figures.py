"""Figures: the list by name, and the page of one, down to its rows."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.errors import QingceError
from qingce.core.unit import MONEY_UNITS
from qingce.services.desk import Action
from qingce.services.desk.computing import ask_for_figures, latest_computing
from qingce.services.desk.figurecharts import figure_pictures
from qingce.services.desk.figurelist import list_figures
from qingce.services.desk.figurepage import Part, figure_page, figure_rows, figure_text
from qingce.services.desk.labels import pack_label
from qingce.web.beside import beside
from qingce.web.collected import item_href, shown
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
PICTURED = (_("各期数值"), _("按分项"), _("按下级机构"), _("期间"), _("分项"), _("机构"), _("数值"), _("每日进展"),
            _("日期"), _("已提交"), _("已审批"))
"""What pictures say of themselves; the words inside a drawing are the report's own."""
_TRUST = {"verified": "来源已核实", "unconfirmed": "来源待核实"}


@router.post("/figures", dependencies=[needs(Action.COMPUTE)])
def compute(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Have the figures computed anew; it goes on in the background."""
    ask_for_figures(desk, actor)
    return go(request, "/figures", translator(request)(_("已开始编制，完成后这里即为新的数值。")), "info")


@router.get("/figures", dependencies=[needs(Action.READ_FIGURES)])
def listed(
    request: Request, desk: TheDesk, actor: SignedIn, word: Annotated[str, Query(max_length=80)] = "",
    pack: Annotated[str, Query(max_length=60)] = "", period: Annotated[str, Query(max_length=20)] = "",
    unit: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The bank's figures of a period beside those of the two before it, money in the unit asked for."""
    found = list_figures(desk, actor, word=word.strip(), pack=pack, period=period, unit=unit)
    return page(
        request, "figures/list.html.j2", found=found, word=word, pack=pack, href=figure_href, period=period,
        units=[("", _("原单位")), *((name, name) for name in MONEY_UNITS)],
        may_compute=desk.may(actor, Action.COMPUTE), job=latest_computing(desk),
        bare=bool(found.lines) and not any(cell.value for line in found.lines for cell in line.cells),
        packs=[("", "全部"), *((name, pack_label(desk, name)) for name in desk.registry.packs)],
    )


def figure_href(key: object) -> str:
    """The address of a figure's page."""
    return f"/figures/{quote(str(key), safe='/')}"


@router.get("/figures/{key:path}", dependencies=[needs(Action.READ_FIGURES)])
def figure(
    request: Request, desk: TheDesk, actor: SignedIn, key: str, rows: Annotated[str, Query(max_length=3)] = "",
) -> Response:
    """One figure with everything behind it; ``rows`` lists records too, which takes a computation."""
    found = figure_page(desk, actor, key)
    behind, wrong = None, ""
    if rows:
        try:
            behind = figure_rows(desk, actor, key)
        except QingceError as error:
            wrong = str(error)
    return page(
        request, "figures/figure.html.j2", figure=found, href=figure_href, behind=behind, wrong=wrong,
        tree=tree_node(found.tree) if found.tree is not None else None, items=[shown(desk, i) for i in found.items],
        item_href=item_href, text=partial(figure_text, desk.registry.metric(found.key.metric)),
        beside=beside(desk, actor, f"figure/{found.key}", tuple(i.subject for i in found.items)),
        may_rows=desk.may(actor, Action.READ_RECORDS), pictures=figure_pictures(desk, actor, key),
        inputs=inputs_of(found.tree) if found.tree is not None else [],
        factors=factors_of(found.tree) if found.tree is not None else [],
    )


def tree_node(part: Part, depth: int = 0) -> dict[str, Any]:
    """A part of the formula as the tree draws it: figures, factors with their editions, files with their rows."""
    children = [tree_node(one, depth + 1) for one in part.operands]
    children += [
        {"label": f"{f['label']}（{f['edition']}）", "value": f"{f['value']} {f['unit']}", "mark": "key",
         "note": "，".join(t for t in (f["source"], f["published"], _TRUST.get(f["trust"], "")) if t)}
        for f in part.factors
    ]
    children += [
        {"label": i["path"], "value": f"{i['rows']:,} 行", "mark": "clip",
         "note": f"sha256 {i['sha256'][:12]}…" + ("，合成数据" if i["synthetic"] else "")} for i in part.inputs
    ]
    note = "见上" if part.again else f"{part.origin}：{part.formula}" if part.formula else part.origin
    return {"label": part.label, "value": part.text, "note": note, "href": figure_href(part.key) if depth else "",
            "open": depth < 2, "children": children}


def inputs_of(part: Part) -> list[dict[str, Any]]:
    """The files behind a figure, each once."""
    found = {i["path"]: dict(i) for one in _all(part) for i in one.inputs}
    return list(found.values())


def factors_of(part: Part) -> list[dict[str, Any]]:
    """The factor editions behind a figure, each once."""
    found = {(f["name"], f["edition"]): dict(f) for one in _all(part) for f in one.factors}
    return list(found.values())


def _all(part: Part) -> list[Part]:
    return [part, *(inner for one in part.operands for inner in _all(one))]
