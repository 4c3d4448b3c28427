"""Traces: a span a request, with nothing in it that anybody typed or was sent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from qingce.services.desk import open_desk
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from qingce.web.tracing import provider

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


@pytest.fixture
def kept() -> InMemorySpanExporter:
    """Keeps the spans of a test."""
    return InMemorySpanExporter()


@pytest.fixture
def site(tmp_path: Path, kept: InMemorySpanExporter) -> Iterator[TestClient]:
    """A desk whose requests are traced."""
    make_project(tmp_path / "bank")
    desk = open_desk(tmp_path / "bank")
    spans = TracerProvider()
    spans.add_span_processor(SimpleSpanProcessor(kept))
    yield TestClient(create_app(desk, WebSettings(), spans=spans), base_url="http://localhost", follow_redirects=False,
                     raise_server_exceptions=False)
    desk.close()


def only(kept: InMemorySpanExporter) -> ReadableSpan:
    (span,) = kept.get_finished_spans()
    return span


def test_a_request_is_a_span_by_the_pattern_of_its_route(site: TestClient, kept: InMemorySpanExporter):
    answer = site.get("/editions")
    span = only(kept)
    assert span.name == "GET /editions"
    assert span.attributes is not None
    assert dict(span.attributes) == {
        "http.request.method": "GET", "http.route": "/editions", "http.response.status_code": 200,
        "qingce.request": answer.headers["x-request-id"]}


@pytest.mark.parametrize("path", ["/signin/link/SECRET", "/signin?next=/SECRET", "/nothing/SECRET", "/s/SECRET"])
def test_what_stands_in_an_address_is_in_no_span(site: TestClient, kept: InMemorySpanExporter, path: str):
    site.get(path, headers={"cookie": "qc_session=SECRET", "authorization": "Bearer SECRET"})
    assert "SECRET" not in only(kept).to_json()


def test_a_trace_that_a_caller_began_goes_on(site: TestClient, kept: InMemorySpanExporter):
    site.get("/editions", headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"})
    span = only(kept)
    assert f"{span.context.trace_id:032x}" == "0af7651916cd43dd8448eb211c80319c"
    assert span.parent is not None and f"{span.parent.span_id:016x}" == "b7ad6b7169203331"


@pytest.mark.parametrize("said", ["", "nonsense", "00-0-0-00", "00-" + "f" * 10_000 + "-1-01"])
def test_a_trace_that_is_none_is_left_alone(site: TestClient, kept: InMemorySpanExporter, said: str):
    assert site.get("/editions", headers={"traceparent": said}).status_code == 200
    assert only(kept).parent is None


def test_questions_of_the_operator_make_no_spans(site: TestClient, kept: InMemorySpanExporter):
    assert [site.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]
    assert kept.get_finished_spans() == ()


def test_a_programming_error_is_marked_and_not_told(
    site: TestClient, kept: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch
):
    def fails(*_: object) -> None:
        raise RuntimeError("SECRET")

    monkeypatch.setattr("qingce.web.pages.public.page", fails)
    assert site.get("/editions").status_code == 500
    span = only(kept)
    assert span.status.status_code.name == "ERROR" and "SECRET" not in span.to_json()


def test_without_an_endpoint_nothing_is_made(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv(ENDPOINT, raising=False)
    assert provider() is None


def test_spans_reach_the_collector_that_the_environment_names(monkeypatch: pytest.MonkeyPatch):
    came: list[tuple[str, bytes]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            came.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not a word."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    spans = provider()
    assert spans is not None
    TestClient(create_app(None, WebSettings(), spans=spans), base_url="http://localhost").get("/static/desk.css")
    assert spans.force_flush() and came
    spans.shutdown()
    server.shutdown()
    path, body = came[0]
    assert path == "/v1/traces" and b"GET /static/{name:path}" in body and b"qingce" in body
