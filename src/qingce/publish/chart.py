"""Charts: from printed figures to a Vega-Lite spec, its sentence and its table.

Each builder is pure. What a reader sees on the picture is the printed text of each figure; the
plotted field is a float and never printed. Specs set neither fonts nor colours. They draw from
the theme's config: ``range.ordinal`` for periods (the first colour is the current period, the
next ones fade), ``range.category`` for members, ``bar.color`` for a single series, ``text.color``
for direct labels. A spec is 640 px wide; :func:`sized` gives it another width.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

from qingce.core.page import Chart, Inline, Number, Table, Text

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
WIDTH = 640
PANEL = 190
"""The narrowest width, in px, at which a panel keeps its labels apart."""
GAP = 28
LINES = "split(datum.label, '\\n')"
KINDS = ("bar", "column", "donut", "panels", "line")

Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Datum:
    """One mark of a chart.

    Attributes:
        label: the member, or in panels the measure; ``series`` the period or the second dimension.
        value: what is plotted, ``None`` where absent.
        text: the value as printed, with its unit.
        number: the bound number for the table below the chart, so that it opens its lineage.
    """

    label: str
    series: str
    value: Decimal | None
    text: str
    unit: str = ""
    number: Number | None = None


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


def build(kind: str, data: Sequence[Datum], words: Words) -> Chart:
    """The chart of that kind.

    Raises:
        ValueError: no such kind, or nothing to draw.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is not a kind of chart; there are {', '.join(KINDS)}.")
    builders = {"bar": bar, "column": column, "donut": donut, "panels": panels, "line": line}
    return builders[kind](data, words)


def bar(data: Sequence[Datum], words: Words) -> Chart:
    """Horizontal bars, one per member; with several series they stand grouped, in the order given."""
    labels, series = _order(d.label for d in data), _order(d.series for d in data)
    thick = 22 if len(series) == 1 else 15
    lines = max((wrap(label).count("\n") + 1 for label in labels), default=1)
    step = max(thick * len(series) + 16, 16 * lines + 10)
    gap = round(1 - thick * len(series) / step, 3)
    room = 14 + round(max((_length(d.text) for d in data), default=0) * 13)
    start = room if _negative(data) else 0
    encoding = {
        "y": _names("name", {"paddingInner": gap, "paddingOuter": 0.15}, domain=False, labelPadding=10),
        "x": _values([start, {"expr": f"max(width - {room}, 40)"}]),
        "tooltip": _tooltip(series),
    } | _offset("yOffset", series)
    label = _label("text", align={"expr": "datum.plot < 0 ? 'right' : 'left'"}, baseline="middle")
    label["mark"]["dx"] = {"expr": "datum.plot < 0 ? -6 : 6"}
    columns = {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": _coloured(series)}
    height = step * len(labels)
    spec = _single(_rows(data), height) | {"encoding": encoding, "layer": [columns, label]}
    return _chart(spec, height + (34 if len(series) > 1 else 8), data, words)


def column(data: Sequence[Datum], words: Words) -> Chart:
    """Upright columns, one per label in the order given; several series stand side by side.

    Where the labels would run into one another the columns lie down and become bars.
    """
    rows, height = _rows(data, 6), 230
    series = _order(d.series for d in data)
    shown = "short" if len(series) > 1 else "text"
    encoding = {
        "x": _names("name", {"paddingInner": 0.35, "paddingOuter": 0.2}, labelAngle=0, labelPadding=8),
        "y": _values([height - (22 if _negative(data) else 0), 22]),
        "tooltip": _tooltip(series),
    } | _offset("xOffset", series)
    label = _label(shown, align="center", baseline={"expr": "datum.plot < 0 ? 'top' : 'bottom'"})
    label["mark"]["dy"] = {"expr": "datum.plot < 0 ? 5 : -5"}
    bars = {"type": "bar", "cornerRadiusEnd": 2, "width": {"band": 0.94}}
    layers = [{"mark": bars, "encoding": _coloured(series)}, label]
    widest = max(*(_length(str(row[shown])) for row in rows), 6 if len(series) == 1 else 0)
    least = round(widest * 13.5 * len(rows) / (1 if len(series) == 1 else 0.8))
    usermeta = {"kind": "column", "least": least, "narrow": bar(data, words).spec}
    spec = _single(rows, height) | {"encoding": encoding, "layer": layers, "usermeta": usermeta}
    return _chart(spec, height + (74 if len(series) > 1 else 44), data, words)


def donut(data: Sequence[Datum], words: Words) -> Chart:
    """A ring of parts; the legend carries each part's name and printed text.

    Parts that are absent, nil or negative have no arc; they stay in the table.
    """
    shown = [d for d in data if d.value is not None and d.value > 0]
    if not shown:
        raise ValueError(f"chart {words.id!r}: a donut needs at least one part above nil.")
    height = max(220, 26 * len(shown) + 20)
    radius = round(min(height / 2 - 6, 104))
    rows = [row | {"legend": f"{d.label}　{d.text}"} for row, d in zip(_rows(shown), shown, strict=True)]
    legend = _legend("right") | {"direction": "vertical", "columns": 1, "rowPadding": 8, "labelLimit": 330}
    parts = {"domain": [row["legend"] for row in rows]}
    arc: Spec = {
        "mark": {
            "type": "arc",
            "innerRadius": round(radius * 0.62),
            "outerRadius": radius,
            "padAngle": 0.012,
        },
        "encoding": {
            "theta": {"field": "plot", "type": "quantitative", "stack": True, "sort": None},
            "order": {"field": "order", "type": "quantitative"},
            "color": _nominal("legend") | {"scale": parts, "legend": legend},
            "tooltip": _tooltip(("",)),
        },
    }
    layers = [arc]
    if words.centre:
        centre = _label("text", align="center", baseline="middle")
        centre["mark"] |= {"fontSize": 17, "fontWeight": 600, "lineBreak": "\n", "lineHeight": 22}
        centre["mark"]["dy"] = -11 if " " in words.centre else 0
        layers.append({"data": {"values": [{"text": words.centre.replace(" ", "\n", 1)}]}} | centre)
    spec = _single(rows, height) | {"layer": layers, "usermeta": {"kind": "donut"}}
    return _chart(spec, height + 10, data, words)


def panels(data: Sequence[Datum], words: Words) -> Chart:
    """Small multiples: one panel per label with a scale of its own, one column per series."""
    height, measures = 130, _order(d.label for d in data)
    series = _order(d.series for d in data)
    label = _label("short", align="center", baseline="bottom")
    label["mark"]["dy"] = -5
    encoding = {
        "x": _names("series", {"paddingInner": 0.45, "paddingOuter": 0.35}, labelAngle=0, labelPadding=8),
        "y": _values([height, 22]),
        "tooltip": _tooltip(series),
    }
    colour = _coloured(series, legend=False, rising=True)
    layers = [{"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": colour}, label]
    rows = [
        row | {"name": row["name"] + (f"\n（{d.unit}）" if d.unit else "")}
        for row, d in zip(_rows(data, 14), data, strict=True)
    ]
    header = {"labelExpr": LINES, "labelAnchor": "middle", "labelPadding": 8, "labelLineHeight": 17}
    facet = _nominal("name") | {"sort": {"field": "order", "op": "min"}, "header": header}
    # a scale for each panel, since their units differ; years below each, since they may stand in one row
    spec: Spec = {
        "$schema": SCHEMA,
        "data": {"values": rows},
        "facet": facet,
        "columns": len(measures),
        "spacing": GAP,
        "spec": {"width": PANEL, "height": height, "encoding": encoding, "layer": layers},
        "resolve": {"scale": {"y": "independent"}, "axis": {"x": "independent"}},
        "usermeta": {"kind": "panels", "panels": len(measures), "panel": height + 84},
    }
    fitted = sized(spec, WIDTH)
    return _chart(fitted, _panel_height(fitted), data, words)


def line(data: Sequence[Datum], words: Words) -> Chart:
    """A line per series over the labels in the order given, each point with its printed text."""
    rows, height = _rows(data, 8), 230
    series = _order(d.series for d in data)
    names = _names("name", {"padding": 0.4}, labelAngle=0, labelPadding=8) | {"type": "ordinal"}
    values = _values([height - 12, 24])
    values["scale"]["zero"] = False
    encoding = {"x": names, "y": values, "tooltip": _tooltip(series)}
    colour: Spec = {"color": _nominal("series") | {"legend": _legend()}} if len(series) > 1 else {}
    label = _label("text", align="center", baseline="bottom")
    label["mark"]["dy"] = -10
    marks = [
        {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": colour},
        {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": colour},
        label,
    ]
    # an absent value leaves a gap: a line drawn across it would claim something
    gaps = [row if row["known"] else row | {"plot": None} for row in rows]
    drawn = [
        mark if n == 0 else {"transform": [{"filter": "datum.known"}]} | mark for n, mark in enumerate(marks)
    ]
    spec = _single(gaps, height) | {"encoding": encoding, "layer": drawn}
    return _chart(spec, height + (70 if len(series) > 1 else 40), data, words)


def sized(spec: Mapping[str, Any], width: int) -> Spec:
    """The same chart for another width in px.

    Panels wrap, a donut's legend moves below, columns lie down; `charts.js` does the same on the web.
    """
    meta = spec.get("usermeta", {})
    kind = meta.get("kind")
    if "narrow" in meta and width < meta["least"]:
        return sized(meta["narrow"], width)
    if kind == "panels":
        count = int(spec["usermeta"]["panels"])
        columns = max(1, min(count, (width + GAP) // (PANEL + GAP)))
        columns = -(-count // -(-count // columns))  # rows of equal length rather than a lone last panel
        inside = (width - GAP * (columns - 1)) // columns
        return dict(spec) | {"columns": columns, "spec": dict(spec["spec"]) | {"width": inside}}
    if kind == "donut":
        ring = dict(spec["layer"][0])
        colour = ring["encoding"]["color"]
        legend = dict(colour["legend"]) | {"orient": "right" if width >= 520 else "bottom"}
        ring["encoding"] = dict(ring["encoding"]) | {"color": dict(colour) | {"legend": legend}}
        return dict(spec) | {"width": width, "layer": [ring, *spec["layer"][1:]]}
    return dict(spec) | {"width": width}


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


def _wide(char: str) -> float:
    return 1.0 if east_asian_width(char) in "WF" else 0.55


def _length(text: str) -> float:
    return sum(map(_wide, text))


def _joined(left: str, right: str) -> bool:
    both = left + right
    return right in "，。、；：）》」”%" or left in "（《「“" or (both.isascii() and both.isalnum())


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _negative(data: Sequence[Datum]) -> bool:
    return any(d.value is not None and d.value < 0 for d in data)


def _rows(data: Sequence[Datum], width: float = 10) -> list[Spec]:
    if not data:
        raise ValueError("a chart needs at least one value.")
    return [
        {
            "name": wrap(d.label, width),
            "label": d.label,
            "series": d.series,
            "order": n,
            "text": d.text,
            "short": d.text.removesuffix(d.unit).rstrip() if d.unit else d.text,
            "plot": float(d.value) if d.value is not None else 0.0,
            "known": d.value is not None,
        }
        for n, d in enumerate(data)
    ]


def _single(rows: list[Spec], height: int) -> Spec:
    fit = {"type": "fit-x", "contains": "padding"}
    return {"$schema": SCHEMA, "width": WIDTH, "height": height, "autosize": fit, "data": {"values": rows}}


def _nominal(field: str) -> Spec:
    return {"field": field, "type": "nominal", "sort": None, "title": None}


def _names(field: str, scale: Spec, **axis: object) -> Spec:
    lines = {"labelExpr": LINES, "labelLimit": 400, "grid": False, "ticks": False}
    return _nominal(field) | {"axis": lines | axis, "scale": scale}


def _values(span: Sequence[object]) -> Spec:
    scale = {"range": list(span), "zero": True, "nice": False}
    return {"field": "plot", "type": "quantitative", "axis": None, "title": None, "scale": scale}


def _offset(channel: str, series: Sequence[str]) -> Spec:
    if len(series) < 2:
        return {}
    return {channel: _nominal("series") | {"sort": list(series), "scale": {"paddingInner": 0.1}}}


def _label(field: str, **mark: object) -> Spec:
    return {"mark": {"type": "text", **mark}, "encoding": {"text": {"field": field, "type": "nominal"}}}


def _legend(orient: str = "top") -> Spec:
    return {"orient": orient, "direction": "horizontal", "symbolType": "square", "offset": 10}


def _coloured(series: Sequence[str], *, legend: bool = True, rising: bool = False) -> Spec:
    """Colour by series: periods fade into the past (``rising``: the last is the present), others differ."""
    if len(series) < 2:
        return {}
    shown = _legend() if legend else None
    if not all(name[:4].isdigit() for name in series):
        return {"color": _nominal("series") | {"legend": shown}}
    order = list(reversed(series)) if rising or series[0] < series[-1] else list(series)
    periods = {"field": "series", "type": "ordinal", "title": None, "scale": {"domain": order}}
    return {"color": periods | {"legend": shown}}


def _tooltip(series: Sequence[str]) -> list[Spec]:
    shown = [("label", "项目"), ("series", "期间"), ("text", "数值")]
    if not any(series):
        shown.pop(1)
    elif not all(name[:4].isdigit() for name in series):
        shown[1] = ("series", "分组")
    return [{"field": name, "type": "nominal", "title": title} for name, title in shown]


def _panel_height(spec: Mapping[str, Any]) -> int:
    count, columns = int(spec["usermeta"]["panels"]), int(spec["columns"])
    return int(-(-count // columns) * (spec["usermeta"]["panel"] + GAP) - GAP)


def _chart(spec: Spec, height: int, data: Sequence[Datum], words: Words) -> Chart:
    return Chart(
        id=words.id,
        spec=spec,
        alt=words.alt or _sentence(data, words.caption),
        caption=words.caption,
        table=_table(data, words),
        height=height,
    )


def _sentence(data: Sequence[Datum], caption: str) -> str:
    parts = []
    for label in _order(d.label for d in data):
        own = [f"{d.series} {d.text}".strip() for d in data if d.label == label]
        parts.append(f"{label} {'，'.join(own)}".strip())
    return f"{caption}：{'；'.join(parts)}。" if caption else f"{'；'.join(parts)}。"


def _table(data: Sequence[Datum], words: Words) -> Table:
    series = _order(d.series for d in data)
    cells = {(d.label, d.series): d for d in data}
    rows = tuple(
        ((Text(label),), *((_cell(cells.get((label, name))),) for name in series))
        for label in _order(d.label for d in data)
    )
    return Table(
        header=((Text(words.heading),), *((Text(name or "数值"),) for name in series)),
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
