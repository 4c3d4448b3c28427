"""A workbook in the hands of its owner: opened, filled in, sent back, and what became of it."""

from __future__ import annotations

import io
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from qingce.casework.item import Item
from qingce.publish.xlsx.collect import HEADINGS, SHEET
from qingce.services.desk import Desk
from qingce.services.desk.collecting import item
from qingce.services.desk.workbook import issue
from qingce.services.desk.workbook_return import Outcome, receive
from tests.services.desk.staff import HEAD

TEXT = {h.field: h.text for h in HEADINGS}
HEAD_ROW = 4


def opened(desk: Desk, who: str = "head") -> Any:
    """The workbook of an account, opened."""
    return load_workbook(io.BytesIO(issue(desk, desk.actor(who), "2024").content))


def column(sheet: Worksheet, field: str) -> int:
    """Where a column stands."""
    return next(c.column for c in sheet[HEAD_ROW] if c.value == TEXT[field])


def put(book: Any, org: str, **cells: object) -> None:
    """Fill in the row of an org."""
    sheet = book[SHEET]
    for row in range(HEAD_ROW + 1, sheet.max_row + 1):
        if sheet.cell(row, column(sheet, "org")).value == org:
            for field, value in cells.items():
                sheet.cell(row, column(sheet, field)).value = value


def packed(book: Any) -> bytes:
    """The bytes of a workbook."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(desk: Desk, book: Any, who: str = "head", name: str = "填报.xlsx", **said: Any) -> Outcome:
    """Send a workbook back."""
    return receive(desk, desk.actor(who), "2024", book if isinstance(book, bytes) else packed(book), name, **said)


def rules(outcome: Outcome) -> list[str]:
    """The rules of what was found."""
    return [f.rule for f in outcome.findings]


def now(desk: Desk, name: str = HEAD) -> Item:
    """An item as it stands."""
    return item(desk, desk.actor("office"), name)


def filled(desk: Desk) -> Any:
    """A workbook with one answer of each kind."""
    book = opened(desk)
    put(book, "总行", value=64, source="工会登记册")
    put(book, "城东支行", answer="不适用", reason="没有志愿服务队")
    put(book, "城西支行", value="1,025 人", qualifier="大约", source="登记册")
    return book
