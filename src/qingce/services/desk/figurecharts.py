"""A figure as pictures: over its periods, by the members of its family, and by the orgs below its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from qingce.casework.rights import Action, Actor
from qingce.core.amount import Absent
from qingce.core.figure import Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.page import Chart
from qingce.core.period import Period
from qingce.publish.chart import Datum, Words, build
from qingce.services.desk.desk import Desk
from qingce.services.desk.figurepage import figure_text, read_key
from qingce.services.desk.filed import figure_of
from qingce.services.desk.items import items_behind, latest_figures
from qingce.services.desk.labels import metric_label, org_name
from qingce.services.desk.pictures import Picture, picture

_MOST = 15
"""Bars of a picture; what is left out is said beneath."""
_PERIODS = 6
Stored = Mapping[FigureKey, Figure]


def figure_pictures(desk: Desk, actor: Actor, text: str) -> tuple[Picture, ...]:
    """The pictures of a figure; one that would show less than two values is left out.

    Raises:
        Denied, Missing: no right; no such metric, org or period.
    """
    key, metric = read_key(desk, text)
    desk.require(actor, Action.READ_FIGURES, desk.target(key.org, desk.registry.pack_of.get(key.metric, "")))
    stored = latest_figures(desk)
    visible = frozenset(code for code in desk.tree.children(key.org, desk.today) if desk.may(
        actor, Action.READ_FIGURES, desk.target(code, desk.registry.pack_of.get(key.metric, ""))))

    filed = _filed_below(desk, metric, key, visible)

    def make() -> tuple[Picture, ...]:
        made = (_over_periods(desk, metric, key, stored), *_by_member(desk, metric, key, stored),
                _by_org(desk, metric, key, stored, filed, visible))
        return tuple(picture(desk, chart) for chart in made if chart is not None)

    return desk.kept.get(("pictures", key), (stored, filed, visible), make)


def _filed_below(desk: Desk, metric: Metric, key: FigureKey, orgs: frozenset[str]) -> Mapping[FigureKey, Figure]:
    """What the orgs below have filed in the latest campaign that asked them; builds store only what is printed."""
    if not orgs:
        return {}
    with desk.reading() as db:
        found = items_behind(desk, db, key.metric, key.period, key.dims, orgs)
    # of two campaigns the later one says what holds
    return {one.key: figure_of(one, metric) for one in reversed(found) if one.answer.value is not None}


def _datum(metric: Metric, label: str, figure: Figure, series: str = "") -> Datum:
    value = figure.amount.to(metric.shown).value
    return Datum(label, series, None if isinstance(value, Absent) else value, figure_text(metric, figure),
                 metric.shown.text)


def _over_periods(desk: Desk, metric: Metric, key: FigureKey, stored: Stored) -> Chart | None:
    """Periods of the same kind, the oldest first."""
    kind = Period.parse(key.period).kind
    found = sorted((Period.parse(k.period).start, k.period, f) for k, f in stored.items()
                   if (k.metric, k.org, k.dims) == (key.metric, key.org, key.dims) and not f.amount.absent
                   and Period.parse(k.period).kind == kind)[-_PERIODS:]
    data = [_datum(metric, period, figure) for _, period, figure in found]
    return _chart("column", data, Words("periods", "各期数值", heading="期间"))


def _by_member(desk: Desk, metric: Metric, key: FigureKey, stored: Stored) -> list[Chart | None]:
    """For each way in which the metric is a family, its members beside the period before."""
    made = []
    for name in metric.by if not key.dims else ():
        own = {k: f for k, f in stored.items() if (k.metric, k.org, k.period) == (key.metric, key.org, key.period)
               and tuple(d for d, _ in k.dims) == (name,) and not f.amount.absent}
        label = _label_of(desk, metric)
        ranked, left = _largest(metric, own)
        data = [_datum(metric, label(k), f) for k, f in ranked]
        made.append(_chart("bar", data, Words(f"family-{name}", "按分项", note=left, heading="分项")))
    return made


def _label_of(desk: Desk, metric: Metric) -> Callable[[FigureKey], str]:
    def label(key: FigureKey) -> str:
        whole = metric_label(desk, metric.name, key.dims)
        return whole.removeprefix(metric.label).strip("（） ·") or whole

    return label


def _by_org(
    desk: Desk, metric: Metric, key: FigureKey, stored: Stored, filed: Stored, children: frozenset[str]
) -> Chart | None:
    """The orgs below, those with the largest values first; a stored figure goes before what was filed."""
    own = {k: f for k, f in stored.items() if (k.metric, k.period, k.dims) == (key.metric, key.period, key.dims)
           and k.org in children and not f.amount.absent}
    said = any(k not in own for k in filed)
    own = {**filed, **own}
    ranked, left = _largest(metric, own)
    data = [_datum(metric, org_name(desk, k.org), f) for k, f in ranked]
    note = ("含尚未编制的填报值。" if said else "") + left
    return _chart("bar", data, Words("orgs", "按下级机构", note=note, heading="机构"))


def _largest(metric: Metric, found: Stored) -> tuple[list[tuple[FigureKey, Figure]], str]:
    def size(pair: tuple[FigureKey, Figure]) -> tuple[Decimal, FigureKey]:
        value = pair[1].amount.to(metric.shown).value
        assert isinstance(value, Decimal)
        return -value, pair[0]

    ranked = sorted(found.items(), key=size)
    left = len(ranked) - _MOST
    return ranked[:_MOST], f"另有 {left} 个较小的没有画出。" if left > 0 else ""


def _chart(kind: str, data: Sequence[Datum], words: Words) -> Chart | None:
    return build(kind, data, words) if len(data) > 1 else None
