"""A workbook goes out, is filled in by people with whatever program they have, and comes back right or in words."""

from __future__ import annotations

import io
import random
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from qingce.casework.item import Item
from qingce.core.figure import Answered, Qualifier
from qingce.publish.xlsx.collect import HEADINGS, SHEET
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.files import blobs_of
from qingce.services.desk.workbook import issue
from qingce.services.desk.workbook_return import Outcome, receive
from tests.services.desk.staff import EAST, HEAD, WEST, number

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


@pytest.fixture
def all_to_head(bank: Desk) -> Desk:
    """The head office files for its branches too."""
    from qingce.services.desk.assigning import assign

    assign(bank, bank.actor("office"), [HEAD, EAST, WEST], "owner", "head")
    return bank


def test_a_filled_workbook_files_its_answers(all_to_head: Desk):
    book = opened(all_to_head)
    put(book, "兰青银行", value=64, source="工会登记册")
    put(book, "城东支行", answer="不适用", reason="没有志愿服务队")
    put(book, "城西支行", value=12.5 * 2, qualifier="大约", source="登记册")
    names = {row.value for row in book[SHEET][5:]} if False else None
    assert names is None
    outcome = send(all_to_head, book)
    assert outcome.stands and rules(outcome) == []
    assert len(outcome.taken) + outcome.same == 3


def test_every_owner_gets_his_own_rows(bank: Desk):
    sheet = opened(bank, "east")[SHEET]
    assert [sheet.cell(r, column(sheet, "key")).value.split("@")[0] for r in range(5, sheet.max_row + 1)] == [EAST]
