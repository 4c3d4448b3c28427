"""What every answer says to the browser, which hosts are answered, and proof that a form is ours.

The proof (CSRF): a random secret lies in an HttpOnly cookie, and a form carries an HMAC made with it
over the session's cookie. Who can neither read the cookie nor the page cannot make one, nothing is
kept on the server, and a restart voids no form that somebody is filling in. The token is masked
anew in each page, so that compression gives nothing away.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import HTTPException
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingce.web.settings import WebSettings

POLICY = "; ".join((
    "default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'",
    "form-action 'self'", "frame-ancestors 'none'",
))
"""Scripts and styles come from files of this host only; nothing inline, nothing evaluated."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"
API = "/api/"
"""What programs ask for lies below it."""
CSRF, SESSION, FLASH = "qc_csrf", "qc_session", "qc_flash"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SIZE = 32


class SecurityHeaders:
    """Adds the headers to every answer; what an endpoint set itself stays."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self._app = app
        self._headers = HEADERS | ({"strict-transport-security": STRICT_TRANSPORT} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's head."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def complete(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, complete)


def known_host(header: str, hosts: Sequence[str]) -> bool:
    """Whether a Host header names this desk.

    >>> known_host("esg.bank.example:8600", ["*.bank.example"])
    True
    >>> known_host("esg.bank.example.evil.example", ["*.bank.example"])
    False
    >>> known_host("[::1]:8600", ["[::1]"])
    True
    """
    name = header.lower()
    if not name.endswith("]"):
        name, _, port = name.rpartition(":") if ":" in name else (name, "", "")
        if port and not port.isdigit():
            return False
    return any(name == host or (host.startswith("*.") and name.endswith(host[1:])) for host in map(str.lower, hosts))


class Hosts:
    """Answers 400 to a request for a host that is not this desk: no page is made for a forged name."""

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app, self._hosts = app, tuple(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if its host is known."""
        if scope["type"] != "http" or known_host(Headers(scope=scope).get("host", ""), self._hosts):
            return await self._app(scope, receive, send)
        from qingce.web.problems import problem

        response = problem(Request(scope), 400, "host")
        await response(scope, receive, send)


def cookie_name(settings: WebSettings, name: str) -> str:
    """The cookie's name here; over https a browser then takes it from this host only."""
    return f"__Host-{name}" if settings.secure else name


def set_cookie(
    response: Response, settings: WebSettings, name: str, value: str, seconds: int | None = None,
) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send."""
    response.set_cookie(
        cookie_name(settings, name), value, max_age=seconds, path="/", secure=settings.secure,
        httponly=True, samesite="lax",
    )


def drop_cookie(response: Response, settings: WebSettings, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(
        cookie_name(settings, name), path="/", secure=settings.secure, httponly=True, samesite="lax"
    )


def csrf_secret(request: Request) -> str:
    """The secret of this browser, made when there is none yet; ``page`` sends it."""
    settings: WebSettings = request.app.state.settings
    found = request.cookies.get(cookie_name(settings, CSRF), "")
    if len(found) < _SIZE:
        found = getattr(request.state, "csrf_secret", "") or secrets.token_urlsafe(_SIZE)
        request.state.csrf_secret = found
    return found


def _proof(request: Request) -> bytes:
    settings: WebSettings = request.app.state.settings
    session = request.cookies.get(cookie_name(settings, SESSION), "")
    return hmac.new(csrf_secret(request).encode(), b"csrf:" + session.encode(), sha256).digest()


def csrf_plain(request: Request) -> str:
    """The token without its mask: what ``page`` renders before it knows the page's hash."""
    return urlsafe_b64encode(b"\0" * _SIZE + _proof(request)).decode()


def csrf_token(request: Request) -> str:
    """A token for one page."""
    mask = secrets.token_bytes(_SIZE)
    hidden = bytes(a ^ b for a, b in zip(mask, _proof(request), strict=True))
    return urlsafe_b64encode(mask + hidden).decode()


def token_fits(request: Request, token: str) -> bool:
    """Whether a token was made for this browser and session."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    if len(raw) != 2 * _SIZE:
        return False
    opened = bytes(a ^ b for a, b in zip(raw[:_SIZE], raw[_SIZE:], strict=True))
    return hmac.compare_digest(opened, _proof(request))


def same_origin(request: Request) -> bool:
    """Whether the browser says that the request comes from a page of this desk; an old browser says nothing."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def bearer(request: Request) -> str | None:
    """The token that a program brings to the API; elsewhere there is no such thing."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and _of_programs(request) else None


def _of_programs(request: Request) -> bool:
    return request.url.path.startswith(API)


async def csrf(request: Request) -> None:
    """Refuse a changing request that does not prove that it comes from our page.

    A program's token is nothing that a browser adds by itself, so it needs no proof; the cookie beside it is not
    looked at. Below ``/api`` a request with neither is nobody's, and is told to bring a token.
    """
    session = cookie_name(request.app.state.settings, SESSION) in request.cookies
    if request.method in READING or bearer(request) is not None or (_of_programs(request) and not session):
        return
    token = request.headers.get("x-csrf", "")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not token and kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        field = (await request.form()).get("csrf")
        token = field if isinstance(field, str) else ""
    if not same_origin(request) or not token_fits(request, token):
        raise HTTPException(403, "csrf")
