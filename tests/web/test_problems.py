"""Refusals in words: a page for people, a part for htmx, a problem for programs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.errors import Denied, Missing, Refused, Stale
from qingce.web import WebSettings, create_app
from qingce.web.problems import WORDS

WRONG = Finding("typed", Status.FAIL, Severity.ERROR, "应为数字，读到“约三千”", advice="请填写 3000",
                place=Place("填报表.xlsx", "用电", 12, "用量"))
RAISED = {
    "denied": Denied("不在您的机构或业务范围内。"), "missing": Missing("没有机构“X9”。"),
    "stale": Stale("复核岗刚刚退回了这一项。"), "refused": Refused("有 1 处需要修改。", [WRONG]),
}


def refusal(error: Exception) -> Callable[[], None]:
    """An endpoint that refuses."""
    def refuse() -> None:
        raise error

    return refuse


@pytest.fixture
def refusing() -> TestClient:
    """A desk at which everything is refused."""
    app: FastAPI = create_app(None, WebSettings())
    for prefix in ("", "/api"):
        for name, error in RAISED.items():
            app.get(f"{prefix}/{name}")(refusal(error))

    @app.get("/number/{value}")
    def number(value: int) -> int:
        return value

    return TestClient(app, base_url="http://localhost")


@pytest.mark.parametrize(("name", "status"), [("denied", 403), ("missing", 404), ("stale", 409), ("refused", 422)])
def test_what_the_desk_refuses_becomes_a_page_with_its_words(refusing: TestClient, name: str, status: int):
    answer = refusing.get(f"/{name}")
    assert answer.status_code == status
    assert str(RAISED[name]) in answer.text
    assert WORDS[str(status)][0] in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", RAISED)
def test_a_program_gets_a_problem(refusing: TestClient, name: str):
    answer = refusing.get(f"/api/{name}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"] == str(RAISED[name])
    assert answer.json()["status"] == answer.status_code


def test_findings_stand_with_place_words_and_advice(refusing: TestClient):
    page, problem = refusing.get("/refused").text, refusing.get("/api/refused").json()
    for words in ("填报表.xlsx 工作表 用电 第 12 行", "约三千", "请填写 3000"):
        assert words in page
    assert problem["findings"] == [
        {"place": str(WRONG.place), "words": "应为数字，读到“约三千”", "advice": "请填写 3000"}
    ]


def test_htmx_gets_a_part_and_no_page_within_the_page(refusing: TestClient):
    text = refusing.get("/refused", headers={"hx-request": "true"}).text
    assert "callout" in text and "<html" not in text


def test_what_does_not_exist_or_cannot_be_read_is_said_calmly(refusing: TestClient):
    assert "没有找到这个页面" in refusing.get("/nothing").text
    assert refusing.post("/denied").status_code in (403, 405)
    wrong = refusing.get("/number/x")
    assert wrong.status_code == 422 and "path / value" in wrong.text


@pytest.mark.parametrize("name", WORDS)
def test_every_refusal_says_what_happened_what_became_and_what_to_do(name: str):
    assert all(words and words[-1] not in "!！" for words in WORDS[name])


@pytest.mark.parametrize(("came", "back"), [
    ("http://localhost/tasks?view=file", 'href="/tasks?view=file"'), ("http://evil.example/tasks", ""),
    ("http://localhost//evil.example", ""), ("", ""), ("http://localhost/refused", ""),
])
def test_a_refused_act_leads_back_to_where_it_was_asked_for(refusing: TestClient, came: str, back: str):
    text = refusing.get("/refused", headers={"referer": came, "accept": "text/html"}).text
    assert ("<span>返回刚才的页面</span>" in text) == bool(back) and back in text and "evil" not in text
