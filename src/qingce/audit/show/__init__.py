"""What an audit gives: a summary for the terminal, JSON, JSON lines, SARIF and a reading copy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from qingce.audit.model import Report
from qingce.audit.show.plain import summary
from qingce.audit.show.reading import reading_copy
from qingce.audit.show.records import as_json, as_lines
from qingce.audit.show.sarif import as_sarif

FORMATS: Mapping[str, Callable[[Sequence[Report]], str]] = {
    "text": summary, "json": as_json, "jsonl": as_lines, "html": reading_copy, "sarif": as_sarif,
}
"""How each format is written, by its name."""

__all__ = ["FORMATS", "as_json", "as_lines", "as_sarif", "reading_copy", "summary"]
