"""The audit itself: reads the quantities, tries every check, sorts what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qingce.audit.checks import CHECKS
from qingce.audit.model import Finding, Relation, Report, Text
from qingce.audit.relation import Outcome
from qingce.audit.statement import Reading


def audit(text: Text) -> Report:
    """Everything that the text itself lets one check.

    >>> report = audit(Text.of("贷款余额100.00亿元，较年初增长25.00亿元，增幅30.00%。"))
    >>> [f.rule for f in report.findings]
    ['change']
    """
    reading = Reading(text)
    relations: list[Relation] = []
    findings: dict[tuple[object, ...], Finding] = {}
    idle: list[str] = []
    for name, check in CHECKS.items():
        tried = False
        for outcome in check(reading):
            tried = True
            relations.append(Relation(outcome.rule, outcome.holds, outcome.quantities, outcome.arithmetic))
            if not outcome.holds:
                finding = _finding(text, outcome)
                findings.setdefault((finding.line, finding.rule, finding.message), finding)
        if not tried:
            idle.append(name)
    ordered = sorted(_once(findings.values()), key=lambda f: (f.line, f.rule, f.message))
    return Report(
        text, tuple(s.quantity for s in reading.said), reading.statements, tuple(relations), tuple(ordered), tuple(idle)
    )


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """One finding for the same quantities under the same rule, whichever way they were met."""
    seen: set[tuple[object, ...]] = set()
    for finding in findings:
        key = (finding.rule, frozenset(q.index for q in finding.quantities)) if finding.quantities else (finding,)
        if key not in seen:
            seen.add(key)
            yield finding


def _finding(text: Text, o: Outcome) -> Finding:
    span = o.span or (o.quantities[0].span if o.quantities else None)
    return Finding(
        text.file,
        span.line if span else 1,
        span.page if span else None,
        o.rule,
        o.severity,
        o.message,
        o.quantities,
        o.arithmetic,
        o.confidence,
        o.resolve,
        (o.span,) if o.span else (),
    )
