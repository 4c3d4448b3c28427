"""The binding language: what it says, and everything it refuses."""

from __future__ import annotations

import pytest

from qingce.core.errors import BindingError, QingceError
from qingce.publish.bind import Call, number, references


@pytest.mark.parametrize(("expression", "text"), [
    ("green", "152.18 亿元"),
    ("green.prior", "127.66 亿元"),
    ("green.change", "24.52 亿元"),
    ("green.growth", "19.21%"),
    ("green.growth.trend", "增长 19.21%"),
    ("green.change.trend", "增加 24.52 亿元"),
    ("green.number", "152.18"),
    ('green.at(use="清洁能源")', "62.18 亿元"),
    ('green.at(use="clean").share', "40.86%"),
    ('green.at(use="绿色服务").growth', "—"),
    ('green.at(use="绿色服务").change.trend', "持平"),
    ('green.in_unit("万元").to_places(0)', "1,521,800 万元"),
    ('green.over("150 亿元")', "超 150 亿元"),
    ('staff.over(4200, "余")', "4,200 余人"),
    ('staff.nearly("4300 人")', "近 4,300 人"),
    ('staff.during("2023")', "—"),
    ('staff.of("B01")', "—"),
])
def test_a_binding_prints(binder, expression, text):
    assert binder.reading(expression).text == text


@pytest.mark.parametrize("expression", [
    "green.__class__", "green.source", "green.key", "green.figure.value", "green + 1", "(lambda: 1)()", "open('x')",
    "__import__('os')", "green.at(use=open('x'))", "green.at(**{})", "[green]", "green[0]", "green.at", "green.nothing",
    "green.growth.at.func", "'green'.format", "1", "", "green if 1 else 0", "green.over(1.5)", "grean", "green;green",
    "green.trend", 'green.at(branch="x")', 'green.at(use="不存在")', 'green.in_unit("户")', 'green.during("某年")',
    'staff.over("多少")', 'staff.over(1, "大概")', "(" * 300, "green.at(" + "x" * 10_000 + ")",
])
def test_everything_else_is_refused_in_words(binder, expression):
    with pytest.raises(QingceError):
        _ = binder.reading(expression).text


@pytest.mark.parametrize(
    "expression", ['green.over("152.18 亿元", "突破")', 'staff.nearly("4000 人")', 'staff.about("4300 人")']
)
def test_words_that_are_not_true_are_refused(binder, expression):
    with pytest.raises(BindingError, match="不符"):
        number(binder.reading(expression), expression)


def test_a_node_keeps_what_it_rests_on(binder):
    node = number(binder.reading('green.at(use="infra").growth'), "x")
    assert node.figures == ("green/LZB/2024/use=infra", "green/LZB/2023/use=infra")
    assert node.label == "绿色贷款余额（基础设施）增速"
    assert node.raw == "12.5"


def test_block_functions_are_calls_with_literals(binder):
    assert binder.read('table("green", by="use", total=true)') == Call(
        "table", ("green",), {"by": "use", "total": True}
    )
    with pytest.raises(BindingError, match="是不是“table”"):
        binder.read('tabel("green")')
    with pytest.raises(BindingError, match="单独成段"):
        binder.reading('table("green")')


def test_references_are_found_without_any_figure():
    text = '{{ green.growth }}\n\n{{ chart("staff", kind="bar") }} {{ said("41 个", source="x") }} {{ ) }}'
    assert references(text) == [(1, "green"), (3, "staff")]
