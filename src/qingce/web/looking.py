"""Routes whose answer is made from one state of the desk, read in one transaction."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from fastapi.routing import APIRoute

from qingce.services.desk import Desk


class Looking(APIRoute):
    """A route that looks at the desk once: what a page says in two places it read at the same moment."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        super().__init__(path, _looked(endpoint), **given)


def _looked(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    # a coroutine may wait for others in the middle, and its readings are made in threads of their own
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @wraps(endpoint)
    def look(*args: Any, **given: Any) -> Any:
        desk = next((value for value in given.values() if isinstance(value, Desk)), None)
        if desk is None:
            return endpoint(*args, **given)
        with desk.looking():
            return endpoint(*args, **given)

    return look
