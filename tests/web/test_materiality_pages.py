"""Screens of materiality: accessible, within the page, for whom they are meant, and safe to write in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qingce.casework.rights import Role
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.materiality.demo import fill_materiality
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.surveys import close_survey
from qingce.services.desk.people import first_administrator, grant_role, open_account
from qingce.services.init import make_project
from qingce.web.limits import Buckets
from qingce.web.pages import materiality_survey
from qingce.web.settings import Rate
from tests.chromium import pressed
from tests.services.desk.beginnings import Clock
from tests.web.collecting import served, signed_in
from tests.web.conftest import BEYOND
from tests.web.signing import client

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
POSTS = (("office", Role.ESG_OFFICE), ("manager", Role.MANAGER), ("board", Role.BOARD_READER),
         ("assurer", Role.ASSURER), ("clerk", Role.DATA_OWNER))
BASE = "/materiality/2024"
ROOMS = ("", "/topics", "/topics/green_products", "/topics/new", "/surveys", "/scoring", "/scoring/green_products",
         "/weights", "/sensitivity?within=50", "/compare", "/confirm")
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def clock() -> Clock:
    """The time of these tests."""
    return Clock()


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Desk]:
    """The small bank with both rounds of the demo."""
    folder = tmp_path_factory.mktemp("materiality") / "bank"
    make_project(folder)
    made = open_desk(folder, clock=clock)
    first_administrator(made, "admin", "系统管理岗")
    for name, role in POSTS:
        open_account(made, made.actor("admin"), name, post=f"{name} 岗", org=made.settings.org)
        grant_role(made, made.actor("admin"), name, role, org=made.settings.org)
    fill_materiality(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(bank: Desk) -> Iterator[str]:
    with served(bank) as address:
        yield address


def link(bank: Desk) -> str:
    """The open survey."""
    return f"/s/{next(s.id for s in round_of(bank, bank.actor('office'), '2024').surveys if s.state == 'open')}"


def posted(door: TestClient, page: str, path: str, **form: Any) -> Any:
    """Post a form as a browser would, with the page's own token."""
    token = door.get(page).text.split('name="csrf" content="')[1].split('"')[0]
    return door.post(path, data={**form, "csrf": token})


def waited(bank: Desk, clock: Clock, path: str) -> tuple[TestClient, str]:
    """A reader who opened the survey and had time to read it, with the stamp of his form."""
    door = client(bank)
    stamp = re.search(r'name="stamp" value="([^"]+)"', door.get(path).text)
    assert stamp is not None
    clock.at += dt.timedelta(seconds=30)
    return door, stamp[1]


# -- what they look like ----------------------------------------------------------------------------
@pytest.mark.browser
@pytest.mark.parametrize("said", [
    pytest.param({"viewport": {"width": 1280, "height": 900}, "color_scheme": "light", "locale": "zh-CN"}, id="1280"),
    pytest.param({"viewport": {"width": 390, "height": 844}, "color_scheme": "dark", "locale": "en"}, id="390-dark-en"),
])
def test_every_screen_is_accessible_and_stays_within_the_page(
    browser: Any, site: str, bank: Desk, said: dict[str, Any]
):
    wrong = {}
    for who, paths in (("office", [*(BASE + r for r in ROOMS), "/materiality/new", "/materiality/governance"]),
                       ("board", [BASE, f"{BASE}/confirm"]), ("manager", [f"{BASE}/scoring"]), ("", [link(bank)])):
        page = signed_in(browser, site, who, **said)
        for path in paths:
            answer = page.goto(site + path)
            found = axe_module.Axe().run(page).response["violations"]
            problems = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] + page.evaluate(BEYOND)
            if answer.status != 200 or problems or page.evaluate("window.broken || []"):
                wrong[f"{who} {path}"] = [answer.status, *problems]
        page.context.close()
    assert wrong == {}


@pytest.mark.browser
def test_a_survey_is_answered_on_a_phone_without_scripts(browser: Any, site: str, bank: Desk, clock: Clock):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(site + link(bank))
    assert "Green finance products" in page.inner_text("main")
    clock.at += dt.timedelta(seconds=30)
    page.locator("input[name=t-green_products][value='5']").check(force=True)
    pressed(page.get_by_role("button", name="Send"))
    assert "Thank you" in page.inner_text("h1")
    context.close()


@pytest.mark.browser
def test_the_matrix_names_every_topic_to_who_does_not_see_it(browser: Any, site: str):
    page = signed_in(browser, site, "office")
    page.goto(f"{site}{BASE}")
    drawings = page.locator("svg.plot[role=group]")
    assert [drawings.nth(n).locator("a[aria-label]").count() for n in range(drawings.count())] == [26, 26]
    assert page.get_by_role("link", name="3 绿色金融产品").count() >= 2
    page.context.close()


# -- for whom ---------------------------------------------------------------------------------------
SHOWN = [
    ("", BASE, 303), ("admin", BASE, 403), ("clerk", BASE, 200), ("clerk", f"{BASE}/scoring", 403),
    ("clerk", f"{BASE}/confirm", 403), ("clerk", f"{BASE}/sensitivity", 404), ("board", f"{BASE}/confirm", 200),
    ("assurer", f"{BASE}/export.csv", 403), ("office", f"{BASE}/export.xlsx", 200),
    ("office", f"{BASE}/topics/nothing", 404), ("office", f"{BASE}/export.pdf", 404),
    ("", "/s/nothing", 404), ("board", f"{BASE}/scoring/green_products", 403), ("office", "/materiality", 302),
    ("clerk", "/materiality/governance", 200), ("office", "/materiality/2099", 404), ("clerk", "/materiality/new", 403),
]


@pytest.mark.parametrize(("who", "path", "status"), SHOWN)
def test_what_is_not_for_a_reader_is_refused(bank: Desk, who: str, path: str, status: int):
    assert client(bank, who).get(path).status_code == status


def test_results_stay_hidden_from_those_who_may_follow_them(bank: Desk):
    assert "结果暂不公布" in client(bank, "manager").get(BASE).text
    assert "2.13" not in client(bank, "manager").get(BASE).text
    assert "2.13" in client(bank, "office").get(BASE).text
    assert "演示用的虚构打分" not in client(bank, "clerk").get(f"{BASE}/topics/green_products").text


POSTS_OF_THE_OFFICE = (
    "/materiality/new", f"{BASE}/topics/new", f"{BASE}/groups", f"{BASE}/surveys", f"{BASE}/weights",
    f"{BASE}/assessors", f"{BASE}/propose", f"{BASE}/reopen", "/materiality/governance/bodies",
    "/materiality/governance/parts", "/materiality/governance/meetings",
    "/materiality/governance/meetings/demo1/resolutions",
)


@pytest.mark.parametrize("path", POSTS_OF_THE_OFFICE)
@pytest.mark.parametrize("who", ["manager", "board", "clerk", "assurer"])
def test_nobody_but_the_office_changes_a_round(bank: Desk, who: str, path: str):
    before = bank.journal.head()
    assert posted(client(bank, who), BASE, path).status_code == 403
    assert bank.journal.head() == before


# -- safe to write in -------------------------------------------------------------------------------
def test_a_script_in_an_answer_stays_words_wherever_it_is_shown(bank: Desk, clock: Clock):
    path = link(bank)
    door, stamp = waited(bank, clock, path)
    assert posted(door, path, path, stamp=stamp, words=SCRIPT, **{"t-green_products": "4"}).status_code == 200
    text = client(bank, "office").get(f"{BASE}/surveys").text
    assert "&lt;script&gt;alert(1)" in text and "<script>alert" not in text and "<img src=x" not in text


def test_a_script_in_every_field_of_a_topic_group_and_meeting_stays_words(bank: Desk):
    office = client(bank, "office")
    said = SCRIPT[:38]
    posted(office, BASE, f"{BASE}/topics/new", id="odd", label=said, label_en=SCRIPT, pillar="social", note=SCRIPT,
           **{"kind-1": "risk", "label-1": SCRIPT})
    posted(office, BASE, f"{BASE}/groups", id="odd", label=said, side="outside", expectations=SCRIPT, channels=SCRIPT)
    posted(office, BASE, "/materiality/governance/bodies", id="odd", label=said, tier="execution", duties=SCRIPT)
    posted(office, BASE, "/materiality/governance/meetings", body="odd", day="2024-05-01", members="3", attended="2",
           title=SCRIPT)
    pages = [office.get(path).text for path in (
        *(BASE + room for room in ROOMS), f"{BASE}/topics/odd", "/materiality/governance", link(bank))]
    assert sum("&lt;script&gt;" in text for text in pages) > 6
    assert [text for text in pages if "<script>alert" in text or "<img src=x" in text] == []
    posted(office, BASE, f"{BASE}/topics/odd", act="remove", reason="试")
    posted(office, BASE, f"{BASE}/groups", act="remove", id="odd", label="-")


def test_machines_are_held_off_and_a_person_keeps_what_he_wrote(bank: Desk, clock: Clock):
    path = link(bank)
    door, stamp = waited(bank, clock, path)
    before = bank.journal.head()
    trapped = posted(door, path, path, stamp=stamp, website="http://spam.example", words="留言",
                     **{"t-green_products": "4"})
    hasty = client(bank)
    fresh = re.search(r'name="stamp" value="([^"]+)"', hasty.get(path).text)
    quick = posted(hasty, path, path, stamp=fresh[1], words="留言", **{"t-privacy": "2"})
    assert (trapped.status_code, quick.status_code, bank.journal.head()) == (422, 422, before)
    assert "太快" in quick.text and "留言" in quick.text and f'value="{fresh[1]}"' in quick.text
    assert re.search(r'name="t-privacy" value="2" checked', quick.text)


def test_one_address_does_not_fill_a_survey(bank: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(materiality_survey, "_SENDING", Buckets(Rate(per_second=1e-9, burst=1), lambda: 0.0))
    path = link(bank)
    codes = []
    for _ in range(2):
        door, stamp = waited(bank, clock, path)
        codes.append(posted(door, path, path, stamp=stamp, **{"t-privacy": "3"}).status_code)
    assert codes == [200, 429]


# -- acting -----------------------------------------------------------------------------------------
def test_a_link_is_shown_as_a_code_and_single_links_as_a_list(bank: Desk):
    office = client(bank, "office")
    posted(office, BASE, f"{BASE}/surveys", group="staff", label="内部问卷", links="3")
    made = next(s for s in round_of(bank, bank.actor("office"), "2024").surveys if s.links == 3)
    lines = office.get(f"{BASE}/surveys/{made.id}/links.csv").text.splitlines()
    assert len(lines) == 4 and lines[1].startswith(f"1,http://localhost/s/{made.id}.1.")
    code = office.get(f"{BASE}{'/surveys'}/{link(bank).removeprefix('/s/')}/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml" and "<svg" in code.text
    assert office.get(f"{BASE}/surveys/{made.id}/qr.svg").status_code == 422
    assert client(bank).get(lines[1].partition(",")[2].removeprefix("http://localhost")).status_code == 200
    close_survey(bank, bank.actor("office"), "2024", made.id)


def test_what_a_form_refuses_stays_in_it_with_the_reason(bank: Desk):
    office = client(bank, "office")
    answer = posted(office, BASE, f"{BASE}/weights", act="thresholds", positive="9", negative="2.5", risk="2.5",
                    opportunity="2.5", inside="3", outside="3", discount="0", rule="double")
    assert answer.status_code == 422 and "0 至 5" in answer.text and 'value="9"' in answer.text
    answer = posted(office, BASE, f"{BASE}/topics/green_products", label="", pillar="social")
    assert answer.status_code == 422 and "议题的名称" in answer.text
    assert posted(office, BASE, "/materiality/new", id="x y", label="x", period="2024").status_code == 422


def test_a_draft_saves_itself_and_is_final_once_submitted(bank: Desk):
    office, manager = client(bank, "office"), client(bank, "manager")
    room = f"{BASE}/scoring"
    assert posted(office, BASE, f"{BASE}/assessors", act="return", account="manager", reason="复核").status_code == 303
    page = manager.get(f"{room}/green_office").text
    token = page.split('name="csrf" content="')[1].split('"')[0]
    fields = {"i1.scale": "4", "i1.scope": "4", "i1.irremediability": "2", "i1.horizon": "5",
              "i1.rationale": "用电增加"}
    saved = manager.post(f"{room}/green_office", data=fields, headers={"x-csrf": token, "accept": "application/json"})
    assert (saved.status_code, saved.json()) == (200, {"saved": True})
    wrong = manager.post(f"{room}/green_office", data={"i1.scale": "7"},
                         headers={"x-csrf": token, "accept": "application/json"})
    assert wrong.status_code == 422
    assert "用电增加" in manager.get(f"{room}/green_office").text
    assert "用电增加" not in office.get(f"{room}/green_office").text
    again = {**{f"i2.{a}": "1" for a in ("likelihood", "magnitude", "horizon")}, "i2.rationale": "很小", **fields}
    assert posted(manager, room, f"{room}/green_office", **again).status_code == 303
    assert posted(manager, room, f"{BASE}/submit").status_code == 303
    assert posted(manager, room, f"{room}/green_office", **again).status_code == 422


def test_the_board_confirms_what_it_sees(bank: Desk):
    office, board = client(bank, "office"), client(bank, "board")
    close_survey(bank, bank.actor("office"), "2024", link(bank).removeprefix("/s/"))
    assert posted(office, BASE, f"{BASE}/propose", words="请确认").status_code == 303
    shown = board.get(f"{BASE}/confirm").text
    content = re.search(r'name="content" value="(\w{64})"', shown)
    assert content is not None
    assert posted(board, BASE, f"{BASE}/confirm", content="0" * 64, resolution="决议").status_code in (409, 412)
    assert posted(board, BASE, f"{BASE}/confirm", content=content[1], resolution="董事会决议").status_code == 303
    assert "结论的作用" in board.get(f"{BASE}/confirm").text and "已确认" in board.get(BASE).text
    assert posted(office, BASE, f"{BASE}/reopen", reason="试").status_code == 303
