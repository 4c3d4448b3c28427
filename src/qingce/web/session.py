"""Who asks: the account of a request, or the way to the sign-in page.

A page that needs a reader takes ``actor: SignedIn``; whoever has not signed in is led to the sign-in
page and back afterwards, and a program gets 401. Rights are the desk's own: what is asked of it with
this actor is allowed or ``Denied`` there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Protocol
from urllib.parse import quote

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from qingce.core.errors import QingceError, SignInNeeded
from qingce.services.desk import Actor, Desk, Role
from qingce.services.desk.inbox import Counts, waiting_counts
from qingce.services.desk.signin import actor_of
from qingce.services.desk.tokens import API_PREFIX, actor_of_token
from qingce.web.limits import Buckets
from qingce.web.navigation import APPROVALS, AREA_ACTIONS, ENTRIES
from qingce.web.problems import problem, too_many, wants_json
from qingce.web.security import READING, SESSION, bearer, cookie_name
from qingce.web.shell import NOBODY, Reader, Shell, framed
from qingce.web.show import ROLES

LANGUAGE_OF = {"zh": "zh_CN", "en": "en"}


class SignOn(Protocol):
    """Turns the token of a session, or of a program, into its account."""

    def actor(self, token: str) -> Actor | None:
        """The account of a browser's session that is in force, or nothing."""
        ...

    def program(self, token: str) -> Actor | None:
        """The account of an API token that is good, limited to its scopes, or nothing."""
        ...


class DeskSignOn:
    """The sessions and tokens that the desk itself keeps; neither passes for the other."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def actor(self, token: str) -> Actor | None:
        """The account of a browser's session that is in force, or nothing."""
        if token.startswith(API_PREFIX):
            return None
        try:
            return actor_of(self._desk, token)
        except SignInNeeded:
            return None

    def program(self, token: str) -> Actor | None:
        """The account of an API token that is good, limited to its scopes, or nothing."""
        try:
            return actor_of_token(self._desk, token)
        except SignInNeeded:
            return None


class NotSignedIn(Exception):
    """A page needs a reader and nobody has signed in."""


class TooMany(Exception):
    """An account asks too much; try again after ``wait`` seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def token_of(request: Request) -> str:
    """The token of a browser's session, from its cookie."""
    return request.cookies.get(cookie_name(request.app.state.settings, SESSION), "")


def whoever(request: Request) -> Actor | None:
    """The account of a request, if somebody signed in; found once.

    A program's token counts below ``/api`` and nowhere else; a request that brings one is judged by it alone.
    """
    if not hasattr(request.state, "actor"):
        sign_on: SignOn | None = request.app.state.sign_on
        programs, session = bearer(request), token_of(request)
        request.state.actor = None
        if sign_on is not None and programs is not None:
            request.state.actor = sign_on.program(programs)
        elif sign_on is not None and session:
            request.state.actor = sign_on.actor(session)
        if request.state.actor is not None:
            request.state.account_id = request.state.actor.account
            request.state.account_language = LANGUAGE_OF.get(request.state.actor.language)
    found: Actor | None = request.state.actor
    return found


@dataclass
class Later:
    """What a route that looks at the desk once finds out in the same look, before it answers: who asks, and may he.

    Attributes:
        asked: whether somebody has to be signed in.
        doors: judge the account that asks; each raises where it is not let in.
    """

    request: Request
    asked: bool = False
    doors: list[Callable[[Desk, Actor], None]] = field(default_factory=list)

    def find_out(self) -> Actor:
        """The account of the request, let in by every door.

        Raises:
            NotSignedIn, TooMany, Denied: nobody; too often; not for this account.
        """
        actor = enter(self.request)
        for door in self.doors:
            door(desk_of(self.request), actor)
        return actor


LATER = Actor("", "", grants=())
"""Stands for the account that asks until :class:`Later` has found it out; it may do nothing."""


async def signed_in(request: Request) -> Actor:
    """The account of a request, or :data:`LATER` on a route that finds it out itself.

    Raises:
        NotSignedIn: nobody has signed in.
        TooMany: the account asks too much.
    """
    later: Later | None = getattr(request.state, "later", None)
    if later is None:
        return await run_in_threadpool(enter, request)
    later.asked = True
    return LATER


def enter(request: Request) -> Actor:
    """The account of a request.

    Raises:
        NotSignedIn, TooMany: as of :func:`signed_in`.
    """
    actor = whoever(request)
    if actor is None:
        raise NotSignedIn
    buckets: Buckets = request.app.state.account_buckets
    if wait := buckets.wait(actor.account):
        raise TooMany(wait)
    return actor


def desk_of(request: Request) -> Desk:
    """The desk that this application is the door of."""
    desk: Desk = request.app.state.desk
    return desk


async def the_desk(request: Request) -> Desk:
    """The same as a dependency; what waits for nothing is no work for a thread."""
    return desk_of(request)


SignedIn = Annotated[Actor, Depends(signed_in)]
"""A parameter of this type is the account that asks."""
TheDesk = Annotated[Desk, Depends(the_desk)]
"""A parameter of this type is the desk."""


def lead_to_sign_in(request: Request, error: Exception) -> Response:
    """The way to the sign-in page and back; 401 for a program and for a form that cannot be repeated."""
    if wants_json(request):
        return problem(request, 401, headers={"www-authenticate": "Bearer"})
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    target = f"/signin?next={quote(here if request.method in READING else '/', safe='/')}"
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"hx-redirect": "/signin"})
    return RedirectResponse(target, 303)


def slow_down(request: Request, error: Exception) -> Response:
    """The answer for an account that asks too much."""
    assert isinstance(error, TooMany)
    return too_many(request, error.wait)


def make_shell(request: Request) -> Shell:
    """The frame of a page: whose bank, who reads, and the screens that he may see."""
    desk: Desk | None = request.app.state.desk
    if desk is None:
        return NOBODY
    actor = whoever(request)
    if actor is None:
        settings = desk.settings
        return Shell(settings.short_name, settings.title, "", None)
    mounted: frozenset[str] = request.app.state.areas
    counts = _waiting(desk, actor)
    of = (actor, desk.today, mounted, counts)
    return desk.kept.get(("shell", actor.account), of, lambda: _shell(desk, actor, mounted, counts))


def _shell(desk: Desk, actor: Actor, mounted: frozenset[str], counts: Counts) -> Shell:
    settings = desk.settings
    shown = {
        entry.area for entry in ENTRIES if entry.area in mounted
        and (not AREA_ACTIONS[entry.area] or any(desk.may(actor, action) for action in AREA_ACTIONS[entry.area]))
    }
    if "tasks" in shown and (dict(counts).get("approvals") or any(desk.may(actor, each) for each in APPROVALS)):
        shown.add("approvals")
    roles = tuple(ROLES[role.value] for role in sorted(actor.roles(desk.today)) if role is not Role.PUBLIC)
    org = desk.tree.name(actor.org) if actor.org in desk.tree else actor.org
    reader = Reader(actor.account, actor.post or actor.account, org, roles)
    return framed(settings.short_name, settings.title, str(settings.period), reader, shown, counts)


def _waiting(desk: Desk, actor: Actor) -> Counts:
    """What waits for the reader; a page that says what is wrong is shown without it."""
    try:
        return waiting_counts(desk, actor)
    except QingceError:
        return {}
