"""The index of a pack of evidence as a workbook."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence

from xlsxwriter import Workbook

from qingce.publish.xlsx.cells import safe
from qingce.publish.xlsx.style import BODY_FONT, Styles
from qingce.publish.xlsx.table import Column, Paper, Table

COLUMNS = (
    Column("数值", 44, "strong"), Column("文件", 36), Column("类型", 14), Column("字节", 12, "number"),
    Column("说明", 36, "muted"), Column("附上岗位", 18), Column("附上时间", 20, "center"),
    Column("压缩包内位置", 52, "code"), Column("SHA-256", 68, "code"), Column("对象", 44, "code"),
)


def render_evidence_index(title: str, organisation: str, issued: dt.date, rows: Sequence[Sequence[str]]) -> bytes:
    """The workbook's bytes; the same rows give the same bytes.

    Args:
        rows: one for each file and subject, with a text for each of :data:`COLUMNS`.
    """
    buffer = io.BytesIO()
    workbook = Workbook(buffer, {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "default_format_properties": {"font_name": BODY_FONT, "font_size": 10},
    })
    workbook.set_properties({
        "title": safe(title), "author": safe(organisation), "created": dt.datetime.combine(issued, dt.time())})
    paper = Paper(workbook.add_worksheet("证据目录"), Styles(workbook))
    paper.set_up(organisation, title)
    paper.fill(Table(title, "同一文件可证明多个数值，压缩包内只存一份；用 SHA-256 核对文件未被改动。", COLUMNS,
                     [list(row) for row in rows]))
    workbook.close()
    return buffer.getvalue()
