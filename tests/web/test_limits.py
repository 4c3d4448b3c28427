"""How much is taken at once and how often."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.web import Rate, WebSettings, create_app
from qingce.web.limits import KEPT, Buckets
from tests.web.conftest import Served
from tests.web.signing import client

LIMIT = 100_000


@pytest.fixture
def small() -> TestClient:
    """A desk that takes few bytes."""
    app = create_app(None, WebSettings(gallery=True, max_form=LIMIT))
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


def test_a_large_body_gets_a_page_with_words(small: TestClient):
    answer = small.post("/_components", data={"note": "字" * LIMIT})
    assert answer.status_code == 413
    assert "内容太大" in answer.text and "<html" in answer.text


def test_a_large_body_that_does_not_say_its_size_is_counted_as_it_comes(small: TestClient):
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"note=" + b"x" * 10_000

    answer = small.post("/_components", content=pieces(), headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == 413
    assert "内容太大" in answer.text


def test_a_body_below_the_limit_is_read(small: TestClient):
    assert small.post("/_components", data={"note": "x" * (LIMIT - 200)}).status_code == 403


def test_a_program_gets_a_problem(small: TestClient):
    answer = small.post("/api/v1/nothing", content=b"x" * 3 * LIMIT, headers={"accept": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_address_that_asks_too_much_waits():
    app = create_app(None, WebSettings(address_rate=Rate(per_second=0.5, burst=3)))
    made = TestClient(app, base_url="http://localhost")
    answers = [made.get("/more") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "2"
    assert "操作太频繁" in answers[-1].text


def test_an_account_that_asks_too_much_waits_wherever_it_asks_from(desk: Desk):
    settings = WebSettings(account_rate=Rate(per_second=0.1, burst=2))
    made = client(desk, "office", settings)
    assert [made.get("/account").status_code for _ in range(3)] == [200, 200, 429]


def test_buckets_do_not_grow_for_ever():
    buckets = Buckets(Rate(per_second=1, burst=1), lambda: 0.0)
    for number in range(KEPT + 10):
        buckets.wait(str(number))
    assert len(buckets._left) == KEPT


def test_a_browser_that_still_sends_hears_the_refusal():
    """A connection that is closed under a sender shows nothing; here the raw answer arrives after all was sent."""
    with Served(create_app(None, WebSettings(max_form=LIMIT))) as address:
        port = int(address.rsplit(":", 1)[1])
        with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
            size = 3 * LIMIT
            wire.sendall(f"POST /preferences HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n\r\n".encode())
            wire.sendall(b"x" * size)
            answer = wire.recv(65536)
    assert answer.startswith(b"HTTP/1.1 413")
