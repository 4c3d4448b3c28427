"""The web edition in a real browser, opened from the disk with no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publish import html_case as case

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
PAGES = (
    "index.html",
    "pages/about.html",
    "pages/green-loans.html",
    "pages/gri.html",
    "pages/feedback.html",
    "metrics.html",
    "metrics/scope2_electricity.html",
    "metrics/green_loan_balance.html",
)
BEYOND = """() => [...document.querySelectorAll("main *")]
  .filter((node) => !node.closest(".table-wrap, svg, pre"))
  .filter((node) => node.getBoundingClientRect().right > innerWidth + 1)
  .map((node) => node.outerHTML.slice(0, 80))"""
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, a = 1] = parse(getComputedStyle(at).backgroundColor);
      if (a > 0.99) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.textContent.trim() || node.closest("script")) continue;
    if (!node.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(node);
    const svg = node.namespaceURI.endsWith("svg");
    const [a, b] = [light(parse(svg ? style.fill : style.color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push([text.textContent.trim().slice(0, 20), ratio, node.outerHTML]);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case, written once."""
    return case.written(tmp_path_factory.mktemp("edition"))


class Visit:
    """A tab on the edition that remembers complaints and every address asked for."""

    def __init__(self, context: playwright.BrowserContext, folder: Path) -> None:
        self.folder = folder
        self.tab = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.tab.on(
            "console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None
        )
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str) -> playwright.Page:
        """Go to a page and wait until its charts are drawn."""
        self.tab.goto((self.folder / path).as_uri())
        # polling a script is forbidden by the page's own policy, so only elements are waited for
        drawn = self.tab.locator("figure.chart").count()
        playwright.expect(self.tab.locator("figure.drawn")).to_have_count(drawn)
        return self.tab


@pytest.fixture
def visit(browser: playwright.Browser, folder: Path, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A tab of the given kind; at its end nothing may have complained or asked a network."""
    options = {"viewport": {"width": 1280, "height": 900}, "accept_downloads": True} | getattr(
        request, "param", {}
    )
    context = browser.new_context(**options)
    context.set_default_timeout(8000)
    made = Visit(context, folder)
    yield made
    context.close()
    assert made.complaints == []
    assert {url.split(":", 1)[0] for url in made.asked} <= {"file", "blob", "data"}


def with_options(**options: object) -> pytest.MarkDecorator:
    """Run a test in a tab of that kind."""
    return pytest.mark.parametrize("visit", [options], indirect=True, ids=["-".join(map(str, options))])


PHONE = {"width": 390, "height": 844}


# -- numbers --------------------------------------------------------------------------------------


def test_a_number_opens_its_lineage_and_escape_gives_the_focus_back(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    number = tab.locator("article > p a.n").first
    number.focus()
    tab.keyboard.press("Enter")
    dialog = tab.locator("dialog#lineage")
    dialog.wait_for()
    shown = dialog.inner_text()
    for words in (
        "152.18 亿元",
        "期末已标注绿色用途",
        "青册银行（全行）",
        "2024 年",
        "第 1 版",
        "含合成数据",
        case.HASH,
    ):
        assert words in shown
    tab.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert number.evaluate("node => node === document.activeElement")


def test_the_sql_of_a_figure_can_be_unfolded(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator("article > p a.n").first.click()
    tab.get_by_text("计算所用 SQL").click()
    playwright.expect(tab.locator("dialog#lineage pre").first).to_have_text(case.SQL)


def test_a_growth_names_both_its_figures_and_leads_to_the_earlier_one(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator("article > p a.n", has_text="增长").click()
    dialog = tab.locator("dialog#lineage")
    playwright.expect(dialog.locator(".dialog-number")).to_have_text("增长 19.21%")
    dialog.get_by_role("button", name="绿色贷款余额（2023 年）").click()
    playwright.expect(dialog.locator(".dialog-number")).to_have_text("127.66 亿元")
    dialog.get_by_role("button", name="返回").click()
    playwright.expect(dialog.locator(".dialog-number")).to_have_text("增长 19.21%")


def test_a_derived_figure_leads_to_its_operands_and_shows_what_its_factors_are_worth(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator(".kpis a.n", has_text="4,262.21").click()
    dialog = tab.locator("dialog#lineage")
    dialog.wait_for()
    assert "来源已核实" in dialog.inner_text()
    assert "来源待核实" in dialog.inner_text()
    assert dialog.get_by_role("button", name="无卡数值").count() == 0
    dialog.get_by_role("button", name="用电量").click()
    playwright.expect(dialog.locator("h2")).to_have_text("用电量")
    playwright.expect(dialog).to_contain_text("由归口部门填报")


def test_the_dialog_leads_to_the_card_where_the_figure_is_unfolded(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator(".kpis a.n", has_text="4,262.21").click()
    tab.get_by_text("打开指标卡").click()
    tab.wait_for_url("**/metrics/scope2_electricity.html#f-*")
    assert tab.locator("details.figure[open]").count() == 1


@with_options(java_script_enabled=False)
def test_without_scripts_a_number_leads_to_its_card(browser: playwright.Browser, visit: Visit) -> None:
    tab = visit.tab
    tab.goto((visit.folder / "pages/green-loans.html").as_uri())
    assert tab.locator("#search-open").is_hidden()
    assert tab.locator(".chart-still").first.is_visible()
    tab.locator("article > p a.n").first.click()
    playwright.expect(tab.locator("h1")).to_have_text("绿色贷款余额")
    assert "metrics/green_loan_balance.html#f-" in tab.url


# -- search ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("风光储", "用途与结构"),
        ("绿色 构成", "用途与结构"),
        ("十", "优化治理结构"),
        ("ＧＲＩ", "GRI 内容索引"),
        ("外购电力", "外购电力排放"),
    ],
)
def test_search_finds_and_leads_there(visit: Visit, words: str, title: str) -> None:
    tab = visit.open("pages/about.html")
    tab.get_by_role("button", name="搜索").click()
    tab.get_by_role("searchbox").fill(words)
    hit = tab.locator("#search-results a", has_text=title).first
    hit.wait_for()
    playwright.expect(tab.locator("#search-status")).to_contain_text("找到")
    hit.click()
    tab.locator("dialog#search").wait_for(state="hidden")


def test_search_marks_the_words_and_says_when_there_are_none(visit: Visit) -> None:
    tab = visit.open("index.html")
    tab.keyboard.press("Control+k")
    box = tab.get_by_role("searchbox")
    box.fill("风光储一体化")
    tab.locator("#search-results mark", has_text="风光储一体化").wait_for()
    box.fill("__proto__")
    tab.get_by_text("没有找到").wait_for()


# -- form -----------------------------------------------------------------------------------------


def test_the_form_names_what_is_missing_and_goes_there(visit: Visit) -> None:
    tab = visit.open("pages/feedback.html")
    tab.get_by_role("button", name="保存为文件").click()
    alert = tab.get_by_role("alert")
    playwright.expect(alert).to_contain_text("还有 6 个问题没有回答")
    assert alert.evaluate("node => node === document.activeElement")
    assert tab.locator("input[aria-invalid=true]").count() == 18
    alert.get_by_role("link").nth(1).click()
    assert tab.evaluate("document.activeElement.name") == "q2"
    tab.keyboard.press("Space")
    assert tab.locator("fieldset").nth(1).locator(".error").is_hidden()
    playwright.expect(alert).to_contain_text("还有 5 个问题没有回答")


def test_the_form_saves_the_answers_as_a_file_and_sends_nothing(visit: Visit) -> None:
    tab = visit.open("pages/feedback.html")
    for n, answer in enumerate(("是", "一般", "否", "是", "是", "一般"), start=1):
        tab.locator(f"fieldset[data-question=q{n}] label", has_text=answer).click()
    tab.get_by_label("其他意见").fill('字号再大些 </script>"')
    with tab.expect_download() as download:
        tab.get_by_role("button", name="保存为文件").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert download.value.suggested_filename.startswith("feedback-2")
    assert [row["answer"] for row in saved["answers"]] == [
        "是",
        "一般",
        "否",
        "是",
        "是",
        "一般",
        '字号再大些 </script>"',
    ]
    assert saved["report"] == "2024 年环境、社会及治理报告"
    playwright.expect(tab.locator(".form-done")).to_contain_text("答卷已保存为")


# -- screen, theme, print -------------------------------------------------------------------------


@with_options(viewport=PHONE)
@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_phone(visit: Visit, path: str) -> None:
    tab = visit.open(path)
    assert tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert tab.evaluate(BEYOND) == []


@with_options(viewport=PHONE)
def test_the_dialog_fits_a_phone(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator(".kpis a.n", has_text="4,262.21").click()
    tab.locator("dialog#lineage").wait_for()
    box = tab.locator("dialog#lineage").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert tab.evaluate(
        "document.querySelector('#lineage').scrollWidth <= document.querySelector('#lineage').clientWidth"
    )


@with_options(viewport=PHONE)
def test_the_contents_open_over_a_phone_and_close_again(visit: Visit) -> None:
    tab = visit.open("pages/about.html")
    sidebar = tab.locator("#sidebar")
    assert sidebar.is_hidden()
    tab.get_by_role("button", name="目录", exact=True).click()
    assert sidebar.is_visible()
    assert tab.locator("#main").evaluate("node => node.inert")
    tab.keyboard.press("Escape")
    assert sidebar.is_hidden()
    assert tab.evaluate("document.activeElement.id") == "toc-open"


def test_the_theme_can_be_turned_and_is_kept_and_charts_follow(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")

    def colours() -> tuple[str, str]:
        body = tab.evaluate("getComputedStyle(document.body).backgroundColor")
        return body, str(tab.locator("#green-bar .chart-live svg text").first.get_attribute("fill"))

    before = colours()
    button = tab.get_by_role("button", name="深色")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    assert button.get_attribute("aria-pressed") == "true"
    label = tab.locator("#green-bar .chart-live svg text").first
    playwright.expect(label).not_to_have_attribute("fill", before[1])
    after = colours()
    assert after[0] != before[0]
    visit.open("pages/about.html")
    assert colours_of(tab) == after[0]


def colours_of(tab: playwright.Page) -> str:
    """The colour behind everything."""
    return str(tab.evaluate("getComputedStyle(document.body).backgroundColor"))


@with_options(color_scheme="dark")
def test_the_system_theme_holds_until_the_reader_chooses(visit: Visit) -> None:
    tab = visit.open("pages/about.html")
    assert colours_of(tab) == "rgb(14, 22, 24)"
    tab.get_by_role("button", name="深色").click()
    assert colours_of(tab) == "rgb(250, 248, 244)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_all_text_has_the_contrast_that_aa_asks(
    browser: playwright.Browser, folder: Path, path: str, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    tab = Visit(context, folder).open(path)
    assert tab.evaluate(CONTRAST) == []
    if tab.locator("a.n").count():
        tab.locator("a.n").first.click()
        tab.locator("dialog#lineage").wait_for()
        assert tab.evaluate(CONTRAST) == []
    context.close()


def test_every_chart_is_drawn_live_with_its_sentence(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    for live in tab.locator(".chart-live").all():
        assert live.get_attribute("role") == "img"
        assert live.get_attribute("aria-label")
        assert live.locator("svg").count() == 1
    assert tab.locator(".chart-still").first.is_hidden()
    assert "86.90 亿元" in tab.locator("#green-bar .chart-live").inner_text()


def test_a_chart_tells_the_printed_text_where_it_is_pointed_at(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.locator("#green-bar .mark-rect path").first.hover()
    tip = tab.locator("#vg-tooltip-element")
    tip.wait_for()
    playwright.expect(tip).to_contain_text("5.20 亿元")


def test_on_paper_the_frame_is_gone_and_pictures_stand_for_charts(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.locator(".bar").is_hidden()
    assert tab.locator("#sidebar").is_hidden()
    assert tab.locator(".chart-still").first.is_visible()
    assert tab.locator(".chart-live").first.is_hidden()
    assert colours_of(tab) == "rgb(255, 255, 255)"


def test_the_keyboard_reaches_the_text_past_the_contents(visit: Visit) -> None:
    tab = visit.open("pages/green-loans.html")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.closest('main') !== null")


@with_options(viewport=PHONE)
def test_things_to_press_are_large_enough_for_a_finger(visit: Visit) -> None:
    tab = visit.open("pages/feedback.html")
    for place in (*tab.locator("button:visible").all(), *tab.locator(".answers label").all()):
        box = place.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 40


def test_every_page_opens_without_complaint(visit: Visit) -> None:
    for path in sorted(visit.folder.rglob("*.html")):
        visit.open(path.relative_to(visit.folder).as_posix())


def test_hostile_text_does_nothing(browser: playwright.Browser, tmp_path: Path) -> None:
    from qingce.publish.html import render_html
    from tests.publish.test_html import hostile_site

    render_html(hostile_site(), tmp_path)
    context = browser.new_context()
    visit = Visit(context, tmp_path)
    alerts: list[str] = []
    visit.tab.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for path in sorted(tmp_path.rglob("*.html")):
        visit.tab.goto(path.as_uri())
        if visit.tab.locator("a.n").count():
            visit.tab.locator("a.n").first.click()
            visit.tab.locator("dialog#lineage").wait_for()
            words = case.HOSTILE.split('"', maxsplit=1)[0]
            playwright.expect(visit.tab.locator("dialog#lineage")).to_contain_text(words)
            visit.tab.keyboard.press("Escape")
    visit.tab.keyboard.press("Control+k")
    visit.tab.get_by_role("searchbox").fill("<script>")
    visit.tab.locator("#search-results li").first.wait_for()
    assert alerts == []
    context.close()
