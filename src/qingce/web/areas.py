"""Routers that know which addresses are theirs, so that a request is not compared with every route of the desk."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.routing import Match
from starlette.types import Scope


class Area(APIRouter):
    """The routes of one module.

    Addresses are told apart by their first word. A module with an address that begins with a parameter is asked
    about every request.
    """

    def __init__(self, router: APIRouter) -> None:
        super().__init__()
        firsts = {first_word(getattr(route, "path", "/{any}")) for route in router.routes}
        self._words = frozenset() if any("{" in word for word in firsts) else frozenset(firsts)
        self.include_router(router)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether one of the routes answers this request."""
        if self._words and not scope.get("root_path") and first_word(scope["path"]) not in self._words:
            return Match.NONE, {}
        return super().matches(scope)


def first_word(path: str) -> str:
    """What stands between the first two strokes.

    >>> first_word("/tasks"), first_word("/filing/item/a"), first_word("/")
    ('tasks', 'filing', '')
    """
    return path.split("/", 2)[1] if path.startswith("/") else path
