"""Marks: what charts are put together from, and the sentence and the table that go with each.

Nothing here sets a font or a colour; see :mod:`qingce.publish.chart`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from qingce.core.page import Chart, Inline, Number, Table, Text
from qingce.publish.voice import CHINESE, Voice

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
LINES = "split(datum.label, '\\n')"

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Datum:
    """One mark of a chart.

    Attributes:
        label: the member, or in panels the measure; ``series`` the period or the second dimension.
        value: what is plotted, ``None`` where absent.
        text: the value as printed, with its unit.
        number: the bound number for the table below the chart, so that it opens its lineage.
        short: the value without its unit, where that is not what is left of ``text`` before the unit.
    """

    label: str
    series: str
    value: Decimal | None
    text: str
    unit: str = ""
    number: Number | None = None
    short: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """What is said about a chart.

    Attributes:
        alt: the message in one sentence; where empty, one is made of the caption and the numbers.
        centre: for donuts, the printed total in the middle.
    """

    id: str
    caption: str
    alt: str = ""
    note: str = ""
    centre: str = ""
    heading: str = "项目"
    voice: Voice = CHINESE


def wrap(label: str, width: float = 10) -> str:
    """The label in lines of at most ``width`` Chinese characters; a Latin letter counts half.

    >>> wrap("基础设施绿色升级产业与绿色服务").split(chr(10))
    ['基础设施绿色升级', '产业与绿色服务']
    """
    total = sum(map(_wide, label))
    if total <= width:
        return label
    goal = total / -(-total // width)  # lines of about equal length read better than a lone last word
    lines, current, used = [], "", 0.0
    for char in label:
        if current and used + _wide(char) > goal + 0.5 and not _joined(current[-1], char):
            lines.append(current)
            current, used = "", 0.0
        current, used = current + char, used + _wide(char)
    return "\n".join([*lines, current])


def _lines(label: str, width: float) -> str:
    broken = wrap(label, width)
    return "\n".join(map(str.strip, broken.split("\n"))) if label.isascii() else broken


def _wide(char: str) -> float:
    return 1.0 if east_asian_width(char) in "WF" else 0.55


def length(text: str) -> float:
    """How wide a text is, in Chinese characters."""
    return sum(map(_wide, text))


def _joined(left: str, right: str) -> bool:
    both = left + right
    return right in "，。、；：）》」”%" or left in "（《「“" or (both.isascii() and both.isalnum())


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names once each, in the order in which they came."""
    return tuple(dict.fromkeys(names))


def any_negative(data: Sequence[Datum]) -> bool:
    """Whether a value is below nil."""
    return any(d.value is not None and d.value < 0 for d in data)


def rows_of(data: Sequence[Datum], width: float = 10) -> list[Spec]:
    """The rows of a chart; labels are broken at ``width`` Chinese characters."""
    if not data:
        raise ValueError("图里没有任何数值。")
    return [
        {
            "name": _lines(d.label, width),
            "label": d.label,
            "series": d.series,
            "order": n,
            "text": d.text,
            "short": d.short or (d.text.removesuffix(d.unit).rstrip() if d.unit else d.text),
            "plot": float(d.value) if d.value is not None else 0.0,
            "known": d.value is not None,
        }
        for n, d in enumerate(data)
    ]


def single_view(rows: list[Spec], height: int) -> Spec:
    """A chart that is one view as wide as the page."""
    fit = {"type": "fit-x", "contains": "padding"}
    return {"$schema": SCHEMA, "width": WIDTH, "height": height, "autosize": fit, "data": {"values": rows}}


def nominal(field: str) -> Spec:
    """A channel of names, kept in their order."""
    return {"field": field, "type": "nominal", "sort": None, "title": None}


def names_axis(field: str, scale: Spec, **axis: object) -> Spec:
    """An axis of names, broken into lines."""
    lines = {"labelExpr": LINES, "labelLimit": 400, "grid": False, "ticks": False}
    return nominal(field) | {"axis": lines | axis, "scale": scale}


def values_axis(span: Sequence[object]) -> Spec:
    """A channel of plotted values without an axis: the printed texts stand beside the marks."""
    scale = {"range": list(span), "zero": True, "nice": False}
    return {"field": "plot", "type": "quantitative", "axis": None, "title": None, "scale": scale}


def offset(channel: str, series: Sequence[str]) -> Spec:
    """Series beside each other within a label; nothing where there is one."""
    if len(series) < 2:
        return {}
    return {channel: nominal("series") | {"sort": list(series), "scale": {"paddingInner": 0.1}}}


def text_mark(field: str, **mark: object) -> Spec:
    """The printed text of a field as a mark."""
    return {"mark": {"type": "text", **mark}, "encoding": {"text": {"field": field, "type": "nominal"}}}


def legend_at(orient: str = "top") -> Spec:
    """A legend in one row."""
    return {"orient": orient, "direction": "horizontal", "symbolType": "square", "offset": 10}


def coloured(series: Sequence[str], *, legend: bool = True, rising: bool = False) -> Spec:
    """Colour by series: periods fade into the past (``rising``: the last is the present), others differ."""
    if len(series) < 2:
        return {}
    shown = legend_at() if legend else None
    if not all(name[:4].isdigit() for name in series):
        return {"color": nominal("series") | {"legend": shown}}
    order = list(reversed(series)) if rising or series[0] < series[-1] else list(series)
    periods = {"field": "series", "type": "ordinal", "title": None, "scale": {"domain": order}}
    return {"color": periods | {"legend": shown}}


def tooltip(series: Sequence[str], voice: Voice = CHINESE) -> list[Spec]:
    """What a pointer shows: the member, the period or group, and the printed value."""
    shown = [("label", "项目"), ("series", "期间"), ("text", "数值")]
    if not any(series):
        shown.pop(1)
    elif not all(name[:4].isdigit() for name in series):
        shown[1] = ("series", "分组")
    return [{"field": name, "type": "nominal", "title": voice.say(title)} for name, title in shown]


def chart_of(spec: Spec, height: int, data: Sequence[Datum], words: Words) -> Chart:
    """A spec with what is said about it."""
    return Chart(
        id=words.id,
        spec=spec,
        alt=words.alt or _sentence(data, words.caption, words.voice),
        caption=words.caption,
        table=_table(data, words),
        height=height,
    )


def _sentence(data: Sequence[Datum], caption: str, voice: Voice) -> str:
    comma, semicolon, colon, stop = (voice.say(mark) for mark in "，；：。")
    parts = []
    for label in in_order(d.label for d in data):
        own = [f"{d.series} {d.text}".strip() for d in data if d.label == label]
        parts.append(f"{label} {comma.join(own)}".strip())
    return f"{caption}{colon}{semicolon.join(parts)}{stop}" if caption else f"{semicolon.join(parts)}{stop}"


def _table(data: Sequence[Datum], words: Words) -> Table:
    series = in_order(d.series for d in data)
    cells = {(d.label, d.series): d for d in data}
    rows = tuple(
        ((Text(label),), *((_cell(cells.get((label, name))),) for name in series))
        for label in in_order(d.label for d in data)
    )
    return Table(
        header=((Text(words.heading),), *((Text(name or words.voice.say("数值")),) for name in series)),
        rows=rows,
        aligns=("left", *("right" for _ in series)),
        caption=words.caption,
        note=words.note,
        id=f"{words.id}-data",
    )


def _cell(datum: Datum | None) -> Inline:
    if datum is None:
        return Text("—")
    return datum.number or Text(datum.text)
