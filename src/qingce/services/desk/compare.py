"""Two editions side by side: figures, definitions, text."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingce.casework.rights import Actor
from qingce.ledger.editions import Sealed
from qingce.services.desk.desk import Desk
from qingce.services.desk.editions import FROZEN, Edition, edition, figures_of, sealed

Parts = tuple[tuple[str, bool], ...]
"""Pieces of a paragraph, each with whether it is not on the other side."""
_PIECES = re.compile(r"[A-Za-z0-9_.,%−-]+|\s+|.", re.DOTALL)
_ALIKE = 0.5
"""Paragraphs less alike than this are another paragraph, not a changed one."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure that differs; a side that has none is empty."""

    key: str
    label: str
    before: str
    after: str
    change: str


@dataclass(frozen=True, slots=True)
class DefinitionLine:
    """A declaration that differs in one respect."""

    metric: str
    label: str
    what: str
    before: Parts
    after: Parts


@dataclass(frozen=True, slots=True)
class TextLine:
    """A paragraph of a page; a side that lacks it is ``None``."""

    number: str
    before: Parts | None
    after: Parts | None

    @property
    def changed(self) -> bool:
        """Whether the two sides differ."""
        return self.before != self.after


@dataclass(frozen=True, slots=True)
class PageDiff:
    """What differs on one page."""

    slug: str
    title: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two editions."""

    before: Edition
    after: Edition
    figures: tuple[FigureLine, ...]
    definitions: tuple[DefinitionLine, ...]
    pages: tuple[PageDiff, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not (self.figures or self.definitions or self.pages)


def compare(desk: Desk, actor: Actor, before: str, after: str) -> Comparison:
    """Hold two editions against each other; the public may compare published ones.

    Raises:
        Missing: one of them is not there, or not for this actor.
    """
    old, new = edition(desk, actor, before), edition(desk, actor, after)
    one, two = sealed(desk, old), sealed(desk, new)
    was, now = figures_of(one), figures_of(two)
    texts = [text_of(seal) for seal in (one, two)]
    return Comparison(old, new, figure_lines(was, now), definition_lines(was, now), page_diffs(*texts))


def text_of(seal: Sealed) -> list[Mapping[str, Any]]:
    """The pages of an edition as words: ``slug``, ``title`` and ``paragraphs``."""
    found: list[Mapping[str, Any]] = json.loads(seal.read(f"{FROZEN}/text.json"))
    return found


def figure_lines(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[FigureLine, ...]:
    """Figures that are new, gone, or another value; values as printed."""
    one, two = ({f["id"]: f for f in side["figures"]} for side in (was, now))
    found = []
    for key in sorted({*one, *two}):
        a, b = one.get(key), two.get(key)
        if a and b and (a["value"], a["answered"]) == (b["value"], b["answered"]):
            continue
        side, figure = (now, b) if b else (was, a)
        assert figure is not None
        label = side["metrics"][figure["metric"]]["label"]
        members = "、".join(side["metrics"][figure["metric"]]["members"].get(d, {}).get(c, c)
                           for d, c in figure["dims"].items())
        tail = "，".join(part for part in (members, side["orgs"].get(figure["org"], figure["org"]), figure["period"])
                        if part)
        word = "新增" if a is None else "不再列示" if b is None else "变动"
        found.append(FigureLine(key, f"{label}（{tail}）", _shown(a), _shown(b), word))
    return tuple(found)


def _shown(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return ""
    value = "" if figure["value"] is None else f"{figure['value']} {figure['unit']}".strip()
    text = figure["text"] or "—"
    return text if not value or value.replace(",", "") == text.replace(",", "") else f"{text}（{value}）"


def definition_lines(was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[DefinitionLine, ...]:
    """Declarations that are new, gone, or say something else."""
    one, two = was["metrics"], now["metrics"]
    formulas = [_formulas(side) for side in (was, now)]
    found = []
    for name in sorted({*one, *two}):
        a, b = one.get(name), two.get(name)
        label = (b or a)["label"]
        if a is None or b is None:
            old, new = (a or {}).get("definition", ""), (b or {}).get("definition", "")
            found.append(DefinitionLine(name, label, "新增指标" if a is None else "不再列示", *parts(old, new)))
            continue
        for field, what in (("label", "名称"), ("definition", "口径"), ("unit", "单位"), ("shown", "列示单位"),
                            ("kind", "性质"), ("owner", "归口部门")):
            if a[field] != b[field]:
                found.append(DefinitionLine(name, label, what, *parts(str(a[field]), str(b[field]))))
        old, new = formulas[0].get(name, ""), formulas[1].get(name, "")
        if old != new:
            found.append(DefinitionLine(name, label, "公式", *parts(old, new)))
    return tuple(found)


def _formulas(side: Mapping[str, Any]) -> dict[str, str]:
    return {record["metric"]: record["formula"] for record in side["lineage"].values()}


def page_diffs(was: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]) -> tuple[PageDiff, ...]:
    """Pages on which something differs, in the order of the newer edition."""
    one, two = ({page["slug"]: page for page in side} for side in (was, now))
    found = []
    for slug in dict.fromkeys([*two, *one]):
        a, b = one.get(slug, {}), two.get(slug, {})
        lines = text_lines(a.get("paragraphs", []), b.get("paragraphs", []))
        if lines:
            found.append(PageDiff(slug, (b or a)["title"], lines))
    return tuple(found)


def text_lines(was: Sequence[str], now: Sequence[str]) -> tuple[TextLine, ...]:
    """Paragraphs that differ, beside each other where they are much alike.

    >>> [(l.before, l.after) for l in text_lines(["甲", "贷款 5 亿元。"], ["甲", "贷款 6 亿元。"])]
    [((('贷款 ', False), ('5', True), (' 亿元。', False)), (('贷款 ', False), ('6', True), (' 亿元。', False)))]
    """
    return tuple(line for line in every_line(was, now) if line.changed)


def every_line(was: Sequence[str], now: Sequence[str]) -> tuple[TextLine, ...]:
    """Every paragraph of both texts in reading order, those that are the same among them."""
    found: list[TextLine] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if tag == "equal":
            same = [((text, False),) for text in now[j1:j2]]
            found += [TextLine(str(j1 + n + 1), side, side) for n, side in enumerate(same)]
            continue
        old, new = list(was[i1:i2]), list(now[j1:j2])
        for i, j in _paired(old, new):
            number = str((j1 + j if j is not None else i1 + (i or 0)) + 1)
            if i is None or j is None:
                found.append(TextLine(number, None if i is None else ((old[i], True),),
                                      None if j is None else ((new[j], True),)))
            else:
                found.append(TextLine(number, *parts(old[i], new[j])))
    return tuple(found)


def _paired(old: Sequence[str], new: Sequence[str]) -> list[tuple[int | None, int | None]]:
    """Which paragraph of a changed stretch stands beside which, in order."""
    pairs: list[tuple[int | None, int | None]] = []
    i = 0
    for j, text in enumerate(new):
        match = next((k for k in range(i, len(old)) if _alike(old[k], text)), None)
        if match is None:
            pairs.append((None, j))
            continue
        pairs += [(k, None) for k in range(i, match)]
        pairs.append((match, j))
        i = match + 1
    return pairs + [(k, None) for k in range(i, len(old))]


def _alike(one: str, two: str) -> bool:
    return difflib.SequenceMatcher(a=one, b=two, autojunk=False).ratio() >= _ALIKE


def parts(old: str, new: str) -> tuple[Parts, Parts]:
    """Two texts cut into what both have and what only one has; numbers are not cut."""
    one, two = _PIECES.findall(old), _PIECES.findall(new)
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(a=one, b=two, autojunk=False).get_opcodes():
        if i2 > i1:
            before.append(("".join(one[i1:i2]), tag != "equal"))
        if j2 > j1:
            after.append(("".join(two[j1:j2]), tag != "equal"))
    return tuple(before), tuple(after)
