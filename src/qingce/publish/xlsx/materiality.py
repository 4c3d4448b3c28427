"""The sheet on material topics: the confirmed list with its scores, and both matrices as native charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from qingce.publish.materiality import AXES, PILLARS, note_of, source_of, verdict
from qingce.publish.xlsx.style import CARE, DEEP, MID, MUTED
from qingce.publish.xlsx.table import HEAD_ROW, Cell, Column, Table

SHEET = "重要性"
_SCORES = ("impact", "financial", "inside", "outside")
_FIRST = 3
"""Column of the first score."""
_LOOKS = {"environmental": (DEEP, "circle"), "social": (CARE, "square"), "governance": (MID, "diamond")}


def topic_table(told: Mapping[str, Any]) -> Table:
    """The list of topics, those of a pillar together."""
    columns = [
        Column("编号", 7, "center"), Column("议题", 28), Column("类别", 9, "center"),
        Column("影响重要性", 12, "number"),
        Column("财务重要性", 12, "number"), Column("对内重要性", 12, "number"),
        Column("对外重要性", 12, "number"),
        Column("结论", 20), Column("是否重要", 10, "center"),
    ]
    rows = [(t["number"], t["label"], PILLARS[t["pillar"]], *(_score(t[name]) for name in _SCORES), verdict(t),
             "是" if t["material"] else "否") for t in _sorted(told)]
    return Table(f"{told['period']} 年度重要性议题{source_of(told)}", note_of(told), columns, rows, frozen=2)


def _score(value: str | None) -> Cell:
    return Cell("—", "absent") if value is None else Cell(Decimal(value), number_format="0.00")


def _sorted(told: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    order = list(PILLARS)
    return sorted(told["topics"], key=lambda t: (order.index(t["pillar"]), int(t["number"])))


def add_matrices(book: Workbook, sheet: Worksheet, told: Mapping[str, Any]) -> None:
    """Both matrices beside the table, a series for each pillar, each point with the number of its topic."""
    topics = _sorted(told)
    for place, (show, (across, up, across_title, up_title)) in enumerate(AXES.items()):
        if not any(t[across] is not None and t[up] is not None for t in topics):
            continue
        chart = book.add_chart({"type": "scatter"})
        for pillar, label in PILLARS.items():
            rows = [n for n, t in enumerate(topics, HEAD_ROW + 1) if t["pillar"] == pillar]
            if rows:
                chart.add_series(_series(label, pillar, topics, rows, (across, up)))
        title = "双重重要性矩阵" if show == "double" else "两轴重要性矩阵"
        chart.set_title({"name": f"{title}{source_of(told)}", "name_font": {"size": 12, "color": DEEP}})
        for setter, words in ((chart.set_x_axis, across_title), (chart.set_y_axis, up_title)):
            setter({"name": words, "min": 0, "max": 5, "major_unit": 1, "num_format": "0",
                    "major_gridlines": {"visible": True, "line": {"color": "#DFE6E4"}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 620, "height": 440})
        sheet.insert_chart(HEAD_ROW + place * 23, 10, chart, {"description": f"{title}，数据见左侧各列。"})


def _series(
    label: str, pillar: str, topics: Sequence[Mapping[str, Any]], rows: Sequence[int], axes: tuple[str, str]
) -> dict[str, Any]:
    colour, shape = _LOOKS[pillar]
    x, y = (_FIRST + _SCORES.index(name) for name in axes)
    numbers = [{"value": topics[row - HEAD_ROW - 1]["number"]} for row in rows]
    return {
        "name": label, "categories": [SHEET, rows[0], x, rows[-1], x], "values": [SHEET, rows[0], y, rows[-1], y],
        "marker": {"type": shape, "size": 8, "fill": {"color": colour}, "border": {"color": "#FFFFFF"}},
        "data_labels": {"custom": numbers, "value": True, "position": "above", "font": {"size": 8, "color": MUTED}},
    }
