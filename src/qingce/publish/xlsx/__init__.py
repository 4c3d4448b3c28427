"""The databook: every figure of a report in one Excel workbook, with definitions, checks and sources."""

from qingce.publish.xlsx.book import Book, BookFactor, BookRow, BookSource, book_row
from qingce.publish.xlsx.sheets import render_book

__all__ = ["Book", "BookFactor", "BookRow", "BookSource", "book_row", "render_book"]
