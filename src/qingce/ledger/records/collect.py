"""Collecting findings: at most a hundred for each rule and file, then one that counts the rest."""

from __future__ import annotations

from collections.abc import Iterable

from qingce.core.check import ERROR, Finding, Place, Severity, Status
from qingce.core.errors import closest
from qingce.ledger.records.rules import RULES

LIMIT = 100
"""Findings of one rule that are told one by one for one file."""

_SHOWN = 60


class Collector:
    """Findings on their way, with a ceiling for each rule and file."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._count: dict[tuple[str, str], int] = {}
        self._given: list[Finding] = []

    def copy(self) -> Collector:
        """Another collector that begins with the same findings."""
        other = Collector()
        other._kept, other._count, other._given = [*self._kept], {**self._count}, [*self._given]
        return other

    def add(
        self, rule: str, reason: str, place: Place, *, advice: str = "", severity: Severity | None = None
    ) -> None:
        """One breach; beyond the ceiling it is only counted."""
        key = (rule, place.file)
        self._count[key] = self._count.get(key, 0) + 1
        if self._count[key] > LIMIT:
            return
        known = RULES[rule]
        self._kept.append(Finding(
            rule, Status.FAIL, severity or known.severity, reason, place=_tidy(place),
            advice=advice or known.advice,
        ))

    def more(self, rule: str, file: str, count: int) -> None:
        """Count breaches that are not told one by one."""
        if count > 0:
            self._count[rule, file] = self._count.get((rule, file), 0) + count

    def room(self, rule: str, file: str) -> int:
        """How many breaches of that rule in that file can still be told one by one."""
        return max(0, LIMIT - self._count.get((rule, file), 0))

    def adopt(self, findings: Iterable[Finding]) -> None:
        """Findings of an earlier run over a file that nobody adds to in this one."""
        self._given += findings

    def of(self, file: str) -> tuple[Finding, ...]:
        """What was found in one file."""
        return tuple(finding for finding in self.findings() if finding.place.file == file)

    @property
    def blocked(self) -> bool:
        """Whether an ERROR was found."""
        return any(finding.severity is ERROR for finding in (*self._kept, *self._given))

    def blocks(self, file: str) -> bool:
        """Whether an ERROR was found in that file."""
        return any(f.severity is ERROR and f.place.file == file for f in self._kept)

    @property
    def passing(self) -> bool:
        """Whether something was found that may be gone the next moment."""
        return any(RULES[finding.rule].passing for finding in self._kept)

    def findings(self) -> tuple[Finding, ...]:
        """All findings by file and row, each rule's count last."""
        told: dict[tuple[str, str], int] = {}
        for finding in self._kept:
            key = (finding.rule, finding.place.file)
            told[key] = told.get(key, 0) + 1
        counts = [f for f in self._given if f.tried]
        one_by_one = (*self._kept, *(f for f in self._given if not f.tried))
        ordered = sorted(one_by_one, key=lambda f: (f.place.file, f.place.row or 0))
        for (rule, file), count in self._count.items():
            rest = count - told.get((rule, file), 0)
            if rest > 0:
                known = RULES[rule]
                ordered.append(Finding(
                    rule, Status.FAIL, known.severity,
                    f"{known.title}：共 {count:,} 处，另有 {rest:,} 处未逐一列出。",
                    tried=count, place=Place(file), advice=known.advice,
                ))
        return (*ordered, *counts)


def _tidy(place: Place) -> Place:
    return Place(place.file, place.sheet, place.row, place.column, shown(place.value))


def shown(value: object) -> str:
    """A value as a finding quotes it: one line, not endless.

    >>> shown("甲" * 100)[-3:], shown("a\\nb")
    ('甲甲…', 'a⏎b')
    """
    text = str(value).replace("\r\n", "⏎").replace("\n", "⏎").replace("\r", "⏎")
    text = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text[: _SHOWN + 1])
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def near(word: str, known: Iterable[str]) -> str:
    """A hint that ends a Chinese sentence, or nothing.

    >>> near("贷款余颔", ["贷款余额", "机构"])
    '是否应为“贷款余额”？'
    """
    # in a word of two or three characters one wrong character is half of it
    found = closest(word, known, 0.5 if len(word) < 4 else 0.6)
    return f"是否应为“{found}”？" if found else ""
