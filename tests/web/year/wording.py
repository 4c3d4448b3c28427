"""Between collecting and freezing, the words: a chapter goes out as a Word draft, is searched, is read in English."""

from __future__ import annotations

from pathlib import Path

from qingce.publish.draft.source import parts
from tests.chromium import pressed
from tests.publish.word_editing import edited
from tests.web.year.collecting import OFFICE
from tests.web.year.stage import Year

CHAPTER, FILE = "outlook", "pages/90-outlook.md"
OLD, NEW = "贡献更多金融力量", "持续贡献金融力量"


def draft(year: Year, folder: Path) -> None:
    """The office sends a chapter out, takes it back with one sentence edited, and accepts that."""
    source = year.desk.folder / FILE
    last = len(parts(source.read_text(encoding="utf-8")))
    with year.signed_in(OFFICE) as page:
        page.goto("/drafts")
        year.shoot(page, "drafts")
        page.goto(f"/drafts/{CHAPTER}")
        with page.expect_download() as taken:
            page.get_by_role("button", name="下载 Word 稿").click()
        back = folder / "back.docx"
        back.write_bytes(edited(taken.value.path().read_bytes(), lambda word: word.replace(last, OLD, NEW)))
        page.locator('input[type="file"]').set_input_files(back)
        pressed(page.get_by_role("button", name="上传并核对"))
        year.shoot(page, "draft-returned")
        page.get_by_role("button", name=f"采纳第 {last} 段的修改").click()
        page.get_by_text("已采纳，页面文字已更新。").wait_for()
    assert NEW in source.read_text(encoding="utf-8") and year.events("draft_accepted") == 1


def search(year: Year) -> None:
    """Who looks for a word finds where it stands and opens it."""
    with year.signed_in(OFFICE) as page:
        page.get_by_role("searchbox").first.fill(NEW)
        page.keyboard.press("Enter")
        page.wait_for_url("**/search?**")
        year.shoot(page, "search")
        page.locator("ol.found a").first.click()
        page.wait_for_url(f"**/preview/{CHAPTER}#**")
        assert NEW in page.locator("main").inner_text()


def english(year: Year) -> None:
    """The office sees both languages side by side, and that the translation did not follow the edited sentence."""
    with year.signed_in(OFFICE) as page:
        page.goto(f"/preview/{CHAPTER}/english")
        changed = page.locator("section.twin", has_text=NEW)
        assert "中文已改，译文未跟" in changed.inner_text()
        year.shoot(page, "english-preview")
