"""What operators see: a request id, one JSON line for each request, health, readiness and metrics.

A line holds the path without its query and never a header, a cookie or a body, so no secret can
reach the log.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingce.web.limits import address_of
from qingce.web.settings import WebSettings

REQUEST_ID: ContextVar[str] = ContextVar("request_id", default="-")
LOG = logging.getLogger("qingce.web")
QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
Check = Callable[[], None]
"""Raises when its part of the desk cannot serve."""


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, request id, message and what was given as ``extra={"about": {...}}``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"at": at, "level": record.levelname.lower(), "logger": record.name,
                                "request": REQUEST_ID.get(), "message": record.getMessage()}
        line |= getattr(record, "about", {})
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: int = logging.INFO) -> None:
    """Send the desk's and the server's log to stderr as JSON; the server's own access lines are not needed."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for name in ("qingce", "uvicorn", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], False
        logger.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True
    for name in ("httpx", "httpcore"):  # these note whole addresses, and that of a chat room is a secret
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("qingce", "uvicorn"):
        logging.getLogger(name).addHandler(handler)
    logging.getLogger("uvicorn.error").propagate = True


class Meters:
    """The desk's metrics in a registry of their own, so that two desks in one process do not mix.

    Where several processes answer for one desk (``PROMETHEUS_MULTIPROC_DIR``), each tells the sum of all.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.requests = Counter(
            "qingce_requests_total", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "qingce_request_seconds", "Seconds until an answer was sent.", ("method", "route"),
            buckets=(0.01, 0.03, 0.1, 0.2, 0.3, 1, 3, 10), registry=self.registry,
        )
        self.running = Gauge("qingce_requests_running", "Requests under way.", registry=self.registry,
                             multiprocess_mode="livesum")

    def told(self) -> bytes:
        """Everything counted, as Prometheus reads it."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        all_of_them = CollectorRegistry()
        _Begun(all_of_them)  # type: ignore[no-untyped-call]
        return generate_latest(all_of_them)


class _Begun(MultiProcessCollector):
    """The sum over processes, but for those that have only just opened their file, or fell while they did."""

    def collect(self) -> Any:
        files = [str(path) for path in Path(self._path).glob("*.db") if path.stat().st_size]
        return self.merge(files, accumulate=True)  # type: ignore[no-untyped-call]


def route_of(scope: Scope) -> str:
    """The pattern of the route that answered: few values, and no name of anybody in them."""
    route = scope.get("route")
    return str(getattr(route, "path", "") or "unmatched")


class Observe:
    """Gives each request an id, counts it, times it and writes its line.

    A programming error becomes the 500 page here, inside the headers; it is raised again, so that
    the server's log has its traceback under the same id.
    """

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app, self._meters = app, meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and watch it."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        name = secrets.token_hex(8)
        REQUEST_ID.set(name)
        scope.setdefault("state", {})["request_id"] = name
        began, status = time.perf_counter(), 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = name
            await send(message)

        with self._meters.running.track_inprogress():
            try:
                await self._app(scope, receive, watched)
            except Exception:
                if not status:
                    await self._broken(scope, receive, watched)
                raise
            finally:
                self._note(scope, status or 500, time.perf_counter() - began)

    @staticmethod
    async def _broken(scope: Scope, receive: Receive, send: Send) -> None:
        from qingce.web.problems import problem

        response = problem(Request(scope), 500)
        await response(scope, receive, send)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method, route = scope["method"], route_of(scope)
        self._meters.requests.labels(method, route, str(status)).inc()
        self._meters.seconds.labels(method, route).observe(seconds)
        about = {"method": method, "path": scope["path"], "route": route, "status": status,
                 "ms": round(seconds * 1000, 1), "address": address_of(scope),
                 "account": scope["state"].get("account_id", "")}
        LOG.log(logging.DEBUG if scope["path"] in QUIET else logging.INFO, "request", extra={"about": about})


def operations() -> APIRouter:
    """``/healthz``: the process answers. ``/readyz``: so do its parts. ``/metrics``: for Prometheus."""
    from qingce.web.needs import open_to_all

    router = APIRouter(include_in_schema=False, dependencies=[open_to_all()])

    @router.get("/healthz")
    def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @router.get("/readyz")
    def readyz(request: Request) -> JSONResponse:
        checks: dict[str, Check] = request.app.state.checks
        found = {}
        for name, check in checks.items():
            try:
                check()
                found[name] = "ok"
            except Exception:
                LOG.exception("not ready: %s", name)
                found[name] = "failed"
        ready = all(state == "ok" for state in found.values())
        return JSONResponse({"status": "ok" if ready else "failed", "checks": found}, 200 if ready else 503)

    @router.get("/metrics")
    def metrics(request: Request) -> Response:
        settings: WebSettings = request.app.state.settings
        try:
            address = ip_address(address_of(request.scope))
        except ValueError:
            raise HTTPException(404) from None
        if not any(address in network for network in settings.metrics_from):
            raise HTTPException(404)
        meters: Meters = request.app.state.meters
        return Response(meters.told(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
