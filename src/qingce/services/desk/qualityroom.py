"""The quality room: how well figures are founded, by pack and org, with the worst of them, targets and the years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from qingce.casework.item import Mode
from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, PeriodError
from qingce.core.figure import Answered, Figure, FigureKey
from qingce.core.period import Period
from qingce.core.quality import Quality
from qingce.services.desk.desk import Desk
from qingce.services.desk.filed import figure_of
from qingce.services.desk.grading import Grade, Grades, caller, same_kind
from qingce.services.desk.items import asked_for, items_of, read_campaigns
from qingce.services.desk.labels import metric_label, org_name, pack_label
from qingce.services.quality.sheet import MEANS, target_words
from qingce.services.quality.targets import Measured, Target, counted, measure, read_targets

WORST = 10
Graded = Mapping[FigureKey, Quality]


@dataclass(frozen=True, slots=True)
class Line:
    """A pack over the orgs: what was measured in each, and together."""

    pack: str
    label: str
    cells: Mapping[str, Measured]
    total: Measured


@dataclass(frozen=True, slots=True)
class Bad:
    """A figure with its level, why and how to get better."""

    key: FigureKey
    label: str
    org: str
    grade: Grade
    estimated: Decimal


@dataclass(frozen=True, slots=True)
class Aim:
    """A target beside what was reached.

    Attributes:
        state: ``reached``, ``missed`` where it is due, ``ahead`` where there is time left, ``unknown`` without figures.
    """

    label: str
    words: str
    now: Measured
    state: str


@dataclass(frozen=True, slots=True)
class Room:
    """Everything that the room shows.

    Attributes:
        years: by period of the report's kind, the earliest first: all figures and each pack.
        levels: how many figures have each level.
        made_up: how many figures rest on records that were made up.
        means: how levels are put together, in words; ``trust`` what the scale follows and whether that was confirmed.
    """

    period: str
    orgs: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    total: Measured
    levels: Mapping[int, int]
    worst: tuple[Bad, ...]
    aims: tuple[Aim, ...]
    years: Mapping[str, Mapping[str, Measured]]
    packs: tuple[tuple[str, str], ...]
    trust: str
    made_up: int = 0
    means: str = MEANS


def room(
    desk: Desk, actor: Actor, *, period: str = "", pack: str = "", org: str = "", most: int | None = WORST
) -> Room:
    """The room for a period.

    Args:
        period: default the report's.
        pack, org: only these figures are listed among the worst and counted; an org with all below it.
        most: how many of the worst are listed; ``None``: every figure.

    Raises:
        Denied: no right to see figures.
        Missing: not a period.
    """
    desk.require(actor, Action.READ_FIGURES)
    when = _period(desk, period)
    grades = Grades(desk, filed_since(desk))
    found = _readable(desk, actor, grades)
    years = sorted({key.period for key in found if same_kind(desk, key.period)} | {when})
    chosen = {key: q for key, q in found.items()
              if pack in ("", desk.registry.pack_of.get(key.metric, "")) and (not org or org in desk.path(key.org))}
    here = {key: q for key, q in chosen.items() if key.period == when}
    rooms: dict[str, dict[str, list[Quality]]] = {}
    for key, quality in here.items():
        rooms.setdefault(desk.registry.pack_of.get(key.metric, ""), {}).setdefault(key.org, []).append(quality)
    orgs = [code for code in desk.tree if any(code in cells for cells in rooms.values())]
    worst = sorted(here.items(), key=lambda one: (-one[1].score, -one[1].estimated, str(one[0])))
    return Room(
        when, tuple((code, org_name(desk, code)) for code in orgs),
        tuple(_line(desk, name, rooms[name]) for name in ("", *desk.registry.packs) if name in rooms),
        measure(here.values()), Counter(q.level for q in here.values()),
        tuple(_bad(desk, grades, key, q) for key, q in worst[:most]), tuple(_aims(desk, found, when)),
        {year: _by_pack(desk, {k: q for k, q in chosen.items() if k.period == year}) for year in years},
        tuple((name, pack_label(desk, name)) for name in desk.registry.packs), grades.scale.trust_text,
        sum(q.made_up for q in here.values()),
    )


def filed_since(desk: Desk, orgs: Collection[str] | None = None) -> dict[str, Figure]:
    """What items hold by now, by the key of their figure: it stands in the place of what a build stored.

    Args:
        orgs: only of these.
    """
    found: dict[str, Figure] = {}
    within = None if orgs is None else sorted(orgs)
    with desk.reading() as db:
        for asked in reversed(read_campaigns(db, desk.kept)):
            for item in items_of(desk, db, asked.id, lambda row: (
                    row.answered == Answered.VALUE and asked_for(row)), within):
                metric = desk.registry.metrics.get(item.metric)
                if item.mode is Mode.FILE and metric is not None and metric.filed:
                    found[str(item.key)] = figure_of(item, metric)
    return found


def _period(desk: Desk, text: str) -> str:
    try:
        return str(Period.parse(text)) if text else str(desk.settings.period)
    except PeriodError as wrong:
        raise Missing(f"“{text}”不是期间。") from wrong


def _readable(desk: Desk, actor: Actor, grades: Grades) -> Graded:
    """Every figure that has a level, is counted and may be seen by this actor."""
    may: dict[tuple[str, str], bool] = {}
    found: dict[FigureKey, Quality] = {}
    for key in [*grades.stored, *(FigureKey.parse(name) for name in grades.filed)]:
        place = (key.org, desk.registry.pack_of.get(key.metric, ""))
        if place not in may:
            may[place] = key.org in desk.tree and desk.may(actor, Action.READ_FIGURES, desk.target(*place))
        quality = grades.figures.of(key) if may[place] and key.metric in desk.registry.metrics else None
        if quality is not None:
            found[key] = quality
    return counted(found)


def _line(desk: Desk, pack: str, cells: Mapping[str, Iterable[Quality]]) -> Line:
    every = [quality for found in cells.values() for quality in found]
    return Line(pack, pack_label(desk, pack), {org: measure(found) for org, found in cells.items()}, measure(every))


def _by_pack(desk: Desk, found: Graded) -> dict[str, Measured]:
    rooms: dict[str, list[Quality]] = {}
    for key, quality in found.items():
        rooms.setdefault(desk.registry.pack_of.get(key.metric, ""), []).append(quality)
    return {"*": measure(found.values()), **{name: measure(each) for name, each in rooms.items()}}


def _bad(desk: Desk, grades: Grades, key: FigureKey, quality: Quality) -> Bad:
    grade = grades.shown(key, quality)
    assert grade is not None
    return Bad(key, metric_label(desk, key.metric, key.dims), org_name(desk, key.org), grade, quality.estimated)


def _aims(desk: Desk, found: Graded, when: str) -> Iterable[Aim]:
    year = Period.parse(when).end.year
    for target in read_targets(desk.folder, desk.registry):
        mine = measure(q for key, q in found.items() if key.period == when and target.name in (
            (desk.registry.pack_of.get(key.metric, "") if target.pack else key.metric),))
        label = pack_label(desk, target.pack) if target.pack else caller(desk)(
            FigureKey(target.metric, desk.settings.org, when))
        yield Aim(label, target_words(target), mine, _state(target, mine, year))


def _state(target: Target, now: Measured, year: int) -> str:
    if now.mean is None:
        return "unknown"
    few = target.worst_share is None or (now.worst_share or 0) <= target.worst_share
    if now.mean <= target.level and few:
        return "reached"
    return "missed" if target.due(year) or not few else "ahead"
