"""Traces for OpenTelemetry: one span a request, for installations that gather them (extra ``traces``).

Where to send them is said as OpenTelemetry says it, by ``OTEL_EXPORTER_OTLP_ENDPOINT`` and its kin; without it no
span is made and nothing is loaded. A span has the pattern of the route, never the address itself: one-time links
have their token in it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qingce.core.errors import ProjectError
from qingce.web.observe import QUIET, route_of

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")


def provider() -> TracerProvider | None:
    """What makes spans and sends them to the endpoint that the environment names; nothing where it names none.

    Raises:
        ProjectError: an endpoint is named and the extra is not installed.
    """
    if not any(os.environ.get(name) for name in _ENDPOINTS) or os.environ.get("OTEL_SDK_DISABLED") == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise ProjectError(
            f"已设 {' 或 '.join(_ENDPOINTS)}，但没有安装 OpenTelemetry：pip install 'qingce[traces]'。"
        ) from missing
    made = TracerProvider(resource=Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", "qingce")}))
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


class Traced:
    """Makes the span of each request; a caller's trace is continued.

    Args:
        spans: what makes them.
    """

    def __init__(self, app: ASGIApp, spans: TracerProvider) -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._app, self._tracer = app, spans.get_tracer("qingce")
        self._propagator = TraceContextTextMapPropagator()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on within its span."""
        if scope["type"] != "http" or scope["path"] in QUIET:
            return await self._app(scope, receive, send)
        from opentelemetry.trace import SpanKind, Status, StatusCode

        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        said = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
                if name in (b"traceparent", b"tracestate")}
        with self._tracer.start_as_current_span(
            scope["method"], self._propagator.extract(said), SpanKind.SERVER,
            # what a programming error says may hold what somebody typed; the log has it
            record_exception=False, set_status_on_exception=False,
        ) as span:
            try:
                await self._app(scope, receive, watched)
            finally:
                route = route_of(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({
                    "http.request.method": scope["method"], "http.route": route, "http.response.status_code": status,
                    "qingce.request": str(scope.get("state", {}).get("request_id", "")),
                })
                if status >= 500:
                    span.set_status(Status(StatusCode.ERROR))
