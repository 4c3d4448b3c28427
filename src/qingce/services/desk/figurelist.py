"""The list of figures: the bank's own totals, three years side by side, money in the unit that a reader chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, PeriodError, Refused
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.core.unit import MONEY_UNITS
from qingce.services.desk.desk import Desk
from qingce.services.desk.figurepage import figure_text
from qingce.services.desk.items import latest_figures
from qingce.services.desk.labels import pack_label

YEARS = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a line: as printed, and as it is stored."""

    text: str
    value: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A figure in the list: the bank's own, the period asked for first, then those before it."""

    key: FigureKey
    label: str
    pack: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FigureList:
    """The list with the periods of its columns; ``unit`` is the unit of all money, empty for each metric's own."""

    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    unit: str = ""


def list_figures(
    desk: Desk, actor: Actor, *, word: str = "", pack: str = "", period: str = "", unit: str = "",
) -> FigureList:
    """The totals of the latest build by metric, in the order of the registry.

    Args:
        word: part of a name or label.
        period: default the report's.
        unit: the unit of money, one of :data:`~qingce.core.unit.MONEY_UNITS`.

    Raises:
        Denied: no right to see figures.
        Missing: not a period.
        Refused: not a unit of the switch.
    """
    desk.require(actor, Action.READ_FIGURES)
    if unit and unit not in MONEY_UNITS:
        raise Refused(f"“{unit}”不能作为金额单位；可选：{'、'.join(MONEY_UNITS)}。")
    try:
        when = Period.parse(period) if period else desk.settings.period
    except PeriodError as wrong:
        raise Missing(f"“{period}”不是期间。") from wrong
    periods = [when]
    while len(periods) < YEARS:
        periods.append(periods[-1].prior)
    stored, org = latest_figures(desk), desk.settings.org
    packs = {"", *desk.registry.pack_of.values()}
    mine = frozenset(p for p in packs if desk.may(actor, Action.READ_FIGURES, desk.target(org, p)))
    columns = tuple(map(str, periods))

    def make() -> FigureList:
        wanted = (m for m in desk.registry.metrics.values() if desk.registry.pack_of.get(m.name, "") in mine)
        return FigureList(columns, tuple(_line(desk, m, stored, columns, unit) for m in wanted if (
            not word or word in m.name or word in m.label) and pack in ("", desk.registry.pack_of.get(m.name))), unit)

    return desk.kept.get(("figures", pack, when, unit), (stored, mine), make) if not word else make()


def _line(
    desk: Desk, metric: Metric, stored: Mapping[FigureKey, Figure], periods: tuple[str, ...], unit: str,
) -> Line:
    keys = [FigureKey(metric.name, desk.settings.org, period) for period in periods]
    return Line(keys[0], metric.label, pack_label(desk, desk.registry.pack_of.get(metric.name, "")),
                tuple(_cell(metric, stored.get(key), unit) for key in keys))


def _cell(metric: Metric, figure: Figure | None, unit: str) -> Cell:
    if figure is None:
        return Cell("—")
    stored = "" if figure.amount.absent else f"{figure.value:f}"
    return Cell(figure_text(metric, figure, unit), stored, figure.unit.name if stored else "")
