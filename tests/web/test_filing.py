"""The filing grid in a real browser: keys, a block from Excel, a dropped connection, two people at once."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item
from tests.chromium import pressed
from tests.services.desk.staff import EAST, HEAD, WEST, number
from tests.web.collecting import bank_in_campaign, served, signed_in

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
PASTE = """(node, text) => { const data = new DataTransfer(); data.setData("text/plain", text);
  node.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })); }"""


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Desk]:
    with bank_in_campaign(tmp_path / "bank") as made:
        # the office gives all of it to one owner, so that he has a grid of three orgs
        from qingce.services.desk.assigning import assign

        assign(made, made.actor("office"), [HEAD, EAST, WEST], "owner", "head")
        yield made


@pytest.fixture
def site(bank: Desk) -> Iterator[str]:
    with served(bank) as address:
        yield address


def cell(page: Any, name: str) -> Any:
    return page.locator(f'[data-cell="{name}"] input')


def saved(page: Any, name: str) -> None:
    page.wait_for_selector(f'[data-cell="{name}"][data-kind="saved"]')


def value_of(bank: Desk, name: str) -> Decimal | None:
    return item(bank, bank.actor("head"), name).answer.value


def test_a_cell_is_saved_when_it_is_left_and_keys_move(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    assert page.evaluate("document.activeElement.closest('[data-cell]').dataset.cell") == HEAD
    page.keyboard.type("1,2０0")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('[data-cell]').dataset.cell") == EAST
    saved(page, HEAD)
    assert value_of(bank, HEAD) == Decimal(1200)
    assert cell(page, HEAD).input_value() == "1,200"
    assert "▲" in page.locator(f'[data-cell="{HEAD}"] .change').evaluate(
        "node => getComputedStyle(node, '::before').content")
    page.keyboard.type("不适")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'[data-cell="{EAST}"][data-kind="refused"]')
    assert "不是数字" in page.locator(f'[data-cell="{EAST}"] .wrong').inner_text()
    assert value_of(bank, EAST) is None
    assert "1 项没有保存" in page.locator("[data-grid-state]").inner_text()
    page.keyboard.press("Shift+Tab")
    cell(page, EAST).fill("7")
    page.keyboard.press("Enter")
    saved(page, EAST)
    assert page.locator("[data-grid-state]").inner_text() == "全部已保存"


def test_a_block_from_excel_fills_the_cells(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    cell(page, HEAD).evaluate(PASTE, "64\t7\t 1,005 \n")
    for name in (HEAD, EAST, WEST):
        saved(page, name)
    assert [value_of(bank, name) for name in (HEAD, EAST, WEST)] == [Decimal(64), Decimal(7), Decimal(1005)]
    pressed(page.get_by_role("button", name="提交已填的各项"))
    page.wait_for_selector(".notice")
    assert "已办理 3 项" in page.locator(".notice").inner_text()


def test_a_dropped_connection_loses_no_value(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    page.context.set_offline(True)
    cell(page, HEAD).fill("64")
    cell(page, EAST).fill("7")
    cell(page, WEST).focus()
    page.wait_for_selector(f'[data-cell="{EAST}"][data-kind="kept"]')
    assert "已留在本机" in page.locator(f'[data-cell="{HEAD}"] .wrong').inner_text()
    assert value_of(bank, HEAD) is None
    # the browser is closed and opened again: what was typed is still there, and is sent
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.goto(f"{site}/filing/2024")
    for name in (HEAD, EAST):
        saved(other, name)
    assert [value_of(bank, name) for name in (HEAD, EAST)] == [Decimal(64), Decimal(7)]
    assert other.evaluate("Object.keys(localStorage).filter(k => k.startsWith('qingce-grid'))") == []
    assert [e.did for e in bank.journal.page(subject=f"item/{HEAD}", did="filed")] == ["filed"]


def test_it_comes_back_by_itself_when_the_line_does(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    page.context.set_offline(True)
    cell(page, HEAD).fill("64")
    cell(page, WEST).focus()
    page.wait_for_selector(f'[data-cell="{HEAD}"][data-kind="kept"]')
    page.context.set_offline(False)
    saved(page, HEAD)
    assert value_of(bank, HEAD) == Decimal(64)


def test_what_is_typed_after_signing_out_elsewhere_waits_for_the_next_sign_in(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    before = page.context.cookies()
    page.context.clear_cookies()
    cell(page, HEAD).fill("64")
    cell(page, WEST).focus()
    page.wait_for_selector(f'[data-cell="{HEAD}"][data-kind="kept"]')
    assert "登录已失效" in page.locator(f'[data-cell="{HEAD}"] .wrong').inner_text()
    assert "1 项尚未送达" in page.locator("[data-grid-state]").inner_text()
    page.context.add_cookies(before)
    page.reload()
    saved(page, HEAD)
    assert value_of(bank, HEAD) == Decimal(64)


def test_two_people_at_once_see_both_values_and_decide(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024")
    file(bank, bank.actor("head"), HEAD, number("9"), version=0)
    cell(page, HEAD).fill("8")
    cell(page, EAST).focus()
    page.wait_for_selector("#clash[open]")
    words = page.locator("#clash").inner_text()
    assert all(text in words for text in ("他人同时改动了", "数值", "8", "9"))
    page.get_by_role("button", name="用我的").click()
    saved(page, HEAD)
    assert value_of(bank, HEAD) == Decimal(8)
    file(bank, bank.actor("head"), HEAD, number("11"), version=2)
    cell(page, HEAD).fill("10")
    cell(page, EAST).focus()
    page.wait_for_selector("#clash[open]")
    page.get_by_role("button", name="用对方的").click()
    saved(page, HEAD)
    assert cell(page, HEAD).input_value() == "11"
    assert value_of(bank, HEAD) == Decimal(11)


def test_what_is_typed_while_a_save_is_under_way_is_no_clash_with_oneself(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024?org=B01")
    slow = """() => { const real = Response.prototype.json;
      Response.prototype.json = async function () { const got = await real.call(this);
        await new Promise((done) => setTimeout(done, 300)); return got; }; }"""
    page.evaluate(slow)
    cell(page, EAST).fill("7")
    note = page.locator(f'[data-of="{EAST}"][data-part="note"]')
    with page.expect_response("**/filing/save"):
        note.focus()
    note.fill("登记册第 2 页")
    cell(page, EAST).focus()
    page.wait_for_selector(f'[data-cell="{EAST}"][data-version="2"]')
    assert not page.locator("#clash[open]").count()
    assert item(bank, bank.actor("head"), EAST).answer.source == "登记册第 2 页"


def test_one_org_is_a_list_with_answers_and_sources(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024?org=B01")
    page.locator(f'[data-part="answered"][data-of="{EAST}"]').select_option("not_available")
    page.locator(f'[data-part="note"][data-of="{EAST}"]').fill("系统 6 月上线")
    page.keyboard.press("Tab")
    saved(page, EAST)
    found = item(bank, bank.actor("head"), EAST).answer
    assert (str(found.answered), found.value, found.reason) == ("not_available", None, "系统 6 月上线")


def test_without_scripts_an_item_is_a_plain_form(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head", java_script_enabled=False)
    page.goto(f"{site}/tasks")
    pressed(page.get_by_role("link", name="注册志愿者").nth(1))
    page.get_by_label("数值", exact=True).fill("七")
    pressed(page.get_by_role("button", name="提交复核"))
    assert "不是数字" in page.locator(".callout.bad").inner_text()
    assert page.get_by_label("数值", exact=True).input_value() == "七"
    page.get_by_label("数值", exact=True).fill("7")
    page.get_by_label("出处").fill("登记册")
    pressed(page.get_by_role("button", name="提交复核"))
    assert "已提交复核" in page.locator(".notice").inner_text()
    assert str(item(bank, bank.actor("head"), EAST).state) == "submitted"


def test_without_scripts_a_clash_is_shown_side_by_side(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head", java_script_enabled=False)
    page.goto(f"{site}/filing/item/{EAST}")
    file(bank, bank.actor("head"), EAST, number("9"), version=0)
    page.get_by_label("数值", exact=True).fill("8")
    pressed(page.get_by_role("button", name="保存", exact=True))
    table = page.locator("table", has_text="两边的改动").inner_text()
    assert "8" in table and "9" in table
    pressed(page.get_by_role("button", name="保存", exact=True))
    assert value_of(bank, EAST) == Decimal(8)


def test_an_estimate_is_saved_once_it_is_whole(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head")
    page.goto(f"{site}/filing/2024?org=HEAD")

    def part(name: str) -> Any:
        return page.locator(f'[data-part="estimate_{name}"][data-of="{HEAD}"]')

    cell(page, HEAD).fill("52")
    page.keyboard.press("Enter")
    page.locator("td.estimate summary").first.click()
    part("method").select_option("extrapolated")
    page.get_by_text("补全估算的方法、占比和理由后即保存").wait_for()
    assert item(bank, bank.actor("head"), HEAD).answer.value == Decimal(52), "the value waits for nothing"
    part("share").fill("25")
    part("reason").fill("用 1—9 月推到全年")
    with page.expect_response("**/filing/save"):
        page.keyboard.press("Enter")
    page.locator("[data-grid-state]", has_text="全部已保存").wait_for()
    said = item(bank, bank.actor("head"), HEAD).answer.estimate
    assert said is not None and (said.method, said.share) == ("extrapolated", Decimal(25))
    page.reload()
    assert part("reason").input_value() == "用 1—9 月推到全年"


def test_without_scripts_an_estimate_is_filed_on_the_page_of_the_item(bank: Desk, browser: Any, site: str):
    page = signed_in(browser, site, "head", java_script_enabled=False)
    page.goto(f"{site}/filing/item/{HEAD}")
    page.get_by_label("数值", exact=True).fill("52")
    page.get_by_label("估算占比").fill("30%")
    pressed(page.get_by_role("button", name="保存"))
    assert "请同时选择估算方法" in page.content() and item(bank, bank.actor("head"), HEAD).version == 0
    page.get_by_label("估算方法").select_option("other")
    page.get_by_label("估算理由").fill("按比例")
    pressed(page.get_by_role("button", name="保存"))
    said = item(bank, bank.actor("head"), HEAD).answer.estimate
    assert said is not None and said.share_text == "30%"
    assert page.get_by_text("其他方法，占 30%；按比例").count()
