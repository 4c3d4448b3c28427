"""Putting a table together cell by cell, as HTML and DOCX tell it."""

from __future__ import annotations

from dataclasses import dataclass, field

from qingce.audit.readers.limits import Limits, check_size
from qingce.audit.readers.parts import Grid, GridCell


@dataclass(slots=True)
class _Open:
    row: int
    column: int
    span: int
    rows: int
    words: list[str] = field(default_factory=list)


class TableMaker:
    """Takes rows and cells in order and gives back a grid in which every cell knows its columns.

    Args:
        limits: the most places a table may have.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.caption = ""
        self.cells: list[_Open] = []
        self.places = 0
        self.at = -1
        self.column = 0
        self.held: dict[int, int] = {}

    @property
    def open(self) -> bool:
        """Whether words that come belong to a cell."""
        return bool(self.cells) and self.at >= 0

    def row(self) -> None:
        """A row begins."""
        self.at += 1
        self.column = 0
        self.held = {column: left - 1 for column, left in self.held.items() if left > 1}

    def cell(self, span: int = 1, rows: int = 1) -> None:
        """A cell begins that covers so many columns and rows.

        Raises:
            UnreadableError: the table has more places than the limit.
        """
        if self.at < 0:
            self.row()
        while self.column in self.held:
            self.column += 1
        self.places += span * rows
        check_size(self.places, self.limits.cells, "表格单元格数")
        self.cells.append(_Open(self.at, self.column, span, rows))
        if rows > 1:
            self.held |= dict.fromkeys(range(self.column, self.column + span), rows)
        self.column += span

    def skip(self, columns: int) -> None:
        """Leave columns free at the place reached."""
        self.column += columns

    def go_on(self, span: int) -> bool:
        """The place continues the cell above it; whether there is one."""
        above = next((c for c in reversed(self.cells) if c.column == self.column and c.row + c.rows == self.at), None)
        if above is not None:
            above.rows += 1
            self.column += span
        return above is not None

    def words(self, text: str) -> None:
        """Words of the open cell."""
        if self.cells:
            self.cells[-1].words.append(text)

    def grid(self) -> Grid | None:
        """The table; nothing where no cell has words."""
        rows: list[list[GridCell]] = [[] for _ in range(self.at + 1)]
        for c in self.cells:
            rows[c.row].append(GridCell(c.column, c.span, " ".join(c.words), c.rows))
        if not any(cell.text for row in rows for cell in row):
            return None
        return Grid(tuple(tuple(row) for row in rows if row), caption=self.caption)
