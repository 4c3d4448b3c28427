"""Which scopes a token is offered: those that a route of the interface asks for, and no other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from fastapi.routing import APIRoute

from qingce.casework.rights import ROLE_ACTIONS
from qingce.services.desk import Action, Actor, Desk
from qingce.web import api
from qingce.web.action_words import WORDS
from qingce.web.language import marked as _
from qingce.web.needs import Needs

LISTED: Mapping[Action, str] = {
    Action.READ_MATERIALITY: _("看重要性（仅用于查找）"),
    Action.SCORE_TOPICS: _("议题打分（仅查看待办）"), Action.CONFIRM_MATERIALITY: _("确认重要性（仅查看待办）"),
}
"""Actions that no route of the interface does, but without which a search or the list of tasks leaves something out."""


@cache
def served() -> frozenset[Action]:
    """Every action that some route of the interface is for."""
    modules = [import_module(found.name) for found in iter_modules(api.__path__, f"{api.__name__}.")]
    routes = [route for module in modules if hasattr(module, "router") for route in module.router.routes]
    doors = [each.dependency for route in routes if isinstance(route, APIRoute) for each in route.dependencies]
    return frozenset(action for door in doors if isinstance(door, Needs) for action in door.actions)


def offered(desk: Desk, actor: Actor) -> list[tuple[str, str]]:
    """What a token of this account may be given, with its words: what its roles may do and the interface serves."""
    held = actor.roles(desk.today)
    known = {action: LISTED.get(action, words) for action, words in WORDS.items()
             if action in served() or action in LISTED}
    return [(action.value, words) for action, words in known.items()
            if any(action in ROLE_ACTIONS[role] for role in held)]
