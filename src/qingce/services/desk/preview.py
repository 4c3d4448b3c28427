"""Chapters as they will be printed, with how far each number has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from qingce.casework.item import Item, State
from qingce.casework.rights import Action, Actor
from qingce.core.check import Finding, Severity, Status
from qingce.core.errors import Missing
from qingce.core.figure import FigureKey
from qingce.core.page import Document, Number, Page, numbers
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import items_of
from qingce.services.desk.laid import campaigns_of, current
from qingce.services.overlay import LaidOver

APPROVED, FILED, COMPUTED, VARIANCE, CONTRADICTED, ABSENT = (
    "approved", "filed", "computed", "variance", "contradicted", "absent")
STATES = (CONTRADICTED, VARIANCE, ABSENT, FILED, COMPUTED, APPROVED)
"""How far a number has come, what wants somebody's eyes first."""
_OPEN = (State.IN_PROGRESS, State.SUBMITTED, State.REVIEWED, State.RETURNED, State.TO_START)


@dataclass(frozen=True)
class Chapter:
    """A page of the report as it stands.

    Attributes:
        states: for each figure's key its state; ``reasons`` why, in words.
        counts: how many numbers of the page are in each state.
    """

    page: Page
    states: Mapping[str, str]
    reasons: Mapping[str, str]
    counts: Mapping[str, int]

    def state(self, number: Number) -> str:
        """The state of a number: of the figures it rests on, the one that wants eyes first."""
        if not number.raw:
            return ABSENT
        found = [self.states[key] for key in number.figures if key in self.states]
        return min(found, key=STATES.index) if found else COMPUTED

    def reason(self, number: Number) -> str:
        """Why, in words."""
        return "；".join(dict.fromkeys(self.reasons[key] for key in number.figures if key in self.reasons))


@dataclass(frozen=True)
class Preview:
    """All chapters, with what is wrong with the pages themselves."""

    title: str
    chapters: tuple[Chapter, ...]
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many numbers are in each state."""
        found: Counter[str] = Counter()
        for chapter in self.chapters:
            found.update(chapter.counts)
        return {state: found[state] for state in STATES}


def preview(desk: Desk, actor: Actor) -> Preview:
    """The report as it stands.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_PAGES)
    project = current(desk)
    composed = project.composed
    states, reasons = _states(desk, project, composed.document)
    chapters = tuple(_chapter(page, states, reasons) for page in composed.document.pages)
    failed = tuple(f for f in composed.findings if f.status is Status.FAIL)
    return Preview(composed.document.title, chapters, failed)


def chapter_of(found: Preview, slug: str) -> Chapter:
    """One chapter.

    Raises:
        Missing: there is none of that name.
    """
    made = next((c for c in found.chapters if c.page.slug == slug), None)
    if made is None:
        raise Missing("报告里没有这一页。")
    return made


def _chapter(page: Page, states: Mapping[str, str], reasons: Mapping[str, str]) -> Chapter:
    made = Chapter(page, states, reasons, {})
    counts = Counter(made.state(number) for number in numbers(page))
    return Chapter(page, states, reasons, {state: counts[state] for state in STATES})


def _states(desk: Desk, project: LaidOver, document: Document) -> tuple[dict[str, str], dict[str, str]]:
    with desk.reading() as db:
        items = {str(FigureKey(i.metric, i.org, i.period, i.dims)): i for name in campaigns_of(desk, db)
                 for i in items_of(desk, db, name)}
    doubted = _doubted(project)
    keys = {key for page in document.pages for number in numbers(page) for key in number.figures}
    states: dict[str, str] = {}
    reasons: dict[str, str] = {}
    for key in keys:
        state, reason = _state(project, key, items.get(key), doubted)
        states[key] = state
        if reason:
            reasons[key] = reason
    return states, reasons


def _state(project: LaidOver, key: str, item: Item | None, doubted: Mapping[str, str]) -> tuple[str, str]:
    metric = key.split("/", 1)[0]
    if metric in doubted:
        return CONTRADICTED, doubted[metric]
    if item is not None and item.unexplained:
        return VARIANCE, f"与上年相差 {item.variance.text}，尚未说明" if item.variance else "差异尚未说明"
    if item is not None and item.holds:
        return APPROVED, ""
    if item is not None and item.state in _OPEN:
        return FILED, ""
    declared = project.registry.metrics.get(metric)
    return (FILED if declared is not None and declared.filed else COMPUTED), ""


def _doubted(project: LaidOver) -> dict[str, str]:
    """Metrics of the rules that do not hold and were not waived, with the rule's sentence."""
    found: dict[str, str] = {}
    for finding in project.judged:
        check = project.registry.checks.get(finding.rule)
        wrong = finding.status is Status.FAIL and finding.severity is not Severity.NOTE and not finding.waiver
        if wrong and check is not None:
            for name in check.params:
                if name in project.registry.metrics:
                    found.setdefault(name, finding.reason)
    return found
