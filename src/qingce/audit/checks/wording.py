"""Words that contradict themselves, and letters that look like digits."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading
from qingce.core.check import NOTE, WARNING

RULE = "wording"
_DOUBLE = re.compile(
    r"(?:(?P<a>将近|接近|近|约|不足|不超过)\s*[\d,.]+\s*[万亿千百]?\s*(?:余|多)(?=[\s万亿元家户人名位笔件份场次个项条篇]))"
    r"|(?P<b>超过?|逾)\s*[\d,.]+\s*[万亿千百]?\s*(?:余|多)(?=[\s万亿元家户人名位笔件份场次个项条篇])"
)
_ZERO = re.compile(
    r"(?<![A-Za-z0-9])(?:IS0|lSO|1SO|lS0)(?=\s*/?\s*(?:IEC\s*)?\d{4,5})|"
    r"(?<=\d)[Oo](?=\d)|(?<=\d)[lI](?=\d{2})"
)
_MIXED = re.compile(
    r"[A-Za-z][\u0370-\u03ff\u0400-\u04ff]|[\u0391-\u03a1\u03a4-\u03a7\u0400-\u04ff][A-Za-z]{2}|"
    r"[二一三四五六七八九零〇][0Oo][二一三四五六七八九零〇]")
"""Greek and Cyrillic letters inside Latin words; a letter or a nought inside a Chinese numeral."""


def check(reading: Reading) -> Iterator[Outcome]:
    """用词：限定词不得自相矛盾（近…余）；字母与数字不得混用（IS0、1O0）。"""
    for m in _DOUBLE.finditer(reading.flat):
        quantities = tuple(s.quantity for s in reading.between(m.start(), m.end()))
        words = m[0].replace("\n", "")
        contradiction = m["a"] is not None
        message = f"“{words}”自相矛盾：既说不到，又说有余。" if contradiction else f"“{words}”限定词重复。"
        if m["a"] == "约":
            message = f"“{words}”限定词重叠：约数又带余数。"
        yield Outcome(
            RULE,
            False,
            quantities,
            message,
            severity=WARNING if contradiction else NOTE,
            confidence=0.85,
            resolve="只保留一个与底稿相符的限定词。",
            span=reading.span(m.start(), m.end()),
        )
    yield from _confused(reading)


def _confused(reading: Reading) -> Iterator[Outcome]:
    for m in (*_ZERO.finditer(reading.flat), *_MIXED.finditer(reading.flat)):
        around = reading.flat[max(0, m.start() - 2) : m.end() + 6].replace("\n", " ").strip()
        if re.search(r"[A-Za-z]{2}", reading.flat[max(0, m.start() - 3) : m.start()]) and m[0] in "OolI":
            continue
        yield Outcome(
            RULE,
            False,
            (),
            f"“{around}”中混用了形近的字母与数字（如 O 与 0）。",
            severity=NOTE,
            confidence=0.9,
            resolve="改正形近字符。",
            span=reading.span(m.start(), m.end()),
        )
