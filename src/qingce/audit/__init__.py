"""Audit (审读): reads anybody's report, finds every number and says what does not hold."""

from __future__ import annotations

from pathlib import Path

from qingce.audit.judge import audit
from qingce.audit.model import Finding, Quantity, Relation, Report, Statement, Text
from qingce.audit.readers import LIMITS, Limits, UnreadableError, read_text

__all__ = [
    "LIMITS",
    "Finding",
    "Limits",
    "Quantity",
    "Relation",
    "Report",
    "Statement",
    "Text",
    "UnreadableError",
    "audit",
    "read",
    "read_text",
]


def read(path: str | Path, limits: Limits = LIMITS) -> Report:
    """Audit a PDF, DOCX, HTML or plain text file.

    Raises:
        UnreadableError: the file cannot be read as text; the message says why.
    """
    return audit(read_text(path, limits))
