"""The databook: every figure of a report in one Excel workbook, with definitions, checks and sources."""

from __future__ import annotations

from qingce.publish.xlsx.book import Book, BookFactor, BookRow, BookSource, book_row, paged

__all__ = ["Book", "BookFactor", "BookRow", "BookSource", "book_row", "paged", "render_book"]


def render_book(book: Book) -> bytes:
    """The databook as the bytes of an .xlsx file; the same book gives the same bytes."""
    # what collects the rows of a book is seldom what writes it, and only that needs the writing library
    from qingce.publish.xlsx import sheets

    return sheets.render_book(book)
