"""Charts as still pictures: a Vega-Lite specification drawn to SVG with the vendored fonts.

The same specification is drawn live on the web; here it gets the theme of the printed edition.
Drawing needs no network and no browser, and the same specification gives the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from qingce.core.errors import QingceError

FONT = "Noto Sans SC"
VERSION = "6.4"
"""The edition of Vega-Lite that draws."""

REVISION = 2
"""Raised whenever the same specification is drawn otherwise than before; goes into the names of kept pictures."""

WIDTH = 600
"""The width in pixels given to a chart that asks for the width of its container: a printed line."""

COLOURS = (
    "#1f6f6d",
    "#c2955a",
    "#6ba39c",
    "#8a9a5b",
    "#12494d",
    "#d9b98a",
    "#3d7ea6",
    "#9c5b3c",
    "#a9c8c1",
    "#5f6b6d",
)
"""The members of a family, in order."""

PERIODS = ("#1f6f6d", "#9cc3bc", "#cbdedb", "#e3ecea")
"""The current period, then those before it."""

INK, GREY, HAIR = "#20292b", "#5f6b6d", "#dfe6e4"

_FONTS = Path(__file__).resolve().parent / "fonts"


class ChartError(QingceError):
    """A specification cannot be drawn; the message is Vega's own."""


def theme() -> dict[str, Any]:
    """The Vega-Lite ``config`` of the printed edition: its face, its colours, quiet axes."""
    words = {"labelFont": FONT, "titleFont": FONT, "labelColor": GREY, "titleColor": GREY}
    return {
        "font": FONT,
        "background": None,
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            **words,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "labelPadding": 6,
            "labelLimit": 220,
            "gridColor": HAIR,
            "gridWidth": 0.8,
            "domainColor": GREY,
            "domainWidth": 0.8,
            "tickColor": GREY,
            "tickWidth": 0.8,
            "tickSize": 4,
        },
        "axisQuantitative": {"domain": False, "ticks": False},
        "axisBand": {"grid": False, "ticks": False, "labelColor": INK},
        "legend": {
            **words,
            "labelFontSize": 11,
            "titleFontSize": 11,
            "labelColor": INK,
            "symbolType": "square",
            "labelLimit": 260,
            "titleFontWeight": "normal",
        },
        "header": {
            **words,
            "labelFontSize": 12,
            "titleFontSize": 12,
            "labelColor": INK,
            "labelFontWeight": "bold",
        },
        "title": {
            "font": FONT,
            "fontSize": 13,
            "color": INK,
            "anchor": "start",
            "fontWeight": "bold",
            "subtitleFont": FONT,
            "subtitleFontSize": 11,
            "subtitleColor": GREY,
            "offset": 10,
        },
        "text": {"font": FONT, "fontSize": 11, "color": INK},
        "mark": {"color": COLOURS[0]},
        "bar": {"color": COLOURS[0]},
        "line": {"color": COLOURS[0], "strokeWidth": 2.2},
        "range": {
            "category": list(COLOURS),
            "ordinal": list(PERIODS),
            "heatmap": ["#e9f1ef", "#12494d"],
            "ramp": ["#e9f1ef", "#12494d"],
        },
    }


def themed(spec: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The specification with the theme below its own configuration, and a width where it left it open.

    >>> themed({"mark": "bar", "width": "container"})["width"]
    600
    """
    shown = {**spec, "config": _merged(config or theme(), spec.get("config") or {})}
    if shown.get("width") == "container":
        shown["width"] = WIDTH
        shown.setdefault("autosize", {"type": "fit-x", "contains": "padding"})
    return shown


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two nested mappings as one; where both say something, ``above`` holds."""
    out = dict(below)
    for key, value in above.items():
        inner = out.get(key)
        out[key] = (
            _merged(inner, value) if isinstance(inner, Mapping) and isinstance(value, Mapping) else value
        )
    return out


def render_svg(spec: Mapping[str, Any]) -> str:
    """The chart as SVG text; words stay text, in the vendored face.

    Raises:
        ChartError: when Vega refuses the specification, or it asks for data from elsewhere.
    """
    if _fetches(spec):
        raise ChartError(
            "图画不出来：数据要写在图的定义里，不能是地址。"
        )
    text = json.dumps(themed(spec), ensure_ascii=False)
    try:
        drawn = _engine().vegalite_to_svg(text, vl_version=VERSION, allowed_base_urls=[])
    except (TypeError, ValueError) as error:
        raise ChartError(f"图画不出来：{_first_line(error)}") from error
    return _renumbered(str(drawn))


_TAG = re.compile(r"<[^>]+>")
_MARK = re.compile(r"""(id="|url\(#)(clip|gradient_)(\d+)""")


def _renumbered(drawn: str) -> str:
    """The same picture with its inner names counted from 0: Vega counts on from one picture to the next.

    >>> _renumbered('<g clip-path="url(#clip7)"/><clipPath id="clip7"/>clip7')
    '<g clip-path="url(#clip0)"/><clipPath id="clip0"/>clip7'
    """
    numbers: dict[str, int] = {}

    def counted(mark: re.Match[str]) -> str:
        lead, kind, number = mark.groups()
        return f"{lead}{kind}{numbers.setdefault(kind + number, len(numbers))}"

    return _TAG.sub(lambda tag: _MARK.sub(counted, tag[0]), drawn)


def _fetches(value: Any) -> bool:
    """Whether some ``data`` inside is an address."""
    if isinstance(value, Mapping):
        source = value.get("data")
        return (isinstance(source, Mapping) and "url" in source) or any(map(_fetches, value.values()))
    return isinstance(value, list | tuple) and any(map(_fetches, value))


def _first_line(error: Exception) -> str:
    return next(
        (line.strip() for line in re.split(r"[\r\n]+", str(error)) if line.strip()), type(error).__name__
    )


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The drawing library, loaded when the first chart is drawn, with the vendored fonts registered."""
    import vl_convert

    vl_convert.register_font_directory(str(_FONTS))
    return vl_convert
