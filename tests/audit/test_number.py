"""Numbers in three scripts: what they are, and what is none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.audit.model import Qualifier
from qingce.audit.number import chinese, find
from qingce.audit.script import plain_script


def read(text: str) -> list[tuple[str, str]]:
    return [(str(f.value), f.unit) for f in find(plain_script(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("余额 1,234.50 亿元。", [("1234.50", "亿元")]),
        ("餘額１２．５億元", [("12.5", "亿元")]),
        ("惠及 1.90 万户农户", [("1.90", "万户")]),
        ("排放 8,492.85 吨二氧化碳当量", [("8492.85", "吨二氧化碳当量")]),
        ("提升 0.45 个百分点", [("0.45", "个百分点")]),
        ("变动 -3.2%", [("-3.2", "%")]),
        ("十五个方面、六大类", [("15", "个方面"), ("6", "大类")]),
        ("loans of £1,234m and 3.5 million customers", [("1234", "£ m"), ("3.5", "millioncustomers")]),
        ("a fall of 12.5 per cent to 300 tonnes", [("12.5", "per cent"), ("300", "tonnes")]),
    ],
)
def test_quantities_are_read(text: str, expected: list[tuple[str, str]]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2024 年 12 月 31 日",
        "2023-2025 年",
        "股票代码：001227",
        "电话：010-12345678",
        "《办法（2021 版）》",
        "第 17 号指引",
        "甘发〔2017〕212 号",
        "1. 总则",
        "“1+15+1”体系",
        "ISO 26000",
        "范围 1",
        "GRI 305-1",
        "31 December 2024",
        "FY2024",
        "编制说明............ 3",
        "绿色金融 . . . . . . 12",
    ],
)
def test_dates_and_codes_are_no_quantities(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "qualifier", "low", "high"),
    [
        ("超过 200 亿元", Qualifier.OVER, "20000000000", None),
        ("1,600 余场", Qualifier.OVER, "1600", "1699"),
        ("不少于 30 人", Qualifier.LEAST, "30", None),
        ("近 100 人", Qualifier.NEARLY, "90", "100"),
        ("at most 50 tonnes", Qualifier.MOST, None, "50000"),
        ("12.3 亿元", Qualifier.EXACT, "1225000000", "1235000000"),
    ],
)
def test_qualifiers_are_intervals(text: str, qualifier: Qualifier, low: str | None, high: str | None) -> None:
    (found,) = find(plain_script(text))
    assert found.qualifier is qualifier
    assert found.low == (None if low is None else Decimal(low))
    assert found.high == (None if high is None else Decimal(high))


@pytest.mark.parametrize(
    ("text", "value"), [("三千零五", 3005), ("一百二十三万", 1230000), ("两亿", 200000000), ("二〇二四", 2024)]
)
def test_chinese_numerals(text: str, value: int) -> None:
    assert chinese(text) == value


def test_script_keeps_every_offset() -> None:
    text = "發放貸款餘額１２．５億元（截至二零二四年）"
    assert len(plain_script(text)) == len(text)
