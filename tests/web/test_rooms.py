"""People, one's own account, the journal and cases in a real browser; and the very first time a desk is opened."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.cases import move, open_case
from qingce.services.desk.comments import comment
from qingce.services.desk.jobs import run_due
from qingce.services.desk.journal import ask_for_verification
from qingce.services.desk.keeping import sign_journal
from qingce.services.desk.standin import name_stand_in
from qingce.services.desk.tokens import issue_token
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from tests.chromium import pressed
from tests.services.desk.staff import EAST, campaign, fill
from tests.web.conftest import BEYOND, Served
from tests.web.signing import NamesAsTokens
from tests.web.test_browser import CORNERS, WATCH, axe_module, playwright

pytestmark = pytest.mark.browser
CASE = "/cases/{year}-00001"
ROOMS = (
    ("admin", "/people"), ("admin", "/people/new"), ("admin", "/people/account/east"), ("office", "/people/matrix"),
    ("admin", "/people/stand-ins"), ("east", "/account"), ("east", "/account/contact"), ("east", "/account/stand-in"),
    ("office", "/account/tokens"), ("office", "/journal"), ("office", "/journal/6"),
    ("office", "/journal?group=people&by=admin&subject=account/"), ("office", "/cases"), ("office", CASE),
    ("east", f"/cases/new?about=item/{EAST}&title=gap"), ("office", "/findings"),
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = "herons rest on ice"


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk at which there is something in every room."""
    folder = tmp_path_factory.mktemp("rooms") / "bank"
    make_project(folder)
    made = open_desk(folder)
    fill(made)
    campaign(made)
    office, east = made.actor("office"), made.actor("east")
    number = open_case(made, office, "finding", title="注册志愿者与上年相差 41.2%，尚未说明", words="请说明原因。",
                       org="B01", about=f"item/{EAST}")
    move(made, east, number, "answered", "志愿平台合并，历史登记一并迁入。")
    comment(made, office, f"case/{number}", "请 @east 补充名册。")
    open_case(made, made.actor("west"), "finding", title="西支行的数待核", words="请核对。", org="B02")
    name_stand_in(made, east, "east", "west", since=made.today, until=made.today + dt.timedelta(days=9), words="休假")
    issue_token(made, office, "数据仓库每日填报", ["read_journal", "comment"], 30)
    sign_journal(made)
    ask_for_verification(made, office)
    run_due(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def address(rooms: Desk) -> Iterator[str]:
    """Where that desk is served."""
    with Served(create_app(rooms, WebSettings(), NamesAsTokens(rooms))) as found:
        yield found


def opened(browser: Any, address: str, account: str = "", **options: object) -> Any:
    """A tab, signed in."""
    context = browser.new_context(base_url=address, **{"locale": "zh-CN", **options})
    context.set_default_timeout(8000)
    context.add_init_script(WATCH)
    if account:
        context.add_cookies([{"name": "qc_session", "value": account, "url": address}])
    return context.new_page()


@pytest.mark.parametrize("options", CORNERS)
def test_every_room_is_accessible_within_its_width_and_true_to_the_policy(
    browser: Any, address: str, rooms: Desk, options: dict[str, Any]
):
    axe, tab = axe_module.Axe(), opened(browser, address, **options)
    for account, place in ROOMS:
        path = place.format(year=rooms.today.year)
        tab.context.add_cookies([{"name": "qc_session", "value": account, "url": address}])
        answer = tab.goto(path)
        assert answer.status == 200, path
        found = axe.run(tab, options={"resultTypes": ["violations"]})
        assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]] == [], path
        assert tab.evaluate(BEYOND) == [], path
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert tab.evaluate("window.broken || []") == [], path
        if options["locale"] == "en":
            said = tab.locator("main label, main th[scope=col], main h2, main button").all_inner_texts()
            assert [words for words in said if CHINESE.search(words) and "岗" not in words] == [], path
    tab.context.close()


def test_a_case_is_answered_with_the_keyboard_alone(browser: Any, address: str, rooms: Desk):
    number = open_case(rooms, rooms.actor("office"), "finding", title="键盘办理", words="请核对。", org="B02")
    tab = opened(browser, address, "west")
    tab.goto(f"/cases/{number}")
    for _ in range(80):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.id") == "move-words":
            break
    tab.keyboard.type("已核对，无误。")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    playwright.expect(tab.locator(".notice")).to_contain_text("已办理")
    playwright.expect(tab.locator("h1 ~ *, .head")).to_contain_text(["待认可"])
    tab.context.close()


def test_without_scripts_the_journal_is_filtered_and_a_role_is_granted(browser: Any, address: str, rooms: Desk):
    tab = opened(browser, address, "admin", java_script_enabled=False)
    tab.goto("/journal")
    tab.get_by_label("事项类别").select_option("people")
    tab.get_by_label("对象").fill("account/boss")
    pressed(tab.get_by_role("button", name="筛选"))
    assert tab.locator("tbody tr").count() == 2
    pressed(tab.locator("tbody th a").first)
    assert tab.get_by_text("哈希相符").is_visible()
    tab.goto("/people/account/boss")
    tab.locator("#f-role").select_option("board_reader")
    pressed(tab.get_by_role("button", name="授予角色"))
    playwright.expect(tab.locator(".notice")).to_contain_text("角色已授予")
    assert tab.get_by_text("董事会阅览").first.is_visible()
    tab.context.close()


# -- the first time -----------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A new project opened with ``qingce serve``: where it is, and the one-time link that it prints."""
    make_project(tmp_path / "bank")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "out.txt"
    with log.open("w") as out:
        running = subprocess.Popen(
            [str(Path(sys.executable).with_name("qingce")), "serve", str(tmp_path / "bank"), "--port", str(port)],
            stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    try:
        yield _when_ready(running, log, f"http://127.0.0.1:{port}")
    finally:
        running.terminate()
        running.wait(20)


def _when_ready(running: subprocess.Popen[bytes], log: Path, address: str) -> tuple[str, str]:
    for _ in range(600):
        assert running.poll() is None, log.read_text()
        link = re.search(r"http://\S+/welcome\?token=[\w-]+", "".join(log.read_text().split("\n")))
        if link:
            try:
                urllib.request.urlopen(f"{address}/signin", timeout=2).close()
                return address, link[0]
            except OSError:
                pass
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_the_first_administrator_comes_in_by_the_link_and_opens_the_first_account(
    browser: Any, served: tuple[str, str]
):
    address, link = served
    tab = opened(browser, address)
    tab.goto(link)
    tab.get_by_label("新口令").fill("short")
    tab.get_by_label("再输入一次").fill("short")
    pressed(tab.get_by_role("button", name="设置并登录"))
    playwright.expect(tab.locator(".wrong")).to_contain_text("10")
    tab.get_by_label("新口令").fill(WORDS)
    tab.get_by_label("再输入一次").fill(WORDS)
    pressed(tab.get_by_role("button", name="设置并登录"))
    pressed(tab.get_by_role("link", name="人员与权限").first)
    playwright.expect(tab.locator("h1")).to_have_text("人员与权限")
    pressed(tab.get_by_role("link", name="开立账户"))
    tab.get_by_label("账户名").fill("office")
    tab.get_by_label("岗位").fill("ESG 办公室主任岗")
    pressed(tab.get_by_role("button", name="开立账户"))
    tab.locator("#f-role").select_option("esg_office")
    pressed(tab.get_by_role("button", name="授予角色"))
    playwright.expect(tab.locator(".notice")).to_contain_text("角色已授予")
    pressed(tab.get_by_role("button", name="发一次性链接"))
    second = re.search(r"http://\S+/welcome\?token=[\w-]+", tab.locator("code.line").inner_text())
    assert second
    used = opened(browser, address)
    assert used.goto(link).status == 403, "a link works once"
    used.goto(second[0])
    used.get_by_label("新口令").fill("ferries cross at dusk")
    used.get_by_label("再输入一次").fill("ferries cross at dusk")
    pressed(used.get_by_role("button", name="设置并登录"))
    pressed(used.get_by_role("link", name="日志").first)
    playwright.expect(used.locator("tbody")).to_contain_text("使用一次性链接")
    for one in (tab, used):
        one.context.close()
