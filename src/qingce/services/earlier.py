"""This year's text held against last year's: comparatives that moved, and definitions that changed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from qingce.audit.model import Finding, Kind, Quantity, Relation, Report, Statement
from qingce.core.check import Severity

_YEAR = re.compile(r"(?:19|20)\d\d")
_DEFINED = re.compile(
    r"[“\"]?([A-Za-z\u4e00-\u9fff（）()]{3,24}?)[”\"]?\s*(?:是指|系指|口径为|口径[:：]|的统计范围[为是]|计算公式为|=)\s*([^。；;\n]{4,160})")
_RESTATED = re.compile(r"重述|追溯调整|重新列示|重新列报|restate", re.IGNORECASE)
_BLANK = re.compile(r"[\s，,、（）()“”\"]")
_KINDS = {Kind.AMOUNT, Kind.SHARE, Kind.RATE}

Key = tuple[str, str, str]


def against_earlier(report: Report, earlier: Report) -> Report:
    """The report with its comparatives held against what last year's report said of the same year.

    A comparative that ties is added as a relation of the rule ``comparative``; one that does not is a
    warning, or a note where the text says that figures were restated. Definitions of one term that are
    worded differently are notes of the rule ``definition_changed``.
    """
    year = report_year(earlier)
    before = _stated(earlier, year)
    restated = any(_RESTATED.search(line.text) for line in report.text.lines)
    relations, findings = list(report.relations), list(report.findings)
    for statement in report.statements:
        if statement.period[:4] != year or statement.kind not in _KINDS:
            continue
        old = before.get(_key(statement), [])
        same = [q for q in old if q.dimension == statement.quantity.dimension]
        if not same:
            continue
        now = statement.quantity
        tied = next((q for q in same if _meet(now, q)), None)
        told = tied or same[0]
        arithmetic = f"{year} 年：本年报告 {now.text}，上年报告 {told.text}（第 {told.span.line} 行）"
        relations.append(Relation("comparative", tied is not None, (now,), arithmetic))
        if tied is None:
            findings.append(Finding(
                report.text.file, now.span.line, now.span.page, "comparative",
                Severity.NOTE if restated else Severity.WARNING,
                f"“{statement.metric}”的 {year} 年数，本年报告为 {now.text}，上年报告为 {told.text}。", (now,),
                arithmetic, 0.7, "说明重述的原因与影响，或改正其中一处。"))
    findings += _definitions(report, earlier)
    return replace(report, relations=tuple(relations), findings=tuple(findings))


def report_year(report: Report) -> str:
    """The year that a report is about: in its title or first lines, else the one its numbers name most."""
    head = [report.text.title, *(line.text for line in report.text.lines[:12])]
    for line in head:
        if match := _YEAR.search(line):
            return match[0]
    named = Counter(s.period[:4] for s in report.statements if _YEAR.match(s.period))
    return max(named, key=lambda y: (named[y], y), default="")


def _stated(report: Report, year: str) -> Mapping[Key, list[Quantity]]:
    found: dict[Key, list[Quantity]] = defaultdict(list)
    for statement in report.statements:
        if statement.period[:4] in ("", year) and statement.kind in _KINDS and len(statement.metric) >= 3:
            found[_key(statement)].append(statement.quantity)
    return found


def _key(statement: Statement) -> Key:
    return _BLANK.sub("", statement.metric), _BLANK.sub("", statement.subject), str(statement.kind)


def _meet(a: Quantity, b: Quantity) -> bool:
    """Whether one true value can stand behind both."""
    low = max((q.low for q in (a, b) if q.low is not None), default=None)
    high = min((q.high for q in (a, b) if q.high is not None), default=None)
    return low is None or high is None or low <= high


def _definitions(report: Report, earlier: Report) -> Iterator[Finding]:
    old = {term: words for term, words, _, _ in _defined(earlier)}
    for term, words, line, page in _defined(report):
        if term in old and _BLANK.sub("", old[term]) != _BLANK.sub("", words):
            yield Finding(
                report.text.file, line, page, "definition_changed", Severity.NOTE,
                f"“{term}”的口径与上年报告不同：本年为“{words.strip()}”，上年为“{old[term].strip()}”。",
                confidence=0.6, resolve="说明口径变化，并按同一口径列示上年数。")


def _defined(report: Report) -> Iterator[tuple[str, str, int, int | None]]:
    for line in report.text.lines:
        for match in _DEFINED.finditer(line.text):
            if not re.search(r"\d", match[1]):
                yield match[1], match[2], line.number, line.page
