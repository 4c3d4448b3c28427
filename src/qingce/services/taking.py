"""Taking in: a project's records, with made-up ledgers made beside where some are needed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from qingce.engine.asked import work_out
from qingce.engine.early import read_ahead
from qingce.services.ahead import Ahead
from qingce.services.cache import TextCache
from qingce.services.dates import judge_days
from qingce.services.intake import Intake, Records, Taken

if TYPE_CHECKING:
    from qingce.services.project import Project


def records_of(project: Project) -> Records:
    """The delivered files of a project, checked and stored."""
    ahead = Ahead(project.folder, project.settings)
    try:
        intake = Intake(project.folder, project.settings, project.registry, progress=project.progress,
                        backend=lambda: project.backend({}),
                        before_sample=lambda taken: _meanwhile(project, ahead, intake, taken), feed=project.feed)
        records = intake.records()
    finally:
        ahead.stop()
    cache = TextCache(project.state / "cache")
    days = judge_days(project.registry, records.parquet, project.settings.period, cache, lambda: project.backend({}))
    return replace(records, findings=(*records.findings, *days))


def _meanwhile(project: Project, ahead: Ahead, intake: Intake, taken: Mapping[str, Taken]) -> None:
    """While another process makes the sample: work out every query, and run those that need none of it."""
    if ahead.busy:
        early = project.computing({name: each.source for name, each in taken.items()}, intake.tree)
        if not project.declared.known:
            work_out(early.asked)
        read_ahead(early, taken, lambda: ahead.busy)
    ahead.wait()
