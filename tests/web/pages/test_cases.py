"""Cases through the pages, from a finding to its end."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi.testclient import TestClient

from qingce.casework.item import Answer
from qingce.core.figure import Answered
from qingce.services.desk import Desk
from qingce.services.desk.cases import open_case
from qingce.services.desk.collecting import file
from tests.services.desk.staff import EAST
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]


@pytest.fixture
def gap(bank: Desk) -> Desk:
    """A branch has no number yet."""
    file(bank, bank.actor("east"), EAST, Answer(Answered.NOT_AVAILABLE, reason="登记册未移交"), version=0)
    return bank


def test_a_finding_becomes_a_case_is_answered_and_accepted(gap: Desk, of: Of):
    office, east = of("office"), of("east")
    link = re.search(r'href="(/cases/new\?about=[^"]+)"', office.get("/findings").text)
    assert link
    form = office.get(unescape(link[1]))
    title = re.search(r'name="title"[^>]*|value="([^"]*登记册[^"]*)"', form.text)
    assert title and "适用但暂缺" in form.text
    answer = post(office, unescape(link[1]), "/cases/new", {
        "flow": "finding", "about": f"item/{EAST}", "title": "志愿者名册未移交", "words": "请限期移交。", "org": "B01",
        "due": "", "assignee": "east", "pack": ""})
    here = answer.headers["location"]
    assert re.fullmatch(r"/cases/\d{4}-00001", here)
    assert here in office.get("/findings").text, "the finding leads to its case from now on"
    assert "待我办理" in east.get("/cases?view=mine").text and here in east.get("/cases?view=mine").text
    assert post(east, here, f"{here}/move", {"to": "answered", "words": "名册已移交。"}).status_code == 303
    assert "办理情况" not in east.get(here).text, "whoever answered waits"
    assert post(east, here, f"{here}/move", {"to": "accepted", "words": "自己认可。"}).status_code == 403
    assert post(office, here, f"{here}/move", {"to": "accepted", "words": "属实。"}).status_code == 303
    closed = east.get(here).text
    assert "已认可" in closed and "属实。" in closed and f"{here}/move" not in closed
    assert here in office.get("/cases?view=closed").text and here not in office.get("/cases").text


def test_a_case_that_says_too_little_comes_back_with_what_was_typed(bank: Desk, of: Of):
    said = {"flow": "finding", "title": "柜面排队", "words": "", "org": "B01", "due": "someday"}
    answer = post(of("east"), "/cases/new", "/cases/new", said)
    assert answer.status_code == 422 and 'value="柜面排队"' in answer.text and "期限" in answer.text
    assert post(of("east"), "/cases/new", "/cases/new", {**said, "due": ""}).status_code == 422
    assert of("east").get("/cases").text.count("/cases/2") == 0


def test_a_case_is_handed_on_postponed_and_spoken_of(bank: Desk, of: Of):
    number = open_case(bank, bank.actor("office"), "finding", title="核对", words="请核对。", org="B01")
    here, office = f"/cases/{number}", of("office")
    post(office, here, f"{here}/assign", {"assignee": "head", "words": "总行更清楚"})
    assert "总行填报岗" in office.get(here).text
    post(office, here, f"{here}/due", {"due": bank.today.replace(year=bank.today.year).isoformat(), "words": "提前"})
    assert post(of("east"), here, f"{here}/due", {"due": bank.today.isoformat(), "words": "x"}).status_code == 403
    back = post(of("east"), here, "/comments", {"about": f"case/{number}", "words": "已联系总行。", "back": here})
    assert back.headers["location"] == here and "已联系总行。" in of("head").get(here).text
    sent = post(office, here, "/evidence", {"about": f"case/{number}", "back": here},
                files={"file": ("名册.pdf", b"%PDF-1.4 roster", "application/pdf")})
    assert sent.status_code == 303 and "名册.pdf" in office.get(here).text


def test_another_branch_does_not_see_the_case(bank: Desk, of: Of):
    number = open_case(bank, bank.actor("office"), "finding", title="只给城东", words="请核对。", org="B01")
    assert of("west").get(f"/cases/{number}").status_code == 403
    assert "只给城东" not in of("west").get("/cases").text
    assert of("admin").get("/cases").status_code == 403
    assert of("office").get("/cases/2025-99999").status_code == 404


def test_stored_script_is_shown_as_text(bank: Desk, of: Of):
    evil = "<script>alert(1)</script>"
    number = open_case(bank, bank.actor("office"), "finding", title=evil, words=evil, org="B01")
    for path in ("/cases", f"/cases/{number}"):
        page = of("office").get(path).text
        assert "<script>alert" not in page and "&lt;script&gt;" in page
