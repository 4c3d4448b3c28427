"""Pictures of the desk: charts drawn on the server for wide and for narrow screens, kept by their content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from qingce.core.page import Break, Chart, Line
from qingce.publish.chart import sized
from qingce.publish.inline import inlined
from qingce.services.cache import TextCache
from qingce.services.desk.desk import Desk
from qingce.services.stills import Stills

WIDE, NARROW = 460, 320
"""Widths in px: half a desk's page, and a phone."""
_DRAWING = Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what is said instead of it.

    Attributes:
        wide, narrow: SVG to stand in a page; it takes the page's colours.
        alt: its message in a sentence.
        header, rows: its numbers, as printed.
    """

    caption: str
    alt: str
    wide: str
    narrow: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def picture(desk: Desk, chart: Chart, narrow: Chart | None = None) -> Picture:
    """The picture of a chart; what was drawn before is not drawn again.

    Args:
        narrow: another chart for narrow screens, where the same one would not do in another width.
    """
    stills = Stills(TextCache(desk.state / "cache"))
    small = narrow or Chart(chart.id, sized(chart.spec, NARROW), chart.alt, chart.caption, chart.table, chart.height)
    large = chart if narrow else Chart(chart.id, sized(chart.spec, WIDE), chart.alt, chart.caption, chart.table)
    with _DRAWING:  # the drawing library is one to a process
        drawn = [inlined(stills(one), f"{chart.id}-{side}") for side, one in (("w", large), ("n", small))]
    return Picture(chart.caption, chart.alt, drawn[0], drawn[1], _texts(chart.table.header),
                   tuple(map(_texts, chart.table.rows)), chart.table.note)


def _texts(cells: Sequence[Line]) -> tuple[str, ...]:
    return tuple("".join(node.text for node in cell if not isinstance(node, Break)) for cell in cells)
