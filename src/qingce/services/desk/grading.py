"""Grading on the desk: the level of what was filed and of what builds stored, as things stand at this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from qingce.casework.item import Item, Mode
from qingce.core.amount import Value
from qingce.core.figure import Figure, FigureKey
from qingce.core.period import Period
from qingce.core.quality import Known, Quality, judged, rolled_up
from qingce.core.scale import Origin, Scale
from qingce.ledger.look import moment_of
from qingce.ledger.tables import journal
from qingce.services.desk.behind import TELLING, behind_of
from qingce.services.desk.desk import Desk
from qingce.services.desk.filed import figure_of
from qingce.services.desk.items import latest_figures
from qingce.services.desk.labels import metric_label, org_name
from qingce.services.quality.behind import Behind
from qingce.services.quality.judging import Qualities
from qingce.services.quality.notes import better, estimate_note, why
from qingce.services.quality.scale import methods, scale_on

LEVELS = (1, 2, 3, 4, 5)
_LAST = select(func.max(journal.c.seq)).where(journal.c.did.in_(TELLING))


@dataclass(frozen=True, slots=True)
class Grade:
    """A level as it is shown.

    Attributes:
        text: the level, or a mean with one decimal place.
        why: from the figure down to the source that decides, one line a step.
        better: how to get better.
        note: the footnote that its print carries; empty where nothing is estimated.
        trust: what the scale follows and whether that was confirmed.
    """

    text: str
    level: int
    label: str
    why: tuple[str, ...]
    better: str
    note: str
    trust: str


def scale_of(desk: Desk) -> Scale:
    """The scale of the report's period."""
    return scale_on(desk.settings.period.end)


def behind_now(desk: Desk) -> Behind:
    """What the desk knows of where values come from, read again only after an event that tells of it."""
    with desk.reading() as db:
        seen = moment_of(db)
        last = db.execute(_LAST).scalar() if seen is None else (seen.begun, seen.last(TELLING))
        return desk.kept.get(("behind",), last, lambda: behind_of(desk, db))


def method_choices() -> list[tuple[str, str]]:
    """The methods of estimating for a list to choose from."""
    return [(code, one.label) for code, one in methods().items()]


def estimate_text(item: Item) -> str:
    """What was said about estimating a value, in one line; empty where nothing is estimated."""
    said = item.answer.estimate
    if said is None:
        return ""
    label = methods()[said.method].label if said.method in methods() else said.method
    return f"{label}，占 {said.share_text}；{said.reason}"


class Grades:
    """Levels as things stand when this is made: make it once for a page.

    Attributes:
        stored: figures of the latest builds.
        filed: figures that stand in the place of stored ones, by key: what was filed since.
    """

    def __init__(self, desk: Desk, filed: Mapping[str, Figure] | None = None) -> None:
        self.desk, self.scale, self.behind = desk, scale_of(desk), behind_now(desk)
        self.stored = latest_figures(desk)
        self.filed = filed or {}

    @cached_property
    def figures(self) -> Qualities:
        """The quality of any figure that a build stored or that was filed since."""
        def make() -> Qualities:
            return Qualities(self.scale, self.figure, self._record, self.behind)

        return make() if self.filed else self.desk.kept.get(("qualities",), (self.stored, self.behind), make)

    def figure(self, key: FigureKey) -> Figure | None:
        """The figure of a key as it is by now."""
        return self.filed.get(str(key)) or self.stored.get(key)

    @cached_property
    def _lineages(self) -> Mapping[str, Mapping[str, Any]]:
        return self.desk.kept.get(("lineages",), (self.stored,), lambda: self.desk.figures.lineages(
            figure.lineage for figure in self.stored.values() if figure.lineage))

    def _record(self, figure: Figure) -> Mapping[str, Any]:
        if self.filed.get(str(figure.key)) is figure:
            said = figure.estimate
            return {"origin": "filed", "extra": {} if said is None else said.facts}
        return self._lineages.get(figure.lineage, {"origin": "filed"})

    def item(self, item: Item) -> Quality | None:
        """The quality of what an item says; of one that is confirmed that of the computed figure; absent: nothing."""
        if item.answer.value is None:
            return None
        if item.mode is Mode.CONFIRM:
            return self.figures.of(item.key)
        said, metric = item.answer.estimate, self.desk.registry.metrics.get(item.metric)
        files = bool(item.evidence) or bool(self.behind.evidence.get(str(item.key)))
        tested = metric is not None and self.behind.tested(figure_of(item, metric))
        share = said.share if said is not None else Decimal(0)
        return judged(self.scale, Known(Origin.FILED, files, False, tested, share, said))

    def level(self, item: Item) -> int | None:
        """The level of what an item says; nothing where it holds no value."""
        found = self.item(item)
        return None if found is None else found.level

    def shown(self, key: FigureKey, found: Quality | None) -> Grade | None:
        """A quality in words."""
        if found is None:
            return None
        called = caller(self.desk)
        note = estimate_note(self.scale, called, key, found) if found.estimated else ""
        return Grade(found.text, found.level, self.scale.levels[found.level].label,
                     tuple(why(self.scale, called, found)), better(found), note, self.scale.trust_text)


def below(grades: Grades, key: FigureKey) -> Grade | None:
    """What the same figures of the orgs below have together; nothing where none of them has a level.

    Weighted by value where the metric is declared to add up and all values have one sign, else by count.
    """
    desk, day = grades.desk, Period.parse(key.period).end
    parts: list[tuple[str, Value, Quality]] = []
    for child in desk.tree.children(key.org, day) if key.org in desk.tree else ():
        name = key._replace(org=child)
        figure, found = grades.figure(name), grades.figures.of(name)
        if figure is not None and found is not None:
            parts.append((str(name), figure.value, found))
    metric = desk.registry.metrics.get(key.metric)
    return grades.shown(key, rolled_up(parts, additive=metric is not None and metric.additive))


def item_grade(desk: Desk, item: Item) -> Grade | None:
    """The level of what an item says, with why; nothing where it holds no value."""
    grades = Grades(desk)
    return grades.shown(item.key, grades.item(item))


def figure_grade(desk: Desk, key: FigureKey, item: Item | None = None) -> Grade | None:
    """The level of a figure: as an item holds it by now, else as it was stored.

    Args:
        item: the latest that asked for it.
    """
    grades = Grades(desk)
    found = grades.item(item) if item is not None and item.mode is Mode.FILE else None
    return grades.shown(key, found or grades.figures.of(key))


def caller(desk: Desk) -> Callable[[FigureKey], str]:
    """What figures are called: the metric, the member, and the org where it is not the report's."""

    def called(key: FigureKey) -> str:
        where = "" if key.org == desk.settings.org else f"，{org_name(desk, key.org)}"
        return metric_label(desk, key.metric, key.dims) + where

    return called


def same_kind(desk: Desk, period: str) -> bool:
    """Whether a period is of the report's kind: years beside years."""
    return Period.parse(period).kind == desk.settings.period.kind
