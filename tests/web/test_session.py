"""Who asks, what he is shown, and the way to the sign-in page."""

from __future__ import annotations

import pytest
from fastapi import APIRouter
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.requests import Request
from starlette.responses import Response

from qingce.services.desk import Desk
from qingce.services.desk.signin import begin_session
from qingce.services.desk.tokens import issue_token
from qingce.web import WebSettings, create_app
from qingce.web.navigation import AREA_ACTIONS, ENTRIES, PHONE
from qingce.web.render import page
from qingce.web.session import SignedIn
from tests.web.signing import NamesAsTokens


@pytest.fixture
def every_area(desk: Desk) -> TestClient:
    """A desk at which something answers at every area's path."""
    app = create_app(desk, WebSettings(), NamesAsTokens(desk))
    router = APIRouter()
    for entry in ENTRIES:
        def show(request: Request, actor: SignedIn) -> Response:
            return page(request, "more.html.j2")

        if entry.area not in app.state.areas:
            router.get(entry.path)(show)
    app.include_router(router)
    app.state.areas = frozenset(AREA_ACTIONS)
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


def shown(made: TestClient, account: str) -> list[str]:
    """The side navigation of an account."""
    made.cookies.set("qc_session", account)
    side = made.get("/more").text.split('class="side"')[1].split("</nav>")[0]
    return [entry.area for entry in ENTRIES if f'href="{entry.path}"' in side]


def test_screens_stand_in_the_order_in_which_people_need_them():
    assert [entry.label for entry in ENTRIES] == [
        "我的任务", "填报", "交台账", "进度", "疑点", "数值", "数据质量", "工单", "预览", "标准索引", "重要性",
        "会议简报", "人员与权限", "日志", "后台任务", "封版与发布", "鉴证室",
    ]
    assert [entry.label for entry in PHONE] == ["我的任务", "审批", "进度", "更多"]
    assert {entry.area for entry in ENTRIES} == set(AREA_ACTIONS)


@pytest.mark.parametrize(("account", "unseen"), [
    ("clerk", {"people", "journal", "jobs", "assurance", "brief"}),
    ("office", {"filing"}),
    ("admin", {entry.area for entry in ENTRIES} - {"tasks", "people", "journal", "jobs"}),
])
def test_a_reader_is_shown_what_his_roles_may_see(every_area: TestClient, account: str, unseen: set[str]):
    assert shown(every_area, account) == [e.area for e in ENTRIES if e.area not in unseen]


def test_an_area_without_a_page_is_not_shown(desk: Desk):
    app = create_app(desk, WebSettings(), NamesAsTokens(desk))
    assert app.state.areas == {e.area for e in ENTRIES if any(getattr(r, "path", "") == e.path for r in _routes(app))}


def _routes(app: object) -> list[object]:
    return list(iter_route_contexts(app.routes))  # type: ignore[attr-defined]


def test_who_has_not_signed_in_is_led_to_the_door_and_back(every_area: TestClient):
    answer = every_area.get("/journal?by=clerk")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/signin?next=/journal%3Fby%3Dclerk"


def test_a_program_is_told_so(every_area: TestClient):
    answer = every_area.get("/journal", headers={"accept": "application/json"})
    assert answer.status_code == 401 and answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"


def test_htmx_leads_the_whole_page_to_the_door(every_area: TestClient):
    answer = every_area.get("/journal", headers={"hx-request": "true"})
    assert answer.status_code == 401 and answer.headers["hx-redirect"] == "/signin"


def test_a_programs_token_counts_below_api_and_nowhere_else(every_area: TestClient):
    brought = {"authorization": "Bearer office"}
    assert every_area.get("/api/v1/me", headers=brought).json()["account"] == "office"
    assert every_area.get("/api/v1/me", headers={"authorization": "Bearer nobody"}).status_code == 401
    assert every_area.get("/journal", headers=brought).status_code == 303
    assert every_area.post("/preferences", headers=brought).status_code == 403, "a page's form still proves itself"


def test_neither_kind_of_token_passes_for_the_other(desk: Desk):
    token = issue_token(desk, desk.actor("office"), "每日取数", ["read_items"], 1)
    with desk.writing() as made:
        session = begin_session(made, "office", "127.0.0.1", "password")
    reader = TestClient(create_app(desk), base_url="http://localhost", follow_redirects=False)
    assert reader.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).json()["scopes"] == ["read_items"]
    assert reader.get("/api/v1/me", headers={"authorization": f"Bearer {session}"}).status_code == 401
    reader.cookies.set("qc_session", token)
    assert reader.get("/tasks").status_code == 303
    reader.cookies.set("qc_session", session)
    assert reader.get("/tasks").status_code == 200


def test_beside_a_programs_token_the_cookie_is_not_looked_at(every_area: TestClient):
    every_area.cookies.set("qc_session", "admin")
    sent = every_area.post("/api/v1/webhooks", json={}, headers={"authorization": "Bearer clerk"})
    assert sent.status_code == 403 and "csrf" not in sent.text
    assert every_area.post("/api/v1/webhooks", json={}).json()["type"] == "urn:qingce:problem:csrf"
