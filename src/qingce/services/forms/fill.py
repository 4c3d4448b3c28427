"""Filling a form: each cell a figure read like on a page, or blank with the reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from qingce.core.amount import ABSENT, Absent, Amount
from qingce.core.errors import BindingError, DeclarationError, UnitError
from qingce.core.figure import FigureKey, Reading
from qingce.core.unit import Unit, unit
from qingce.publish.bind import Binder
from qingce.services.forms.declare import Form, FormColumn, FormRow
from qingce.services.project import Project

NO_METRIC = "没有指标"


class State(StrEnum):
    """What stands in a cell."""

    FILLED = "filled"
    GAP = "gap"
    """Asked for, but there is nothing to fill in."""
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a form, or why there is none.

    Attributes:
        amount: exact, in the cell's unit.
        reading: the figure behind it; nothing for a sum of other rows.
        report: the same thing as the report reads it under another name.
        synthetic: it rests on a file that is marked as made up.
    """

    column: str
    state: State
    amount: Amount
    places: int = 2
    reason: str = ""
    reading: Reading | None = None
    report: Reading | None = None
    synthetic: bool = False

    @property
    def text(self) -> str:
        """The number as printed, without its unit; nothing where the cell is blank."""
        value = self.amount.value
        return "" if isinstance(value, Absent) else self.amount.unit.print(value, self.places)

    @property
    def figures(self) -> tuple[str, ...]:
        """Keys of the figures it rests on."""
        return tuple(map(str, self.reading.basis)) if self.reading is not None else ()


@dataclass(frozen=True)
class Filled:
    """A form with its cells: for each row asked for on the day, one cell a column."""

    form: Form
    org: str
    organisation: str
    period: str
    rows: tuple[FormRow, ...]
    cells: Mapping[tuple[str, str], Cell]

    @property
    def gaps(self) -> list[tuple[FormRow, FormColumn, Cell]]:
        """Every cell that the form asks for and nothing could be filled into."""
        return [
            (row, column, cell)
            for row in self.rows
            for column in self.form.columns
            if (cell := self.cells.get((row.code, column.name))) is not None and cell.state is State.GAP
        ]

    @property
    def count(self) -> int:
        """How many cells hold a number."""
        return sum(cell.state is State.FILLED for cell in self.cells.values())

    @property
    def synthetic(self) -> bool:
        """Whether any number rests on made-up records."""
        return any(cell.synthetic for cell in self.cells.values())


def fill(project: Project, form: Form) -> Filled:
    """The form of a project's org and period.

    Raises:
        DeclarationError: a row's metric cannot be read, or not in the row's unit.
    """
    return _Filler(project, form).filled()


class _Filler:
    def __init__(self, project: Project, form: Form) -> None:
        self.project, self.form = project, form
        self.day: dt.date = project.settings.period.end
        self.rows = {row.code: row for row in form.rows if row.asked_on(self.day)}
        self._made: dict[tuple[str, str], Cell] = {}
        self._synthetic: dict[FigureKey, bool] = {}

    def filled(self) -> Filled:
        cells = {
            (row.code, column.name): self.cell(row, column)
            for row in self.rows.values()
            if not row.heading
            for column in self.form.columns
        }
        settings = self.project.settings
        return Filled(
            self.form,
            settings.org,
            settings.organisation,
            str(settings.period),
            tuple(self.rows.values()),
            cells,
        )

    def cell(self, row: FormRow, column: FormColumn) -> Cell:
        at = (row.code, column.name)
        if at not in self._made:
            self._made[at] = self._cell(row, column)
        return self._made[at]

    def _cell(self, row: FormRow, column: FormColumn) -> Cell:
        empty = Amount(ABSENT, unit(row.unit))
        if row.fill and column.name not in row.fill:
            return Cell(column.name, State.NOT_ASKED, empty, reason="表样不填")
        binding = row.cells.get(column.name) or ("" if column.own else row.metric)
        if binding and (name := _metric_of(binding)) not in self.project.registry.metrics:
            return Cell(column.name, State.GAP, empty, reason=f"本项目没有声明指标 {name}")
        if binding:
            return self._read(row, column, binding)
        if row.parts and not row.metric and not column.own:
            return self._sum(row, column, empty)
        return Cell(column.name, State.GAP, empty, reason=row.gap or NO_METRIC)

    def _read(self, row: FormRow, column: FormColumn, binding: str) -> Cell:
        here = f"form {self.form.name!r}, row {row.code!r}"
        try:
            reading = self._binder(row.level).reading(binding)
            if column.step and column.name not in row.cells:
                made = getattr(reading, column.step)
                assert isinstance(made, Reading)
                reading = made
            amount = reading.amount
            target = _target(reading, unit(row.unit), amount)
            if column.name in row.cells and target.dimension != amount.unit.dimension:
                target = reading.metric.shown  # a rate of its own in a row of amounts
            amount = amount.to(target)
        except (BindingError, UnitError) as exc:
            raise DeclarationError(f"{here}: {exc}") from exc
        if amount.absent:
            return Cell(column.name, State.GAP, amount, reason=self._why(reading), reading=reading)
        places = row.places if row.places is not None and target == unit(row.unit) else target.places
        return Cell(
            column.name,
            State.FILLED,
            amount,
            places,
            reading=reading,
            report=self._also(row, column, here),
            synthetic=any(self.synthetic(key) for key in reading.basis),
        )

    def _also(self, row: FormRow, column: FormColumn, here: str) -> Reading | None:
        binding = row.report.get(column.name, "")
        if not binding or _metric_of(binding) not in self.project.registry.metrics:
            return None
        try:
            return self._binder(row.level).reading(binding)
        except BindingError as exc:
            raise DeclarationError(f"{here}: {exc}") from exc

    def _sum(self, row: FormRow, column: FormColumn, empty: Amount) -> Cell:
        parts = [self.cell(self.rows[code], column) for code in row.parts if code in self.rows]
        lacking = [
            code for code, part in zip(row.parts, parts, strict=False) if part.state is not State.FILLED
        ]
        if lacking or not parts:
            return Cell(column.name, State.GAP, empty, reason=f"其中 {'、'.join(lacking)} 没有数值")
        if column.step in ("growth", "share"):
            return Cell(column.name, State.GAP, empty, reason="各行之和不设比率")
        total = sum((part.amount for part in parts), Amount.of(0, parts[0].amount.unit.name))
        places = row.places if row.places is not None else total.unit.places
        return Cell(column.name, State.FILLED, total, places, synthetic=any(part.synthetic for part in parts))

    @cached_property
    def _binders(self) -> dict[str, Binder]:
        return {}

    def _binder(self, level: str) -> Binder:
        if level not in self._binders:
            settings = self.project.settings
            self._binders[level] = Binder(self.project.computation, self._org(level), str(settings.period))
        return self._binders[level]

    def _org(self, level: str) -> str:
        """The org of that level, where the tree has exactly one; otherwise the report's own."""
        if not level:
            return self.project.settings.org
        found = {
            org.code
            for org in self.project.records.tree.rows
            if org.level == level and org.valid_on(self.day)
        }
        return found.pop() if len(found) == 1 else self.project.settings.org

    def _why(self, reading: Reading) -> str:
        own = reading.figure
        if own.amount.absent:
            return f"指标“{reading.metric.label}”没有数值{f'：{own.reason}' if own.reason else ''}"
        before = reading.prior.figure.value
        if reading.aspect == "growth" and not isinstance(before, Absent) and before == 0:
            return f"指标“{reading.metric.label}”上期为零，不能计算增速"
        return f"指标“{reading.metric.label}”没有上期数值"

    def synthetic(self, key: FigureKey) -> bool:
        """Whether anything below a figure is made up."""
        if key not in self._synthetic:
            self._synthetic[key] = False
            record = self.project.lineage(self.project.computation.figure(key))
            self._synthetic[key] = record.synthetic or any(
                self.synthetic(FigureKey.parse(text)) for text in record.operands
            )
        return self._synthetic[key]


def _metric_of(binding: str) -> str:
    match = re.match(r"\s*(\w+)", binding)
    return match[1] if match is not None else ""


def _target(reading: Reading, wanted: Unit, amount: Amount) -> Unit:
    """The unit of a cell: the row's, but % for growth and share, and 百分点 for the change of a rate."""
    if reading.aspect in ("growth", "share"):
        return unit("%")
    if reading.aspect == "change" and not reading.metric.unit.dimension:
        return amount.unit
    return wanted
