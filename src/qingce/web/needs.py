"""What a route needs: the one declaration that every route carries.

    @router.get("/journal", dependencies=[needs(Action.READ_JOURNAL)])

A route of somebody's own account says ``needs()``: signing in is enough. A route for everybody says
``open_to_all()``. The declaration is a first door: it refuses who may do none of the named actions anywhere;
the desk asks again, with the org and the pack, at the act itself. A test walks every route with every role.
"""

from __future__ import annotations

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from qingce.core.errors import Denied
from qingce.services.desk import Action, Actor, Desk
from qingce.web.session import LATER, SignedIn, desk_of


class Needs:
    """A dependency: the account that asks may do one of these actions somewhere."""

    def __init__(self, actions: tuple[Action, ...]) -> None:
        self.actions = actions

    async def __call__(self, request: Request, actor: SignedIn) -> Actor:
        """The account that asks; what is granted is known by now, so that this waits for nothing.

        Raises:
            Denied: it may do none of it.
        """
        if actor is LATER:
            request.state.later.doors.append(self.judge)
        else:
            self.judge(desk_of(request), actor)
        return actor

    def judge(self, desk: Desk, actor: Actor) -> None:
        """Let an account in.

        Raises:
            Denied: it may do none of it.
        """
        if self.actions and not any(desk.may(actor, action) for action in self.actions):
            desk.require(actor, self.actions[0])
            raise Denied("您的角色没有此项权限。")


class OpenToAll:
    """A dependency that asks nothing: the route is for everybody."""

    async def __call__(self) -> None:
        """Nothing is asked."""


def needs(*actions: Action) -> Any:
    """Declare that a route is for accounts that may do one of these; none means every account."""
    return Depends(Needs(actions))


def open_to_all() -> Any:
    """Declare that a route is for everybody, signed in or not."""
    return Depends(OpenToAll())
