"""The materiality matrix (重要性矩阵): topics as numbered points on two axes with their thresholds, and its tables.

Two charts of one decision: ``double`` (impact against financial materiality, as the exchange's guide asks) and
``sides`` (importance to people inside and outside, as reports have drawn it for years). Points carry the numbers
of the list of topics and stand apart, each with a line to its place where it had to move.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from qingce.core.page import Block, Chart, Line, Table, Text
from qingce.publish.marks import SCHEMA, WIDTH, Spec, legend_at
from qingce.publish.spread import apart

SHOWN = ("double", "sides", "topics", "governance")
PILLARS: Mapping[str, str] = {"environmental": "环境类", "social": "社会类", "governance": "治理类"}
BASES: Mapping[str, str] = {
    "both": "影响与财务均重要", "impact": "影响重要", "financial": "财务重要", "neither": "不具双重重要性",
}
AXES: Mapping[str, tuple[str, str, str, str]] = {
    "double": ("financial", "impact", "财务重要性", "影响重要性"),
    "sides": ("inside", "outside", "对内部利益相关方的重要性", "对外部利益相关方的重要性"),
}
TOP = Decimal(5)
HEIGHT, INNER = 420, 570
"""In px; the axes take the rest of the width."""
BEYOND = 0.125
_TITLES = {"double": "双重重要性矩阵", "sides": "议题重要性矩阵", "topics": "重要性议题清单",
           "governance": "ESG 治理运作"}


def drawn(show: str, told: Mapping[str, Any], name: str, caption: str = "") -> tuple[Block, ...]:
    """The blocks that show a decision.

    Args:
        show: one of :data:`SHOWN`.
        told: the decision as :mod:`qingce.services.desk.materiality.printing` gives it.
        name: an id, unique in the edition.
    """
    words = caption or f"{told['period']} 年度{_TITLES[show]}"
    if show == "governance":
        return (_governance(told, words, name),) if told["governance"] else ()
    if show == "topics":
        return (_topics(told, words, name),)
    chart = matrix(show, told, name, words)
    return (chart,) if chart is not None else ()


def matrix(show: str, told: Mapping[str, Any], name: str, caption: str) -> Chart | None:
    """A matrix; ``None`` where no topic has a place on both axes."""
    across, up, across_title, up_title = AXES[show]
    placed = [t for t in told["topics"] if t[across] is not None and t[up] is not None]
    if not placed:
        return None
    limits = _limits(show, told["thresholds"])
    low = min(Decimal(v) for t in placed for v in (t[across], t[up]))
    first = max(0, int((min(low, *limits) - Decimal("0.2")).to_integral_value(ROUND_FLOOR)))
    ticks = range(first, int(TOP) + 1)
    spec = _spec(_points(placed, across, up, ticks), ticks, limits, (across_title, up_title))
    material = [t for t in told["topics"] if t["material"]]
    alt = (f"{caption}：横轴为{across_title}，纵轴为{up_title}，共 {len(placed)} 个议题；"
           f"具有重要性的 {len(material)} 个：{'、'.join(t['label'] for t in material)}。")
    header = ("编号", "议题", "类别", across_title, up_title, "结论")
    rows = tuple(_line(t["number"], t["label"], PILLARS[t["pillar"]], _score(t[across]), _score(t[up]), verdict(t))
                 for t in told["topics"])
    aligns = ("right", "left", "left", "right", "right", "left")
    table = Table(tuple((Text(h),) for h in header), rows, aligns, caption, note_of(told), id=f"{name}-data")
    return Chart(name, spec, alt, f"{caption}{source_of(told)}", table, HEIGHT + 90)


def _line(*cells: str) -> tuple[Line, ...]:
    return tuple((Text(cell),) for cell in cells)


def _limits(show: str, thresholds: Mapping[str, str]) -> tuple[Decimal, Decimal]:
    if show == "sides":
        return Decimal(thresholds["inside"]), Decimal(thresholds["outside"])
    # two thresholds share an axis; the line is drawn at the lower, from which on a topic may be material
    return (min(Decimal(thresholds["risk"]), Decimal(thresholds["opportunity"])),
            min(Decimal(thresholds["positive"]), Decimal(thresholds["negative"])))


def _points(placed: Sequence[Mapping[str, Any]], across: str, up: str, ticks: range) -> list[Spec]:
    """Topics with their scores and where their marks stand, moved so that none hides another."""
    span = ticks[-1] + BEYOND - ticks[0]
    wide, high = INNER / span, HEIGHT / span
    boxes = [(float(t[across]) * wide, -float(t[up]) * high, 12.0, 11.0) for t in placed]
    frame = (ticks[0] * wide, -(ticks[0] + span) * high, (ticks[0] + span) * wide, -ticks[0] * high)
    return [{
        "x": float(t[across]), "y": float(t[up]), "mark_x": round(x / wide, 4), "mark_y": round(-y / high, 4),
        "series": PILLARS[t["pillar"]], "text": t["number"], "label": f"{t['number']} {t['label']}",
        "verdict": verdict(t), "material": t["material"], "xs": _score(t[across]), "ys": _score(t[up]),
        "moved": abs(x - box[0]) + abs(y - box[1]) > 6,
    } for t, box, (x, y) in zip(placed, boxes, apart(boxes, frame, gap=1), strict=True)]


def _spec(
    points: list[Spec], ticks: range, limits: tuple[Decimal, Decimal], titles: tuple[str, str]
) -> Spec:
    # the reader of an edition accounts for every number in it by what the specification says
    marks = [str(tick) for tick in ticks] * 2
    scale = {"domain": [ticks[0], ticks[-1] + BEYOND], "nice": False, "zero": False}
    at, shown = (_places(fields, titles, ticks, scale) for fields in (("x", "y"), ("mark_x", "mark_y")))
    pillars: Spec = {"domain": list(PILLARS.values())}
    named: Spec = {"field": "series", "type": "nominal", "sort": None, "title": None}
    colour = {**named, "scale": pillars, "legend": legend_at()}
    shape = {**named, "scale": {**pillars, "range": ["circle", "square", "diamond"]}}
    tips = [{"field": n, "type": "nominal", "title": t} for n, t in (
        ("label", "议题"), ("xs", titles[0]), ("ys", titles[1]), ("verdict", "结论"))]
    look = {**shown, "color": colour, "shape": shape, "tooltip": tips}
    moved: Spec = {"transform": [{"filter": "datum.moved"}]}
    leads: Spec = {**moved, "mark": {"type": "rule", "opacity": 0.6}, "encoding": {
        **at, "x2": {"field": "mark_x"}, "y2": {"field": "mark_y"}, "color": {**named, "scale": pillars}}}
    thick = {"condition": {"test": "datum.material", "value": 2.6}, "value": 1}
    layers = [
        *_rules(limits, scale), leads, {**moved, "mark": {"type": "point", "filled": True, "size": 12}, "encoding": at},
        {"mark": {"type": "point", "filled": True, "size": 420, "opacity": 0.22}, "encoding": look},
        {"mark": {"type": "point", "filled": False, "size": 420}, "encoding": {**look, "strokeWidth": thick}},
        {"mark": {"type": "text", "fontWeight": 600}, "encoding": {
            **shown, "text": {"field": "text", "type": "nominal"}}},
    ]
    return {"$schema": SCHEMA, "width": WIDTH, "height": HEIGHT, "autosize": {"type": "fit-x", "contains": "padding"},
            "data": {"values": points}, "layer": layers, "usermeta": {"kind": "materiality", "ticks": marks}}


def _places(fields: tuple[str, str], titles: tuple[str, str], ticks: range, scale: Spec) -> Spec:
    """The channels of a place on both axes."""
    return {channel: {"field": name, "type": "quantitative", "scale": scale, "axis": {
        "title": f"{title}（低→高）", "values": list(ticks), "format": "d", "grid": True}}
        for channel, name, title in zip(("x", "y"), fields, titles, strict=True)}


def _rules(limits: tuple[Decimal, Decimal], scale: Spec) -> list[Spec]:
    return [{"data": {"values": [{"at": float(at)}]}, "mark": {"type": "rule", "strokeDash": [5, 4], "opacity": 0.7},
             "encoding": {channel: {"field": "at", "type": "quantitative", "scale": scale}}}
            for channel, at in zip(("x", "y"), limits, strict=True)]


def _topics(told: Mapping[str, Any], caption: str, name: str) -> Table:
    header = ("编号", "议题", "类别", "影响重要性", "财务重要性", "对内", "对外", "结论")
    rows = tuple(_line(t["number"], t["label"], PILLARS[t["pillar"]], _score(t["impact"]), _score(t["financial"]),
                       _score(t["inside"]), _score(t["outside"]), verdict(t)) for t in told["topics"])
    aligns = ("right", "left", "left", "right", "right", "right", "right", "left")
    return Table(tuple((Text(h),) for h in header), rows, aligns, f"{caption}{source_of(told)}", note_of(told),
                 id=f"{name}-data")


def _governance(told: Mapping[str, Any], caption: str, name: str) -> Table:
    header = ("层级", "机构", "主要职责", "会议（次）", "决议（项）")
    rows = tuple(_line(b["tier"], b["label"], b["duties"], b["meetings"], b["resolutions"]) for b in told["governance"])
    return Table(tuple((Text(h),) for h in header), rows, ("left", "left", "left", "right", "right"), caption,
                 id=f"{name}-data")


def verdict(topic: Mapping[str, Any]) -> str:
    """What was decided of a topic, in words."""
    words = BASES[topic["basis"]]
    if topic["basis"] == "neither" and topic["material"]:
        return "两轴矩阵高–高区"
    return words


def _score(value: str | None) -> str:
    return "—" if value is None else f"{Decimal(value):.2f}"


def source_of(told: Mapping[str, Any]) -> str:
    """What the answers are where they are not people's own, in brackets."""
    return f"（{'、'.join(told['sources'])}）" if told["sources"] else ""


def note_of(told: Mapping[str, Any]) -> str:
    """Scale, thresholds and confirmation, as printed below a table."""
    limits = told["thresholds"]
    made = (f"得分为 0 至 5；阈值：正面影响 {limits['positive']}、负面影响 {limits['negative']}、"
            f"风险 {limits['risk']}、机遇 {limits['opportunity']}。"
            f"经“{told['resolution']}”于 {told['confirmed']} 确认。")
    return made + (f"数据来源：{'、'.join(told['sources'])}。" if told["sources"] else "")
