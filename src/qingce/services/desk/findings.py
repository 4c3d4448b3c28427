"""What does not hold yet: checks of the latest build, unexplained differences, gaps, posts without people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from qingce.casework.item import STEP_LABELS, Explained, Item, Mode
from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding, Severity, Status
from qingce.core.figure import Answered, FigureKey
from qingce.services.desk.acting import roster
from qingce.services.desk.collecting import computed_value, items
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import latest_findings, read_campaigns
from qingce.services.desk.labels import answer_text, item_label, org_name


class Sort(StrEnum):
    """What a finding is about."""

    CHECK = "check"
    VARIANCE = "variance"
    EXPLANATION = "explanation"
    GAP = "gap"
    MOVED = "moved"
    VACANT = "vacant"


SORT_LABELS: Mapping[Sort, str] = {
    Sort.CHECK: "勾稽", Sort.VARIANCE: "差异待说明", Sort.EXPLANATION: "说明待认可", Sort.GAP: "数据缺口",
    Sort.MOVED: "计算值已变", Sort.VACANT: "无人办理",
}


@dataclass(frozen=True, slots=True)
class Open:
    """Something that somebody must look at.

    Attributes:
        subject: what it is about: an item's or a check's name.
        item: the item's id, where it is about one.
        key: what a case about it is about: ``item/ID`` or ``finding/CONTENT``.
        label: the subject in words where it is a check: its own sentence.
        figures: key and label of the figures that a check compares.
    """

    sort: Sort
    severity: Severity
    words: str
    subject: str
    item: str = ""
    org: str = ""
    advice: str = ""
    place: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    key: str = ""
    label: str = ""
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is open, errors first.

    Attributes:
        built: when the checks were tried last; empty where no build was made.
        held: checks that held.
    """

    found: tuple[Open, ...] = ()
    counts: Mapping[Sort, int] = field(default_factory=dict)
    built: str = ""
    held: int = 0


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def findings(desk: Desk, actor: Actor, *, campaign: str = "", sort: str = "") -> Findings:
    """What does not hold yet.

    Args:
        campaign: default the latest.
        sort: one of :class:`Sort`; the counts are of all sorts all the same.

    Raises:
        Denied: no right to see findings.
    """
    desk.require(actor, Action.READ_FINDINGS)
    stored = latest_findings(desk)
    found = [_checked(desk, f) for f in stored if f.status is Status.FAIL]
    with desk.reading() as db:
        every = read_campaigns(db, desk.kept)
        everybody = roster(desk, db)
    name = campaign or (every[0].id if every else "")
    mine = items(desk, actor, campaign=name) if name else []
    paths = {org: desk.path(org) for org in {item.org for item in mine}}
    for item in mine:
        found += _of_item(desk, item)
        if item.step is not None and everybody.of(item, item.step, paths[item.org]).vacant:
            found.append(_open(desk, item, Sort.VACANT, Severity.WARNING,
                               f"没有人可以办理{STEP_LABELS[item.step]}。", "请授予角色，或单独指定人员。"))
    found.sort(key=lambda o: _ORDER[o.severity])
    counts = {each: sum(o.sort is each for o in found) for each in Sort}
    builds = desk.figures.builds()
    return Findings(tuple(o for o in found if not sort or o.sort == sort), counts, builds[-1][1] if builds else "",
                    sum(f.status is Status.PASS for f in stored))


def stored_findings(desk: Desk, actor: Actor) -> tuple[list[Finding], str]:
    """Every rule as the latest build tried it, and when that was; nothing where no build was made.

    Raises:
        Denied: no right to see findings.
    """
    desk.require(actor, Action.READ_FINDINGS)
    builds = desk.figures.builds()
    return desk.figures.findings(), builds[-1][1] if builds else ""


def _checked(desk: Desk, finding: Finding) -> Open:
    check = desk.registry.checks.get(finding.rule)
    known, at = desk.registry.metrics, (desk.settings.org, str(desk.settings.period))
    compared = [known[name] for name in check.params if name in known] if check is not None else []
    return Open(Sort.CHECK, finding.severity, finding.reason, finding.rule, advice=finding.advice,
                place=str(finding.place), rows=finding.rows, key=f"finding/{finding.content}",
                label=_sentence(check.doc) if check is not None else "",
                figures=tuple((str(FigureKey(m.name, *at)), m.label) for m in compared))


def _sentence(doc: str) -> str:
    """The first sentence of a check's own words."""
    return doc.replace("\n", "").split("。", 1)[0]


def _of_item(desk: Desk, item: Item) -> Iterable[Open]:
    found = item.variance
    if found is not None and item.unexplained:
        yield _open(desk, item, Sort.VARIANCE, Severity.WARNING,
                    f"{answer_text(item)}，与上年 {found.prior:,f} 相差 {found.text}，尚未说明。", "请填报人写明原因。")
    elif found is not None and found.beyond and item.explanation.state is Explained.GIVEN:
        yield _open(desk, item, Sort.EXPLANATION, Severity.NOTE,
                    f"与上年相差 {found.text}；说明：{item.explanation.words}", "请复核人认可或退回。")
    if item.answer.answered is Answered.NOT_AVAILABLE:
        yield _open(desk, item, Sort.GAP, Severity.WARNING, f"适用但暂缺：{item.answer.reason}", "列入数据缺口清单。")
    if item.mode is Mode.CONFIRM and item.answer.value is not None:
        computed = computed_value(desk, item)
        if computed != item.answer.value:
            now = "没有编制结果" if computed is None else f"最近编制为 {computed:,f}"
            yield _open(desk, item, Sort.MOVED, Severity.ERROR,
                        f"已确认 {item.answer.value:,f} {item.unit}，{now}。", "请重新确认。")


def _open(desk: Desk, item: Item, sort: Sort, severity: Severity, words: str, advice: str) -> Open:
    return Open(sort, severity, words, item_label(desk, item), item.id, org_name(desk, item.org), advice,
                key=f"item/{item.id}")
