"""Tying a text to a project: which of its numbers are figures of the project, and which are nobody's."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cached_property
from itertools import pairwise

from qingce.audit.model import Finding, Kind, Qualifier, Quantity, Relation, Report, Statement
from qingce.audit.words import UNITS
from qingce.core.amount import Absent
from qingce.core.check import Severity
from qingce.core.errors import QingceError
from qingce.core.figure import FigureKey, Reading
from qingce.core.unit import unit
from qingce.publish.bind import label
from qingce.services.project import Project

_ASPECTS = ("value", "change", "growth", "share")
_REACH = Decimal("0.25")
"""超 300 亿 may stand for any figure up to this much above it; beyond, the words would mislead."""
_TELLING = 4
"""So many significant digits tell a number apart without the words around it."""


@dataclass(frozen=True, slots=True)
class Known:
    """One value that the project can print.

    Attributes:
        value: in the base unit of its dimension, as the audit counts them.
        printed: as the project prints it, without its unit.
        words: of its label, two characters each.
    """

    value: Decimal
    printed: Decimal
    dimension: str
    key: FigureKey
    aspect: str
    label: str
    text: str
    words: frozenset[str]


class Figures:
    """Everything a project can print, found by value.

    Args:
        project: its figures are computed where they were not yet.
    """

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def by_dimension(self) -> Mapping[str, tuple[Sequence[Decimal], Sequence[Known]]]:
        """Sizes and figures of each dimension, the smallest first."""
        groups: dict[str, list[Known]] = defaultdict(list)
        for known in self._all():
            groups[known.dimension].append(known)
        for some in groups.values():
            some.sort(key=lambda k: (abs(k.value), k.key, k.aspect))
        return {name: ([abs(k.value) for k in some], some) for name, some in groups.items()}

    @cached_property
    def by_print(self) -> Mapping[Decimal, Sequence[Known]]:
        """Figures by their printed digits: a table gives the unit once, above its numbers."""
        found: dict[Decimal, list[Known]] = defaultdict(list)
        for _, some in self.by_dimension.values():
            for known in some:
                found[abs(known.printed)].append(known)
        return found

    def _all(self) -> Iterator[Known]:
        project = self.project
        orgs = sorted({project.settings.org, *(k.org for k in project.records.filed)} & set(project.records.tree))
        for figure in project.figures(orgs=orgs):
            reading = Reading(project.computation, project.registry.metrics[figure.key.metric], figure.key)
            for aspect in _ASPECTS:
                known = self._known(replace(reading, aspect=aspect))
                if known is not None:
                    yield known

    def _known(self, reading: Reading) -> Known | None:
        if reading.aspect == "share" and not reading.key.dims:
            return None
        try:
            amount = reading.amount
            name = amount.unit.name.lstrip("万亿") or amount.unit.name
            if isinstance(amount.value, Absent) or name.lower() not in UNITS:
                return None
            dimension, scale = UNITS[name.lower()]
            value = amount.to(unit(name)).value
            assert not isinstance(value, Absent)
            said = label(reading)
            printed = Decimal(reading.number.text.replace(",", ""))
            pairs = _pairs(said)
            return Known(value * scale, printed, dimension, reading.key, reading.aspect, said, reading.text, pairs)
        except (QingceError, InvalidOperation):
            return None

    def within(self, dimension: str, low: Decimal, high: Decimal) -> Sequence[Known]:
        """Figures whose size lies between two bounds, these included."""
        sizes, some = self.by_dimension.get(dimension, ([], []))
        return some[bisect_left(sizes, low):bisect_right(sizes, high)]


def against_project(report: Report, known: Figures) -> Report:
    """The report with every number held against the project's figures.

    A number ties when a figure prints as it, at the printed precision and with its unit, and either the
    words around it share a word with the figure's label or its digits are many enough to tell. Ties are
    added as relations of the rule ``project_figure``, numbers that tie to nothing as notes, and a number
    whose words name a figure of another value as an error. A whole number without a unit outside tables
    (a page, a list) is passed over when it ties to nothing.
    """
    said = {s.quantity.index: s for s in report.statements}
    lines = {line.number: line.text for line in report.text.lines}
    tabled = _headings(report, lines)
    relations, findings = list(report.relations), list(report.findings)
    for quantity in report.quantities:
        words = _around(quantity, said.get(quantity.index), lines) | _pairs(tabled.get(quantity.span.line, ""))
        near = _matching(quantity, known)
        best = _best(near, words)
        if best is not None and (words & best.words or len(quantity.value.as_tuple().digits) >= _TELLING):
            relations.append(Relation(
                "project_figure", True, (quantity,), f"{quantity.text} = {best.label} {best.text}（{best.key}）"))
            continue
        if quantity.dimension or quantity.value != quantity.value.to_integral_value() or quantity.span.line in tabled:
            findings.append(_untied(report, quantity, near, said.get(quantity.index), known))
    return replace(report, relations=tuple(relations), findings=tuple(findings))


def _matching(quantity: Quantity, known: Figures) -> Sequence[Known]:
    size = abs(quantity.base)
    if not quantity.dimension:
        return known.by_print.get(size, ())
    low, high = size - quantity.step, size + quantity.step
    if quantity.qualifier in (Qualifier.OVER, Qualifier.LEAST):
        low, high = size, size * (1 + _REACH)
    elif quantity.qualifier in (Qualifier.NEARLY, Qualifier.MOST):
        low, high = size * (1 - _REACH), size
    sign = quantity.sign or (-1 if quantity.value < 0 else 0)
    return [
        k for k in known.within(quantity.dimension, low, high)
        if k.aspect in ("value", "share") or not sign or k.value * sign >= 0
    ]


def _best(near: Sequence[Known], words: frozenset[str]) -> Known | None:
    return max(near, key=lambda k: len(k.words & words) / max(len(k.words), 1), default=None)


def _around(quantity: Quantity, statement: Statement | None, lines: Mapping[int, str]) -> frozenset[str]:
    number = quantity.span.line
    near = [lines.get(n, "") for n in range(number - 2, number + 2)]
    return _pairs("\n".join([statement.metric if statement else "", statement.subject if statement else "", *near]))


def _headings(report: Report, lines: Mapping[int, str]) -> dict[int, str]:
    """For each line that shows a row of a table: the table's caption, what stands above it, and its first row."""
    found: dict[int, str] = {}
    for table in report.text.tables:
        numbers = sorted({cell.line for row in table.rows for cell in row if cell is not None})
        above = "\n".join([table.caption, *(lines.get(n, "") for n in range(numbers[0] - 2, numbers[0] + 1))])
        found |= dict.fromkeys(numbers, above)
    return found


def _pairs(text: str) -> frozenset[str]:
    """Two Chinese characters that stand together, for every place in a text."""
    return frozenset(a + b for a, b in pairwise(text) if min(a, b) >= "\u4e00" and max(a, b) <= "\u9fff")


def _untied(
    report: Report, quantity: Quantity, near: Sequence[Known], statement: Statement | None, known: Figures
) -> Finding:
    said = (statement.metric if statement else "").strip()
    period = statement.period if statement else ""
    named = [] if quantity.kind in (Kind.CHANGE, Kind.GROWTH, Kind.POINTS) or len(said) < 4 else [
        k for k in known.by_dimension.get(quantity.dimension, ([], []))[1]
        if k.aspect == "value" and k.label == said and k.key.period == period
    ]
    note = Finding(
        report.text.file, quantity.span.line, quantity.span.page, "not_in_project", Severity.NOTE,
        f"{quantity.text} 在项目中没有对应的数值。", (quantity,), confidence=0.5,
        resolve="补一个指标，或注明这个数引自何处。",
    )
    if named:
        figure = named[0]
        return replace(
            note, rule="project_figure", severity=Severity.ERROR, confidence=0.8,
            message=f"“{said}”印作 {quantity.text}，项目中是 {figure.text}。",
            arithmetic=f"{figure.key} = {figure.text}",
            resolve="核对口径与期间；项目无误则改正文本，文本无误则更正所交数据。",
        )
    if near:
        like = f"{near[0].label}（{near[0].key}）"
        return replace(note, message=f"{quantity.text} 在项目中没有对应的数值：只与 {like} 数字相同，文中的话对不上。")
    return note
