"""Charts: from printed figures to a Vega-Lite spec, its sentence and its table.

Each builder is pure. What a reader sees on the picture is the printed text of each figure; the
plotted field is a float and never printed. Specs set neither fonts nor colours. They draw from
the theme's config: ``range.ordinal`` for periods (the first colour is the current period, the
next ones fade), ``range.category`` for members, ``bar.color`` for a single series, ``text.color``
for direct labels. A spec is 640 px wide; :func:`sized` gives it another width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qingce.core.page import Chart
from qingce.publish.marks import (
    LINES,
    SCHEMA,
    WIDTH,
    Datum,
    Spec,
    Words,
    any_negative,
    chart_of,
    coloured,
    in_order,
    legend_at,
    length,
    names_axis,
    nominal,
    offset,
    rows_of,
    single_view,
    text_mark,
    tooltip,
    values_axis,
    wrap,
)

__all__ = ["KINDS", "PANEL", "WIDTH", "Datum", "Words", "bar", "build", "column", "donut", "line", "panels", "sized",
           "wrap"]

PANEL = 190
"""The narrowest width, in px, at which a panel keeps its labels apart."""
GAP = 28
KINDS = ("bar", "column", "donut", "panels", "line")


def build(kind: str, data: Sequence[Datum], words: Words) -> Chart:
    """The chart of that kind.

    Raises:
        ValueError: no such kind, or nothing to draw.
    """
    if kind not in KINDS:
        raise ValueError(f"没有“{kind}”这种图；可选 {'、'.join(KINDS)}。")
    builders = {"bar": bar, "column": column, "donut": donut, "panels": panels, "line": line}
    return builders[kind](data, words)


def bar(data: Sequence[Datum], words: Words) -> Chart:
    """Horizontal bars, one per member; with several series they stand grouped, in the order given."""
    labels, series = in_order(d.label for d in data), in_order(d.series for d in data)
    thick = 22 if len(series) == 1 else 15
    lines = max((wrap(label).count("\n") + 1 for label in labels), default=1)
    step = max(thick * len(series) + 16, 16 * lines + 10)
    gap = round(1 - thick * len(series) / step, 3)
    room = 14 + round(max((length(d.text) for d in data), default=0) * 13)
    start = room if any_negative(data) else 0
    encoding = {
        "y": names_axis("name", {"paddingInner": gap, "paddingOuter": 0.15}, domain=False, labelPadding=10),
        "x": values_axis([start, {"expr": f"max(width - {room}, 40)"}]),
        "tooltip": tooltip(series, words.voice),
    } | offset("yOffset", series)
    label = text_mark("text", align={"expr": "datum.plot < 0 ? 'right' : 'left'"}, baseline="middle")
    label["mark"]["dx"] = {"expr": "datum.plot < 0 ? -6 : 6"}
    columns = {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": coloured(series)}
    height = step * len(labels)
    spec = single_view(rows_of(data), height) | {"encoding": encoding, "layer": [columns, label]}
    return chart_of(spec, height + (34 if len(series) > 1 else 8), data, words)


def column(data: Sequence[Datum], words: Words) -> Chart:
    """Upright columns, one per label in the order given; several series stand side by side.

    Where the labels would run into one another the columns lie down and become bars.
    """
    rows, height = rows_of(data, 6), 230
    series = in_order(d.series for d in data)
    shown = "short" if len(series) > 1 else "text"
    encoding = {
        "x": names_axis("name", {"paddingInner": 0.35, "paddingOuter": 0.2}, labelAngle=0, labelPadding=8),
        "y": values_axis([height - (22 if any_negative(data) else 0), 22]),
        "tooltip": tooltip(series, words.voice),
    } | offset("xOffset", series)
    label = text_mark(shown, align="center", baseline={"expr": "datum.plot < 0 ? 'top' : 'bottom'"})
    label["mark"]["dy"] = {"expr": "datum.plot < 0 ? 5 : -5"}
    bars = {"type": "bar", "cornerRadiusEnd": 2, "width": {"band": 0.94}}
    layers = [{"mark": bars, "encoding": coloured(series)}, label]
    widest = max(*(length(str(row[shown])) for row in rows), 6 if len(series) == 1 else 0)
    least = round(widest * 13.5 * len(rows) / (1 if len(series) == 1 else 0.8))
    usermeta = {"kind": "column", "least": least, "narrow": bar(data, words).spec}
    spec = single_view(rows, height) | {"encoding": encoding, "layer": layers, "usermeta": usermeta}
    return chart_of(spec, height + (74 if len(series) > 1 else 44), data, words)


def donut(data: Sequence[Datum], words: Words) -> Chart:
    """A ring of parts; the legend carries each part's name and printed text.

    Parts that are absent, nil or negative have no arc; they stay in the table.
    """
    shown = [d for d in data if d.value is not None and d.value > 0]
    if not shown:
        raise ValueError("环形图至少要有一项大于零。")
    height = max(220, 26 * len(shown) + 20)
    radius = round(min(height / 2 - 6, 104))
    rows = [row | {"legend": f"{d.label}　{d.text}"} for row, d in zip(rows_of(shown), shown, strict=True)]
    legend = legend_at("right") | {"direction": "vertical", "columns": 1, "rowPadding": 8, "labelLimit": 330}
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
            "color": nominal("legend") | {"scale": parts, "legend": legend},
            "tooltip": tooltip(("",), words.voice),
        },
    }
    layers = [arc]
    if words.centre:
        centre = text_mark("text", align="center", baseline="middle")
        centre["mark"] |= {"fontSize": 17, "fontWeight": 600, "lineBreak": "\n", "lineHeight": 22}
        centre["mark"]["dy"] = -11 if " " in words.centre else 0
        layers.append({"data": {"values": [{"text": words.centre.replace(" ", "\n", 1)}]}} | centre)
    spec = single_view(rows, height) | {"layer": layers, "usermeta": {"kind": "donut"}}
    return chart_of(spec, height + 10, data, words)


def panels(data: Sequence[Datum], words: Words) -> Chart:
    """Small multiples: one panel per label with a scale of its own, one column per series."""
    height, measures = 130, in_order(d.label for d in data)
    series = in_order(d.series for d in data)
    label = text_mark("short", align="center", baseline="bottom")
    label["mark"]["dy"] = -5
    encoding = {
        "x": names_axis("series", {"paddingInner": 0.45, "paddingOuter": 0.35}, labelAngle=0, labelPadding=8),
        "y": values_axis([height, 22]),
        "tooltip": tooltip(series, words.voice),
    }
    colour = coloured(series, legend=False, rising=True)
    layers = [{"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": colour}, label]
    rows = [
        row | {"name": row["name"] + (f"\n{words.voice.say('（')}{d.unit}{words.voice.say('）')}" if d.unit else "")}
        for row, d in zip(rows_of(data, 14), data, strict=True)
    ]
    header = {"labelExpr": LINES, "labelAnchor": "middle", "labelPadding": 8, "labelLineHeight": 17}
    facet = nominal("name") | {"sort": {"field": "order", "op": "min"}, "header": header}
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
    return chart_of(fitted, _panel_height(fitted), data, words)


def line(data: Sequence[Datum], words: Words) -> Chart:
    """A line per series over the labels in the order given, each point with its printed text."""
    rows, height = rows_of(data, 8), 230
    series = in_order(d.series for d in data)
    names = names_axis("name", {"padding": 0.4}, labelAngle=0, labelPadding=8) | {"type": "ordinal"}
    values = values_axis([height - 12, 24])
    values["scale"]["zero"] = False
    encoding = {"x": names, "y": values, "tooltip": tooltip(series, words.voice)}
    colour: Spec = {"color": nominal("series") | {"legend": legend_at()}} if len(series) > 1 else {}
    label = text_mark("text", align="center", baseline="bottom")
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
    spec = single_view(gaps, height) | {"encoding": encoding, "layer": drawn}
    return chart_of(spec, height + (70 if len(series) > 1 else 40), data, words)


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


def _panel_height(spec: Mapping[str, Any]) -> int:
    count, columns = int(spec["usermeta"]["panels"]), int(spec["columns"])
    return int(-(-count // columns) * (spec["usermeta"]["panel"] + GAP) - GAP)
