"""Check (勾稽) and Finding (疑点): a rule that is one true sentence, and what came of trying it.

A check returns relations between amounts, or a table of bad rows. Its result is pass, fail or not
applicable with the reason, and says how many cases were tried. It never raises on people's data.
"""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from qingce.core.errors import DeclarationError


class Severity(StrEnum):
    """What a failed check means for publishing."""

    ERROR = "error"
    """Nothing is published until it is resolved."""
    WARNING = "warning"
    """Published only with somebody's eyes on it."""
    NOTE = "note"
    """Worth knowing."""


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


class Status(StrEnum):
    """What came of a check."""

    PASS = "pass"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in somebody's file a finding sits; rows count from 1 as the spreadsheet shows them."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        parts = [self.file, self.sheet and f"工作表 {self.sheet}", self.row and f"第 {self.row} 行",
                 self.column and f"“{self.column}”列"]
        return " ".join(str(p) for p in parts if p)


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule.

    Attributes:
        rule: the check's name, or the intake rule's.
        reason: one sentence in Chinese: what is wrong, or why the rule does not apply.
        advice: what to do about it.
        tried, passed: cases looked at and cases that held.
        rows: the failing cases, as printed values.
        waiver: why it may stand, who decided that and until when, in Chinese; empty where nobody did.
    """

    rule: str
    status: Status
    severity: Severity
    reason: str
    tried: int = 1
    passed: int = 0
    rows: tuple[Mapping[str, str], ...] = ()
    place: Place = field(default_factory=Place)
    advice: str = ""
    cites: str = ""
    waiver: str = ""

    @property
    def blocks(self) -> bool:
        """Whether this finding forbids publishing."""
        return self.status is Status.FAIL and self.severity is Severity.ERROR and not self.waiver

    @property
    def content(self) -> str:
        """A name of exactly what was found; another case, and it is another name."""
        cases = [sorted(row.items()) for row in self.rows]
        told = (self.rule, self.status.value, self.severity.value, self.reason, self.tried, self.passed, cases,
                str(self.place), self.place.value)
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class Check:
    """A declared rule.

    Attributes:
        each: dimensions over whose members the rule is tried one by one.
    """

    name: str
    doc: str
    params: tuple[str, ...]
    body: Callable[..., Any]
    severity: Severity
    cites: str
    each: tuple[str, ...]
    module: str = ""


def check(
    *, severity: Severity = Severity.ERROR, cites: str = "", each: tuple[str, ...] | str = ()
) -> Callable[[Callable[..., Any]], Check]:
    """Declare a rule; the docstring is the sentence a reader sees, in Chinese.

    The body gets amounts (for metric and factor names) or Ibis tables (for dataset and view names)
    and returns a relation, several relations, or a table of bad rows.
    """

    def declare(body: Callable[..., Any]) -> Check:
        doc = inspect.cleandoc(body.__doc__ or "")
        if not doc:
            raise DeclarationError(f"check {body.__name__!r} has no docstring; it is the sentence a reader sees.")
        return Check(
            name=body.__name__, doc=doc, params=tuple(inspect.signature(body).parameters), body=body,
            severity=severity, cites=cites, each=(each,) if isinstance(each, str) else tuple(each),
            module=body.__module__,
        )

    return declare
