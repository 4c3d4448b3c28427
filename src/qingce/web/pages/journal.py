"""The journal: who did what, page by page; one event in its chain; verification and export."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from qingce.core.event import moment
from qingce.services.desk import Action
from qingce.services.desk.acting import posts
from qingce.services.desk.journal import (
    GROUPS,
    VERBS,
    Sought,
    ask_for_verification,
    chain,
    event,
    exported,
    href_of,
    look,
)
from qingce.services.desk.laid import day_of
from qingce.web.collected import with_query
from qingce.web.downloads import attachment
from qingce.web.event_words import teller
from qingce.web.language import marked as _
from qingce.web.looking import Looking
from qingce.web.needs import needs
from qingce.web.render import go, page, translator
from qingce.web.session import SignedIn, TheDesk

router = APIRouter(include_in_schema=False, route_class=Looking)
Place = Annotated[int | None, Query(ge=0, le=2**53)]
Word = Annotated[str, Query(max_length=300)]
_MAY = [needs(Action.READ_JOURNAL)]


@router.get("/journal", dependencies=_MAY)
def show(
    request: Request, desk: TheDesk, actor: SignedIn, group: Word = "", by: Word = "", subject: Word = "",
    since: Word = "", until: Word = "", before: Place = None, after: Place = None,
) -> Response:
    """A page of the journal, newest first."""
    typed = {"group": group, "by": by.strip(), "subject": subject.strip(), "since": since, "until": until}
    sought = Sought(group, by, subject, day_of(since), day_of(until))
    found = look(desk, actor, sought, before=before, after=after)
    with desk.store.glancing() as db:
        called = posts(db)
    link = {name: with_query("/journal", **typed, **{key: str(at)}) if at is not None else ""
            for name, key, at in (("older", "before", found.older), ("newer", "after", found.newer))}
    return page(
        request, "journal/list.html.j2", found=found, tell=teller(request, desk, called), href_of=href_of,
        moment=moment, posts=called, typed=typed, verbs=VERBS,
        groups=[(name, label) for name, (label, _first) in GROUPS.items()], link=link,
        oldest=with_query("/journal", **typed, after="0"), newest=with_query("/journal", **typed),
        narrowed=any(typed.values()), chain=chain(desk, actor),
    )


@router.get("/journal/{seq}", dependencies=_MAY)
def one(request: Request, desk: TheDesk, actor: SignedIn, seq: int) -> Response:
    """One event with its line, its hash and the one before."""
    found = event(desk, actor, seq)
    with desk.store.glancing() as db:
        called = posts(db)
    return page(request, "journal/event.html.j2", one=found, tell=teller(request, desk, called), moment=moment)


@router.post("/journal/verify", dependencies=_MAY)
def verify(request: Request, desk: TheDesk, actor: SignedIn) -> Response:
    """Let the worker verify the whole chain."""
    ask_for_verification(desk, actor)
    return go(request, "/journal", translator(request)(_("已在后台核验，结果显示在本页。")))


@router.post("/journal/export", dependencies=_MAY)
def export(desk: TheDesk, actor: SignedIn) -> Response:
    """The journal as a file; a post, because the journal notes it."""
    name, content, size = exported(desk, actor)
    return attachment(name, "application/jsonl; charset=utf-8", content, size=size)
