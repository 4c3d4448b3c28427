"""A workbook that would do harm, or is none, is refused in words and nothing is loaded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from qingce.core.errors import Refused
from qingce.publish.xlsx.collect import SHEET
from qingce.services.desk import Desk
from tests.services.desk.workbook_case import column, filled, now, packed, rules, send


def rezipped(data: bytes, change: dict[str, bytes]) -> bytes:
    """The workbook with parts added or put in place of others."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name in old.namelist():
            if name not in change:
                made.writestr(name, old.read(name))
        for name, content in change.items():
            made.writestr(name, content)
    return buffer.getvalue()


ENTITY = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>&b;</t></si></sst>"""
HOSTILE: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "macro": ("填报.xlsx", lambda d: rezipped(d, {"xl/vbaProject.bin": b"x"}), "xlsx_macro"),
    "xlsm": ("填报.xlsm", lambda d: d, "xlsx_macro"),
    "external link": ("填报.xlsx", lambda d: rezipped(d, {"xl/externalLinks/externalLink1.xml": b"<x/>"}), "xlsx_link"),
    "connection": ("填报.xlsx", lambda d: rezipped(d, {"xl/connections.xml": b"<x/>"}), "xlsx_link"),
    "embedded": ("填报.xlsx", lambda d: rezipped(d, {"xl/embeddings/oleObject1.bin": b"x"}), "xlsx_macro"),
    "entities": ("填报.xlsx", lambda d: rezipped(d, {"xl/sharedStrings.xml": ENTITY}), "xlsx_damaged"),
    "zip bomb": ("填报.xlsx", lambda d: rezipped(d, {"xl/media/a.bin": bytes(80 << 20)}), "xlsx_bomb"),
    "many parts": (
        "填报.xlsx", lambda d: rezipped(d, {f"xl/media/{n}": b"" for n in range(5100)}), "xlsx_bomb"),
    "encrypted": ("填报.xlsx", lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx_encrypted"),
    "old excel": ("填报.xls", lambda d: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_kind"),
    "cut off": ("填报.xlsx", lambda d: d[: len(d) // 2], "xlsx_damaged"),
    "text": ("填报.xlsx", lambda d: b"metric,value\n1,2\n", "xlsx_damaged"),
    "pdf": ("填报.pdf", lambda d: b"%PDF-1.7 x", "file_kind"),
    "csv": ("填报.csv", lambda d: b"a,b\n1,2\n", "file_kind"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_in_words(desk3: Desk, kind: str):
    name, spoil, rule = HOSTILE[kind]
    outcome = send(desk3, spoil(packed(filled(desk3))), name=f"../../{name}")
    assert rules(outcome) == [rule] and not outcome.stands and outcome.marked == ""
    finding = outcome.findings[0]
    assert finding.advice and finding.place.file == name and now(desk3).version == 0


def test_another_workbook_is_refused_in_words(desk3: Desk):
    book = Workbook()
    book.active.append(["指标", "数值"])
    assert rules(send(desk3, book)) == ["workbook_foreign"]


def test_a_column_that_is_gone_is_named(desk3: Desk):
    book = filled(desk3)
    book[SHEET].delete_cols(column(book[SHEET], "reason"))
    outcome = send(desk3, book)
    assert rules(outcome) == ["workbook_column"] and "不适用或暂缺的原因" in outcome.findings[0].reason


def test_a_file_without_end_is_cut_off(desk3: Desk):
    with pytest.raises(Refused, match="20 MB"):
        send(desk3, bytes(21 << 20))
