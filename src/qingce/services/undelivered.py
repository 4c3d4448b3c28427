"""Ledgers that nobody delivered although the report rests on them: their figures would be dashes without a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from qingce.core.check import WARNING, Finding, Place, Status
from qingce.core.registry import Registry, datasets_behind
from qingce.publish.bind import references
from qingce.services.feed import asked_of_desk

if TYPE_CHECKING:
    from qingce.services.project import Project

_NAMED = 6
"""Metrics and places that the sentence names; all of them are in the finding's rows."""


def undelivered(project: Project, standards: Iterable[str]) -> list[Finding]:
    """One finding for each ledger of which no file was delivered and on which something wanted rests.

    Args:
        standards: those of which the report prints an index.
    """
    registry, inputs = project.registry, project.records.inputs
    missing = [name for name in registry.datasets if name not in inputs]
    if not missing:
        return []
    behind = {name: datasets_behind(registry, name) for name in registry.metrics}
    lacking = {name for name, tables in behind.items() if not tables.isdisjoint(missing)}
    if not lacking:
        return []
    wanted: dict[str, list[str]] = {}
    for metric, where in _wanted(project, standards):
        if metric in lacking and where not in wanted.setdefault(metric, []):
            wanted[metric].append(where)
    used = {name: {m: where for m, where in wanted.items() if name in behind[m]} for name in missing}
    return [_told(registry, name, where) for name, where in used.items() if where]


def _wanted(project: Project, standards: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Metrics that are printed, filed or quoted, each with the place in which it is."""
    for path in sorted((project.folder / "pages").glob("*.md")):
        for _, metric in references(path.read_text(encoding="utf-8", errors="replace")):
            yield metric, path.relative_to(project.folder).as_posix()
    for _, metric in references("".join(f"{{{{ {binding} }}}}" for binding in project.settings.headline)):
        yield metric, "首页数字"
    for name in standards:
        standard = project.registry.standards[name]
        for code, answer in standard.answers.items():
            for metric in answer.figures:
                yield metric, f"{standard.title} {code}"
    for metric in asked_of_desk(project.folder, project.feed, str(project.settings.period)):
        yield metric, "青册收集"


def _told(registry: Registry, name: str, used: Mapping[str, list[str]]) -> Finding:
    dataset = registry.datasets[name]
    labels = [registry.metrics[metric].label for metric in used]
    places = list(dict.fromkeys(place for where in used.values() for place in where))
    file = f"records/{name}.csv"
    return Finding(
        "ledger_delivered", Status.FAIL, WARNING,
        f"没有交《{dataset.label}》（应为 {file}，或 .xlsx、.parquet）："
        f"{_listed(labels, '项指标')}没有数值或不全；用在 {_listed(places, '处')}。",
        tried=len(used), place=Place(file),
        rows=tuple({"指标": registry.metrics[m].label, "用在": "、".join(where)} for m, where in used.items()),
        advice=f"请{dataset.owner or '归口部门'}交来；报告期内确无记录的，交一份只有表头的文件。",
    )


def _listed(words: list[str], what: str) -> str:
    more = f"等 {len(words)} {what}" if len(words) > _NAMED else ""
    return "、".join(words[:_NAMED]) + more
