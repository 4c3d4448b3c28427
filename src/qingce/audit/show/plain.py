"""The summary for the terminal: findings grouped by severity, the arithmetic shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qingce.audit.model import Finding, Report
from qingce.audit.show.records import RANK, counts, in_order
from qingce.core.check import Severity

WORDS = {Severity.ERROR: "错误", Severity.WARNING: "关注", Severity.NOTE: "提示"}


def summary(reports: Sequence[Report]) -> str:
    """All reports, one after the other."""
    return "".join(line + "\n" for report in reports for line in _report(report))


def headline(report: Report) -> str:
    """One line about a report: what was read, how much of it was checked, what was found."""
    found = counts(report)
    pages = f"{report.text.pages} 页，" if report.text.pages else ""
    return (
        f"{pages}{len(report.text.lines)} 行，数字 {len(report.quantities)} 个，"
        f"参与勾稽 {report.covered} 个（{report.coverage:.1%}）；试算 {len(report.relations)} 项，"
        f"相符 {sum(r.holds for r in report.relations)} 项；"
        f"错误 {found['error']}，关注 {found['warning']}，提示 {found['note']}"
    )


def _report(report: Report) -> Iterator[str]:
    yield clean(report.text.file)
    for note in report.text.notes:
        yield f"  注意：{clean(note)}"
    for severity in sorted(Severity, key=RANK.__getitem__):
        found = [f for f in in_order(report) if f.severity is severity]
        if found:
            yield f"  {WORDS[severity]} {len(found)}"
            for finding in found:
                yield from _finding(finding)
    yield f"  {headline(report)}"


def place(finding: Finding) -> str:
    """Page and line in words."""
    page = f"第 {finding.page} 页 " if finding.page is not None else ""
    return f"{page}第 {finding.line} 行" if finding.line else "全文"


def _finding(finding: Finding) -> Iterator[str]:
    yield f"    {place(finding)}  {clean(finding.message)}  [{finding.rule}，把握 {finding.confidence:.0%}]"
    if finding.arithmetic:
        yield f"      算式：{clean(finding.arithmetic)}"
    if len(finding.quantities) > 1:
        yield "      涉及：" + "；".join(f"{clean(q.text)}（第 {q.span.line} 行）" for q in finding.quantities[:12])
    if finding.resolve:
        yield f"      → {clean(finding.resolve)}"


def clean(text: str) -> str:
    """Text of a document without characters that would steer a terminal.

    >>> clean("a\\x1b[31mb\\u202ec")
    'a�[31mb�c'
    """
    return "".join(c if c.isprintable() or c in "\u3000\u00a0" else "\ufffd" if c not in "\t\n" else " " for c in text)
