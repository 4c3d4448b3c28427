"""Routes whose answer is made from one state of the desk, read in one transaction, by one thread.

Who asks is found out in that look too: a thread and a transaction for that alone cost a third of what many pages
do. So a door (:mod:`qingce.web.needs`) says what it will judge, and judges before the answer is begun.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from functools import wraps
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Desk
from qingce.web.session import LATER, Later

Answer = Callable[[Request], Coroutine[Any, Any, Response]]
_LATER: ContextVar[Later] = ContextVar("later")


class Looking(APIRoute):
    """A route that looks at the desk once: what a page says in two places it read at the same moment."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        # a coroutine may wait for others in the middle, and its readings are made in threads of their own
        self._waits = inspect.iscoroutinefunction(endpoint)
        super().__init__(path, endpoint if self._waits else _looked(endpoint), **given)

    def get_route_handler(self) -> Answer:
        """As of the framework, with a place for what is found out later."""
        answer = super().get_route_handler()
        return answer if self._waits else _later(answer)


def _later(answer: Answer) -> Answer:
    async def handle(request: Request) -> Response:
        later = request.state.later = Later(request)
        asked = _LATER.set(later)
        try:
            return await answer(request)
        except RequestValidationError:
            if later.asked:  # who may not ask at all is told so, whatever he sent
                await run_in_threadpool(later.find_out)
            raise
        finally:
            _LATER.reset(asked)

    return handle


def _looked(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(endpoint)
    def look(*args: Any, **given: Any) -> Any:
        later = _LATER.get(None)
        desk: Desk | None = later.request.app.state.desk if later is not None else None
        if later is None or desk is None:
            return endpoint(*args, **given)
        with desk.looking():
            if later.asked:
                actor = later.find_out()
                given = {name: actor if value is LATER else value for name, value in given.items()}
            return endpoint(*args, **given)

    return look
