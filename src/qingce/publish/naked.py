"""Numbers typed by hand: a number with a unit in a page's words is a finding, because nothing ties it.

Numbers in Chinese numerals are found where they can be nothing else: 百分之三十, 五成, 四十一个, 三百余户. Below eleven
they are as often an article or part of a name (一家企业, 三道防线, 五户联保), so that the few which may count
something are only doubted.
"""

from __future__ import annotations

import re

_COUNTED = (
    "元|户|家|笔|件|份|场|次|人次|人|名|位|小时|项|篇|门|支|套|台|道|种|类|所|张|股|千瓦时|立方米|升|吨|"
    "公斤|千克|亩|千瓦|倍|百分点|个百分点|岁"
)
_UNITS = f"{_COUNTED}|个|条|期|级|届|名次"
_NAKED = re.compile(
    rf"(?<![\dA-Za-z.,-])[+-]?\d[\d,，]*(?:\.\d+)?\s*(?:[%％‰]|(?:余|多)?[千百]?[万亿]?(?:余|多)?(?:{_UNITS})(?!代))"
    r"|(?:[¥￥$€£]|RMB|CNY|USD|HKD)\s*\d[\d,，]*(?:\.\d+)?\s*[万亿]*元?"
    r"|[百千万]分之\s*\d+(?:\.\d+)?|\d+(?:\.\d+)?\s*成(?=[半多余以左，。；、：！）)的]|$)"
    r"|(?<![\dA-Za-z.,-])\d[\d,，]*(?:\.\d+)?\s*[余多]?[千百]?[万亿]"
)
_QUOTED = re.compile(r"《[^》]*》|“[^”]*”|第\s*\d+\s*[号条章届次期位项]|（?20\d\d\s*版）?")

_DIGIT, _POWER = "〇零一二两三四五六七八九", "十百千万亿"
_ALONE = rf"(?<![第之点\d{_DIGIT}{_POWER}])"
_MORE = rf"[{_DIGIT}{_POWER}几点]*[余多]?[万亿]*[余多]?\s*"
_SURE = re.compile("|".join((
    rf"[百千万]分之(?!百(?![{_DIGIT}{_POWER}]))[{_DIGIT}{_POWER}点半几]+",
    # 成 is also a word of its own and the beginning of many: only where nothing can follow that makes it one
    rf"{_ALONE}[一两二三四五六七八九]成(?:[半多余]|以上|以下|左右|(?=来自|[，。；、：！）)的]|$))",
    r"[近约超逾占达过至][一两二三四五六七八九]成(?![立功为果效本长交就熟员不])",
    rf"{_ALONE}(?:[{_DIGIT}几][{_POWER}]|十[{_DIGIT}几]){_MORE}"
    rf"(?:{_COUNTED}|个(?!月|五年)|期(?!间))(?<!二十四小时)(?<!四十人(?=论坛))",
    rf"{_ALONE}[{_POWER}]+[余多][万亿]?\s*(?:{_COUNTED}|个(?!月))",
    rf"{_ALONE}[{_DIGIT}十]+个百分点",
)))
_DOUBTFUL = re.compile("|".join((
    rf"(?<![届第之点几上近逾超数\d{_DIGIT}{_POWER}])[三四五六七八九十]\s*(?:户(?!联保)|家|笔|场|名|份|人次|人|次(?!产业|元)|[万亿]?元)",
    rf"{_ALONE}[一两二三四五六七八九]倍",
    rf"{_ALONE}[二三四五六七八九十]分之[一二三四五六七八九]",
    rf"(?<!以)[上近逾超数][十百千万亿]+\s*(?:{_COUNTED}|个(?!月))",
)))


def naked_numbers(text: str) -> list[str]:
    """Numbers with a unit that stand in running words; dates, documents and quoted names do not count.

    >>> naked_numbers("全年开展 41 个项目，增长 19.21%；《指引第 17 号》2024 年 12 月 31 日，¥300")
    ['41 个', '19.21%', '¥300']
    >>> naked_numbers("支持四十一个项目、三百余户，占百分之三十，近五成")
    ['四十一个', '三百余户', '百分之三十', '近五成']
    >>> naked_numbers("获评“全球银行 1000 强”，2021 版；一方面，三农，二十大，第三十六条，一家企业")
    []
    """
    words = _blanked(text)
    found = sorted((m.start(), m[0].strip()) for pattern in (_NAKED, _SURE) for m in pattern.finditer(words))
    return [number for _, number in found]


def doubtful_numbers(text: str) -> list[str]:
    """Words that may be a number typed by hand, and as well an article, a name or a manner of speaking.

    >>> doubtful_numbers("召开五次会议，高于三分之一；十九届五次全会，三次产业，三个方面，两家支行")
    ['五次', '三分之一']
    """
    return [m[0].strip() for m in _DOUBTFUL.finditer(_blanked(text))]


def _blanked(text: str) -> str:
    return _QUOTED.sub(lambda m: "□" * len(m[0]), text)
