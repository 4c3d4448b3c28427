"""Chapters as they will be printed, every number with how far it has come."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.page import Number
from qingce.publish.svg import render_svg
from qingce.services.desk import Action
from qingce.services.desk.comments import open_threads
from qingce.services.desk.computing import latest_computing
from qingce.services.desk.laid import prepared
from qingce.services.desk.preview import STATES, chapter_of, preview
from qingce.services.desk.translation import side_by_side
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import page
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
MARKS: dict[str, tuple[str, str, str]] = {
    "approved": (_("已审批"), "check", "good"), "filed": (_("已填报"), "pencil", "wait"),
    "computed": (_("已计算"), "number", "work"), "variance": (_("差异待说明"), "triangle", "warn"),
    "contradicted": (_("勾稽不符"), "flag", "bad"), "absent": (_("缺数"), "gap", "idle"),
}
"""State of a number: word, icon, tone."""

STANDINGS: dict[str, tuple[str, str, str]] = {
    "current": (_("译文一致"), "check", "good"), "stale": (_("中文已改，译文未跟"), "triangle", "warn"),
    "missing": (_("未译"), "gap", "idle"), "orphan": (_("中文已删"), "flag", "bad"),
}
"""How a translation stands: word, icon, tone."""
AGAIN = 3
"""Seconds until a page that is not ready asks again."""


def figure_href(number: Number) -> str:
    """The page of the figure that a number rests on."""
    return f"/figures/{quote(number.figures[0])}" if number.figures else ""


@router.get("/preview", dependencies=[needs(Action.READ_PAGES)])
def overview(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """All chapters, with how many of their numbers are in which state."""
    desk.require(actor, Action.READ_PAGES)
    if not prepared(desk):
        return in_a_moment(request)
    return page(request, "preview/overview.html.j2", found=preview(desk, actor), states=STATES, marks=MARKS,
                built=bool(desk.figures.builds()), may_compute=desk.may(actor, Action.COMPUTE),
                job=latest_computing(desk), may_find=desk.may(actor, Action.READ_FINDINGS))


def in_a_moment(request: Request) -> Response:
    """Says that the report is being computed, and looks again by itself."""
    made = page(request, "preview/waiting.html.j2")
    made.headers["refresh"] = str(AGAIN)
    return made


@router.get("/preview/{slug}", dependencies=[needs(Action.READ_PAGES)])
def chapter(request: Request, desk: TheDesk, actor: SignedIn, slug: str) -> Response:
    """One chapter."""
    desk.require(actor, Action.READ_PAGES)
    if not prepared(desk):
        return in_a_moment(request)
    found = preview(desk, actor)
    made = chapter_of(found, slug)
    at = found.chapters.index(made)
    start = f"page/{slug}#"
    heard = open_threads(desk, actor, start)
    return page(
        request, "preview/chapter.html.j2", found=found, chapter=made, states=STATES, marks=MARKS, href=figure_href,
        kind=lambda node: type(node).__name__,
        talks={int(n): count for about, count in heard.items() if (n := about.removeprefix(start)).isdecimal()},
        before=found.chapters[at - 1].page if at else None,
        after=found.chapters[at + 1].page if at + 1 < len(found.chapters) else None,
        wrong=[f for f in found.findings if f.place.file == made.page.file],
    )


@router.get("/preview/{slug}/english", dependencies=[needs(Action.READ_PAGES)])
def english(request: Request, desk: TheDesk, actor: SignedIn, slug: str) -> Response:
    """One chapter in both languages, block beside block."""
    desk.require(actor, Action.READ_PAGES)
    if not prepared(desk):
        return in_a_moment(request)
    made = chapter_of(preview(desk, actor), slug)
    return page(
        request, "preview/english.html.j2", chapter=made, side=side_by_side(desk, actor, slug), standings=STANDINGS,
        marks=MARKS, href=figure_href, kind=lambda node: type(node).__name__, talks={}, silent=True,
    )


@router.get("/preview/{slug}/charts/{name}.svg", dependencies=[needs(Action.READ_PAGES)])
def drawn(request: Request, desk: TheDesk, actor: SignedIn, slug: str, name: str) -> Response:
    """A chart of a chapter as a picture."""
    from qingce.core.errors import Missing
    from qingce.core.page import Chart, walk

    made = chapter_of(preview(desk, actor), slug)
    for block in walk(made.page.blocks):
        if isinstance(block, Chart) and block.id == name:
            return Response(render_svg(block.spec), media_type="image/svg+xml",
                            headers={"cache-control": "private, no-cache"})
    raise Missing("这一页没有这张图。")
