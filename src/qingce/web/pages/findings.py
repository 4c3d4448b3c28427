"""Findings: checks that failed, differences without a reason, gaps."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.cases import open_about
from qingce.services.desk.computing import latest_computing
from qingce.services.desk.findings import SORT_LABELS, findings
from qingce.web.collected import item_href, with_query
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.figures import figure_href
from qingce.web.render import page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
_LISTED = 300


@router.get("/findings", dependencies=[needs(Action.READ_FINDINGS)])
def show(
    request: Request, desk: TheDesk, actor: SignedIn, sort: Annotated[str, Query(max_length=20)] = "",
    campaign: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Everything that does not hold yet, errors first."""
    found = findings(desk, actor, campaign=campaign, sort=sort)
    total = sum(found.counts.values())
    tabs = [("", "全部", total), *((str(s), SORT_LABELS[s], n) for s, n in found.counts.items() if n)]
    listed = found.found[:_LISTED]
    with desk.reading() as db:
        cases = open_about(db, (one.key for one in listed))
    return page(
        request, "findings/list.html.j2", found=listed, more=max(0, len(found.found) - _LISTED),
        tabs=[{"label": label, "href": with_query("/findings", sort=name, campaign=campaign), "current": sort == name,
               "count": count} for name, label, count in tabs],
        cases=cases, with_query=with_query, may_open=desk.may(actor, Action.COMMENT), built=found.built,
        may_compute=desk.may(actor, Action.COMPUTE), job=latest_computing(desk),
        held=found.held, item_href=item_href, figure_href=figure_href,
        labels={str(s): w for s, w in SORT_LABELS.items()},
    )
