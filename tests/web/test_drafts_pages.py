"""The drafts room: a chapter goes out as Word, comes back by upload, and is decided on beside the preview."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from qingce.services.desk import Desk, open_desk
from qingce.services.desk.drafts import DOCX, issue
from qingce.services.init import make_project
from qingce.web import WebSettings, create_app
from qingce.web.security import SESSION
from tests.chromium import pressed
from tests.publish.word_editing import Word, edited
from tests.services.desk.offices import by, edit, with_posts
from tests.web.conftest import BEYOND, Served
from tests.web.signing import NamesAsTokens, client

SLUG = "volunteering"
FIRST, SECOND = 1, 5


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A small bank whose page has a paragraph without numbers."""
    folder = tmp_path_factory.mktemp("drafts") / "bank"
    make_project(folder)
    desk = with_posts(open_desk(folder))
    edit(desk, "pages/00-volunteering.md", "## 勾稽", "志愿者来自各个支行。\n\n## 勾稽")
    yield desk
    desk.close()


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def work(word: Word) -> None:
    """What a department does to a draft: words, a comment, and a number that is none of its business."""
    word.replace(SECOND, "各个支行", "各分支行<b>")
    word.comment(FIRST, "<script>alert(1)</script>口径？", author="李四")
    word.retype("qn:1.1:", "99 场")
    word.add(SECOND, "另有退休职工参加。", tracked=False)


def send_in(reader: TestClient, data: bytes) -> Any:
    token = csrf(reader.get(f"/drafts/{SLUG}").text)
    return reader.post("/drafts", data={"csrf": token}, files={"file": ("回.docx", data, DOCX)})


def test_a_chapter_leads_to_its_drafts_and_gives_one(bank: Desk):
    reader = client(bank, "filer")
    assert f'href="/drafts/{SLUG}"' in reader.get(f"/preview/{SLUG}").text
    answer = reader.post(f"/drafts/{SLUG}/issue", data={"csrf": csrf(reader.get(f"/drafts/{SLUG}").text)})
    assert answer.headers["content-type"] == DOCX and answer.content.startswith(b"PK")
    assert "attachment" in answer.headers["content-disposition"]
    text = reader.get(f"/drafts/{SLUG}").text
    assert "发出的稿" in text and "采纳" not in re.sub(r"<header.*?</header>", "", text).replace("不采纳", "")


def test_a_draft_comes_back_is_shown_and_is_decided_on(bank: Desk):
    filer, office = client(bank, "filer"), client(bank, "office")
    data = edited(issue(bank, by(bank, "filer"), SLUG).content, work)
    answer = send_in(filer, data)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/drafts/{SLUG}")
    text = office.get(f"/drafts/{SLUG}").text
    assert "<ins>" in text and "&lt;b&gt;" in text and "99 场" in text and "没有收的原因" in text
    assert 'name="reason"' in text and 'name="reason"' not in filer.get(f"/drafts/{SLUG}").text
    assert "没有重复收" in filer.get(send_in(filer, data).headers["location"]).text
    said = office.get(f"/evidence?about=page/{SLUG}%231").text
    assert "李四 2025-03-01 09:30（Word 批注，工会办公室填报岗 交回）" in said and "<script>alert(1)" not in said
    ids = re.findall(r"/drafts/changes/([0-9a-f]{16})/accept", text)
    assert len(ids) == 2
    token = csrf(text)
    for id in ids:
        assert office.post(f"/drafts/changes/{id}/accept", data={"csrf": token}).status_code == 303
    source = (bank.folder / "pages" / "00-volunteering.md").read_text(encoding="utf-8")
    assert "各分支行\\<b\\>。\n\n另有退休职工参加。" in source
    assert "已采纳" in office.get(f"/drafts/{SLUG}").text
    assert "各分支行&lt;b&gt;" in office.get(f"/preview/{SLUG}").text


def test_a_strangers_file_is_refused_with_words(bank: Desk):
    answer = send_in(client(bank, "filer"), b"%PDF-1.7")
    assert answer.status_code == 422 and "不是 Word 文件" in answer.text


def test_a_reader_of_the_board_sees_the_room_and_no_forms(bank: Desk):
    text = client(bank, "assurer").get(f"/drafts/{SLUG}").text
    assert "待定的修改" in text and "下载 Word 稿" not in text and 'type="file"' not in text


@pytest.mark.parametrize("path", ["/drafts", f"/drafts/{SLUG}"])
def test_the_room_speaks_english(bank: Desk, path: str):
    reader = client(bank, "office")
    reader.cookies.set("qc_lang", "en")
    heads = re.findall(r"<h2>.*?</h2>|<caption.*?</caption>|<thead.*?</thead>", reader.get(path).text, re.S)
    assert heads and not re.search(r"[\u4e00-\u9fff]", re.sub(r"<[^>]*>", "", "".join(heads)))


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_room_is_accessible_and_within_its_width(bank: Desk, browser: Any, width: int, tmp_path: Path):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    with Served(create_app(bank, WebSettings(), NamesAsTokens(bank))) as address:
        context = browser.new_context(base_url=address, viewport={"width": width, "height": 900}, locale="zh-CN")
        context.add_cookies([{"name": SESSION, "value": "office", "url": address}])
        tab = context.new_page()
        for path in ("/drafts", f"/drafts/{SLUG}"):
            tab.goto(path)
            found = axe.Axe().run(tab)
            assert found.violations_count == 0, found.generate_report()
            assert tab.evaluate(BEYOND) == []
        with tab.expect_download() as waiting:
            tab.get_by_role("button", name="下载 Word 稿").click()
        waiting.value.save_as(tmp_path / "draft.docx")
        (tmp_path / "back.docx").write_bytes(
            edited((tmp_path / "draft.docx").read_bytes(), lambda w: w.put(SECOND, f"宽{width}")))
        tab.set_input_files('input[type="file"]', str(tmp_path / "back.docx"))
        pressed(tab.get_by_role("button", name="上传并核对"))
        pressed(tab.get_by_role("button", name="采纳第").first)
        assert tab.get_by_text("已采纳，页面文字已更新。").is_visible()
        context.close()
