"""Signing in through the pages, with the sessions that the desk itself keeps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.demo import open_demo
from qingce.services.desk.opening import first_link
from qingce.services.init import make_project
from qingce.web import Rate, WebSettings, create_app
from qingce.web.security import SESSION

WORDS = "herons rest on ice"
OTHER = "ferries cross at dusk"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Desk]:
    """A desk at which nobody was before."""
    make_project(tmp_path / "bank")
    made = open_desk(tmp_path / "bank")
    yield made
    made.close()


def browser(desk: Desk, settings: WebSettings | None = None) -> TestClient:
    """A browser at the desk."""
    app = create_app(desk, settings or WebSettings())
    return TestClient(app, base_url="http://localhost", follow_redirects=False)


def send(made: TestClient, page: str, action: str, **fields: str):  # type: ignore[no-untyped-def]
    """Fill a form of a page in and send it."""
    found = re.search(r'name="csrf" value="([^"]+)"', made.get(page).text)
    assert found
    return made.post(action, data={"csrf": found[1], **fields})


@pytest.fixture
def admin(fresh: Desk) -> TestClient:
    """The administrator's browser, after the one-time link."""
    made = browser(fresh)
    link = first_link(fresh)
    answer = send(made, f"/welcome?token={link}", "/welcome", token=link, password=WORDS, again=WORDS)
    assert answer.status_code == 303
    return made


def test_the_first_link_sets_a_password_and_signs_in(admin: TestClient):
    page = admin.get("/account")
    assert page.status_code == 200 and "系统管理岗" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_the_link_works_once(fresh: Desk):
    made, link = browser(fresh), first_link(fresh)
    send(made, f"/welcome?token={link}", "/welcome", token=link, password=WORDS, again=WORDS)
    assert made.get(f"/welcome?token={link}").status_code == 403
    assert first_link(fresh) == ""


def test_a_link_that_was_lost_is_made_again_and_the_lost_one_ends(fresh: Desk):
    lost, again = first_link(fresh), first_link(fresh)
    made = browser(fresh)
    assert made.get(f"/welcome?token={lost}").status_code == 403
    assert made.get(f"/welcome?token={again}").status_code == 200


@pytest.mark.parametrize(("password", "again", "words"), [
    (WORDS, OTHER, "不一致"), ("short", "short", "至少 10 个字符"), ("", "", "至少 10 个字符"),
])
def test_a_password_that_cannot_stand_is_told_and_the_link_stays(fresh: Desk, password: str, again: str, words: str):
    made, link = browser(fresh), first_link(fresh)
    answer = send(made, f"/welcome?token={link}", "/welcome", token=link, password=password, again=again)
    assert answer.status_code == 422 and words in answer.text
    assert made.get(f"/welcome?token={link}").status_code == 200


def test_signing_in_leads_back_and_out_again(fresh: Desk, admin: TestClient):
    made = browser(fresh)
    answer = send(made, "/signin?next=/account", "/signin", name="admin", password=WORDS, next="/account")
    assert answer.status_code == 303 and answer.headers["location"] == "/account"
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Max-Age" not in cookie
    kept = made.cookies[SESSION]
    left = send(made, "/account", "/signout")
    assert left.headers["location"] == "/signin" and left.headers["clear-site-data"] == '"cache"'
    made.cookies.set(SESSION, kept)
    assert made.get("/account").status_code == 303, "the session ended at the desk, not only in the browser"


@pytest.mark.parametrize(("name", "password"), [("admin", OTHER), ("nobody", WORDS), ("", ""), ("admin' or 1=1", "x")])
def test_whatever_was_wrong_the_words_are_the_same(fresh: Desk, admin: TestClient, name: str, password: str):
    answer = send(browser(fresh), "/signin", "/signin", name=name, password=password)
    assert answer.status_code == 401
    assert "账户或口令不正确" in answer.text
    assert SESSION not in answer.cookies


def test_nobody_is_led_elsewhere_after_signing_in(fresh: Desk, admin: TestClient):
    answer = send(browser(fresh), "/signin", "/signin", name="admin", password=WORDS, next="//evil.example/")
    assert answer.headers["location"] == "/"


def test_an_address_that_tries_too_often_waits(fresh: Desk):
    made = browser(fresh, WebSettings(sign_in_rate=Rate(per_second=0.1, burst=1)))
    assert send(made, "/signin", "/signin", name="a", password="b").status_code == 401
    assert send(made, "/signin", "/signin", name="a", password="b").status_code == 429


def test_signing_out_everywhere_ends_the_other_browser_too(fresh: Desk, admin: TestClient):
    other = browser(fresh)
    send(other, "/signin", "/signin", name="admin", password=WORDS)
    assert other.get("/account").status_code == 200
    send(admin, "/account", "/signout/everywhere")
    assert other.get("/account").status_code == 303


def test_a_changed_password_keeps_this_browser_and_ends_the_others(fresh: Desk, admin: TestClient):
    other = browser(fresh)
    send(other, "/signin", "/signin", name="admin", password=WORDS)
    answer = send(admin, "/account", "/account/password", current=WORDS, password=OTHER, again=OTHER)
    assert answer.status_code == 303 and "口令已更换" in admin.get("/account").text
    assert other.get("/account").status_code == 303


@pytest.mark.parametrize(("current", "password", "again", "words", "status"), [
    (OTHER, OTHER, OTHER, "现用口令不正确", 403), (WORDS, OTHER, WORDS, "不一致", 422),
    (WORDS, WORDS, WORDS, "用过", 422),
])
def test_a_password_that_may_not_be_set_is_told_beside_its_field(
    admin: TestClient, current: str, password: str, again: str, words: str, status: int
):
    answer = send(admin, "/account", "/account/password", current=current, password=password, again=again)
    assert answer.status_code == status and words in answer.text
    assert admin.get("/account").status_code == 200


# -- the demo -----------------------------------------------------------------------------------------


def test_a_demo_opens_by_post_without_a_password(tmp_path: Path):
    make_project(tmp_path / "bank")
    desk = open_demo(tmp_path / "bank")
    made = browser(desk, WebSettings(demo=True))
    text = made.get("/signin").text
    assert "ESG 办公室管理岗" in text and "填报岗" in text
    assert send(made, "/signin", "/signin/demo", name="office").status_code == 303
    assert "ESG 办公室管理岗" in made.get("/account").text
    assert desk.journal.verify() is None
    desk.close()


def test_outside_a_demo_there_is_no_such_door(fresh: Desk, admin: TestClient):
    assert send(browser(fresh), "/signin", "/signin/demo", name="admin").status_code == 404
    # even where the settings were wrong, the desk itself knows that it is no demo
    assert browser(fresh, WebSettings(demo=True)).get("/signin").status_code == 403
