"""Pages: Markdown and bindings in, a tree of plain values out, and findings with their lines."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.page import Box, Bullets, Chart, Form, Heading, Index, Kpis, Number, Said, Table, Text


def words(line):
    return "".join(getattr(n, "text", "\n") for n in line)


def test_a_paragraph_keeps_words_and_numbers_apart(read):
    page, findings = read("年末绿色贷款余额 {{ green }}，\n较年初{{ green.growth.trend }}。")
    assert findings == []
    (paragraph,) = page.blocks
    assert words(paragraph.line) == "年末绿色贷款余额 152.18 亿元，较年初增长 19.21%。"
    assert [n.binding for n in paragraph.line if isinstance(n, Number)] == ["green", "green.growth.trend"]


def test_every_kind_of_block_is_understood(read):
    page, findings = read("""
# 一
## 二

- 甲
- **乙** {{ staff }}

1. 丙

| 项目 | 余额 |
|:--|--:|
| 绿色 | {{ green.number }} |
| 合计 | {{ green.number }} |

::: kpis
绿色贷款 | {{ green }} | 较年初{{ green.change.trend }}
员工 | {{ staff }}
:::

::: case 案例：一户
内容 {{ said("500 万元", source="报告") }}
:::

> 引用

{{ table("green", by="use", columns="value,prior,change,growth,share", total=true, caption="按用途") }}

{{ chart("green", by="use", periods=2, caption="按用途") }}

{{ index("gri_2021") }}

{{ form("ask") }}

{{ checks() }}
""")
    assert findings == []
    kinds = [type(b) for b in page.blocks]
    assert kinds == [Heading, Heading, Bullets, Bullets, Table, Kpis, Box, Box, Table, Chart, Index, Form, Table]
    assert page.blocks[4].total and page.blocks[4].aligns == ("left", "right")
    assert page.blocks[5].items[0].label == "绿色贷款"
    assert words(page.blocks[5].items[0].note) == "较年初增加 24.52 亿元"
    assert any(isinstance(n, Said) for n in page.blocks[6].blocks[0].line)


def test_a_table_of_a_family_prints_each_aspect(read):
    page, _ = read('{{ table("green", by="use", columns="value,prior,change,growth", total=true) }}')
    (table,) = page.blocks
    assert [words(c) for c in table.header] == [
        "项目",
        "2024 年末（亿元）",
        "2023 年末（亿元）",
        "增量（亿元）",
        "增速（%）",
    ]
    assert [words(c) for c in table.rows[0]] == ["基础设施", "90.00", "80.00", "10.00", "12.50%"] or \
        [words(c) for c in table.rows[0]] == ["基础设施", "90.00", "80.00", "10.00", "12.50"]
    assert [words(c) for c in table.rows[2]][-1] == "—"
    assert words(table.rows[-1][0]) == "合计"


def test_a_caption_goes_to_the_next_table(read):
    page, _ = read('{{ caption("表一") }}\n\n| 甲 |\n|---|\n| {{ staff }} |')
    assert page.blocks[0].caption == "表一"


@pytest.mark.parametrize(("body", "rule", "row"), [
    ("一\n\n全年支持 41 个项目。", "naked_number", 8),
    ("增长 19.21%。", "naked_number", 6),
    ("{{ grean }}", "page_binding", 6),
    ("余额 {{ green 亿元", "page_binding", 6),
    ("余额 green }} 亿元", "page_binding", 6),
    ("| 名称 | 数值 |\n|---|---|\n| 余额 | {{ green |", "page_binding", 6),
    ("##少一个空格", "page_markdown", 6),
    ("::: kpi\n甲 | 乙 | 丙", "page_markdown", 6),
    ("甲\n\n::: case 一\n乙\n\n## 后面的标题\n\n丙", "page_markdown", 8),
    ("::: case 一\n乙\n\n::: note 二\n丙\n:::\n\n丁", "page_markdown", 6),
    ("| 甲 | 乙 |\n|---|---|\n| 一 | 二 |\n| 一 | 二 | 三 |", "page_table", 9),
    ("| 甲 | 乙 |\n|---|---|\n| 一 |", "page_table", 8),
    ("| 甲 | 乙 |\n|---|\n| 一 | 二 |", "page_markdown", 6),
    ("全年支持四十一个项目。", "naked_number", 6),
    ("---\ntitle: x\nslug: x\n---\n\n", "page_empty", 1),
    ("{{ green.__class__ }}", "page_binding", 6),
    ('{{ green.over("200 亿元") }}', "page_binding", 6),
    ('文中 {{ table("green") }}', "page_binding", 6),
    ('{{ table("grean") }}', "page_block", 6),
    ('{{ table("green", colour="red") }}', "page_block", 6),
    ('{{ chart("green", kind="pie", by="use") }}', "page_block", 6),
    ('{{ form("nothing") }}', "page_block", 6),
    ('{{ index("gri_2020") }}', "page_block", 6),
    ('{{ said("41 个") }}', "page_binding", 6),
    ("![图](x.png)", "page_image", 6),
    ("[链](ftp://x)", "page_link", 6),
    ("::: kpis\n只有名称\n:::", "page_kpis", None),
    ("---\ntitle: x\n---\n", "page_front_matter", 1),
    ("---\ntitle: x\nslug: 中文\n---\n", "page_slug", 1),
    ("---\n: : :\n---\n", "page_front_matter", 1),
])
def test_what_is_wrong_is_told_with_its_line(read, body, rule, row):
    _, findings = read(body)
    assert [f.rule for f in findings] == [rule]
    assert findings[0].place.file == "pages/10-page.md"
    assert row is None or findings[0].place.row == row
    assert findings[0].blocks and findings[0].advice


@pytest.mark.parametrize("body", [
    "::: case 一\n乙\n:::\n\n::: note 二\n丙\n:::  \n\n丁",
    ":::: case 一\n::: note 二\n丙\n:::\n::::",
    "- 甲\n\n  ::: note 二\n  丙\n  :::\n- 乙",
    "> ::: note 二\n> 丙\n> :::",
    "| 甲 | 乙 |\n|---|---|\n| 一 | |\n| 一 \\| 二 | 三 |\n一 | 二",
    "> | 甲 | 乙 |\n> |---|---|\n> | 一 | 二 |",
])
def test_boxes_that_are_closed_and_rows_that_are_whole_are_left_alone(read, body):
    assert read(body)[1] == []


def test_what_is_only_doubted_stops_nothing(read):
    _, (finding,) = read("召开五次会议。")
    assert (finding.rule, finding.severity, finding.blocks) == ("doubtful_number", "note", False)


def test_script_in_a_page_stays_words(read):
    page, _ = read("<script>alert(1)</script> & <b>粗</b>")
    assert words(page.blocks[0].line) == "<script>alert(1)</script> & <b>粗</b>"
    assert all(isinstance(n, Text) for n in page.blocks[0].line)


def test_a_page_that_is_not_utf8_is_a_finding(binder, tmp_path):
    from qingce.publish.blocks import Blocks
    from qingce.publish.pages import PageReader

    path = tmp_path / "x.md"
    path.write_bytes("---\ntitle: 标题\n".encode("gbk"))
    reader = PageReader(binder, Blocks({}, list))
    assert reader.read(path, "x.md") is None
    assert reader.findings[0].rule == "page_encoding"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=200))
def test_no_text_whatever_raises(read, body):
    read("---\ntitle: x\nslug: x\n---\n" + body)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet="green.at(use=')\"{}[]+-*/_0123456789 :,\n|", max_size=60))
def test_no_binding_whatever_raises(read, expression):
    read("x {{ " + expression + " }} y")
