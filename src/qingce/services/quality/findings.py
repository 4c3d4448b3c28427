"""What is to be looked at in the quality of a report: estimates printed without their mark, targets that are missed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.figure import Figure
from qingce.core.page import Document, numbers
from qingce.core.period import Period
from qingce.core.quality import Quality
from qingce.core.registry import Registry
from qingce.services.quality.judging import Qualities
from qingce.services.quality.targets import Measured, Target, counted, measure

RULES: Mapping[str, str] = {
    "estimate_unmarked": "含估算的数值，页面没有去掉它的标记。",
    "quality_worst_share": "五级数值的占比不超过目标。",
    "quality_level": "到了目标年份，平均级别达到目标。",
}
"""Each rule with the sentence that holds where nothing is found; a failure is a warning."""
UNMARKED, SHARE, LEVEL = RULES


def unmarked(document: Document, notes: Mapping[str, str]) -> list[Finding]:
    """Numbers that rest on an estimate and of which the page took the mark away.

    Args:
        notes: the footnotes of estimated figures by key.
    """
    return [
        Finding(UNMARKED, Status.FAIL, Severity.WARNING,
                f"“{node.label}”{node.text}含估算，页面去掉了估算标记。",
                place=Place(file=page.file, value=node.binding),
                advice="删去绑定中的 .unmarked，让标记与附注印出来。")
        for page in document.pages for node in numbers(page)
        if node.unmarked and any(key in notes for key in node.figures)
    ]


def missed(targets: Iterable[Target], year: int, measured: Mapping[str, Measured], labels: Mapping[str, str]
           ) -> list[Finding]:
    """Targets that this year's figures do not reach.

    A share of level 5 above its target is a warning in every year; a mean level that is due is one too.

    Args:
        measured: by the name of a pack or metric.
        labels: what these are called.
    """
    found = []
    for target in targets:
        now = measured.get(target.name, Measured())
        label = labels.get(target.name, target.name)
        if now.worst_share is not None and target.worst_share is not None and now.worst_share > target.worst_share:
            found.append(Finding(
                SHARE, Status.FAIL, Severity.WARNING,
                f"“{label}”五级（估算）数值占 {now.worst_share}%，超过目标 {target.worst_share}%。",
                tried=now.count, passed=now.count - now.worst, place=Place(file="quality.yaml", value=target.name),
                advice="以实测、账单或系统记录替换估算值，见数据质量页列出的最差数值。"))
        if now.mean is not None and target.due(year) and now.mean > target.level:
            found.append(Finding(
                LEVEL, Status.FAIL, Severity.WARNING,
                f"“{label}”平均 {now.mean} 级，未达到 {target.year} 年 {target.level} 级的目标。",
                tried=now.count, passed=0, place=Place(file="quality.yaml", value=target.name),
                advice="见数据质量页列出的最差数值及改进办法。"))
    return found


def by_name(registry: Registry, qualities: Qualities, figures: Iterable[Figure], period: Period
            ) -> dict[str, Measured]:
    """Figures of a period measured by pack and by metric; members of families are not counted beside their total."""
    found = {figure.key: one for figure in figures
             if figure.key.period == str(period) and (one := qualities.of(figure.key)) is not None}
    rooms: dict[str, list[Quality]] = {}
    for key, one in counted(found).items():
        rooms.setdefault(registry.pack_of.get(key.metric, ""), []).append(one)
        rooms.setdefault(key.metric, []).append(one)
    return {name: measure(each) for name, each in rooms.items()}
