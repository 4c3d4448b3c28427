"""One product, award or document is written in one way."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading
from qingce.core.check import NOTE

RULE = "name"
_QUOTED = re.compile(r"[“《「『]([^“”《》「」『』\n]{4,30})[”》」』]")
_TELLING = set("一二三四五六七八九十甲乙丙丁上下左右前后东西南北男女内外进出增减大小新老正副首次零百千万年"
               "月日省市县区城乡公私存贷借收付春夏秋冬青少老幼")
"""Characters by which names of different things differ."""


def check(reading: Reading) -> Iterator[Outcome]:
    """名称：引号或书名号内的同一名称须写法一致；只差一个字（不是序号、方位之类）或字母大小写，且另一写法出现更多，即为不一致。"""
    seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for m in _QUOTED.finditer(reading.flat):
        seen[re.sub(r"\s", "", m[1])].append((m.start(1), m.end(1)))
    groups: dict[tuple[object, ...], list[str]] = defaultdict(list)
    for name in seen:
        groups[("", name.lower())].append(name)
        if len(name) >= 5 and re.search(r"[\u4e00-\u9fff]{3}", name):
            for i in range(len(name)):
                groups[(i, name[:i], name[i + 1 :])].append(name)
    for names in groups.values():
        if len(names) == 2:
            yield from _pair(reading, seen, *sorted(names, key=lambda n: len(seen[n])))


def _pair(reading: Reading, seen: dict[str, list[tuple[int, int]]], rare: str, usual: str) -> Iterator[Outcome]:
    differ = [(a, b) for a, b in zip(rare, usual, strict=True) if a != b]
    if len(seen[usual]) < 2 or len(seen[rare]) * 2 > len(seen[usual]):
        return
    letters = all(a.lower() == b.lower() for a, b in differ)
    if not letters and any({a, b} & _TELLING or not (_han(a) and _han(b)) for a, b in differ):
        return
    start, end = seen[rare][0]
    yield Outcome(
        RULE, False, (), f"“{rare}”另有 {len(seen[usual])} 处写作“{usual}”，疑为同一名称。", severity=NOTE,
        confidence=0.6, resolve="统一名称；确为两个名称的不必改。", span=reading.span(start, end))


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"
