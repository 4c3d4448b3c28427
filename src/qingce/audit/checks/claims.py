"""What a GRI index claims: its titles, its pages, its standards, and figures where a disclosure asks for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qingce.audit.checks.gri import CODE, HEAD, catalogue, index_rows
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading, grams
from qingce.core.check import NOTE, WARNING, Severity

RULE = "gri_claim"
_ASKED: dict[str, tuple[str, frozenset[str]]] = {
    "2-7": ("人数", frozenset({"person"})),
    "302-1": ("能源用量", frozenset({"energy", "heat", "coal", "mass", "litre", "volume"})),
    "303-3": ("取水量", frozenset({"volume", "mass", "litre"})),
    "303-5": ("耗水量", frozenset({"volume", "mass", "litre"})),
    "305-1": ("排放量", frozenset({"co2", "mass"})),
    "305-2": ("排放量", frozenset({"co2", "mass"})),
    "305-3": ("排放量", frozenset({"co2", "mass"})),
    "306-3": ("废弃物重量", frozenset({"mass"})),
    "401-1": ("人数或比率", frozenset({"person", "percent"})),
    "404-1": ("小时数", frozenset({"hour", "hour/person", "lesson"})),
    "405-1": ("比例", frozenset({"percent"})),
}
_ACCORD = re.compile(
    r"in accordance with the GRI Standards"
    r"|(?:符合|依据|按照|遵照)\s*(?:《?GRI 标准》?|GRI Standards)[^，。]{0,12}编[制报]", re.I)
_UNITS = {
    "hour": re.compile(r"(?:小时|小時|学时|學時|[Hh]ours?)\s*(?:[/／]\s*人)?[）)]?\s*\d"),
    "person": re.compile(r"(?:人|名|[Ee]mployees|[Hh]eadcount)[）)]?\s*\d"),
}
"""Units that stand before their numbers, as a table's own column has them."""
_OMITTED = re.compile(r"未披露|不适用|暂缺|省略|从略|omit|omission|not applicable|unavailable", re.I)
_PAGES = re.compile(r"(?<![\d.-])\d{1,3}(?![\d.%-])")


def check(reading: Reading) -> Iterator[Outcome]:
    """GRI 索引所称：同行标题须是该披露项的标题；页码不超出全文页数；有披露项而缺标准标题、声称“符合”而缺必报项、
    须有数量的披露项全文没有该类数量，均予指出。"""
    rows = index_rows(reading)
    if not rows:
        return
    titles, years = catalogue()
    claimed: dict[str, int] = {}
    for row in rows:
        line = reading.rows[row]
        codes = list(CODE.finditer(line))
        if len(codes) == 1 and codes[0]["code"] in titles:
            code = codes[0]["code"]
            if not _OMITTED.search(line):
                claimed.setdefault(code, row)
            yield from _titled(reading, row, code, line[codes[0].end() :], titles)
            yield from _paged(reading, row, line[codes[0].end() :])
    yield from _standards(reading, rows, claimed, years)
    yield from _quantities(reading, claimed)
    if _ACCORD.search(reading.flat):
        missing = [code for code in titles if re.fullmatch(r"2-\d+", code) and code not in claimed]
        if missing and len(missing) <= 15:
            yield _told(reading, rows[0], f"声称按 GRI 标准编制，索引缺必报的 {'、'.join(missing)}。", WARNING)


def _titled(reading: Reading, row: int, code: str, words: str, titles: dict[str, str]) -> Iterator[Outcome]:
    told = grams(words)
    if len(told) < 4:
        return
    mine = len(told & grams(titles[code])) / len(told)
    if mine >= 0.3:
        yield Outcome(RULE, True, span=reading.span(reading.starts[row], reading.starts[row] + 1))
        return
    other = next((c for c, title in titles.items() if c != code and len(told & (g := grams(title))) * 10
                  >= 9 * max(len(told), len(g))), None)
    if other is not None and titles[other] != titles[code]:
        yield _told(reading, row, f"{code} 旁的标题是 {other} 的；{code} 应为“{titles[code]}”。", WARNING)


def _paged(reading: Reading, row: int, words: str) -> Iterator[Outcome]:
    last = max(reading.text.pages, max((line.page or 0 for line in reading.lines), default=0))
    beyond = [n for m in _PAGES.finditer(words) if (n := int(m[0])) > last and not 1900 < n < 2100]
    if last and beyond and not re.search(r"[\u4e00-\u9fff]\s*\d|%", words):
        yield _told(reading, row, f"披露位置写第 {beyond[0]} 页，全文只有 {last} 页。", WARNING)


def _standards(reading: Reading, rows: list[int], claimed: dict[str, int], years: dict[str, int]) -> Iterator[Outcome]:
    heads = {m["series"] for row in rows for m in HEAD.finditer(reading.rows[row])}
    if len([h for h in heads if len(h) == 3]) < 3:
        return
    for series in sorted({code.split("-")[0] for code in claimed} & set(years)):
        if len(series) == 3 and series not in heads:
            first = next(row for code, row in claimed.items() if code.startswith(f"{series}-"))
            yield _told(reading, first, f"索引列了 {series} 的披露项，没有 GRI {series} 的标准标题。", NOTE)


def _quantities(reading: Reading, claimed: dict[str, int]) -> Iterator[Outcome]:
    there = {s.quantity.dimension for s in reading.said}
    for code, (kind, dimensions) in _ASKED.items():
        if code in claimed:
            told = f"索引称已披露 {code}，全文没有一个{kind}。"
            holds = bool(there & dimensions) or any(_in_a_column(reading, name) for name in dimensions)
            yield _told(reading, claimed[code], told, NOTE, holds)


def _in_a_column(reading: Reading, dimension: str) -> bool:
    """Whether a table names a unit of this kind in a column of its own, beside a number."""
    return dimension in _UNITS and any(_UNITS[dimension].search(line) for line in reading.rows)


def _told(reading: Reading, row: int, message: str, severity: Severity, holds: bool = False) -> Outcome:
    start = reading.starts[row]
    return Outcome(RULE, holds, (), message, "", severity, 0.65, "对照 GRI 标准原文与所指页面核对索引。",
                   reading.span(start, start + len(reading.rows[row])))
