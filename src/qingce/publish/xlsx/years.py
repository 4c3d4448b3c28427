"""The sheet of years side by side: one cell chooses the unit of all money, the stored values stay beside it.

Every row has one rule of rounding for all its years: that of its own unit as the report prints it, or, once a
reader chooses a unit, that unit's own. The shown cells are formulas over stored values in the same row, so sorting
and filtering cannot part them; no text of the book ever enters a formula.
"""

from __future__ import annotations

from decimal import Decimal

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from qingce.core.amount import Absent, Value
from qingce.core.unit import MONEY_UNITS, unit
from qingce.publish.xlsx.book import Book, BookRow
from qingce.publish.xlsx.cells import exact_cell, hundredth, number_format, number_text
from qingce.publish.xlsx.table import HEAD_ROW, Cell, Column, Paper, Row, Table, fitted

YEARS = "三年对照"
OWN = "原单位"
_FIRST = 5
"""Column of the first period; before it stand the row's names and its unit."""
_WIDEST = 40
"""Digits beyond which arithmetic is not exact; no sum of money has as many."""
_PICK = (0, _FIRST + 1)
_CHOSEN = xl_rowcol_to_cell(*_PICK, row_abs=True, col_abs=True)


def years_table(book: Book, rows: list[BookRow]) -> Table:
    """The sheet's table; :func:`add_choice` puts the drop-down above it."""
    count = len(book.periods)
    columns = [
        Column("主题", fitted((r.pack for r in rows), 8, 18)),
        Column("指标", fitted((r.label for r in rows), 16, 32)),
        Column("分项", fitted((r.dims for r in rows), 8, 22)),
        Column("机构", fitted((r.org for r in rows), 8, 16)),
        Column("单位", fitted((r.unit for r in rows), 7, 12), "center"),
        *(Column(period, 22, "number") for period in book.periods),
        Column("原单位折合元", 14, "number"),
        *(Column(f"{period} 存储值（元）", 24, "number") for period in book.periods),
        Column("指标代码", 36, "code"),
    ]
    lines = (_line(n, row, book) for n, row in enumerate(rows, HEAD_ROW + 1))
    remark = "各期并列，一行一种位数；在上方选择金额单位，金额各列随之换算。右侧为存储值，换算不改变它。"
    return Table(f"{book.organisation} {book.period} {YEARS}", remark, columns, lines, frozen=2,
                 printed=_FIRST + count)


def _line(number: int, row: BookRow, book: Book) -> Row:
    count = len(book.periods)
    values: list[Value | None] = [*row.values[:count], *[None] * (count - len(row.values))]
    names = [Cell(row.pack), Cell(row.label), Cell(row.dims), Cell(row.org)]
    if row.unit not in MONEY_UNITS:
        shown = [_plain(value, row) for value in values]
        return [*names, Cell(row.unit), *shown, *[Cell("", "muted")] * (count + 1), Cell(row.metric)]
    own = unit(row.unit)
    stored = [_stored(value, row) for value in values]
    shown = [_shown(value, kept, row, number, at, count)
             for at, (value, kept) in enumerate(zip(values, stored, strict=True))]
    scale = Cell(own.to(unit("元"), Decimal(1)), number_format="#,##0")
    named = Cell(row.unit, formula=f'=IF({_CHOSEN}="{OWN}","{own.name}",{_CHOSEN})')
    return [*names, named, *shown, scale, *stored, Cell(row.metric)]


def _plain(value: Value | None, row: BookRow) -> Cell:
    if value is None or isinstance(value, Absent):
        return Cell("—", "absent")
    percent = row.unit == "%"
    number = exact_cell(hundredth(value) if percent else value, row.places + 2 * percent)
    if number is None:
        return Cell(number_text(value, row.places))
    return Cell(number, number_format=number_format(row.places, percent))


def _stored(value: Value | None, row: BookRow) -> Cell:
    """The value in 元, to the last digit that was stored."""
    if value is None or isinstance(value, Absent):
        return Cell("—", "absent")
    if not value.is_finite() or value.adjusted() > _WIDEST:
        return Cell(number_text(value, row.places))
    yuan = unit("元")
    exact = unit(row.unit).to(yuan, value)
    number = exact_cell(exact, yuan.places)
    return Cell(number_text(exact, yuan.places)) if number is None else Cell(number, number_format="#,##0.00########")


def _shown(value: Value | None, kept: Cell, row: BookRow, number: int, at: int, count: int) -> Cell:
    plain = _plain(value, row)
    if isinstance(kept.value, str) or isinstance(plain.value, str):
        return plain
    stored = f"{xl_col_to_name(_FIRST + count + 1 + at)}{number + 1}"
    scale = f"{xl_col_to_name(_FIRST + count)}{number + 1}"
    chosen = scale
    for name in reversed(MONEY_UNITS):
        chosen = f'IF({_CHOSEN}="{name}",{unit(name).to(unit("元"), Decimal(1))},{chosen})'
    return Cell(plain.value, number_format=plain.number_format, formula=f"={stored}/{chosen}")


def add_choice(paper: Paper, book: Book, rows: int) -> None:
    """The drop-down that chooses the unit, and the rounding that belongs to what it chooses."""
    row, column = _PICK
    paper.put(row, column - 1, "金额单位", "choice_name")
    paper.put(row, column, OWN, "choice")
    paper.sheet.data_validation(row, column, row, column, {
        "validate": "list", "source": [OWN, *MONEY_UNITS], "input_title": "金额单位",
        "input_message": "选择后本页金额各列随之换算。", "error_title": "金额单位", "error_message": "请从列表中选择。",
    })
    if not rows:
        return
    scale = f"${xl_col_to_name(_FIRST + len(book.periods))}{HEAD_ROW + 2}"
    places = paper.styles.bare(num_format=number_format(unit(MONEY_UNITS[0]).places))
    paper.sheet.conditional_format(HEAD_ROW + 1, _FIRST, HEAD_ROW + rows, _FIRST + len(book.periods) - 1, {
        "type": "formula", "criteria": f'=AND({_CHOSEN}<>"{OWN}",ISNUMBER({scale}))', "format": places,
    })
