"""Stills: charts as SVG, drawn once."""

from __future__ import annotations

from qingce.core.page import Chart
from qingce.services.cache import TextCache


class Stills:
    """Draws charts; one that an earlier run or another process drew is taken from the cache."""

    def __init__(self, cache: TextCache) -> None:
        self._cache = cache
        self._drawn: dict[str, str] = {}

    def __call__(self, chart: Chart) -> str:
        """The chart as SVG."""
        from qingce.publish import svg

        key = repr(chart.spec)
        if key not in self._drawn:
            told = [svg.themed(chart.spec), svg.VERSION, svg.REVISION]
            self._drawn[key] = self._cache.text("chart", told, lambda: svg.render_svg(chart.spec))
        return self._drawn[key]
