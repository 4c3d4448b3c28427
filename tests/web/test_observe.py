"""What operators see, and what they never see."""

from __future__ import annotations

import json
import logging

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.web import WebSettings, create_app
from qingce.web.observe import JsonLines
from tests.web.signing import client


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log, formatted as it is written."""
    caplog.set_level(logging.INFO, "qingce.web")
    caplog.handler.setFormatter(JsonLines())
    return caplog


def test_each_request_has_one_line_with_its_number(desk: Desk, lines: pytest.LogCaptureFixture):
    answer = client(desk, "office").get("/more?view=late")
    found = [json.loads(line) for line in lines.text.splitlines()]
    assert len(found) == 1
    assert found[0] | {"at": "", "ms": 0} == {
        "at": "", "ms": 0, "level": "info", "logger": "qingce.web", "message": "request", "method": "GET",
        "path": "/more", "route": "/more", "status": 200, "address": "testclient", "account": "office",
        "request": answer.headers["x-request-id"],
    }


def test_no_secret_reaches_the_log(desk: Desk, lines: pytest.LogCaptureFixture):
    made = client(desk, "office")
    made.cookies.set("qc_session", "office")
    made.get("/welcome?token=SECRET-LINK", headers={"authorization": "Bearer SECRET-TOKEN"})
    made.post("/signin", data={"name": "office", "password": "SECRET-WORD", "csrf": "SECRET-FORM"})
    assert len(lines.text.splitlines()) == 2 and "SECRET" not in lines.text


def test_a_line_stays_one_line(desk: Desk, lines: pytest.LogCaptureFixture):
    client(desk).get("/a%0Ab%0D%1b[31m")
    assert len(lines.text.splitlines()) == 1


def test_health_says_that_the_process_lives_and_readiness_that_the_store_answers(desk: Desk):
    made = client(desk)
    assert made.get("/healthz").json() == {"status": "ok"}
    assert made.get("/readyz").json() == {"status": "ok", "checks": {"store": "ok"}}


def test_a_part_that_fails_makes_the_desk_unready_but_not_unhealthy(desk: Desk):
    made = client(desk)

    def broken() -> None:
        raise OSError("the disk is gone")

    made.app.state.checks["store"] = broken
    answer = made.get("/readyz")
    assert answer.status_code == 503 and answer.json() == {"status": "failed", "checks": {"store": "failed"}}
    assert made.get("/healthz").status_code == 200


def test_metrics_count_by_pattern_and_never_by_address():
    app = create_app(None, WebSettings())
    made = TestClient(app, base_url="http://localhost", client=("127.0.0.1", 50000))
    made.get("/static/one.css")
    made.get("/no-such/thing")
    text = made.get("/metrics").text
    assert 'qingce_requests_total{method="GET",route="/static/{name:path}",status="404"} 1.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert "one.css" not in text and "no-such" not in text


def test_metrics_are_not_for_everybody():
    app = create_app(None, WebSettings())
    assert TestClient(app, base_url="http://localhost", client=("10.1.2.3", 5)).get("/metrics").status_code == 404


def test_behind_a_believed_proxy_the_address_is_the_readers():
    settings = WebSettings(proxies=("10.0.0.1",))
    app = create_app(None, settings)
    headers = {"x-forwarded-for": "127.0.0.1"}
    for peer, status in (("10.0.0.1", 200), ("10.0.0.2", 404)):
        made = TestClient(app, base_url="http://localhost", client=(peer, 5))
        assert made.get("/metrics", headers=headers).status_code == status
