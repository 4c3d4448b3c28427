"""Stills: charts as SVG and as pictures, drawn once."""

from __future__ import annotations

import base64

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

    def picture(self, chart: Chart) -> bytes:
        """The chart as PNG at twice its size, as Word shows it."""
        from qingce.publish import svg

        def drawn() -> str:
            from qingce.publish.docx.render import png

            return base64.b64encode(png(still)).decode()

        still = self(chart)
        return base64.b64decode(self._cache.text("picture", [still, svg.REVISION], drawn))
