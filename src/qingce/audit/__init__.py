"""Audit (审读): reads anybody's report, finds every number and says what does not hold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qingce.audit.model import Finding, Quantity, Relation, Report, Statement, Text
from qingce.audit.readers import LIMITS, Limits, UnreadableError, read_text

if TYPE_CHECKING:
    from qingce.audit.judge import audit

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
    from qingce.audit.judge import audit as judged

    return judged(read_text(path, limits))


def __getattr__(name: str) -> Any:
    # those who only read a file, as each build does, need none of the judging
    if name == "audit":
        from qingce.audit.judge import audit as judged

        return judged
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
