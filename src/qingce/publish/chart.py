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
    builders = {"bar": bar, "column": column, "donut": donut, "panels": panels, "line": line}
    if kind not in builders:
        raise ValueError(f"{kind!r} is not a kind of chart; there are {', '.join(KINDS)}.")
    return builders[kind](data, words)


def bar(data: Sequence[Datum], words: Words) -> Chart:
    """Horizontal bars, one per member; with several series they stand grouped, in the order given."""
    rows = _rows(data)
    labels, series = _order(d.label for d in data), _order(d.series for d in data)
    thick = 22 if len(series) == 1 else 15
    lines = max(wrap(label).count("\n") + 1 for label in labels)
    step = max(thick * len(series) + 16, 16 * lines + 10)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": _lines() | {"domain": False, "ticks": False, "labelPadding": 10},
        "scale": {"paddingInner": round(1 - thick * len(series) / step, 3), "paddingOuter": 0.15},
    }
    room = _room(data)
    negative = any(d.value is not None and d.value < 0 for d in data)
    x = {
        "field": "plot",
        "type": "quantitative",
        "axis": None,
        "title": None,
        "scale": {
            "range": [room if negative else 0, {"expr": f"max(width - {room}, 40)"}],
            "zero": True,
            "nice": False,
        },
    }
    encoding: Spec = {"y": y, "x": x, "tooltip": _tooltip(series)}
    if len(series) > 1:
        encoding["yOffset"] = {
            "field": "series",
            "type": "nominal",
            "sort": list(series),
            "scale": {"paddingInner": 0.12},
        }
    layers = [
        {"mark": {"type": "bar", "cornerRadiusEnd": 2}, "encoding": _coloured(series)},
        {
            "mark": {
                "type": "text",
                "baseline": "middle",
                "align": {"expr": "datum.plot < 0 ? 'right' : 'left'"},
                "dx": {"expr": "datum.plot < 0 ? -6 : 6"},
            },
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        },
    ]
    height = step * len(labels)
    spec = _single(rows, height) | {"encoding": encoding, "layer": layers}
    return _chart(spec, height + (34 if len(series) > 1 else 8), data, words)


def column(data: Sequence[Datum], words: Words) -> Chart:
    """Upright columns, one per label in the order given; several series stand side by side."""
    rows, height = _rows(data, 6), 230
    series = _order(d.series for d in data)
    floor = 22 if any(d.value is not None and d.value < 0 for d in data) else 0
    encoding: Spec = {
        "x": {
            "field": "name",
            "type": "nominal",
            "sort": None,
            "title": None,
            "axis": _lines() | {"labelAngle": 0, "ticks": False, "labelPadding": 8},
            "scale": {"paddingInner": 0.35, "paddingOuter": 0.2},
        },
        "y": {
            "field": "plot",
            "type": "quantitative",
            "axis": None,
            "title": None,
            "scale": {"range": [height - floor, 22], "zero": True, "nice": False},
        },
        "tooltip": _tooltip(series),
    }
    if len(series) > 1:
        encoding["xOffset"] = {
            "field": "series",
            "type": "nominal",
            "sort": list(series),
            "scale": {"paddingInner": 0.08},
        }
    layers = [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "width": {"band": 0.94}},
            "encoding": _coloured(series),
        },
        {
            "mark": {
                "type": "text",
                "align": "center",
                "baseline": {"expr": "datum.plot < 0 ? 'top' : 'bottom'"},
                "dy": {"expr": "datum.plot < 0 ? 5 : -5"},
            },
            "encoding": {"text": {"field": "short" if len(series) > 1 else "text", "type": "nominal"}},
        },
    ]
    spec = _single(rows, height) | {"encoding": encoding, "layer": layers}
    return _chart(spec, height + (74 if len(series) > 1 else 44), data, words)


def donut(data: Sequence[Datum], words: Words) -> Chart:
    """A ring of parts; the legend carries each part's name and printed text.

    Parts that are absent, nil or negative have no arc; they stay in the table.
    """
    shown = [d for d in data if d.value is not None and d.value > 0]
    if not shown:
        raise ValueError(f"chart {words.id!r}: a donut needs at least one part above nil.")
    height = max(220, 26 * len(shown) + 20)
    rows = [row | {"legend": f"{d.label}　{d.text}"} for row, d in zip(_rows(shown), shown, strict=True)]
    radius = min(height / 2 - 6, 104)
    arc: Spec = {
        "mark": {
            "type": "arc",
            "innerRadius": round(radius * 0.62),
            "outerRadius": round(radius),
            "padAngle": 0.012,
            "cornerRadius": 1,
        },
        "encoding": {
            "theta": {"field": "plot", "type": "quantitative", "stack": True, "sort": None},
            "order": {"field": "order", "type": "quantitative"},
            "color": {
                "field": "legend",
                "type": "nominal",
                "sort": None,
                "title": None,
                "scale": {"domain": [row["legend"] for row in rows]},
                "legend": {
                    "orient": "right",
                    "direction": "vertical",
                    "columns": 1,
                    "symbolType": "square",
                    "rowPadding": 8,
                    "labelLimit": 330,
                    "offset": 12,
                },
            },
            "tooltip": _tooltip(("",)),
        },
    }
    layers = [arc]
    if words.centre:
        layers.append(
            {
                "data": {"values": [{"text": words.centre.replace(" ", "\n", 1)}]},
                "mark": {
                    "type": "text",
                    "fontSize": 17,
                    "fontWeight": 600,
                    "lineBreak": "\n",
                    "lineHeight": 22,
                    "baseline": "middle",
                    "align": "center",
                    "dy": -11 if " " in words.centre else 0,
                },
                "encoding": {"text": {"field": "text", "type": "nominal"}},
            }
        )
    spec = _single(rows, height) | {"layer": layers, "usermeta": {"kind": "donut"}}
    return _chart(spec, height + 10, data, words)


def panels(data: Sequence[Datum], words: Words) -> Chart:
    """Small multiples: one panel per label with a scale of its own, one column per series."""
    height, measures = 130, _order(d.label for d in data)
    series = _order(d.series for d in data)
    inner: Spec = {
        "width": PANEL,
        "height": height,
        "encoding": {
            "x": {
                "field": "series",
                "type": "nominal",
                "sort": None,
                "title": None,
                "axis": {"labelAngle": 0, "ticks": False, "labelPadding": 8, "grid": False},
                "scale": {"paddingInner": 0.45, "paddingOuter": 0.35},
            },
            "y": {
                "field": "plot",
                "type": "quantitative",
                "axis": None,
                "title": None,
                "scale": {"range": [height, 22], "zero": True, "nice": False},
            },
            "tooltip": _tooltip(series),
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 2},
                "encoding": _coloured(series, legend=False, rising=True),
            },
            {
                "mark": {"type": "text", "align": "center", "baseline": "bottom", "dy": -5},
                "encoding": {"text": {"field": "short", "type": "nominal"}},
            },
        ],
    }
    rows = [
        row | {"name": row["name"] + (f"\n（{d.unit}）" if d.unit else "")}
        for row, d in zip(_rows(data, 14), data, strict=True)
    ]
    facet = {
        "field": "name",
        "type": "nominal",
        "sort": {"field": "order", "op": "min"},
        "title": None,
        "header": {
            "labelExpr": "split(datum.label, '\\n')",
            "labelAnchor": "middle",
            "labelPadding": 8,
            "labelOrient": "top",
            "labelLineHeight": 17,
        },
    }
    # a panel per measure: their units differ, so no common scale can mean anything
    spec: Spec = {
        "$schema": SCHEMA,
        "data": {"values": rows},
        "facet": facet,
        "columns": len(measures),
        "spacing": GAP,
        "spec": inner,
        "resolve": {"scale": {"y": "independent"}},
        "usermeta": {"kind": "panels", "panels": len(measures), "panel": height + 84},
    }
    fitted = sized(spec, WIDTH)
    return _chart(fitted, _panel_height(fitted), data, words)


def line(data: Sequence[Datum], words: Words) -> Chart:
    """A line per series over the labels in the order given, each point with its printed text."""
    rows, height = _rows(data, 8), 230
    series = _order(d.series for d in data)
    encoding: Spec = {
        "x": {
            "field": "name",
            "type": "ordinal",
            "sort": None,
            "title": None,
            "scale": {"padding": 0.4},
            "axis": _lines() | {"labelAngle": 0, "ticks": False, "labelPadding": 8, "grid": False},
        },
        "y": {
            "field": "plot",
            "type": "quantitative",
            "axis": None,
            "title": None,
            "scale": {"range": [height - 12, 24], "zero": False, "nice": False},
        },
        "tooltip": _tooltip(series),
    }
    colour: Spec = {}
    if len(series) > 1:
        colour = {
            "color": {"field": "series", "type": "nominal", "sort": None, "title": None, "legend": _legend()}
        }
    drawn = {"transform": [{"filter": "datum.known"}]}
    layers = [
        drawn | {"mark": {"type": "line", "strokeWidth": 2.5}, "encoding": colour},
        drawn | {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1}, "encoding": colour},
        drawn
        | {
            "mark": {"type": "text", "dy": -12, "baseline": "bottom"},
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        },
    ]
    spec = _single(rows, height) | {"encoding": encoding, "layer": layers}
    return _chart(spec, height + (70 if len(series) > 1 else 40), data, words)


def sized(spec: Mapping[str, Any], width: int) -> Spec:
    """The same chart for another width in px; panels wrap, a donut's legend moves below when narrow."""
    kind = spec.get("usermeta", {}).get("kind")
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


def _joined(left: str, right: str) -> bool:
    both = left + right
    return right in "，。、；：）》」”%" or left in "（《「“" or (both.isascii() and both.isalnum())


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


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


def _room(data: Sequence[Datum]) -> int:
    return 14 + round(max(sum(map(_wide, d.text)) for d in data) * 13)


def _single(rows: list[Spec], height: int) -> Spec:
    return {
        "$schema": SCHEMA,
        "width": WIDTH,
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": rows},
    }


def _lines() -> Spec:
    return {"labelExpr": "split(datum.label, '\\n')", "labelLimit": 400, "grid": False}


def _legend() -> Spec:
    return {"orient": "top", "direction": "horizontal", "symbolType": "square", "offset": 8}


def _coloured(series: Sequence[str], *, legend: bool = True, rising: bool = False) -> Spec:
    """Colour by series: periods fade into the past (``rising``: the last is the present), others differ."""
    if len(series) < 2:
        return {}
    if not all(name[:4].isdigit() for name in series):
        return {
            "color": {
                "field": "series",
                "type": "nominal",
                "title": None,
                "sort": None,
                "legend": _legend() if legend else None,
            }
        }
    order = list(reversed(series)) if rising or series[0] < series[-1] else list(series)
    return {
        "color": {
            "field": "series",
            "type": "ordinal",
            "title": None,
            "scale": {"domain": order},
            "legend": _legend() if legend else None,
        }
    }


def _tooltip(series: Sequence[str]) -> list[Spec]:
    shown = [("label", "项目"), ("series", "期间"), ("text", "数值")]
    if len(series) < 2 and not any(series):
        shown.pop(1)
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
