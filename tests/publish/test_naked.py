"""Numbers typed by hand are found; dates, documents and names are not numbers."""

from __future__ import annotations

import pytest

from qingce.publish.naked import doubtful_numbers, naked_numbers


@pytest.mark.parametrize(
    "text",
    [
        "共 41 个项目",
        "增长19.21%",
        "余额 152.18 亿元",
        "1,600 余场",
        "近 495 万人次",
        "下降 8.30%",
        "2,384笔",
        "第一批 3 家",
        "满 35 岁",
        "提升 0.45 个百分点",
        "4,337.07 吨",
        "捐款¥300",
        "￥1,200.50 万元",
        "客户突破 300 万",
        "支持四十一个项目",
        "走访三百余户",
        "两千人次",
        "十余家企业",
        "一百二十三点五亿元",
        "占百分之三十",
        "费率万分之五",
        "其中五成来自农户",
        "近七成客户",
        "上升两个百分点",
    ],
)
def test_a_quantity_in_words_is_found(text):
    assert naked_numbers(text)


@pytest.mark.parametrize(
    "text",
    [
        "2024 年 12 月 31 日",
        "《指引第 17 号——可持续发展报告》",
        "（GRI Standards）2021 版",
        "“十四五”规划",
        "“全球银行 1000 强”",
        "股票代码：001227",
        "第 3 章",
        "ISO 26000",
        "GRI 302-1",
        "范围 1",
        "7.0",
        "一方面，另一方面",
        "服务三农，写好五篇大文章",
        "一是夯实基础，二是稳步推进",
        "第三章，第三十六条，第二十次会议",
        "十四五，二十大，二十届三中全会，十九届五次全会",
        "一站式办理，一企一策，一成不变",
        "三会一层，三道防线，三重一大",
        "两山，一带一路，两增两控",
        "走进千家万户，百家争鸣，全国百强",
        "三个方面，四个方向，两家支行，一户企业",
        "二十四小时自助银行，四十人论坛，双十一期间",
        "十二个月，三十年，十月十五日，二〇二四年",
        "五户联保，三次产业，三成立体交通",
        "单位：亿元；万元以上",
        "不足百分之百",
    ],
)
def test_what_is_not_a_quantity_is_left(text):
    assert naked_numbers(text) == []
    assert doubtful_numbers(text) == []


@pytest.mark.parametrize("text", ["五家支行", "召开八次会议", "增长两倍", "高于三分之一", "上百家企业"])
def test_what_may_be_a_quantity_is_only_doubted(text):
    assert naked_numbers(text) == []
    assert doubtful_numbers(text)
