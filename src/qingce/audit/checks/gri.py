"""The GRI index names codes that exist, each under its own standard and once."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Iterator
from functools import cache

import yaml

from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading
from qingce.core.check import ERROR, NOTE, WARNING, Severity

RULE = "gri"
CODE = re.compile(
    r"(?<![\d.,/–-])(?:GRI\s*)?(?P<code>(?P<series>[23]|20[1-7]|30[1-8]|4(?:0\d|1[0-9]))-(?P<item>\d{1,2}))(?![\d年月]|\s*[月年])",
    re.I,
)
HEAD = re.compile(r"GRI\s*(?P<series>\d{1,3})\s*[:：]?\s*(?P<name>[^\d\n]{0,40})(?P<year>20\d\d)?", re.I)


@cache
def catalogue() -> tuple[dict[str, str], dict[str, int]]:
    """Titles by code, and the year of each standard by its number."""
    text = (
        importlib.resources.files("qingce.standards").joinpath("gri_2021/disclosures.yaml").read_text(encoding="utf-8")
    )
    titles, years = {}, {}
    for group in yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["groups"]:
        years[str(group["code"]).removeprefix("GRI ")] = int(group.get("year", 0))
        for one in group["disclosures"]:
            titles[str(one["code"])] = str(one["title"])
    return titles, years


def check(reading: Reading) -> Iterator[Outcome]:
    """GRI 内容索引：编码须存在、须属于同行所列标准、除 3-3 外不得重复；标准应注明年份；页码栏不得填编码。"""
    rows = index_rows(reading)
    if not rows:
        return
    titles, years = catalogue()
    seen: dict[str, int] = {}
    for row in rows:
        line = reading.rows[row]
        head = HEAD.search(line)
        codes = list(CODE.finditer(line))
        for n, m in enumerate(codes):
            code, series = m["code"], m["series"]
            leads = n == 0 and (m.start() <= 8 or (head is not None and head.start() <= m.start()))
            if len(series) == 3 or (leads and (line.strip() != m[0] or code in titles)):
                yield _one(
                    reading, row, m, code in titles or series not in years, f"GRI 标准中没有 {code} 这一披露项。"
                )
            if n and codes[0]["code"] == code:
                yield _one(
                    reading, row, m, False, f"{code} 的披露位置写成了编码 {code}，疑为页码栏误填。", 0.8, WARNING
                )
            elif code in seen and code != "3-3" and code in titles and leads:
                yield _one(
                    reading, row, m, False, f"{code} 在索引中出现两次（另见第 {reading.lines[seen[code]].number} 行）。"
                )
            if leads:
                seen.setdefault(code, row)
            if head and n == 0 and head.start() <= m.start() and head["series"] in years:
                yield _one(reading, row, m, head["series"] == series, f"{code} 不属于同行所列的 GRI {head['series']}。")
        if head and head["series"] in years and len(head["series"]) == 3 and head.start() < 6:
            yield _head(reading, row, head, years)


def index_rows(reading: Reading) -> list[int]:
    """Rows of the index: those with a code, where codes stand densely and GRI is spoken of."""
    if "GRI" not in reading.flat.upper():
        return []
    hits = [i for i, line in enumerate(reading.rows) if CODE.search(line) or HEAD.match(line.strip())]
    coded = [i for i in hits if CODE.search(reading.rows[i])]
    dense = {
        i
        for n, i in enumerate(coded)
        if (n + 5 < len(coded) and coded[n + 5] - i <= 60) or (n >= 5 and i - coded[n - 5] <= 60)
    }
    if len(dense) < 6:
        return []
    low, high, known = min(dense), max(dense), set(coded)
    first, last = low - 12, high + 12
    return [i for i in hits if first <= i <= last and (low <= i <= high or i not in known)]


def _one(
    reading: Reading,
    row: int,
    m: re.Match[str],
    holds: bool,
    message: str,
    confidence: float = 0.95,
    severity: Severity = ERROR,
) -> Outcome:
    start = reading.starts[row]
    span = reading.span(start + m.start("code"), start + m.end("code"))
    return Outcome(RULE, holds, (), message, "", severity, confidence, "对照 GRI 标准原文核对编码与披露位置。", span)


def _head(reading: Reading, row: int, head: re.Match[str], years: dict[str, int]) -> Outcome:
    start = reading.starts[row]
    span = reading.span(start + head.start(), start + head.end())
    told, due = head["year"], years[head["series"]]
    if told is None:
        message = f"GRI {head['series']} 未注明标准年份（现行为 {due}）。"
    else:
        message = f"GRI {head['series']} 写为 {told} 版，现行版本为 {due}。"
    return Outcome(
        RULE, told is not None and int(told) == due, (), message, "", NOTE, 0.7, "在索引中写明标准名称与年份。", span
    )
