"""SARIF 2.1.0: findings in the form in which code hosts and editors show them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from qingce.audit.model import Finding, Report, Span
from qingce.audit.show.records import in_order
from qingce.core.check import Severity

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(reports: Sequence[Report]) -> str:
    """All reports as one run."""
    rules = sorted({f.rule for r in reports for f in r.findings})
    place = {rule: i for i, rule in enumerate(rules)}
    run = {
        "tool": {"driver": {
            "name": "qingce audit", "version": version("qingce"), "rules": [{"id": rule} for rule in rules],
        }},
        "columnKind": "unicodeCodePoints",
        "results": [_result(f, place[f.rule]) for r in reports for f in in_order(r)],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def _result(finding: Finding, rule: int) -> dict[str, Any]:
    spans = [q.span for q in finding.quantities] + list(finding.spans)
    main = next((s for s in spans if s.line == finding.line), None)
    text = "\n".join(t for t in (finding.message, finding.arithmetic, finding.resolve) if t)
    return {
        "ruleId": finding.rule, "ruleIndex": rule, "level": _LEVEL[finding.severity], "message": {"text": text},
        "locations": [_location(finding.file, main or Span(max(1, finding.line), 0, 0))],
        "relatedLocations": [
            {"id": i, **_location(finding.file, span)} for i, span in enumerate(spans, 1) if span is not main
        ],
        "rank": round(finding.confidence * 100, 1),
        "properties": {"page": finding.page},
    }


def _location(file: str, span: Span) -> dict[str, Any]:
    region = {"startLine": span.line}
    if span.end > span.start:
        region |= {"startColumn": span.start + 1, "endColumn": span.end + 1}
    uri = quote(PurePath(file).as_posix(), safe="/:")
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
