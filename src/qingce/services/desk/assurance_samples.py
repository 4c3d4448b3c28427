"""Samples of an engagement: looked at before, drawn once and for good, and what they say of the whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.projection import Outcome, Projected, Result, project
from qingce.casework.rights import Action, Actor
from qingce.casework.sampling import METHOD_LABELS, Draw, Method, draw, line, plain
from qingce.core.errors import Missing, Refused
from qingce.core.event import Json
from qingce.ledger.projections.assurance import drawn, sample
from qingce.services.desk.assurance import (
    Engagement,
    edition_of,
    get,
    read_engagement,
    require,
    require_reading,
    still_open,
)
from qingce.services.desk.assurance_frames import Frame, Record, figures_frame, rows_frame
from qingce.services.desk.desk import Desk

_BY_AMOUNT = (Method.MONETARY_UNIT, Method.TOP)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to draw.

    Attributes:
        figure: with ``rows`` whose rows; with ``figures`` a metric, or nothing.
        by: what strata are made of.
    """

    kind: str = "figures"
    figure: str = ""
    by: str = ""
    method: str = "random"
    size: int = 0
    top: int = 0
    seed: str = ""


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """A drawn unit with what came of it; ``difference`` is what is recorded less what should be."""

    sample: int
    place: int
    unit: str
    label: str
    amount: Decimal
    stratum: str
    weight: Fraction
    certain: bool
    record: Record
    outcome: str
    difference: Decimal
    words: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of an engagement, with all that is needed to draw it again."""

    engagement: str
    number: int
    kind: str
    figure: str
    label: str
    by: str
    unit: str
    method: Method
    size: int
    top: int
    seed: str
    frame: str
    units: int
    total: Decimal
    interval: Fraction | None
    outside: int
    drawn_by: str
    at: str
    drawn: tuple[SampleUnit, ...] = ()

    @property
    def tested(self) -> int:
        """Units with a result."""
        return sum(bool(each.outcome) for each in self.drawn)

    @property
    def exceptions(self) -> int:
        """Units that differ."""
        return sum(each.outcome == "exception" for each in self.drawn)

    @property
    def places(self) -> int:
        """Digits behind the point that all amounts are shown with."""
        return max((-int(each.amount.as_tuple().exponent) for each in self.drawn), default=0)

    @property
    def projected(self) -> Projected:
        """What it says of its frame."""
        return project(
            [Result(each.amount, each.weight, each.certain, Outcome(each.outcome) if each.outcome else None,
                    each.difference) for each in self.drawn], self.method, self.interval)

    @property
    def wish(self) -> Wish:
        """What was asked for when it was drawn."""
        return Wish(self.kind, self.figure, self.by, self.method, self.size, self.top, self.seed)


# -- drawing ----------------------------------------------------------------------------------------
def preview(desk: Desk, actor: Actor, name: str, wish: Wish) -> Frame:
    """The frame that a wish would draw from.

    Raises:
        Denied, Missing: no right; no such engagement or figure.
        Refused: what is wished cannot be a frame.
    """
    return _frame(desk, actor, get(desk, actor, name), wish)


def _frame(desk: Desk, actor: Actor, of: Engagement, wish: Wish) -> Frame:
    about = edition_of(desk, actor, of)
    if wish.kind == "rows":
        return rows_frame(desk, of, about, wish.figure, by=wish.by)
    if wish.kind != "figures":
        raise Refused("从版内数值或一个数值背后的台账行中抽样。")
    if wish.figure and wish.figure not in desk.registry.metrics:
        raise Missing(f"没有名为“{wish.figure}”的指标。")
    return figures_frame(desk, of, about, metric=wish.figure, by=wish.by)


def would_draw(frame: Frame, wish: Wish) -> Draw:
    """The sample that a wish would give.

    Raises:
        Refused: the method does not suit the frame, or a size cannot be.
    """
    try:
        method = Method(wish.method)
    except ValueError:
        raise Refused(f"抽样方法为{'、'.join(METHOD_LABELS.values())}之一。") from None
    if method in _BY_AMOUNT and not frame.measured:
        raise Refused("这个总体没有可比的金额（单位不同，或只是计数），不能按金额抽样；请选一个指标，或改用其他方法。")
    return draw(frame.units, method, wish.size, wish.seed[:64], top=wish.top)


def draw_sample(desk: Desk, actor: Actor, name: str, wish: Wish) -> Sample:
    """Draw a sample; it stands in the journal with its frame's hash, method and seed, and is never drawn over.

    Raises:
        Denied, Missing: no right; no such engagement or figure.
        Refused: the wish cannot be met, the same draw stands already, or the engagement is over.
    """
    of = get(desk, actor, name)
    require(desk, actor, Action.DRAW_SAMPLE, of)
    frame = _frame(desk, actor, of, wish)
    made_up = would_draw(frame, wish)
    records = frame.record(each.unit.id for each in made_up.drawn)
    with desk.writing() as made:
        still_open(read_engagement(made.db, of.id))
        known = read_samples(made.db, of.id)
        if twice := [s.number for s in known if (s.frame, s.method, s.seed, s.size, s.top) == (
                made_up.frame, made_up.method, made_up.seed, made_up.size, made_up.top)]:
            raise Refused(f"样本 {twice[0]} 已经这样抽过，结果相同。")
        number = len(known) + 1
        made.append(actor.account, "sample_drawn", f"engagement/{of.id}", _detail(number, frame, made_up, records))
        return read_sample(made.db, of.id, number)


def _detail(number: int, frame: Frame, made_up: Draw, records: Any) -> dict[str, Json]:
    units: list[Json] = [
        {"unit": each.unit.id, "label": frame.labels.get(each.unit.id, each.unit.id), "amount": plain(each.unit.amount),
         "stratum": each.unit.stratum, "weight": str(each.weight), "certain": each.certain,
         "record": [list(pair) for pair in records.get(each.unit.id, ())]}
        for each in made_up.drawn
    ]
    return {
        "sample": number, "method": made_up.method, "size": made_up.size, "top": made_up.top, "seed": made_up.seed,
        "interval": str(made_up.interval) if made_up.interval is not None else "", "outside": made_up.outside,
        "frame": {"kind": frame.kind, "figure": frame.figure, "label": frame.label, "by": frame.by,
                  "unit": frame.unit, "hash": made_up.frame, "count": made_up.count, "total": plain(made_up.total)},
        "units": units,
    }


def frame_lines(desk: Desk, actor: Actor, name: str, number: int) -> Iterator[str]:
    """The lines of a sample's frame, sorted: what somebody needs to draw it again elsewhere.

    Raises:
        Denied, Missing: not for this actor; no such sample.
        Refused: the frame is no longer what the sample was drawn from.
    """
    of = get(desk, actor, name)
    with desk.reading() as db:
        known = read_sample(db, of.id, number)
    frame = _frame(desk, actor, of, known.wish)
    if would_draw(frame, known.wish).frame != known.frame:
        raise Refused("按现在的程序得出的总体与抽样时不同，请用当时的版本重做。")
    return (text + "\n" for text in sorted(map(line, frame.units)))


# -- reading ----------------------------------------------------------------------------------------
def samples(desk: Desk, actor: Actor, name: str) -> list[Sample]:
    """Every sample of an engagement with its units, the first first.

    Raises:
        Denied, Missing: not for this actor; no such engagement.
    """
    with desk.reading() as db:
        require_reading(desk, actor, read_engagement(db, name))
        return read_samples(db, name)


def read_samples(db: Connection, name: str) -> list[Sample]:
    """Every sample of an engagement, from an open transaction."""
    rows = db.execute(select(sample).where(sample.c.engagement == name).order_by(sample.c.number)).mappings().all()
    units: dict[int, list[SampleUnit]] = {}
    for row in db.execute(select(drawn).where(drawn.c.engagement == name)
                          .order_by(drawn.c.sample, drawn.c.place)).mappings():
        units.setdefault(row["sample"], []).append(_unit(row))
    return [_sample(row, tuple(units.get(row["number"], ()))) for row in rows]


def read_sample(db: Connection, name: str, number: int) -> Sample:
    """One sample.

    Raises:
        Missing: there is none.
    """
    found = next((s for s in read_samples(db, name) if s.number == number), None)
    if found is None:
        raise Missing("没有这个样本。")
    return found


def unit_of(known: Sample, place: int) -> SampleUnit:
    """One unit of a sample.

    Raises:
        Missing: there is none.
    """
    found = next((each for each in known.drawn if each.place == place), None)
    if found is None:
        raise Missing("样本中没有这一项。")
    return found


def _unit(row: Any) -> SampleUnit:
    said = {key: value for key, value in row.items() if key != "engagement"}
    return SampleUnit(**{**said, "amount": Decimal(said["amount"]), "weight": Fraction(said["weight"]),
                         "certain": bool(said["certain"]), "difference": Decimal(said["difference"]),
                         "record": tuple((name, value) for name, value in json.loads(said["record"]))})


def _sample(row: Any, units: tuple[SampleUnit, ...]) -> Sample:
    said = dict(row)
    return Sample(**{**said, "method": Method(said["method"]), "total": Decimal(said["total"]),
                     "interval": Fraction(said["interval"]) if said["interval"] else None}, drawn=units)
