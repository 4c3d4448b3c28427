"""The journal through its pages."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from qingce.core.event import Event
from qingce.services.desk import Desk
from qingce.services.desk.jobs import run_due
from qingce.services.desk.keeping import sign_journal
from tests.web.pages.conftest import post

Of = Callable[[str], TestClient]


def rows(page: str) -> list[int]:
    """The places that a page lists."""
    return [int(n) for n in re.findall(r'<a href="/journal/(\d+)">[\d,]+</a>', page)]


def test_pages_lead_from_the_newest_to_the_oldest_and_back(bank: Desk, of: Of):
    with bank.writing() as made:
        made.extend(Event(made.at, "east", "signed_in", "account/east") for _ in range(120))
    reader, last = of("office"), bank.journal.count()
    page, seen = reader.get("/journal").text, []
    assert 'rel="prev"' not in page
    while True:
        seen += rows(page)
        older = re.search(r'href="([^"]+)" rel="next"', page)
        if older is None:
            break
        page = reader.get(older[1].replace("&amp;", "&")).text
    assert seen == list(range(last, 0, -1))
    newer = re.search(r'href="([^"]+)" rel="prev"', page)
    assert newer
    assert rows(reader.get(newer[1]).text)[-1] == rows(page)[0] + 1


def test_filters_narrow_and_stay_on_the_next_page(bank: Desk, of: Of):
    with bank.writing() as made:
        made.extend(Event(made.at, "east", "signed_in", "account/east") for _ in range(60))
    reader = of("office")
    page = reader.get("/journal?by=east&group=people&subject=account/").text
    assert len(rows(page)) == 50 and 'value="east"' in page
    older = re.search(r'href="([^"]+)" rel="next"', page)
    assert older
    assert "by=east" in older[1] and len(rows(reader.get(older[1].replace("&amp;", "&")).text)) == 10
    assert rows(reader.get("/journal?since=2199-01-01").text) == []
    assert "没有符合条件的事项" in reader.get("/journal?by=nobody").text
    day = bank.today.isoformat()
    assert len(rows(reader.get(f"/journal?since={day}&until={day}&group=collecting").text)) == 1


def test_an_event_shows_its_line_its_links_and_its_subject(bank: Desk, of: Of):
    page = of("assurer").get("/journal/6").text
    assert "哈希相符" in page and 'href="/people/account/east"' in page and "授予角色" in page
    assert "&#34;did&#34;:&#34;role_granted&#34;" in page
    link = re.search(r"本条的哈希.*?([0-9a-f]{64})", page, re.S)
    following = of("assurer").get("/journal/7").text
    assert link and re.search(rf"前一条的哈希.*?{link[1]}", following, re.S)
    assert of("assurer").get("/journal/99999").status_code == 404
    assert of("assurer").get("/journal/first").status_code in (404, 422)


def test_the_button_verifies_in_the_background_and_a_broken_chain_is_told(bank: Desk, of: Of):
    sign_journal(bank)
    reader = of("office")
    assert "签名有效" in reader.get("/journal").text
    assert post(reader, "/journal", "/journal/verify", {}).headers["location"] == "/journal"
    assert "正在核验" in reader.get("/journal").text
    run_due(bank)
    assert "核验相符" in reader.get("/journal").text
    with bank.store.writing() as db:
        db.execute(text("UPDATE journal SET line = replace(line, 'data_owner', 'approver') WHERE seq = 6"))
    post(reader, "/journal", "/journal/verify", {})
    run_due(bank)
    page = reader.get("/journal").text
    assert "核验不符" in page and 'href="/journal/6"' in page
    assert "哈希不符" in reader.get("/journal/6").text


def test_the_export_is_a_download_that_the_journal_notes(bank: Desk, of: Of):
    answer = post(of("office"), "/journal", "/journal/export", {})
    assert "attachment" in answer.headers["content-disposition"]
    assert len(answer.content.splitlines()) == bank.journal.count()
    assert bank.journal.page(limit=1)[0].did == "journal_exported"


@pytest.mark.parametrize("target", ["/journal", "/journal/1"])
def test_who_may_not_read_the_journal_is_refused(of: Of, target: str):
    assert of("east").get(target).status_code == 403


@pytest.mark.parametrize("target", ["/journal/verify", "/journal/export"])
def test_who_may_not_read_it_neither_verifies_nor_exports(bank: Desk, of: Of, target: str):
    before = bank.journal.count()
    assert post(of("east"), "/tasks", target, {}).status_code == 403 and bank.journal.count() == before


@pytest.mark.parametrize("query", ["before=x", "after=-1", "subject=" + "a" * 301])
def test_what_cannot_be_a_place_is_refused(of: Of, query: str):
    assert of("office").get(f"/journal?{query}").status_code == 422


def test_odd_characters_find_nothing_and_break_nothing(of: Of):
    for words in ("%25", "_", "'; DROP TABLE journal --", "%00", "<script>"):
        answer = of("office").get(f"/journal?subject={words}&by={words}")
        assert answer.status_code == 200 and "<script>'" not in answer.text
