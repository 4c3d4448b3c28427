"""The desk's web application, put together: limits and headers outside, pages and API inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, Depends, FastAPI, HTTPException
from fastapi.telemetry import TelemetryConfig
from starlette.middleware import Middleware
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from qingce.services.desk import Desk
from qingce.services.desk.oidc import sign_on_of
from qingce.web import api, pages
from qingce.web.areas import Area
from qingce.web.assets import Assets, assets
from qingce.web.limits import AddressRate, Buckets, TooLarge
from qingce.web.navigation import ENTRIES
from qingce.web.needs import open_to_all
from qingce.web.observe import Meters, Observe, operations
from qingce.web.problems import answer_problems
from qingce.web.security import Hosts, SecurityHeaders, csrf
from qingce.web.session import DeskSignOn, NotSignedIn, SignOn, TooMany, lead_to_sign_in, make_shell, slow_down
from qingce.web.settings import WebSettings
from qingce.web.tracing import Traced, provider

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_UNTRACED: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}
"""The framework's own spans carry the query of an address, in which one-time links have their token."""
THREADS = 3
"""Requests that one process works on at the same time. Making pages is computing, of which an interpreter does one
at a time: more threads made each request cost half as much again. More processes do more: ``--workers``.
"""


def create_app(
    desk: Desk | None, settings: WebSettings | None = None, sign_on: SignOn | None = None,
    spans: TracerProvider | None = None,
) -> FastAPI:
    """The web application of a desk.

    Every module in ``pages`` and ``api`` that has a ``router`` is mounted; a page's area is shown in
    the navigation once something answers at its path.

    Args:
        desk: whose door it is; ``None`` for the gallery of components alone.
        sign_on: turns a session's token into its account; default the sessions that the desk keeps.
        spans: what makes a span of each request; default what the environment asks for.
    """
    settings = settings or WebSettings()
    meters = Meters()
    app = FastAPI(
        title="青册", version="1", docs_url=None, redoc_url=None, openapi_url=None,
        routes=_mounted(settings.gallery).routes, dependencies=[Depends(csrf)],
        middleware=_middleware(settings, meters, spans or provider()),
        lifespan=_few_threads, telemetry=_UNTRACED,
    )
    app.state.desk, app.state.settings, app.state.meters = desk, settings, meters
    app.state.assets, app.state.checks = assets(), {}
    app.state.sign_on, app.state.make_shell = sign_on or (DeskSignOn(desk) if desk is not None else None), make_shell
    app.state.bank_sign_on = sign_on_of(desk) if desk is not None else None
    app.state.account_buckets = Buckets(settings.account_rate)
    app.state.sign_in_buckets = Buckets(settings.sign_in_rate)
    answer_problems(app)
    app.add_exception_handler(NotSignedIn, lead_to_sign_in)
    app.add_exception_handler(TooMany, slow_down)
    paths = {getattr(route, "path", "") for router in _routers() for route in router.routes}
    app.state.areas = frozenset(entry.area for entry in ENTRIES if entry.path in paths)
    if desk is not None:
        app.state.checks["store"] = lambda: _answers(desk)
    return app


@cache
def _mounted(gallery: bool) -> APIRouter:
    """Everything that answers; no route knows of a desk but by the application's state."""
    made = APIRouter(dependencies=[Depends(csrf)])
    made.include_router(operations())
    made.include_router(_static(assets()))
    for router in _routers():
        made.include_router(Area(router))
    if gallery:
        from qingce.web.gallery import router as samples

        made.include_router(samples)
    return made


def _routers() -> list[APIRouter]:
    return [router for package in (pages, api) for router in routers(package)]


@asynccontextmanager
async def _few_threads(app: FastAPI) -> AsyncIterator[None]:
    """Requests beyond these wait for their turn, instead of each making all others slower."""
    current_default_thread_limiter().total_tokens = THREADS
    yield


def _middleware(settings: WebSettings, meters: Meters, spans: TracerProvider | None) -> list[Middleware]:
    """From the outside in."""
    traced = [Middleware(Traced, spans=spans)] if spans is not None else []
    proxied = [Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.proxies))] if settings.proxies else []
    return [
        *proxied,
        Middleware(SecurityHeaders, secure=settings.secure),
        Middleware(Observe, meters=meters),
        *traced,
        Middleware(Hosts, hosts=settings.hosts),
        Middleware(AddressRate, rate=settings.address_rate),
        Middleware(GZipMiddleware, minimum_size=600, compresslevel=2),
        Middleware(TooLarge, limit=settings.max_form),
        Middleware(RequestBodyLimitMiddleware, max_body_size=settings.max_form),
    ]


def _answers(desk: Desk) -> None:
    with desk.reading() as db:
        db.exec_driver_sql("SELECT 1")


def routers(package: Any) -> list[APIRouter]:
    """The routers of a package's modules, in the order of their names."""
    found = []
    for module in iter_modules(package.__path__, package.__name__ + "."):
        router = getattr(import_module(module.name), "router", None)
        if router is not None:
            found.append(router)
    return found


def _static(assets: Assets) -> APIRouter:
    router = APIRouter(include_in_schema=False, dependencies=[open_to_all()])

    @router.get("/static/{name:path}")
    def static(request: Request, name: str) -> Response:
        found = assets.answer(request, name)
        if found is None:
            raise HTTPException(404)
        return found

    return router
