"""The quality room: levels of data quality by pack and org, the worst figures, targets, the years."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Action
from qingce.services.desk.qualityexport import export
from qingce.services.desk.qualityroom import room
from qingce.web.collected import with_query
from qingce.web.downloads import attachment
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.pages.figures import figure_href
from qingce.web.render import page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
Word = Annotated[str, Query(max_length=60)]
AIMS: dict[str, tuple[str, str, str]] = {
    "reached": (_("已达到"), "check", "good"), "missed": (_("未达到"), "octagon", "bad"),
    "ahead": (_("尚未到期"), "clock", "warn"), "unknown": (_("没有数值"), "slash", "idle"),
}
"""How a target stands: word, icon, tone."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/quality", dependencies=[needs(Action.READ_FIGURES)])
def quality(
    request: Request, desk: TheDesk, actor: SignedIn, period: Word = "", pack: Word = "", org: Word = ""
) -> Response:
    """How well the figures of a period are founded."""
    found = room(desk, actor, period=period, pack=pack, org=org)
    filters = {"period": period, "pack": pack, "org": org}

    def link(**said: str) -> str:
        return with_query("/quality", **{**filters, **said})

    return page(
        request, "quality/room.html.j2", found=found, filters=filters, link=link, aims=AIMS, figure_href=figure_href,
        xlsx=with_query("/quality/export.xlsx", **filters),
    )


@router.get("/quality/export.xlsx", dependencies=[needs(Action.READ_FIGURES)])
def download(desk: TheDesk, actor: SignedIn, period: Word = "", pack: Word = "", org: Word = "") -> Response:
    """The room as a workbook, with every figure."""
    content = export(desk, actor, period=period, pack=pack, org=org)
    return attachment(f"数据质量 {period or desk.settings.period}.xlsx", XLSX, content)
