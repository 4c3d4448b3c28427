"""A sheet to write on, and a sheet that is one table: headings, typed cells, filter, page set-up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from xlsxwriter.worksheet import Worksheet

from qingce.publish.xlsx.cells import height, looks_like_formula, safe, width
from qingce.publish.xlsx.style import DEEP, LOOKS, OPENING, Styles

A4 = 9
HEAD_ROW = 3
"""Row (from 0) of the headings: title, remark and a thin gap stand above."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, the column's width in Latin characters, and the look of its cells."""

    heading: str
    width: float
    look: str = "text"


class Cell(NamedTuple):
    """A value; ``look`` replaces its column's, ``number_format`` is Excel's, ``opens`` starts a group.

    ``formula`` is one of the machine's own; ``value`` is then what it gives when the book is opened.
    A book has tens of thousands of them, and a tuple is made in a third of the time.
    """

    value: str | Decimal
    look: str = ""
    number_format: str = ""
    opens: bool = False
    formula: str = ""


_WRAPPED = frozenset(name for name, look in LOOKS.items() if look.get("text_wrap"))
Row = Sequence[Cell | str]


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table sheet.

    Attributes:
        frozen: how many columns stay in view.
        printed: how many columns go on paper, the others are for the screen; 0 means all.
    """

    title: str
    remark: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    frozen: int = 1
    printed: int = 0


class Paper:
    """A worksheet with the styles of its workbook."""

    def __init__(self, sheet: Worksheet, styles: Styles) -> None:
        self.sheet = sheet
        self.styles = styles

    def put(self, row: int, column: int, cell: Cell | str, look: str = "text") -> None:
        """Write one cell: a Decimal as a number, everything else as text that no program evaluates.

        Only a cell that carries a formula of its own is evaluated.
        """
        if isinstance(cell, str):
            self._text(row, column, cell, look, {})
            return
        more: dict[str, Any] = dict(OPENING) if cell.opens else {}
        if cell.formula:
            form = self.styles.get(cell.look or look, **({"num_format": cell.number_format} if cell.number_format
                                                         else {}), **more)
            self.sheet.write_formula(row, column, cell.formula, form, cell.value)
            return
        if isinstance(cell.value, Decimal):
            form = self.styles.get(cell.look or look, num_format=cell.number_format, **more)
            # the writer prints 16 digits: a Decimal of 15 prints as itself, where a float might not
            self.sheet.write_number(row, column, cell.value, form)
            return
        self._text(row, column, cell.value, cell.look or look, more)

    def _text(self, row: int, column: int, value: str, look: str, more: dict[str, Any]) -> None:
        text = safe(value)
        if looks_like_formula(text):
            more["quote_prefix"] = True
        form = self.styles.get(look, **more)
        if text:
            self.sheet.write_string(row, column, text, form)
        else:
            self.sheet.write_blank(row, column, None, form)

    def set_up(self, organisation: str, title: str) -> None:
        """A4 landscape, one page wide, with footers."""
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        sheet.set_footer(f"&L&8{_footer(organisation)}&C&8{_footer(title)}&R&8第 &P 页，共 &N 页")
        sheet.hide_gridlines(2)

    def fill(self, table: Table) -> int:
        """Write a table sheet and return the number of its rows."""
        columns = table.columns
        self._top(table)
        last = HEAD_ROW
        for row in table.rows:
            last += 1
            self._row(last, row, columns)
        sheet = self.sheet
        if last > HEAD_ROW:
            sheet.autofilter(HEAD_ROW, 0, last, len(columns) - 1)
        else:
            self.put(HEAD_ROW + 1, 0, "（无）", "muted")
        sheet.freeze_panes(HEAD_ROW + 1, table.frozen)
        sheet.repeat_rows(HEAD_ROW)
        sheet.print_area(0, 0, max(last, HEAD_ROW + 1), (table.printed or len(columns)) - 1)
        sheet.ignore_errors({"number_stored_as_text": f"A1:Z{last + 1}"})
        return last - HEAD_ROW

    def _top(self, table: Table) -> None:
        sheet = self.sheet
        sheet.set_tab_color(DEEP)
        sheet.set_row(0, 28)
        self.put(0, 0, table.title, "heading")
        self.put(1, 0, table.remark, "remark")
        sheet.set_row(2, 6)
        for number, column in enumerate(table.columns):
            sheet.set_column(number, number, column.width)
            self.put(HEAD_ROW, number, column.heading, "head")
        sheet.set_row(HEAD_ROW, height((c.heading, c.width) for c in table.columns) + 6)

    def _row(self, number: int, row: Row, columns: Sequence[Column]) -> None:
        wrapped: list[tuple[str, float]] = []
        for index, (cell, column) in enumerate(zip(row, columns, strict=True)):
            self.put(number, index, cell, column.look)
            value = cell if isinstance(cell, str) else cell.value
            if value and column.look in _WRAPPED and isinstance(value, str):
                wrapped.append((safe(value), column.width))
        self.sheet.set_row(number, height(wrapped))


def _footer(text: str) -> str:
    clean = safe(text).replace("\n", " ")[:60].replace("&", "&&")
    return f" {clean}" if clean[:1].isdigit() else clean  # a digit would join the font size before it


def fitted(texts: Iterable[str], least: float, most: float) -> float:
    """A column width that shows the longest line, within bounds."""
    return min(max([least, *(width(line) + 2 for text in texts for line in text.split("\n"))]), most)
