"""Workbooks and ledgers at the door."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from urllib.parse import quote

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from qingce.publish.xlsx.collect import SHEET
from qingce.services.desk import Desk
from qingce.services.desk.collecting import item
from qingce.services.desk.jobs import run_due
from tests.services.desk.staff import EAST
from tests.services.desk.test_upload import csv
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]
PAGE = "/workbook"
WATCHED = 'hx-trigger="load delay:1s"'
"""In a page that asks again by itself until the work is done."""


def workbook(reader: TestClient, **cells: object) -> bytes:
    """The reader's workbook, its one row filled in by heading."""
    got = post(reader, PAGE, f"{PAGE}/issue", {"campaign": "2024"})
    assert got.status_code == 200 and "attachment" in got.headers["content-disposition"]
    book = load_workbook(io.BytesIO(got.content))
    sheet = book[SHEET]
    for cell in sheet[4]:
        if cell.value in cells:
            sheet.cell(5, cell.column).value = cells[cell.value]  # type: ignore[index]
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def send(reader: TestClient, data: bytes, name: str = "填报.xlsx", **more: str):
    """Send a workbook in."""
    return post(reader, PAGE, PAGE, {"campaign": "2024", **more}, files={"file": (name, data)})


def test_a_workbook_goes_out_and_comes_back(bank: Desk, of: Of):
    east = of("east")
    assert "1 项，其中 1 项未答" in east.get(PAGE).text
    answer = send(east, workbook(east, 本年值=9, 出处="登记册"))
    assert answer.status_code == 303 and item(bank, bank.actor("office"), EAST).answer.value == 9


def test_a_bad_workbook_is_shown_cell_by_cell_and_comes_back_marked(bank: Desk, of: Of):
    east = of("east")
    answer = send(east, workbook(east, 本年值="九", 出处="登记册"))
    assert answer.status_code == 422 and "工作表 填报 第 5 行" in answer.text and "“九”不是数字" in answer.text
    link = re.search(rf'href="({PAGE}/marked/2024/[0-9a-f]{{64}})"', answer.text)
    assert link
    assert load_workbook(io.BytesIO(east.get(link[1]).content))[SHEET].max_row == 5
    assert of("office").get(link[1]).status_code == 200 and of("west").get(link[1]).status_code == 404


def test_what_is_no_workbook_is_refused_in_words(of: Of):
    answer = send(of("east"), b"%PDF-1.7", "填报.pdf")
    assert answer.status_code == 422 and "不支持 .pdf" in answer.text


def test_a_ledger_is_delivered_watched_and_withdrawn(bank: Desk, of: Of):
    head = of("head")
    answer = post(head, "/ledgers", "/ledgers", {"dataset": "volunteering"}, files={"file": ("12月.csv", csv(7, 8))})
    place = answer.headers["location"]
    assert answer.status_code == 303 and "排队等待核对" in head.get(place).text
    assert WATCHED in head.get(place, headers={"hx-request": "true"}).text
    run_due(bank)
    shown = head.get(place).text
    assert "已收下" in shown and "合计 参加人次" in shown and WATCHED not in shown
    assert "12月.csv" in head.get("/ledgers").text
    post(head, place, f"{place}/withdraw", {"reason": "交错了"})
    assert "不再计入" in head.get(place).text


def test_a_refused_ledger_is_shown_row_by_row(bank: Desk, of: Of):
    head, data = of("head"), csv(7) + b"\nN-9,2024-13-01,B99,education,x,1"
    place = post(head, "/ledgers", "/ledgers", {"dataset": "volunteering"},
                 files={"file": ("<b>.csv", data)}).headers["location"]
    run_due(bank)
    shown = head.get(place).text
    assert "第 3 行" in shown and "“参加人次”列" in shown and "<b>.csv" not in shown


def test_who_may_not_deliver_is_told_so(of: Of):
    answer = post(of("assurer"), "/ledgers", "/ledgers", {"dataset": "volunteering"},
                  files={"file": ("x.csv", csv(7))})
    assert answer.status_code == 403 and of("admin").get("/ledgers").status_code == 403


def test_a_download_is_always_saved_and_never_run(bank: Desk, of: Of):
    head, about = of("head"), f"item/{EAST}"
    page = f"/evidence?about={quote(about, safe='')}"
    name = '网页"\r\nX-Evil: 1;\u202e.html'
    post(head, page, "/evidence", {"about": about}, files={"file": (name, b"<script>alert(1)</script>")})
    link = re.search(r'href="(/evidence/file/[0-9a-f]{64})"', head.get(page).text)
    assert link
    got = head.get(link[1])
    assert got.headers["content-disposition"].startswith("attachment; ") and "x-evil" not in got.headers
    assert got.headers["x-content-type-options"] == "nosniff" and got.headers["content-type"].startswith("text/plain")
    assert "sandbox" in got.headers["content-security-policy"]


def test_comments_are_text_whatever_they_hold(of: Of):
    head, about = of("head"), f"item/{EAST}"
    page = f"/evidence?about={quote(about, safe='')}"
    post(head, page, "/comments", {"about": about, "words": "<script>alert(1)</script> @east 请看"})
    shown = head.get(page).text
    assert "<script>alert(1)" not in shown and "&lt;script&gt;" in shown
    thread = re.search(r'name="thread" value="([0-9a-f]{32})"', shown)
    assert thread
    post(head, page, "/comments/resolve", {"about": about, "thread": thread[1], "back": "//evil.example/"})
    assert "已解决" in head.get(page).text


def test_a_pack_is_downloaded(of: Of):
    head, about = of("head"), f"item/{EAST}"
    page = f"/evidence?about={quote(about, safe='')}"
    assert post(head, page, "/evidence/pack", {"campaign": "2024"}).status_code == 422
    post(head, page, "/evidence", {"about": about}, files={"file": ("a.pdf", b"%PDF-1.7 x")})
    assert post(head, page, "/evidence/pack", {"campaign": "2024"}).content[:2] == b"PK"


def test_the_office_sees_what_goes_on_in_the_background(bank: Desk, of: Of):
    post(of("head"), "/ledgers", "/ledgers", {"dataset": "volunteering"}, files={"file": ("12月.csv", csv(7))})
    shown = of("office").get("/jobs").text
    assert "核对台账" in shown and "没有配置邮件服务器" in shown
    assert of("east").get("/jobs").status_code == 403 and of("admin").get("/jobs").status_code == 200
