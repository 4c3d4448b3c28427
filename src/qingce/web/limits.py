"""How much one address or account may ask in a while, and words for a body that is too large.

Starlette counts the bytes of a body as they arrive; a route that takes files says so with
``max_body_size=MAX_UPLOAD``. Buckets live in the memory of one process: several workers
count each by itself, which stops floods all the same. Guesses at passwords are counted in the store.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingce.web.settings import Rate

KEPT = 20_000
"""Buckets remembered; the ones longest unused go first, and they are full by then."""


class Buckets:
    """A token bucket for each key.

    >>> now = [0.0]
    >>> buckets = Buckets(Rate(per_second=1, burst=2), lambda: now[0])
    >>> [buckets.wait("a") for _ in range(3)], buckets.wait("b")
    ([0.0, 0.0, 1.0], 0.0)
    >>> now[0] = 1.0
    >>> buckets.wait("a")
    0.0
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> float:
        """Take one request from the key's bucket: 0, or the seconds until there is one."""
        now = self._clock()
        left, at = self._left.pop(key, (float(self._rate.burst), now))
        left = min(float(self._rate.burst), left + (now - at) * self._rate.per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > KEPT:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate.per_second


def address_of(scope: Scope) -> str:
    """The address that asks; behind a proxy that is believed, the one that the proxy names."""
    client = scope.get("client")
    return str(client[0]) if client else "-"


class AddressRate:
    """Answers 429 to an address that asks too much."""

    def __init__(self, app: ASGIApp, rate: Rate) -> None:
        self._app, self._buckets = app, Buckets(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if the address has one left."""
        wait = self._buckets.wait(address_of(scope)) if scope["type"] == "http" else 0.0
        if not wait:
            return await self._app(scope, receive, send)
        from qingce.web.problems import too_many

        response = too_many(Request(scope), wait)
        await response(scope, receive, send)


class TooLarge:
    """Gives the refusal of a large body its page, after hearing the sender out for a while.

    A server that closes while a browser still sends shows it a broken connection instead of the page.
    """

    PATIENCE = 4
    """Times the limit that is read and thrown away."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app, self._limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and replace a bare 413."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        refused, ended = False, False

        async def heard() -> Message:
            nonlocal ended
            message = await receive()
            ended = not message.get("more_body", False)
            return message

        async def replace(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] == 413:
                refused = True
            if not refused:
                await send(message)

        await self._app(scope, heard, replace)
        if refused:
            drained = 0
            while not ended and drained < self.PATIENCE * self._limit:
                drained += len((await heard()).get("body", b""))
            response = self._page(Request(scope))
            await response(scope, receive, send)

    @staticmethod
    def _page(request: Request) -> Response:
        from qingce.web.problems import problem

        return problem(request, 413)
