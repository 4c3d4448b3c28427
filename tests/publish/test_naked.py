"""Numbers typed by hand are found; dates, documents and names are not numbers."""

from __future__ import annotations

import pytest

from qingce.publish.naked import naked_numbers


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
    ],
)
def test_what_is_not_a_quantity_is_left(text):
    assert naked_numbers(text) == []
