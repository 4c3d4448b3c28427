"""Searching: one box on every page, results by kind with what was found marked, suggestions while somebody types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk.search import Found, Kind, search
from qingce.web.collected import with_query
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
KINDS: dict[str, tuple[str, str]] = {
    "metric": (_("指标"), "index"), "figure": (_("数值"), "number"), "item": (_("填报项"), "pencil"),
    "paragraph": (_("报告段落"), "page"), "disclosure": (_("标准披露项"), "seal"), "check": (_("勾稽与疑点"), "flag"),
    "case": (_("工单"), "ticket"), "comment": (_("评论"), "comment"), "evidence": (_("证据"), "clip"),
    "topic": (_("重要性议题"), "scatter"), "edition": (_("版本"), "stamp"), "account": (_("人员与岗位"), "people"),
    "subject": (_("日志对象"), "journal"),
}
"""What each kind is called, and its icon."""
FEW, PAGE, SUGGESTED = 5, 20, 2
"""Results of each kind on the page of all, of one kind on its own page, of each kind while somebody types."""
_MOST = 8
Typed = Annotated[str, Query(alias="q")]
Skip = Annotated[int, Query(ge=0, le=10**6)]


@router.get("/search", dependencies=[needs()])
def results(
    request: Request, desk: TheDesk, actor: SignedIn, typed: Typed = "", kind: Annotated[str, Query()] = "",
    skip: Skip = 0,
) -> Response:
    """What was found: the first of every kind, or a page of one."""
    one = kind if kind in KINDS else ""
    found = search(desk, actor, typed, kind=one, skip=skip if one else 0, limit=PAGE if one else FEW)
    count = found.counts.get(Kind(one), 0) if one else 0
    return page(
        request, "search/results.html.j2", found=found, kind=one, kinds=KINDS, tabs=_tabs(request, found, one),
        first=skip + 1, last=min(skip + PAGE, count), count=count,
        newer=_at(found, one, max(0, skip - PAGE)) if one and skip else "",
        older=_at(found, one, skip + PAGE) if skip + PAGE < count else "",
        all_of={str(name): _at(found, str(name), 0) for name in found.counts},
    )


def _at(found: Found, kind: str, skip: int) -> str:
    return with_query("/search", q=found.typed, kind=kind, skip=skip or "")


def _tabs(request: Request, found: Found, kind: str) -> list[dict[str, object]]:
    _ = translator(request)
    tabs = [{"label": _("全部"), "href": _at(found, "", 0), "current": not kind, "count": found.total}]
    # the one that is looked at stays, even where it has nothing
    shown = [str(name) for name in Kind if found.counts.get(name) or name == kind]
    return tabs + [{"label": _(KINDS[name][0]), "href": _at(found, name, 0), "current": kind == name,
                    "count": found.counts.get(Kind(name), 0)} for name in shown]


@router.get("/search/suggest", dependencies=[needs()])
def suggest(request: Request, desk: TheDesk, actor: SignedIn, typed: Typed = "") -> Response:
    """The first results while somebody types: a part of a page."""
    found = search(desk, actor, typed, limit=SUGGESTED)
    first = [result for group in found.groups.values() for result in group][:_MOST]
    return page(request, "search/suggest.html.j2", found=found, first=first, kinds=KINDS, all=_at(found, "", 0))
