"""The unit switch: every wording is made by the build, read back as a reader sees it, and shown without a script."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

import pytest

from qingce.core.amount import ABSENT
from qingce.core.figure import Figure, FigureKey, Qualifier
from qingce.core.metric import STOCK, filed
from qingce.core.page import Document, Kpi, Kpis, Page, Paragraph, Table, Text
from qingce.publish.bind import Binder, in_money_units, number
from qingce.publish.html import Site, render_html
from qingce.services.cache import TextCache
from qingce.services.readback import read_back

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


class Bank:
    """Two filed figures of money and one of people."""

    def __init__(self, loans: object = D("486284500000"), qualifier: Qualifier = Qualifier.EXACT) -> None:
        self.metrics = {
            "loans": filed("贷款余额", unit="元", shown="亿元", kind=STOCK),
            "staff": filed("员工", unit="人", kind=STOCK),
        }
        self.held = {("loans", "2024"): loans, ("loans", "2023"): D("453233660000"), ("staff", "2024"): D(4280)}
        self.qualifier = qualifier

    def metric(self, name):
        return self.metrics[name]

    def figure(self, key: FigureKey):
        found = self.held.get((key.metric, key.period))
        return None if found is None else Figure(key, found, self.metrics[key.metric].unit, qualifier=self.qualifier)


def said(expression: str, bank: Bank | None = None) -> dict[str, str]:
    return dict(in_money_units(Binder(bank or Bank(), "LZB", "2024").reading(expression)))


@pytest.mark.parametrize(("expression", "yi", "wan", "yuan"), [
    ("loans", "4,862.85 亿元", "48,628,450.00 万元", "486,284,500,000.00 元"),
    ("loans.number", "4,862.85", "48,628,450.00", "486,284,500,000.00"),
    ("loans.change.trend", "增加 330.51 亿元", "增加 3,305,084.00 万元", "增加 33,050,840,000.00 元"),
    ("loans.over('4,800 亿元')", "超 4,800 亿元", "超 48,000,000 万元", "超 480,000,000,000 元"),
    ("loans.to_places(0)", "4,862.85 亿元", "48,628,450.00 万元", "486,284,500,000.00 元"),
])
def test_money_is_said_in_each_unit_by_that_units_print_rule(expression, yi, wan, yuan):
    assert said(expression) == {"亿元": yi, "万元": wan, "元": yuan}


@pytest.mark.parametrize("expression", ["staff", "loans.growth", "loans.during(2020)"])
def test_what_is_no_money_or_absent_is_not_switched(expression):
    assert said(expression) == {}


def test_what_would_round_to_nil_says_so():
    assert said("loans", Bank(D("50000")))["亿元"] == "不足 0.01 亿元"
    assert said("loans.number", Bank(D("-50000")))["亿元"] == "负值不足 0.01"
    assert said("loans", Bank(D("0")))["亿元"] == "0.00 亿元"
    assert said("loans", Bank(ABSENT)) == {}


def test_the_wording_of_the_source_stays():
    assert said("loans", Bank(qualifier=Qualifier.OVER))["万元"] == "超 48,628,450.00 万元"


def document() -> Document:
    binder = Binder(Bank(), "LZB", "2024")
    bound = number(binder.reading("loans"), "loans")
    prior = number(binder.reading("loans.prior"), "loans.prior")
    staff = number(binder.reading("staff"), "staff")
    bare = number(binder.reading("loans.number"), "loans.number")
    head = Text("余额（亿元）", also=(("亿元", "余额（亿元）"), ("万元", "余额（万元）"), ("元", "余额（元）")))
    tables = (
        Table(((Text("指标"),), (Text("2024"),), (Text("2023"),)),
              (((Text("贷款"),), (bound,), (prior,)), ((Text("员工"),), (staff,), (Text("—"),))),
              ("left", "right", "right"), "关键绩效"),
        Table(((Text("指标"),), (head,)), (((Text("贷款"),), (bare,)),), ("left", "right")),
    )
    words = Paragraph((Text("年末贷款 "), bound, Text("。")))
    return Document("某银行 2024 年报告", "", "某银行", "2024", "zh-CN", (
        Page("one", "绩效", (Kpis((Kpi("贷款", (bound,)),)), words, *tables)),
        Page("two", "没有金额", (Paragraph((staff,)),))))


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("edition")
    render_html(Site(document(), {}, {}), folder)
    return folder


def test_each_unit_is_read_back_as_a_reader_sees_it(room, tmp_path):
    gates = read_back(document(), room, {}, TextCache(tmp_path / "cache"))
    assert [g.findings for g in gates.values()] == [[], []]
    assert gates["网页换单位"].bound == gates["网页换单位"].found == 3 * 6


def test_a_wording_that_the_build_did_not_make_is_found(room, tmp_path):
    folder = tmp_path / "out"
    render_html(Site(document(), {}, {}), folder)
    page = folder / "pages" / "one.html"
    page.write_text(page.read_text(encoding="utf-8").replace("48,628,450.00 万元", "48,628,450.01 万元", 1), "utf-8")
    gates = read_back(document(), folder, {}, TextCache(tmp_path / "cache"))
    assert gates["网页"].findings == []
    assert {f.rule for f in gates["网页换单位"].findings} == {"number_bound", "number_printed"}


def test_only_a_page_with_money_in_tables_has_a_switch_and_the_stored_value_stays(room):
    one, two = ((room / "pages" / f"{slug}.html").read_text(encoding="utf-8") for slug in ("one", "two"))
    assert 'id="unit-yi"' in one and 'id="unit-yi"' not in two
    assert one.count('<data value="486284500000" data-unit="元"') == 4


@pytest.mark.browser
def test_the_switch_works_without_a_script_from_the_keyboard_and_in_print(browser, room):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((room / "pages" / "one.html").as_uri())
    assert "4,862.85 亿元" in tab.inner_text("article") and "万元" not in tab.inner_text("article")
    tab.focus("#unit-own")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    for media in ("screen", "print"):
        tab.emulate_media(media=media)
        told = tab.inner_text("article")
        assert "48,628,450.00 万元" in told and "余额（万元）" in told and told.count("金额单位：万元") == 2
        assert told.count("亿元") == 1  # running text keeps what it says
    tab.reload()
    assert "万元" not in tab.inner_text("article")
    context.close()
