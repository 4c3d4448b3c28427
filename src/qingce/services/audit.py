"""Auditing published texts: many files at once, alone, against a project's figures, or against last year's text."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qingce.audit import audit
from qingce.audit.model import Finding, Report, Text
from qingce.audit.readers import LIMITS, Limits, UnreadableError, read_text
from qingce.core.check import Severity
from qingce.services.against import Figures, against_project
from qingce.services.earlier import against_earlier
from qingce.services.project import Project

_ALONE_BYTES = 400_000
"""Files that are smaller together are read in one process: starting others would take longer."""


@dataclass(frozen=True)
class Audited:
    """What came of a run.

    Attributes:
        reports: one for each file, in the order given; a file that could not be read has one finding that says why.
        unread: files that could not be read.
    """

    reports: tuple[Report, ...]
    unread: tuple[str, ...]

    @property
    def wrong(self) -> bool:
        """Whether an error stands."""
        return any(f.severity is Severity.ERROR for r in self.reports for f in r.findings)


def audit_files(
    files: Sequence[str], *, limits: Limits = LIMITS, workers: int = 0, against: Project | None = None,
    compare: str = "",
) -> Audited:
    """Audit files; the result does not depend on how many are read at a time.

    Args:
        workers: processes; 0 takes as many as there are processors, at most one a file.
        against: a project to whose figures the numbers are tied.
        compare: last year's text, to which this year's comparatives are held.
    """
    names = list(dict.fromkeys(files))
    found = dict(zip(names, _all(names, limits, workers), strict=True))
    unread = tuple(name for name, result in found.items() if isinstance(result, str))
    earlier = _earlier(compare, limits) if compare else None
    figures = Figures(against) if against is not None else None
    reports = []
    for name, result in found.items():
        if isinstance(result, str):
            reports.append(unreadable(name, result))
            continue
        report = result
        if earlier is not None:
            report = against_earlier(report, earlier)
        if figures is not None:
            report = against_project(report, figures)
        reports.append(report)
    return Audited(tuple(reports), unread)


def _earlier(name: str, limits: Limits) -> Report:
    try:
        return audit(read_text(name, limits))
    except UnreadableError as exc:
        raise UnreadableError(f"{name}：{exc}") from exc


def _all(names: Sequence[str], limits: Limits, workers: int) -> list[Report | str]:
    one = partial(audit_one, limits=limits)
    count = min(len(names), workers or os.cpu_count() or 1)
    if count < 2 or (not workers and sum(map(_size, names)) < _ALONE_BYTES):
        return list(map(one, names))
    results: list[Report | str] = []
    try:
        with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as pool:
            for result in pool.map(one, names):
                results.append(result)
    except BrokenProcessPool:  # the system ended a process: those after it were not read
        return [*results, *("审读进程中止（多半是内存不足），没有读完。" for _ in names[len(results):])]
    return results


def _size(name: str) -> int:
    try:
        return Path(name).stat().st_size
    except (OSError, ValueError):
        return 0


def audit_one(name: str, limits: Limits = LIMITS) -> Report | str:
    """The audit of one file, or why it cannot be read."""
    try:
        return audit(read_text(name, limits))
    except UnreadableError as exc:
        return str(exc)
    except MemoryError:
        return "内存不足，没有读完。"


def unreadable(name: str, why: str) -> Report:
    """The report of a file that could not be read."""
    finding = Finding(name, 0, None, "unreadable", Severity.ERROR, why, resolve="换一份可读的文件。")
    return Report(Text(name, ()), findings=(finding,))
