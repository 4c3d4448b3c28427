"""The desk in a real browser: accessible, within the page, by keyboard, without scripts, and true to its policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.chromium import pressed
from tests.web.conftest import BEYOND

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
KINDS = [  # every pair of width, theme and language
    pytest.param({"viewport": size, "color_scheme": scheme, "locale": tag}, id=f"{size['width']}-{scheme}-{tag}")
    for size, scheme, tag in ((WIDE, "light", "zh-CN"), (WIDE, "dark", "en"), (PHONE, "dark", "zh-CN"),
                              (PHONE, "light", "en"))
]
CORNERS = [  # every width, theme and language; that components hold in any combination of them is tried in the gallery
    pytest.param({"viewport": size, "color_scheme": scheme, "locale": tag}, id=f"{size['width']}-{scheme}-{tag}")
    for size, scheme, tag in ((WIDE, "light", "zh-CN"), (PHONE, "dark", "en"))
]
GALLERY = "/_components"
PAGES = (GALLERY, "/more", "/signin", "/account", *(f"{GALLERY}/problem/{status}" for status in (403, 422, 500)))
WATCH = """document.addEventListener("securitypolicyviolation", (event) => {
  (window.broken ||= []).push(event.violatedDirective + " " + event.blockedURI);
});"""
OWN = ("中文", "2024 年环境、社会及治理报告")
"""What stays Chinese: the name of the language, and the title that the bank gave its report."""
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def tab(browser: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A tab of the ESG office; at its end nothing may have broken the policy or complained."""
    options = {"viewport": WIDE, "locale": "zh-CN"} | getattr(request, "param", {})
    context = browser.new_context(base_url=site, **options)
    context.set_default_timeout(8000)
    context.add_init_script(WATCH)
    context.add_cookies([{"name": "qc_session", "value": "office", "url": site}])
    complaints: list[str] = []
    made = context.new_page()
    made.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    if options.get("java_script_enabled", True):
        assert made.evaluate("window.broken || []") == []
    context.close()
    # a refusal's own status is all that a browser may complain of, and what a test did to it
    excused = ("status of 4", "status of 5", getattr(made, "excused", "status of 4"))
    assert [text for text in complaints if not any(each in text for each in excused)] == []


def with_options(**options: object) -> pytest.MarkDecorator:
    """Run a test in a tab of that kind."""
    return pytest.mark.parametrize("tab", [options], indirect=True, ids=["-".join(map(str, options))])


@pytest.mark.parametrize("tab", KINDS, indirect=True)
def test_every_page_is_accessible_within_its_width_and_true_to_the_policy(tab: Any):
    axe = axe_module.Axe()
    for path in PAGES:
        if path == "/signin":
            tab.context.clear_cookies(name="qc_session")
        tab.goto(path)
        if path == "/signin":
            tab.context.add_cookies([{"name": "qc_session", "value": "office", "url": tab.url}])
        if path == GALLERY:
            playwright.expect(tab.locator("figure.drawn")).to_have_count(1)
        found = axe.run(tab, options={"resultTypes": ["violations"]})
        named = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found.response["violations"]]
        assert named == [], path
        assert tab.evaluate(BEYOND) == [], path
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert tab.evaluate("window.broken || []") == [], path
        english = tab.evaluate("navigator.language") == "en"
        assert tab.locator("html").get_attribute("lang") == ("en" if english else "zh-CN"), path
        if english and path != GALLERY:
            said = tab.locator("main :is(h1, h2, label, th, button, legend, .hint), nav a").all_inner_texts()
            assert [words for words in said if CHINESE.search(words) and words.strip() not in OWN] == [], path


# -- keyboard -------------------------------------------------------------------------------------


def focused(tab: Any) -> str:
    """The words of what has the focus."""
    return str(tab.evaluate("document.activeElement.innerText || document.activeElement.getAttribute('aria-label')"
                            " || document.activeElement.id")).strip()


def test_the_keyboard_reaches_everything_in_the_order_in_which_it_stands(tab: Any):
    tab.goto(GALLERY)
    tab.keyboard.press("Tab")
    assert focused(tab) == "跳到正文"
    order, seen = [], set()
    for _ in range(200):
        tab.keyboard.press("Tab")
        place = tab.evaluate("""() => {
          const node = document.activeElement;
          if (node === document.body) return null;
          const outline = getComputedStyle(node).outlineStyle !== "none" || node.type === "file";
          const all = [...document.querySelectorAll("*")];
          return [all.indexOf(node), outline, node.tagName];
        }""")
        if place is None:
            break
        order.append(place[0])
        seen.add(place[2])
        assert place[1], f"no outline on {focused(tab)!r}"
    assert order == sorted(order) and len(order) > 60
    assert {"A", "BUTTON", "INPUT", "SELECT", "TEXTAREA", "SUMMARY"} <= seen


def test_the_skip_link_leads_to_the_content(tab: Any):
    tab.goto(GALLERY)
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"


def test_a_question_mark_lists_the_keys_and_they_lead(tab: Any):
    tab.goto(GALLERY)
    tab.keyboard.press("?")
    listed = tab.locator("dialog#shortcuts")
    playwright.expect(listed).to_contain_text("我的任务")
    tab.keyboard.press("Escape")
    playwright.expect(listed).to_be_hidden()
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.type") == "search"
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("g")
    tab.keyboard.press("j")
    tab.wait_for_url("**/journal")


def test_the_keys_can_be_switched_off_and_never_act_while_somebody_types(tab: Any):
    tab.goto(GALLERY)
    tab.locator("#f-note").press("?")
    playwright.expect(tab.locator("dialog#shortcuts")).to_be_hidden()
    tab.keyboard.press("Escape")
    tab.evaluate("document.activeElement.blur()")
    tab.keyboard.press("?")
    tab.get_by_label("使用单键快捷键").uncheck()
    tab.reload()
    tab.keyboard.press("?")
    playwright.expect(tab.locator("dialog#shortcuts")).to_be_hidden()


def test_a_dialog_opens_by_key_holds_the_focus_and_gives_it_back(tab: Any):
    tab.goto(GALLERY)
    opener = tab.get_by_role("link", name="提交审批")
    opener.focus()
    tab.keyboard.press("Enter")
    playwright.expect(tab.locator("dialog#confirm")).to_be_visible()
    tab.keyboard.press("Escape")
    assert focused(tab) == "提交审批"


# -- what scripts add -------------------------------------------------------------------------------


def test_the_theme_changes_at_once_and_stays(tab: Any):
    tab.goto(GALLERY)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = tab.evaluate(ground)
    tab.get_by_role("button", name="外观：跟随系统").click()
    tab.get_by_role("button", name="外观：深色").wait_for()
    assert tab.evaluate(ground) != light
    tab.reload()
    assert tab.locator("html").get_attribute("data-theme") == "dark"


def test_a_whole_table_sorts_in_place_and_keeps_its_total_last(tab: Any):
    tab.goto(GALLERY)
    table = tab.locator("table[data-client]").first
    table.get_by_role("link", name="本年").click()
    column = table.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert column == ["2,315", "412,360.5", "1,521,800.00", "—", "—", "1,521,800.00"]
    assert table.locator("th[aria-sort=ascending]").inner_text().strip() == "本年"
    assert tab.url.endswith(GALLERY)


def test_what_is_typed_is_saved_and_outlives_a_dropped_connection(tab: Any):
    tab.goto(GALLERY)
    note, state = tab.locator("#f-note"), tab.locator("[data-autosave-state]")
    note.fill("第一次")
    playwright.expect(state).to_have_text("已保存")
    tab.excused = "net::ERR_FAILED"
    tab.route(f"**{GALLERY}", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    note.fill("断网时写的")
    playwright.expect(state).to_contain_text("网络不通")
    tab.unroute_all()
    tab.reload()
    playwright.expect(note).to_have_value("断网时写的")
    playwright.expect(state).to_have_text("已保存")
    assert tab.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('qingce-draft'))") == []


def test_the_menu_closes_by_escape_and_by_a_click_elsewhere(tab: Any):
    tab.goto(GALLERY)
    menu = tab.locator("details.menu")
    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    tab.keyboard.press("Escape")
    assert menu.get_attribute("open") is None


# -- without scripts ----------------------------------------------------------------------------------


@with_options(java_script_enabled=False)
def test_without_scripts_everything_is_read_and_forms_work(tab: Any):
    tab.goto(GALLERY)
    for words in ("绿色贷款余额", "已退回", "外购电力排放", "4,262.21 tCO2", "退回 绿色贷款余额", "2022 年 101.2"):
        assert tab.get_by_text(words).count()
    tab.get_by_label("展开 外购电力用量").click()
    assert tab.get_by_text("电费台账_2024.xlsx").is_visible()
    pressed(tab.get_by_role("button", name="English"))
    assert tab.locator("html").get_attribute("lang") == "en"
    pressed(tab.get_by_role("button", name="Appearance: as the system"))
    assert tab.locator("html").get_attribute("data-theme") == "dark"
    tab.locator("#f-amount").fill("1234.5")
    pressed(tab.get_by_role("button", name="提交", exact=True))
    playwright.expect(tab.locator(".notice")).to_contain_text("已提交：1234.5")


@with_options(viewport=PHONE)
def test_a_phone_has_its_bar_below_and_the_rest_behind_more(tab: Any):
    tab.goto(GALLERY)
    foot = tab.locator("nav.foot")
    assert re.sub(r"[\s\d]|件待办|件待我复核或审批", "", foot.inner_text()) == "我的任务审批进度更多"
    assert foot.bounding_box()["y"] + foot.bounding_box()["height"] == pytest.approx(PHONE["height"], abs=1)
    playwright.expect(tab.locator("nav.side")).to_be_hidden()
    pressed(foot.get_by_role("link", name="更多"))
    assert tab.locator("h1").inner_text() == "更多"


@with_options(viewport=PHONE)
def test_on_a_phone_a_table_becomes_cards_that_name_their_values(tab: Any):
    tab.goto(GALLERY)
    cell = tab.locator("table[data-client] tbody tr").first.locator("td").nth(1)
    assert tab.evaluate("(node) => getComputedStyle(node, '::before').content", cell.element_handle()) == '"本年"'
    assert cell.bounding_box()["width"] > 300
