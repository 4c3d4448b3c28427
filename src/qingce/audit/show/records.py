"""Findings as data for programs; ``schemas/finding.schema.json`` documents every key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from qingce.audit.model import Finding, Quantity, Report, Span
from qingce.core.check import Severity

RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
"""The order in which findings are told, the worst first."""


@cache
def schema() -> Mapping[str, Any]:
    """The JSON Schema of one finding."""
    text = files("qingce.audit").joinpath("schemas/finding.schema.json").read_text(encoding="utf-8")
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def in_order(report: Report) -> list[Finding]:
    """A report's findings by line, and on one line the worst first."""
    return sorted(report.findings, key=lambda f: (f.line, RANK[f.severity], f.rule, f.message))


def finding_record(finding: Finding) -> dict[str, Any]:
    """One finding as plain data."""
    return {
        "file": finding.file, "line": finding.line, "page": finding.page, "rule": finding.rule,
        "severity": str(finding.severity), "message": finding.message,
        "quantities": [_quantity(q) for q in finding.quantities],
        "spans": [_span(s) for s in finding.spans],
        "arithmetic": finding.arithmetic, "confidence": round(finding.confidence, 4), "resolve": finding.resolve,
    }


def _quantity(quantity: Quantity) -> dict[str, Any]:
    return {
        "text": quantity.text, "value": f"{quantity.value:f}", "unit": quantity.unit,
        "low": _bound(quantity.low), "high": _bound(quantity.high), "qualifier": str(quantity.qualifier),
        "kind": str(quantity.kind), **_span(quantity.span),
    }


def _bound(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def _span(span: Span) -> dict[str, Any]:
    return {"line": span.line, "start": span.start, "end": span.end, "page": span.page}


def counts(report: Report) -> dict[str, int]:
    """How many findings of each severity."""
    return {str(s): sum(f.severity is s for f in report.findings) for s in Severity}


def report_record(report: Report) -> dict[str, Any]:
    """A whole report as plain data."""
    return {
        "file": report.text.file, "title": report.text.title, "pages": report.text.pages,
        "lines": len(report.text.lines), "quantities": len(report.quantities), "covered": report.covered,
        "coverage": f"{report.coverage:.4f}", "relations": len(report.relations),
        "holding": sum(r.holds for r in report.relations), "counts": counts(report),
        "notes": list(report.text.notes), "findings": [finding_record(f) for f in in_order(report)],
    }


def as_json(reports: Sequence[Report]) -> str:
    """All reports as one JSON document."""
    return json.dumps({"reports": [report_record(r) for r in reports]}, ensure_ascii=False, indent=1) + "\n"


def as_lines(reports: Sequence[Report]) -> str:
    """One finding a line, in the order of files and lines."""
    rows = (json.dumps(finding_record(f), ensure_ascii=False) for r in reports for f in in_order(r))
    return "".join(row + "\n" for row in rows)
