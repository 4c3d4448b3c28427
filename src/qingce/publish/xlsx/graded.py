"""The sheets on data quality: the level of each figure with why, and the packs over the years."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal

from xlsxwriter import Workbook

from qingce.publish.xlsx.book import BookGrade, BookQuality
from qingce.publish.xlsx.cells import number_format, safe
from qingce.publish.xlsx.style import BODY_FONT, Styles
from qingce.publish.xlsx.table import Cell, Column, Paper, Row, Table, fitted


def render_graded(organisation: str, title: str, issued: dt.date, tables: Mapping[str, Table]) -> bytes:
    """A workbook of tables, one a sheet, as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": BODY_FONT, "font_size": 10},
    })
    workbook.set_properties({"title": safe(title), "author": safe(organisation), "company": safe(organisation),
                             "created": dt.datetime.combine(issued, dt.time())})
    styles = Styles(workbook)
    for name, table in tables.items():
        paper = Paper(workbook.add_worksheet(name), styles)
        paper.set_up(organisation, f"{title} {name}")
        paper.fill(table)
    workbook.close()
    return buffer.getvalue()


def grades(quality: BookQuality) -> Table:
    """One row a figure, in the order of the book."""
    rows = quality.grades
    columns = [
        Column("主题", fitted((r.pack for r in rows), 8, 18)),
        Column("指标", fitted((r.label for r in rows), 16, 34)),
        Column("机构", fitted((r.org for r in rows), 8, 16)),
        Column("期间", 9, "center"), Column("级别", 8, "number"), Column("估算占比（%）", 12, "number"),
        Column("级别的来历", 22), Column("理由", 60), Column("改进办法", 34, "muted"), Column("数值编号", 44, "code"),
    ]
    return Table("数据质量", quality.remark, columns, map(_grade, rows), frozen=2, printed=len(columns) - 1)


def _grade(row: BookGrade) -> Row:
    places = 1 if "." in row.text else 0
    share = Cell(row.estimated, "care", number_format(2)) if row.estimated else Cell("—", "absent")
    return [row.pack, row.label, row.org, row.period, Cell(row.score, number_format=number_format(places)), share,
            row.way, row.why, row.better, row.key]


def totals(quality: BookQuality) -> Table:
    """One row for each pack and period."""
    columns = [
        Column("主题", fitted((r.pack for r in quality.totals), 10, 22), "strong"), Column("期间", 10, "center"),
        Column("有级别的数值", 13, "number"), Column("平均级别", 10, "number"), Column("含估算（%）", 12, "number"),
        Column("五级（%）", 12, "number"), Column("目标", 40, "muted"),
    ]
    return Table("数据质量汇总", quality.remark, columns, _totals(quality), frozen=2)


def _totals(quality: BookQuality) -> Iterator[Row]:
    for row in quality.totals:
        yield [row.pack, row.period, Cell(Decimal(row.count), number_format="0"), *(
            Cell("—", "absent") if value is None else Cell(value, number_format=number_format(1))
            for value in (row.mean, row.estimated, row.worst)), row.target]
