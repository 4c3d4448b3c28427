"""What every reader hands over, whatever the format: lines of words and tables, with their pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A line or paragraph of running text.

    Attributes:
        level: of a heading, 1 for the highest; 0 for other text.
        page: the number printed on it, or counted from 1 where none is printed; nothing where there are no pages.
    """

    text: str
    level: int = 0
    page: int | None = None


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell: the first of its columns, how many columns and rows it covers, and its words."""

    column: int
    span: int
    text: str
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: its rows from top to bottom."""

    rows: tuple[tuple[GridCell, ...], ...]
    page: int | None = None
    caption: str = ""


Part = Words | Grid


RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Raised digits mark footnotes and exponents; they are no digits of the number they stand behind."""
