"""The search box and its results: marked and escaped, page by page, with suggestions, without scripts, for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.services.desk.cases import open_case
from qingce.services.desk.comments import comment
from tests.services.desk.staff import HEAD
from tests.web.collecting import bank_in_campaign, served, signed_in
from tests.web.conftest import BEYOND
from tests.web.signing import client

SCRIPT = "<script>alert('红柳')</script><img src=x onerror=alert(1)>红柳"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The bank in its campaign, with many comments and one that means no good."""
    with bank_in_campaign(tmp_path_factory.mktemp("search") / "bank") as made:
        office = made.actor("office")
        for number in range(1, 46):
            comment(made, office, f"item/{HEAD}", f"第 {number} 次核对胡杨清单")
        comment(made, office, f"item/{HEAD}", SCRIPT)
        open_case(made, office, "finding", title="红柳<b>数目</b>", words="请说明。", org="B01")
        yield made


@pytest.fixture(scope="module")
def reader(bank: Desk) -> TestClient:
    """The ESG office."""
    return client(bank, "office")


def rows(html: str) -> list[str]:
    """The results on a page, as HTML."""
    found = re.findall(r'<ol class="found">(.*?)</ol>', html, re.DOTALL)
    return [row for group in found for row in re.findall(r"<li>.*?</li>", group, re.DOTALL)]


def test_results_stand_by_kind_with_counts_and_marks(reader: TestClient):
    html = reader.get("/search", params={"q": "志愿"}).text
    for label in ("指标", "数值", "报告段落", "勾稽与疑点"):
        assert re.search(rf">{label}<span class=\"count\">\d+</span>", html), label
    assert "<mark>志愿</mark>" in html and 'href="/figures/volunteer_hours/HEAD/2024"' in html
    assert "<title>搜索：志愿" in html


def test_each_kind_has_pages_of_its_own(reader: TestClient):
    few = reader.get("/search", params={"q": "胡杨"}).text
    assert len(rows(few)) == 5 and "全部 45 条评论" in few
    place, seen = "/search?q=胡杨&kind=comment", []
    while place:
        html = reader.get(place).text
        seen += re.findall(r"第 (\d+) 次核对<mark>胡杨</mark>", html)
        link = re.search(r'href="([^"]+)" rel="next"', html)
        place = link[1].replace("&amp;", "&") if link else ""
    assert [int(number) for number in seen] == list(range(45, 0, -1)) and "本页第 41 至 45 条" in html


def test_an_exact_name_is_told(reader: TestClient):
    first = rows(reader.get("/search", params={"q": "registered_volunteers", "kind": "metric"}).text)[0]
    assert "名称相同" in first and "/figures/registered_volunteers" in first


def test_nothing_of_what_was_written_becomes_markup(reader: TestClient):
    for path in ("/search", "/search/suggest"):
        html = reader.get(path, params={"q": "红柳"}).text
        assert "<mark>红柳</mark>" in html and "&lt;b&gt;" in html
        assert "<script>alert" not in html and "<img" not in html.split("<main", 1)[-1] and "<b>数目" not in html
    typed = '"><script>alert(1)</script>'
    html = reader.get("/search", params={"q": typed}).text
    assert "<script>alert" not in html and escape(typed) in html.replace("&#34;", "&quot;")


@pytest.mark.parametrize("typed", [
    "", " ", "%", "_", "\\", "'", '"', "*", "\x00", "\u202e", "' OR 1=1--", "NEAR(", "(" * 90,
])
def test_signs_are_answered_with_a_page(reader: TestClient, typed: str):
    answer = reader.get("/search", params={"q": typed})
    assert answer.status_code == 200 and rows(answer.text) == []
    assert reader.get("/search/suggest", params={"q": typed}).status_code == 200


def test_a_very_long_question_is_cut_and_says_so(reader: TestClient):
    answer = reader.get("/search", params={"q": "胡杨" + " 长" * 3000})
    assert answer.status_code == 200 and "只按前 100 个字查找" in answer.text


def test_a_kind_or_a_page_that_there_is_not_is_no_fault(reader: TestClient):
    assert len(rows(reader.get("/search?q=胡杨&kind=../etc").text)) == 5
    assert reader.get("/search?q=胡杨&kind=comment&skip=900000").status_code == 200
    assert reader.get("/search?q=胡杨&skip=-1").status_code == 422


def test_everybody_searches_what_he_may_see(bank: Desk):
    assert rows(client(bank, "admin").get("/search?q=志愿").text) == []
    assert "registered_volunteers/B01" in client(bank, "east").get("/search?q=注册志愿者&kind=item").text
    assert "registered_volunteers/B02" not in client(bank, "east").get("/search?q=注册志愿者&kind=item").text
    assert client(bank).get("/search?q=志愿").headers["location"].startswith("/signin?next=/search")


def test_suggestions_are_few_and_lead_on(reader: TestClient):
    html = reader.get("/search/suggest", params={"q": "志愿"}).text
    places = re.findall(r'<a href="([^"]+)"', html)
    assert 3 <= len(places) <= 9 and places[-1].startswith("/search?q=") and "<html" not in html
    assert "没有找到" in reader.get("/search/suggest", params={"q": "没有这样的词"}).text


def test_programs_get_pages_and_the_same_results(reader: TestClient, bank: Desk):
    def ask(**said: object) -> Any:
        return reader.get("/api/v1/search", params=said, headers={"authorization": "Bearer office"}).json()  # type: ignore[arg-type]

    seen, skip = [], 0
    while skip is not None:
        told = ask(q="胡杨", kind="comment", skip=skip, limit=20)
        seen += [one["excerpt"] for one in told["results"]]
        skip = told["next"]
    assert len(seen) == len(set(seen)) == 45 and told["counts"] == {"comment": 45}
    assert ask(q="胡杨")["next"] is None and len(ask(q="胡杨", limit=7)["results"]) == 7
    assert ask(q="红柳", kind="comment")["results"][0]["excerpt"] == SCRIPT
    assert ask(q="", kind="comment")["status"] == ask(q="字" * 101)["status"] == ask(q="字", kind="x")["status"] == 422


# -- in the browser ---------------------------------------------------------------------------------
@pytest.mark.browser
def test_a_key_leads_to_the_box_and_the_arrows_through_suggestions(browser: Any, bank: Desk):
    with served(bank) as site:
        tab = signed_in(browser, site, "office")
        tab.goto(f"{site}/more")
        tab.keyboard.press("/")
        assert tab.evaluate("document.activeElement.id") == "seek"
        tab.keyboard.type("registered_vol", delay=5)
        tab.wait_for_selector("#suggested a")
        tab.keyboard.press("ArrowDown")
        assert tab.evaluate("document.activeElement.getAttribute('href')").startswith("/figures/registered_volunteers")
        tab.keyboard.press("ArrowUp")
        tab.keyboard.press("Escape")
        assert tab.locator("#suggested a").count() == 0 and tab.evaluate("document.activeElement.id") == "seek"
        tab.keyboard.press("Enter")
        tab.wait_for_url("**/search?q=registered_vol")
        tab.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_results_are_accessible_and_within_the_page(browser: Any, bank: Desk, width: int, scheme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    with served(bank) as site:
        tab = signed_in(browser, site, "office", viewport={"width": width, "height": 844}, color_scheme=scheme)
        for path in ("/search?q=志愿", "/search?q=胡杨&kind=comment", "/search", "/search?q=没有这样的词"):
            tab.goto(site + path)
            found = axe.run(tab, options={"resultTypes": ["violations"]})
            assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]] == [], path
            assert tab.evaluate(BEYOND) == [], path
        if width == 1280:
            tab.locator("#seek").press_sequentially("志愿", delay=5)
            tab.wait_for_selector("#suggested a")
            found = axe.run(tab, options={"resultTypes": ["violations"]})
            assert [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]] == []
        tab.context.close()


@pytest.mark.browser
def test_without_scripts_the_box_is_a_form(browser: Any, bank: Desk, tmp_path: Path):
    with served(bank) as site:
        tab = signed_in(browser, site, "office", java_script_enabled=False)
        tab.goto(f"{site}/figures")
        tab.locator("#seek").fill("志愿 2024")
        tab.locator("#seek").press("Enter")
        tab.wait_for_url("**/search?q=*")
        assert tab.locator("mark").count() > 3 and tab.locator("#q").input_value() == "志愿 2024"
        tab.context.close()
