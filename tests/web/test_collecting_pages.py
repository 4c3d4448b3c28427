"""Every screen of collecting: accessible, within the page, and acting only for who may."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item, submit
from tests.services.desk.staff import EAST, HEAD, WEST, number
from tests.web.collecting import OFFICE_PAGES, PAGES, bank_in_campaign, served, signed_in
from tests.web.conftest import BEYOND
from tests.web.signing import client

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank with one item submitted and one figure far from last year's."""
    with bank_in_campaign(tmp_path_factory.mktemp("collecting") / "bank") as made:
        file(made, made.actor("east"), EAST, number("7"), version=0)
        submit(made, made.actor("east"), [EAST])
        file(made, made.actor("head"), HEAD, number("90"), version=0)
        yield made


@pytest.fixture(scope="module")
def site(bank: Desk) -> Iterator[str]:
    with served(bank) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize("said", [
    pytest.param({"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"}, id="1280-light"),
    pytest.param({"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}, id="390-dark"),
])
def test_every_screen_is_accessible_and_stays_within_the_page(browser: Any, site: str, said: dict[str, Any]):
    wrong = {}
    for who, paths in (("head", PAGES), ("office", OFFICE_PAGES), ("checker", ("/tasks", f"/filing/item/{EAST}"))):
        page = signed_in(browser, site, who, **said)
        for path in paths:
            answer = page.goto(site + path)
            found = axe_module.Axe().run(page).response["violations"]
            problems = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in found] + page.evaluate(BEYOND)
            if answer.status != 200 or problems:
                wrong[f"{who} {path}"] = [answer.status, *problems]
        page.context.close()
    assert wrong == {}


SHOWN = [
    ("head", "/progress/2024/setup", 403), ("east", "/progress/new", 403), ("admin", "/progress/2024", 403),
    ("west", f"/filing/item/{EAST}", 403), ("admin", "/findings", 403), ("admin", "/figures", 403),
    ("east", "/figures/registered_volunteers/B02/2024", 403), ("east", "/filing/2099", 404),
    ("office", "/progress/2024/export.pdf", 404), ("east", "/filing/item/2024/nothing/B01", 404),
    ("office", "/figures/nothing", 404), ("", "/tasks", 303),
]


@pytest.mark.parametrize(("who", "path", "status"), SHOWN)
def test_what_is_not_for_a_reader_is_refused(bank: Desk, who: str, path: str, status: int):
    assert client(bank, who).get(path).status_code == status


def acting(bank: Desk, who: str, path: str, **form: object) -> int:
    """Post a form as a browser would, with the page's own token."""
    door = client(bank, who)
    page = door.get("/tasks").text
    token = page.split('name="csrf" content="')[1].split('"')[0]
    return door.post(path, data={**form, "csrf": token}).status_code


DENIED = [
    ("west", f"/filing/item/{EAST}", {"act": "save", "value": "9", "answered": "value", "version": "1"}),
    ("east", f"/filing/item/{EAST}", {"act": "review", "content": ""}),
    ("east", "/progress/2024/remind", {}), ("east", "/progress/2024/setup", {"act": "close"}),
    ("east", "/progress/new", {"id": "x"}), ("checker", "/progress/2024/setup", {"act": "due"}),
    ("west", "/filing/save", {"item": EAST, "version": "1", "value": "9"}),
]


@pytest.mark.parametrize(("who", "path", "form"), DENIED)
def test_what_is_not_a_readers_act_changes_nothing(bank: Desk, who: str, path: str, form: dict[str, str]):
    before = bank.journal.count()
    assert acting(bank, who, path, **form) == 403
    assert bank.journal.count() == before


def test_bulk_review_from_the_list_of_tasks(bank: Desk):
    content = item(bank, bank.actor("checker"), EAST).content
    assert acting(bank, "checker", "/tasks", act="review", item=[f"{EAST}|{content}", f"{WEST}|x"]) == 303
    assert str(item(bank, bank.actor("checker"), EAST).state) == "reviewed"
    assert str(item(bank, bank.actor("checker"), WEST).state) == "to_start"


SCRIPT = '"><script>alert(1)</script>'


def test_stored_words_are_text_everywhere(bank: Desk):
    name = WEST
    file(bank, bank.actor("west"), name, number("5", SCRIPT), version=0)
    for who, path in (("head", f"/filing/item/{name}"), ("head", "/filing/2024?all=1&org=B02"), ("office", "/tasks"),
                      ("office", "/figures/registered_volunteers/B02/2024"), ("office", "/findings"),
                      ("office", f"/progress/2024?word={SCRIPT}")):
        text = client(bank, who).get(path).text
        assert "<script>alert" not in text


def test_the_exports_open(bank: Desk):
    office = client(bank, "office")
    assert office.get("/progress/2024/export.csv").content.startswith(b"\xef\xbb\xbf")
    assert office.get("/progress/2024/export.xlsx").content[:2] == b"PK"


def test_a_campaign_is_set_up_on_the_page(bank: Desk):
    form = {"id": "2025", "label": "2025 年度收集", "period": "2025", "pack": ["volunteering"], "org": ["HEAD", "B01"],
            "due_file": "2026-01-10", "due_review": "2026-01-20", "due_approve": "2026-01-15"}
    assert acting(bank, "office", "/progress/new", **form) == 422
    assert acting(bank, "office", "/progress/new", **{**form, "due_approve": "2026-01-25"}) == 303
    setup = "/progress/2025/setup"
    metric = "registered_volunteers"
    named = f"2025/{metric}/B01"
    assert acting(bank, "office", setup, act="assign", metric=metric, hand="owner", account="head", item=[named]) == 303
    assert item(bank, bank.actor("office"), named).owner == "head"
    default = {"act": "defaults", "metric": metric, "owner": "", "tolerance": "12.5"}
    assert acting(bank, "office", setup, **default, overrides="ask") == 303
    assert str(item(bank, bank.actor("office"), named).tolerance) == "0.30"
    assert acting(bank, "office", setup, **default, overrides="keep") == 303
    assert str(item(bank, bank.actor("office"), named).tolerance) == "0.125"
    assert acting(bank, "office", setup, act="defaults", metric=metric, tolerance="很多", overrides="keep") == 422
    assert acting(bank, "office", setup, act="close") == 303


@pytest.mark.parametrize(
    ("who", "path"), [("head", "/tasks"), ("head", "/filing/2024"), ("office", "/progress/2024/setup")]
)
def test_the_workbook_is_one_press_away_from_where_a_reader_begins(bank: Desk, who: str, path: str):
    reader = client(bank, who)
    assert 'href="/workbook?campaign=2024"' in reader.get(path).text
    assert reader.get("/workbook?campaign=2024").status_code == 200


def test_who_files_nothing_is_not_asked_to_send_a_workbook_in(bank: Desk):
    assert 'name="good_rows"' in client(bank, "head").get("/workbook").text
    assert 'name="good_rows"' not in client(bank, "office").get("/workbook").text
