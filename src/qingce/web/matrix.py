"""The matrix of topics as it stands on the screen: places of points and lines in a drawing, and the words beside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qingce.casework.materiality import Placed, Thresholds
from qingce.publish.spread import apart
from qingce.web.language import marked as _

ASPECTS: dict[str, str] = {
    "likelihood": _("可能性"), "scale": _("规模"), "scope": _("范围"), "irremediability": _("不可补救性"),
    "magnitude": _("财务影响程度"), "horizon": _("时间远近"),
}
SCALES: dict[str, tuple[str, str]] = {
    "likelihood": (_("几乎不会"), _("几乎必然")), "scale": (_("轻微"), _("极其严重或显著")),
    "scope": (_("个别"), _("全行及社会")), "irremediability": (_("容易补救"), _("不可挽回")),
    "magnitude": (_("可以忽略"), _("极大")), "horizon": (_("五年以后"), _("报告期内")),
}
"""What 1 and 5 mean."""
PILLARS: dict[str, str] = {"environmental": _("环境类"), "social": _("社会类"), "governance": _("治理类")}
KINDS: dict[str, str] = {
    "positive": _("正面影响"), "negative": _("负面影响"), "risk": _("风险"), "opportunity": _("机遇"),
}
BASES: dict[str, tuple[str, str, str]] = {
    "both": (_("双重重要"), "check", "good"), "impact": (_("影响重要"), "check", "work"),
    "financial": (_("财务重要"), "check", "wait"), "neither": (_("不具双重重要性"), "circle", "idle"),
}
STATES: dict[str, tuple[str, str, str]] = {
    "open": (_("评估中"), "pencil", "work"), "proposed": (_("待确认"), "clock", "warn"),
    "confirmed": (_("已确认"), "stamp", "good"),
}
SCORING: dict[str, tuple[str, str, str]] = {
    "asked": (_("打分中"), "pencil", "work"), "submitted": (_("已提交"), "check", "good"),
    "returned": (_("已退回"), "back", "warn"),
}
SURVEYS: dict[str, tuple[str, str, str]] = {
    "open": (_("进行中"), "pencil", "work"), "closed": (_("已结束"), "check", "idle"),
}
RULES: dict[str, str] = {
    "double": _("影响重要或财务重要（双重重要性）"), "either": _("双重重要性，或两轴矩阵的高–高区"),
}
METHODS: dict[str, str] = {"equal": _("等权"), "direct": _("直接给定"), "ahp": _("两两比较（层次分析法）")}
CHANGES: dict[str, tuple[str, str, str]] = {
    "entered": (_("新进入"), "up", "good"), "left": (_("退出"), "fall", "warn"), "new": (_("新议题"), "plus", "work"),
    "gone": (_("已撤销"), "void", "idle"),
}
TIERS: dict[str, str] = {"decision": _("决策层"), "management": _("管理层"), "execution": _("执行层")}
PARTS: dict[str, str] = {"decides": _("审定"), "leads": _("牵头"), "supports": _("配合")}
LEFT, TOP, SIDE, HIGH = 44, 24, 420, 352
"""The frame of a drawing of 480 by 424; the highest score stands a little below its end."""
BEYOND = Fraction(1, 8)


@dataclass(frozen=True, slots=True)
class Dot:
    """A topic: where its mark stands in the drawing, where its scores are, its number and name.

    Attributes:
        x, y: of the mark, moved so that it hides no other; ``at_x``, ``at_y``: of the scores.
        wide: half its width.
    """

    x: float
    y: float
    at_x: float
    at_y: float
    wide: float
    pillar: str
    text: str
    label: str
    topic: str
    material: bool

    @property
    def moved(self) -> bool:
        """Whether a line must lead from the mark to where it belongs."""
        return abs(self.x - self.at_x) + abs(self.y - self.at_y) > 6


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing: marks, ticks (label, place) on either axis, and the lines of the thresholds."""

    across: str
    up: str
    dots: tuple[Dot, ...]
    columns: tuple[tuple[str, float], ...]
    rows: tuple[tuple[str, float], ...]
    line_x: float
    line_y: float

    @property
    def frame(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom."""
        return LEFT, TOP, LEFT + SIDE, TOP + HIGH


def plots(stood: Sequence[Placed], limits: Thresholds) -> dict[str, Plot | None]:
    """Both matrices; nothing where no topic has a place."""
    money, impact = min(limits.risk, limits.opportunity), min(limits.positive, limits.negative)
    double = [(n, p, p.financial, p.impact) for n, p in enumerate(stood, 1)]
    sides = [(n, p, p.inside, p.outside) for n, p in enumerate(stood, 1)]
    return {
        "double": _plot(double, (_("财务重要性"), _("影响重要性")), (Fraction(money), Fraction(impact))),
        "sides": _plot(sides, (_("对内部的重要性"), _("对外部的重要性")),
                       (Fraction(limits.inside), Fraction(limits.outside))),
    }


def _plot(
    rows: Sequence[tuple[int, Placed, Fraction | None, Fraction | None]], titles: tuple[str, str],
    limits: tuple[Fraction, Fraction],
) -> Plot | None:
    known = [(n, p, x, y) for n, p, x, y in rows if x is not None and y is not None]
    if not known:
        return None
    low = min(4, max(0, int(min(*limits, *(v for _, _, x, y in known for v in (x, y))) - Fraction(1, 5))))
    span = 5 + BEYOND - low

    def across(value: Fraction) -> float:
        return round(LEFT + float((value - low) / span) * SIDE, 1)

    def upward(value: Fraction) -> float:
        return round(TOP + HIGH - float((value - low) / span) * HIGH, 1)

    ticks = range(low, 6)
    dots = _dots([(n, p, across(x), upward(y)) for n, p, x, y in known])
    return Plot(*titles, dots, tuple((str(t), across(Fraction(t))) for t in ticks),
                tuple((str(t), upward(Fraction(t))) for t in ticks), across(limits[0]), upward(limits[1]))


def _dots(known: Sequence[tuple[int, Placed, float, float]]) -> tuple[Dot, ...]:
    wide = [10.0 if n < 10 else 12.0 for n, _, _, _ in known]
    boxes = [(x, y, w + 2, 11.0) for (_, _, x, y), w in zip(known, wide, strict=True)]
    places = apart(boxes, (LEFT, TOP, LEFT + SIDE, TOP + HIGH), gap=1)
    return tuple(Dot(
        round(at[0], 1), round(at[1], 1), x, y, w, str(p.topic.pillar), str(n), p.topic.label, p.topic.id, p.material)
        for (n, p, x, y), w, at in zip(known, wide, places, strict=True))
