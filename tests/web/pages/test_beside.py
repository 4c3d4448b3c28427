"""Files and words stand beside what they are about: a filed item, a figure, a paragraph of a chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk
from qingce.services.desk.comments import threads
from tests.services.desk.staff import EAST
from tests.web.collecting import bank_in_campaign
from tests.web.signing import client

FIGURE = "registered_volunteers/B01/2024"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The small bank in its campaign."""
    with bank_in_campaign(tmp_path_factory.mktemp("beside") / "bank") as made:
        yield made


def csrf(door: TestClient, path: str) -> str:
    """The proof that forms of a page carry."""
    found = re.search(r'name="csrf" value="([^"]+)"', door.get(path).text)
    assert found is not None
    return found[1]


def say(bank: Desk, who: str, path: str, about: str, words: str) -> TestClient:
    """Send the comment form of a page."""
    door = client(bank, who)
    answer = door.post("/comments", data={"csrf": csrf(door, path), "about": about, "back": path, "words": words})
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    return door


@pytest.mark.parametrize(("path", "about"), [
    (f"/filing/item/{EAST}", f"item/{EAST}"), (f"/figures/{FIGURE}", f"figure/{FIGURE}"),
    ("/evidence?about=page/volunteering%231", "page/volunteering#1"),
])
def test_what_is_said_stands_on_the_page_and_calls_whom_it_names(bank: Desk, path: str, about: str):
    door = say(bank, "checker", path, about, f"@east 请看 {about} <b>这里</b>")
    page = door.get(path).text
    assert f"请看 {about} &lt;b&gt;这里&lt;/b&gt;" in page
    assert bank.journal.page(subject=about, did="commented", limit=1)[0].detail["mentions"] == ["east"]


def test_a_paragraph_says_how_many_words_wait(bank: Desk):
    about = "page/volunteering#1"
    before = len(threads(bank, bank.actor("office"), about, open_only=True))
    say(bank, "checker", "/evidence?about=page/volunteering%231", about, "这一段的措辞请再斟酌。")
    page = client(bank, "office").get("/preview/volunteering").text
    assert re.search(r'class="say heard" id="p1"[^>]*page/volunteering%231', page)
    assert f'aria-label="第 1 段的评论，{before + 1} 条未处理"' in page


def test_a_file_that_proves_an_item_is_shown_on_both_pages(bank: Desk, tmp_path: Path):
    door = client(bank, "east")
    path = f"/filing/item/{EAST}"
    proof = b"%PDF-1.4\n%%EOF\n"
    answer = door.post("/evidence", data={"csrf": csrf(door, path), "about": f"item/{EAST}", "back": path},
                       files={"file": ("登记册.pdf", proof)})
    assert answer.status_code == 303
    for page in (path, f"/figures/{FIGURE}"):
        text = door.get(page).text
        address = re.search(r'href="(/evidence/file/[0-9a-f]{64})"[^>]*>登记册.pdf', text)
        assert address is not None, page
        assert door.get(address[1]).content == proof


def test_who_may_not_read_files_sees_none(bank: Desk):
    page = client(bank, "admin").get(f"/evidence?about=item/{EAST}")
    assert page.status_code == 403
