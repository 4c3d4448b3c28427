"""The sign-off matrix as a workbook: A4 on its side, its head on every page."""

from __future__ import annotations

import datetime as dt
import io

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from qingce.publish.matrix import Matrix
from qingce.publish.xlsx.cells import safe

_TITLE, _HEAD, _BODY = "Noto Serif SC", "黑体", "仿宋"
_WIDTH = 150.0
"""Characters across the printed line."""


def render_matrix_book(matrix: Matrix) -> bytes:
    """The matrix as the bytes of an .xlsx file; the same matrix gives the same bytes."""
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                             "strings_to_numbers": False})
    book.set_properties({"title": safe(matrix.title), "author": safe(matrix.organisation),
                         "created": dt.datetime.combine(matrix.issued, dt.time())})
    _fill(book, _paper(book, matrix), matrix)
    book.close()
    return buffer.getvalue()


def _paper(book: Workbook, matrix: Matrix) -> Worksheet:
    """A sheet as it is printed, with the title above."""
    sheet = book.add_worksheet("责任分工表")
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.set_footer("&C— &P —")
    last = len(matrix.heads) - 1
    for column, share in enumerate(matrix.widths):
        sheet.set_column(column, column, _WIDTH * share / sum(matrix.widths))
    for line, (words, size) in enumerate(((matrix.organisation, 16), (matrix.title, 20))):
        sheet.merge_range(line, 0, line, last, safe(words),
                          book.add_format({"font_name": _TITLE, "font_size": size, "align": "center"}))
        sheet.set_row(line, size * 1.8)
    return sheet


def _fill(book: Workbook, sheet: Worksheet, matrix: Matrix) -> None:
    ruled = {"border": 1, "valign": "vcenter", "text_wrap": True, "font_name": _BODY, "font_size": 10}
    head = book.add_format({**ruled, "font_name": _HEAD, "bold": True, "align": "center", "bg_color": "#F2F2F2"})
    group = book.add_format({**ruled, "font_name": _HEAD, "bold": True, "bg_color": "#FAFAFA"})
    centre, left = book.add_format({**ruled, "align": "center"}), book.add_format(ruled)
    last = len(matrix.heads) - 1
    at = 2
    sheet.repeat_rows(at)
    sheet.set_row(at, 30)
    for column, words in enumerate(matrix.heads):
        sheet.write_string(at, column, safe(words), head)
    sheet.freeze_panes(at + 1, 2)
    for number, row in enumerate(matrix.rows):
        at += 1
        if number in matrix.groups:
            sheet.merge_range(at, 0, at, last, safe(matrix.groups[number]), group)
            at += 1
        for column, words in enumerate(row):
            sheet.write_string(at, column, safe(words), left if column in (1, 2) else centre)
    plain = book.add_format({"font_name": _BODY, "font_size": 10, "text_wrap": True, "valign": "top"})
    for words in matrix.remarks:
        at += 1
        sheet.merge_range(at, 0, at, last, safe(words), plain)
    at += 2
    for i, sign in enumerate(matrix.signs):
        sheet.write_string(at, i * (last + 1) // len(matrix.signs), safe(f"{sign}："), plain)
    sheet.print_area(0, 0, at, last)
