"""Holding a form against the report: what pages print, what was published, and the form's own sums."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from qingce.core.amount import Absent, Amount, Relation
from qingce.core.check import Finding, Severity, Status
from qingce.core.errors import ProjectError, QingceError, UnitError
from qingce.core.figure import Figure, FigureKey, Qualifier, Reading
from qingce.core.page import Number, numbers
from qingce.core.unit import EXACT, Unit, unit
from qingce.publish.bind import Binder, label
from qingce.services.compose import compose
from qingce.services.forms.declare import FormColumn, FormRow
from qingce.services.forms.fill import Cell, Filled, State
from qingce.services.project import Project
from qingce.services.tie import ties

_PRINTED = re.compile(
    r"(?P<word>增长|下降|增加|减少|超|逾|突破|近|约|不少于)?\s*(?P<number>-?[\d,]+(?:\.\d+)?)\s*(?P<after>余|多)?\s*(?P<unit>\S*)"
)
_FALL = ("下降", "减少")
_MORE = ("超", "逾", "突破", "不少于", "余", "多")
_SAID = {Qualifier.EXACT: "", Qualifier.OVER: "超", Qualifier.NEARLY: "近", Qualifier.ABOUT: "约"}
Identity = tuple[tuple[str, ...], str]


@dataclass(frozen=True, slots=True)
class Printed:
    """A figure as the report prints it somewhere.

    Attributes:
        full: the unit behind the number, where the text itself does not say it.
        unsigned: the text leaves the sign to the words around it.
    """

    where: str
    text: str
    full: str = ""
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A cell beside what the report prints of the same figure.

    Attributes:
        rounding: it differs by one in the last digit, as a difference of printed numbers may.
    """

    code: str
    label: str
    column: str
    text: str
    printed: str
    where: str
    same: bool
    rounding: bool = False

    @property
    def verdict(self) -> str:
        """相符, 尾差 or 不符."""
        return "相符" if self.same else "尾差" if self.rounding else "不符"


@dataclass(frozen=True)
class Reconciled:
    """Everything compared, and the findings that sum it up."""

    compared: tuple[Compared, ...]
    findings: tuple[Finding, ...]


def agrees(amount: Amount, printed: Printed, units: Iterable[Unit] = ()) -> bool | None:
    """Whether an exact amount is what a text prints, at the text's own precision.

    Returns nothing where the text is not a number, or in a unit of another measure.

    >>> a = Amount.of("15218000000.00", "元")
    >>> agrees(a, Printed("", "152.18 亿元")), agrees(a, Printed("", "152.19亿元"))
    (True, False)
    >>> agrees(Amount.of("-4.514", "吨"), Printed("", "减少 4.51 吨")), agrees(a, Printed("", "超 150 亿元"))
    (True, True)
    """
    text = printed.text.strip()
    if isinstance(amount.value, Absent):
        return text in ("", "—")
    if text == "持平":
        return amount.value == 0
    said = _read(amount, printed, units)
    if said is None:
        return None
    if said.word in _MORE:
        return said.value >= said.printed
    if said.word == "近":
        return said.value <= said.printed
    return said.gap == 0


@dataclass(frozen=True, slots=True)
class _Said:
    """A printed number beside the exact value in the same unit; ``gap`` counts steps of the last digit."""

    printed: Decimal
    value: Decimal
    word: str
    places: int

    @property
    def gap(self) -> Decimal:
        step = Decimal(1).scaleb(-self.places)
        rounded = self.value.quantize(step, rounding=ROUND_HALF_UP, context=EXACT)
        return EXACT.divide(EXACT.subtract(rounded, self.printed), step)


def _read(amount: Amount, printed: Printed, units: Iterable[Unit]) -> _Said | None:
    match = _PRINTED.fullmatch(printed.text.strip())
    target = _unit(match["unit"] or printed.full, amount, units) if match is not None else None
    if match is None or target is None:
        return None
    number = Decimal(match["number"].replace(",", ""))
    value = amount.to(target).value
    if isinstance(value, Absent):
        return None
    places = max(0, -int(number.as_tuple().exponent))
    sign = -1 if match["word"] in _FALL else 1
    return _Said(
        number * sign,
        abs(value) if printed.unsigned else value,
        match["after"] or match["word"] or "",
        places,
    )


def _unit(word: str, amount: Amount, units: Iterable[Unit]) -> Unit | None:
    if not word:
        return None
    found = next((u for u in (amount.unit, *units) if word in (u.text, u.name)), None)
    if found is None:
        try:
            found = unit(word)
        except UnitError:
            return None
    return found if found.dimension == amount.unit.dimension else None


def reconcile(project: Project, filled: Filled) -> Reconciled:
    """Hold every cell that names a figure against the report, and every parent against its parts."""
    printed = _printed(project)
    stored = project.store.latest()
    compared: list[Compared] = []
    for row in filled.rows:
        for column in filled.form.columns:
            cell = filled.cells.get((row.code, column.name))
            if cell is not None and cell.reading is not None:
                compared += _compared(row, column, cell, [*_places(cell, printed), *_kept(cell, stored)])
    findings = (_against_report(compared), _by_rounding(compared), _against_parts(filled))
    return Reconciled(tuple(compared), tuple(f for f in findings if f is not None))


def _places(cell: Cell, printed: dict[Identity, list[Printed]]) -> list[Printed]:
    readings = [reading for reading in (cell.reading, cell.report) if reading is not None]
    return [place for reading in readings for place in printed.get(_identity(reading), ())]


def _compared(row: FormRow, column: FormColumn, cell: Cell, places: Iterable[Printed]) -> Iterator[Compared]:
    assert cell.reading is not None
    units = (cell.reading.metric.shown, cell.reading.metric.unit)
    for place in places:
        same = agrees(cell.amount, place, units)
        if same is None:
            continue
        said = None if same or not column.step else _read(cell.amount, place, units)
        near = said is not None and said.word not in _MORE and abs(said.gap) == 1
        yield Compared(row.code, row.label, column.label, _said(cell), place.text, place.where, same, near)


def _identity(reading: Reading) -> Identity:
    return tuple(map(str, reading.basis)), label(reading)


def _said(cell: Cell) -> str:
    return f"{cell.text} {cell.amount.unit.text}".strip() if cell.state is State.FILLED else "（空）"


def _printed(project: Project) -> dict[Identity, list[Printed]]:
    """Every figure that a page of the report prints, and every one that was published before."""
    found: dict[Identity, list[Printed]] = {}
    document = compose(project, lambda: project.judged).document
    for page in document.pages:
        for node in numbers(page):
            place = Printed(page.file, node.text, _hidden_unit(project, node), ".magnitude" in node.binding)
            known = found.setdefault((node.figures, node.label), [])
            if place not in known:
                known.append(place)
    for identity, place in _published(project):
        found.setdefault(identity, []).append(place)
    return found


def _hidden_unit(project: Project, node: Number) -> str:
    """The unit of a number that stands under a unit heading: the one in which its value prints so."""
    match = _PRINTED.fullmatch(node.text)
    if match is None or match["unit"] or not node.raw:
        return ""
    metric = project.registry.metrics[node.metric]
    if node.label.endswith(("增速", "占比")):
        return "%"
    base = metric.unit if metric.unit.dimension or not node.label.endswith("变动") else unit("百分点")
    places = len(match["number"].partition(".")[2])
    candidates = [metric.shown, metric.unit, *(u for p in ("亿", "万") if (u := _prefixed(p, metric.unit)))]
    for candidate in candidates if base is metric.unit else [base]:
        value = base.to(candidate, Decimal(node.raw))
        if candidate.print(abs(value), places) == match["number"].lstrip("-"):
            return candidate.name
    return ""


def _prefixed(prefix: str, base: Unit) -> Unit | None:
    try:
        return unit(prefix + base.name)
    except UnitError:
        return None


def _published(project: Project) -> Iterator[tuple[Identity, Printed]]:
    """Facts of a published report, where the project keeps them to tie against."""
    binder = Binder(project.computation, project.settings.org, str(project.settings.period))
    try:
        for tie in ties(project):
            if tie.outcome == "case" or tie.repeat:
                continue
            try:
                reading = binder.reading(tie.binding)
            except QingceError:
                continue
            word = reading.wording[0] if reading.wording is not None else _SAID[reading.qualifier]
            text = tie.printed if word in tie.printed else f"{word}{tie.printed}"
            identity = _identity(replace(reading, wording=None))
            yield identity, Printed(f"已刊报告第 {tie.line} 行", text, unsigned=".magnitude" in tie.binding)
    except ProjectError:
        return


def _kept(cell: Cell, stored: dict[FigureKey, Figure]) -> list[Printed]:
    """The figure of the last complete build, at the form's own precision."""
    reading = cell.reading
    if reading is None or reading.aspect != "value" or reading.key not in stored:
        return []
    figure = stored[reading.key]
    where = f"上次编制存数第 {figure.revision} 版"
    if figure.amount.absent:
        return [Printed(where, "—")]
    return [Printed(where, figure.amount.to(cell.amount.unit).text(cell.places), cell.amount.unit.name)]


def _against_report(compared: list[Compared]) -> Finding:
    bad = [c for c in compared if not c.same and not c.rounding]
    if not compared:
        return Finding(
            "form_matches_report", Status.NOT_APPLICABLE, Severity.ERROR, "报告没有刊印本表的任何数值。", 0, 0
        )
    return Finding(
        "form_matches_report",
        Status.FAIL if bad else Status.PASS,
        Severity.ERROR,
        "表中数值与报告所印一致，印到哪一位就核到哪一位。",
        len(compared),
        len(compared) - len(bad),
        _cases(bad),
        advice="查明是台账在成文之后有改动，还是两处口径不同；改动的重新编制报告，口径不同的在说明中写明。"
        if bad
        else "",
    )


def _by_rounding(compared: list[Compared]) -> Finding | None:
    """Differences of one in the last digit of a change or rate: told, and no reason to stop."""
    found = [c for c in compared if c.rounding]
    if not found:
        return None
    return Finding(
        "form_rounding",
        Status.FAIL,
        Severity.WARNING,
        "增减、增速与报告所印差末位 1：报告按印出的数相减，本表按精确数相减。",
        len(compared),
        len(compared) - len(found),
        _cases(found),
        advice="属尾差的，报送时在说明中写明。",
    )


def _cases(found: list[Compared]) -> tuple[dict[str, str], ...]:
    return tuple(
        {"行": c.code, "项目": c.label, "栏": c.column, "本表": c.text, "报告": c.printed, "出处": c.where}
        for c in found
    )


def _against_parts(filled: Filled) -> Finding:
    rows = {row.code: row for row in filled.rows}
    tried: list[tuple[str, Relation]] = []
    for row in filled.rows:
        for column in filled.form.columns if row.parts and row.metric else ():
            whole = filled.cells[row.code, column.name]
            parts = [filled.cells[code, column.name] for code in row.parts if code in rows]
            ratio = column.step in ("growth", "share") or whole.amount.unit.name in ("%", "百分点")
            if ratio or not parts or any(c.state is not State.FILLED for c in (whole, *parts)):
                continue
            total = sum((p.amount for p in parts), Amount.of(0, whole.amount.unit.name))
            tried.append((f"{row.code} {row.label}·{column.label}", whole.amount == total))
    bad = [(where, relation) for where, relation in tried if not relation]
    if not tried:
        return Finding(
            "form_adds_up", Status.NOT_APPLICABLE, Severity.ERROR, "本表没有可以相加的分项。", 0, 0
        )
    return Finding(
        "form_adds_up",
        Status.FAIL if bad else Status.PASS,
        Severity.ERROR,
        "各分项之和等于合计行。",
        len(tried),
        len(tried) - len(bad),
        tuple({"行": where, "算式": r.sentence} for where, r in bad),
        advice="核对分项与合计的口径；有记录没有归入任何分项的，在台账中补正。" if bad else "",
    )
