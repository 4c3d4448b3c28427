"""What editions and the command line tell of data quality: a figure's, a pack's, and of the scale itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from qingce.core.estimate import plain
from qingce.core.figure import Figure, FigureKey
from qingce.core.period import Period
from qingce.core.quality import WAY_LABELS, Quality
from qingce.core.scale import Scale
from qingce.publish.xlsx.book import BookGrade, BookQuality, BookTotal
from qingce.services.quality.notes import better, why
from qingce.services.quality.targets import Target, counted, measure, read_targets

if TYPE_CHECKING:
    from qingce.services.project import Project

MEANS = (
    "合计的级别按下级数值加权平均（可加且同号），否则按个数平均；多个指标合起来单位不同，一律按个数平均。"
    "平均数保留一位小数，四舍五入。没有数值的不评级。"
)
"""How levels are put together and printed, wherever a mean is shown."""


def quality_facts(project: Project, key: FigureKey) -> dict[str, Any] | None:
    """A figure's quality for programs; nothing for an absent one."""
    found = project.quality.of(key)
    if found is None:
        return None
    told: dict[str, Any] = {
        "score": found.text, "level": found.level, "way": str(found.way), "estimated": plain(found.estimated),
        "why": why(project.quality.scale, project.called, found),
    }
    if found.estimate is not None:
        told |= {"method": found.estimate.method, "reason": found.estimate.reason}
    return told


def scale_facts(scale: Scale) -> dict[str, Any]:
    """A scale for programs, with what it follows and whether that was confirmed."""
    return {
        "since": scale.since, "label": scale.label, "source": scale.source, "trust": scale.trust, "note": scale.note,
        "levels": {str(n): {"name": v.name, "label": v.label, "meaning": v.meaning} for n, v in scale.levels.items()},
        "methods": {code: m.label for code, m in scale.methods.items()}, "means": MEANS,
    }


def quality_sheet(project: Project, figures: Sequence[Figure], org: Callable[[str], str]) -> BookQuality:
    """The databook's sheets on data quality."""
    registry, scale = project.registry, project.quality.scale
    grades = []
    for figure in figures:
        key, found = figure.key, project.quality.of(figure.key)
        if found is not None:
            grades.append(BookGrade(
                registry.packs[registry.pack_of[key.metric]].label, project.called(key), org(key.org), key.period,
                found.score, found.text, found.estimated, WAY_LABELS[found.way],
                "；".join(why(scale, project.called, found)), better(found), str(key)))
    targets = {t.pack: t for t in read_targets(project.folder, registry) if t.pack}
    return BookQuality(f"{scale.trust_text}。{MEANS}", tuple(_totals(project, figures, targets)), tuple(grades))


def _totals(project: Project, figures: Iterable[Figure], targets: Mapping[str, Target]) -> Iterable[BookTotal]:
    registry = project.registry
    found = {f.key: one for f in figures if Period.parse(f.key.period).kind == project.settings.period.kind
             and (one := project.quality.of(f.key)) is not None}
    rooms: dict[tuple[str, str], list[Quality]] = {}
    for key, one in counted(found).items():
        rooms.setdefault((registry.pack_of[key.metric], key.period), []).append(one)
    for (pack, period), each in sorted(rooms.items(), key=lambda room: (list(registry.packs).index(room[0][0]),
                                                                        room[0][1])):
        now, target = measure(each), targets.get(pack)
        yield BookTotal(registry.packs[pack].label, period, now.count, now.mean, now.estimated_share, now.worst_share,
                        target_words(target) if target else "")


def target_words(target: Target) -> str:
    """A target in one sentence: 2026 年达到 3 级，五级不超过 10%."""
    share = "" if target.worst_share is None else f"，五级不超过 {plain(target.worst_share)}%"
    return f"{target.year} 年达到 {plain(target.level)} 级{share}"
