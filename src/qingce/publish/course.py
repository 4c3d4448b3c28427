"""The chart of a campaign's course: filed and approved items by day, against the days on which they are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from qingce.core.page import Chart, Table, Text
from qingce.publish.marks import SCHEMA, WIDTH, Spec

FILED, APPROVED = "已提交", "已审批"
_HEIGHT = 150
_COLOUR = {"field": "series", "type": "nominal", "sort": None, "title": None,
           "scale": {"domain": [FILED, APPROVED]},
           "legend": {"orient": "top", "direction": "horizontal", "symbolType": "stroke", "offset": 6}}


def course_chart(
    days: Sequence[tuple[dt.date, int, int]], due: Sequence[tuple[str, dt.date]], total: int, today: dt.date,
    caption: str, width: int = WIDTH,
) -> Chart:
    """Two stepped lines, filed and approved, and an upright dashed line for each due date.

    Args:
        days: each day with the counts at its end, the first day first; days after ``today`` hold no line.
        due: what is due, in words, and when.
        total: items asked for, the height of the picture.
    """
    known = [one for one in days if one[0] <= today] or list(days[:1])
    rows = [{"day": day.isoformat(), "series": name, "count": count}
            for day, filed, approved in known for name, count in ((FILED, filed), (APPROVED, approved))]
    ends = [days[0][0], max([days[-1][0], *(day for _, day in due)])]
    x: Spec = {"field": "day", "type": "temporal", "title": None,
               "scale": {"domain": [{"year": d.year, "month": d.month, "date": d.day} for d in ends]},
               "axis": {"format": "%-m月%-d日", "grid": False, "labelOverlap": True, "tickCount": width // 90}}
    y = {"field": "count", "type": "quantitative", "title": None, "scale": {"domain": [0, max(total, 1)]},
         "axis": {"tickCount": 4, "format": "d"}}
    lines = {"data": {"values": rows}, "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": 2.4},
             "encoding": {"x": x, "y": y, "color": _COLOUR,
                          "strokeDash": {"field": "series", "type": "nominal", "sort": None, "title": None,
                                         "scale": {"domain": [FILED, APPROVED], "range": [[1, 0], [6, 3]]}}}}
    spec: Spec = {"$schema": SCHEMA, "width": width, "height": _HEIGHT,
                  "autosize": {"type": "fit-x", "contains": "padding"}, "layer": [lines, *_rules(due, x)]}
    return Chart("course", spec, _alt(known[-1], due, total, caption), caption, _table(known, caption), _HEIGHT)


def _rules(due: Sequence[tuple[str, dt.date]], x: Spec) -> list[dict[str, Any]]:
    if not due:
        return []
    values = [{"day": day.isoformat(), "words": words, "row": n} for n, (words, day) in enumerate(due)]
    rule = {"data": {"values": values}, "mark": {"type": "rule", "strokeDash": [3, 3], "strokeWidth": 1.2,
                                                 "color": "#5f6b6d"}, "encoding": {"x": x}}
    # each label a line lower, so that due dates close together stay legible
    words = [{"data": {"values": [one]}, "mark": {"type": "text", "align": "right", "baseline": "top", "dx": -4,
                                                  "y": 2 + 14 * n}, "encoding": {"x": x, "text": {"field": "words"}}}
             for n, one in enumerate(values)]
    return [rule, *words]


def _alt(last: tuple[dt.date, int, int], due: Sequence[tuple[str, dt.date]], total: int, caption: str) -> str:
    day, filed, approved = last
    dates = "，".join(f"{words} {when.isoformat()}" for words, when in due)
    return f"{caption}：到 {day.isoformat()}，共 {total} 项，{FILED} {filed} 项，{APPROVED} {approved} 项；{dates}。"


def _table(days: Sequence[tuple[dt.date, int, int]], caption: str) -> Table:
    """The days on which something changed, and the last one."""
    shown = [one for n, one in enumerate(days) if n in (0, len(days) - 1) or one[1:] != days[n - 1][1:]]
    rows = tuple(tuple((Text(text),) for text in (day.isoformat(), str(filed), str(approved)))
                 for day, filed, approved in shown)
    return Table(((Text("日期"),), (Text(FILED),), (Text(APPROVED),)), rows, ("left", "right", "right"), caption)
