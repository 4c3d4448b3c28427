"""What every answer says to the browser, who is answered, and which forms are ours."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.web import WebSettings
from qingce.web.security import HEADERS, SESSION
from tests.web.signing import client

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')


def token(made: TestClient, path: str = "/more") -> str:
    """The token of a page's form."""
    found = TOKEN.search(made.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("path", ["/more", "/healthz", "/nothing", "/_components/problem/422", "/static/none.css"])
def test_every_answer_carries_every_header(gallery: TestClient, path: str):
    headers = gallery.get(path).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


def test_the_policy_allows_nothing_inline_and_nothing_evaluated():
    policy = HEADERS["content-security-policy"]
    assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "nonce" not in policy


def test_a_fault_carries_the_headers_and_a_number_but_no_word_of_the_program(gallery: TestClient):
    answer = TestClient(gallery.app, base_url="http://localhost", raise_server_exceptions=False).get(
        "/_components/fault")
    assert answer.status_code == 500
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert answer.headers["x-request-id"] in answer.text
    assert "gallery's own fault" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "localhost:80@evil.example", "", "[::2]"])
def test_another_host_gets_no_page(gallery: TestClient, host: str):
    answer = gallery.get("/more", headers={"host": host})
    assert answer.status_code == 400
    assert "不属于本系统" in answer.text
    assert host not in answer.text or not host


def test_a_name_of_the_desk_is_answered(desk: Desk):
    made = client(desk, "office", WebSettings(hosts=("*.bank.example",)))
    assert made.get("/more", headers={"host": "esg.bank.example:8600"}).status_code == 200
    assert made.get("/more", headers={"host": "localhost"}).status_code == 400


def test_a_form_without_its_token_changes_nothing(gallery: TestClient):
    answer = gallery.post("/preferences", data={"theme": "dark"})
    assert answer.status_code == 403
    assert "qc_theme" not in answer.cookies
    assert "放得太久" in answer.text


def test_a_form_with_its_token_is_taken(gallery: TestClient):
    answer = gallery.post("/preferences", data={"theme": "dark", "csrf": token(gallery), "back": "/more"})
    assert answer.status_code == 303 and answer.headers["location"] == "/more"
    assert answer.cookies["qc_theme"] == "dark"


def test_the_token_of_the_head_is_as_good_as_that_of_the_form(gallery: TestClient):
    assert gallery.post("/preferences", data={}, headers={"x-csrf": token(gallery)}).status_code == 303


def test_a_token_is_masked_anew_each_time_and_all_of_them_are_good(gallery: TestClient):
    first, second = token(gallery), token(gallery)
    assert first != second
    assert all(gallery.post("/preferences", data={"csrf": each}).status_code == 303 for each in (first, second))


@pytest.mark.parametrize("forged", ["", "x", "A" * 86 + "==", "密"])
def test_a_forged_token_is_refused(gallery: TestClient, forged: str):
    token(gallery)
    assert gallery.post("/preferences", data={"csrf": forged}).status_code == 403


def test_another_browsers_token_is_refused(gallery: TestClient):
    stranger = TestClient(gallery.app, base_url="http://localhost", follow_redirects=False)
    token(gallery)
    assert gallery.post("/preferences", data={"csrf": token(stranger)}).status_code == 403


def test_a_token_of_another_session_is_refused(office: TestClient):
    before = token(office)
    office.cookies.set(SESSION, "clerk")
    assert office.post("/preferences", data={"csrf": before}).status_code == 403


@pytest.mark.parametrize("headers", [
    {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"},
    {"origin": "null"},
])
def test_a_form_of_another_site_is_refused_even_with_a_token(gallery: TestClient, headers: dict[str, str]):
    answer = gallery.post("/preferences", data={"csrf": token(gallery), "theme": "dark"}, headers=headers)
    assert answer.status_code == 403


def test_every_changing_route_asks_for_the_token(office: TestClient):
    tried = []
    for route in iter_route_contexts(office.app.routes):
        for method in sorted((route.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = re.sub(r"\{[^}]+\}", "1", route.path)
            tried.append(path)
            assert office.request(method, path).status_code == 403, (method, path)
    assert "/preferences" in tried


def test_over_https_cookies_belong_to_this_host_alone(desk: Desk):
    answer = client(desk, settings=WebSettings(secure=True)).get("/nothing")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-qc_csrf=")
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=lax", "Path=/")) and "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_nobody_is_led_elsewhere(gallery: TestClient):
    for back in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=1"):
        answer = gallery.post("/preferences", data={"csrf": token(gallery), "back": back})
        assert answer.headers["location"] == "/"
