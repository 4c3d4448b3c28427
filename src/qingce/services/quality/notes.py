"""The words that go with an estimated figure wherever it is printed, and with a level wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from qingce.core.estimate import plain
from qingce.core.figure import FigureKey
from qingce.core.period import Period
from qingce.core.quality import WAY_LABELS, Quality, Way
from qingce.core.scale import Scale
from qingce.services.quality.judging import Qualities

Call = Callable[[FigureKey], str]
"""What a figure is called."""
MARK = "估"
MADE_UP = "所依据的记录中有合成数据，级别只说明取数方式，不表示数据真实"
_NAMED = 3


def estimate_note(scale: Scale, called: Call, key: FigureKey, quality: Quality) -> str:
    """The footnote of an estimated figure: what, by which method, how much, why.

    Args:
        called: what a figure is called.
    """
    what = f"{MARK}：{called(key)}（{_when(key)}）"
    if quality.estimate is not None:
        said = quality.estimate
        method = scale.method_label(said.method)
        return f"{what}为估算值，方法为{method}，估算占比 {said.share_text}；{said.reason.strip('。')}。"
    if not quality.parts:
        return f"{what}所依据的台账记录中有估计数，占该数值的 {plain(quality.estimated)}%。"
    sources = list(quality.estimates())
    named = "、".join(f"“{called(FigureKey.parse(name))}”" for name, _ in sources[:_NAMED])
    more = f"等 {len(sources)} 项" if len(sources) > _NAMED else ""
    if quality.way is Way.WEAKEST:
        largest = plain(max(one.estimated for _, one in sources))
        return f"{what}由含估算的{named}{more}推算，所依据数值的估算占比最高 {largest}%。"
    return f"{what}为各机构合计，其中{named}{more}含估算，估算占合计的 {plain(quality.estimated)}%。"


def estimate_notes(qualities: Qualities, called: Call, keys: Iterable[FigureKey]) -> dict[str, str]:
    """The footnotes of those figures that are estimated, by key as text."""
    found = {}
    for key in dict.fromkeys(keys):
        quality = qualities.of(key)
        if quality is not None and quality.estimated:
            found[str(key)] = estimate_note(qualities.scale, called, key, quality)
    return found


def why(scale: Scale, called: Call, quality: Quality) -> list[str]:
    """Why a level is what it is, from the figure down to the source that decides, one line a step."""
    lines = []
    here, steps = quality, list(quality.chain)
    for key, part in steps:
        name = FigureKey.parse(key)
        lines.append(f"{WAY_LABELS[here.way]}：{called(name)}（{_when(name)}）{part.text} 级")
        here = part
    level = scale.levels[here.level]
    lines.append(f"{level.label}（{level.meaning}）：{here.rule.because if here.rule else ''}")
    if quality.made_up:
        lines.append(MADE_UP)
    return lines


def why_short(scale: Scale, called: Call, quality: Quality) -> str:
    """The source that decides a level, and why that one has it."""
    here, of = quality, "由其自身的来源决定"
    if quality.chain:
        key, here = quality.chain[-1]
        name = FigureKey.parse(key)
        of = f"由最差的来源决定：{called(name)}（{_when(name)}）"
    level = scale.levels[here.level]
    words = [of, f"{level.label}，{here.rule.because}" if here.rule else level.label]
    return "；".join([*words, *([MADE_UP] if quality.made_up else [])])


def better(quality: Quality) -> str:
    """How to get better: what the source that decides lacks."""
    here = quality.chain[-1][1] if quality.chain else quality
    return here.rule.better if here.rule else ""


def _when(key: FigureKey) -> str:
    return f"{key.period} 年" if Period.parse(key.period).kind == "year" else key.period
