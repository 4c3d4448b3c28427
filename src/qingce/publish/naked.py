"""Numbers typed by hand: a digit with a unit in a page's words is a finding, because nothing ties it."""

from __future__ import annotations

import re

_UNITS = (
    "元|户|家|笔|件|个|份|场|次|人次|人|名|位|小时|项|条|篇|门|支|套|台|道|种|类|期|所|张|股|级|届|千瓦时|立方米|升|吨|"
    "公斤|千克|亩|千瓦|倍|名次|百分点|个百分点|岁"
)
_NAKED = re.compile(
    rf"(?<![\dA-Za-z.,-])[+-]?\d[\d,，]*(?:\.\d+)?\s*(?:[%％‰]|(?:余|多)?[千百]?[万亿]?(?:余|多)?(?:{_UNITS})(?!代))"
)
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|第\s*\d+\s*[号条章届次期位项]|（?20\d\d\s*版）?")


def naked_numbers(text: str) -> list[str]:
    """Numbers with a unit that stand in running words; dates, documents and quoted names do not count.

    >>> naked_numbers("全年开展 41 个项目，增长 19.21%；《指引第 17 号》2024 年 12 月 31 日")
    ['41 个', '19.21%']
    >>> naked_numbers("获评“全球银行 1000 强”，2021 版")
    []
    """
    return [m[0].strip() for m in _NAKED.finditer(_QUOTED.sub(lambda m: "□" * len(m[0]), text))]
