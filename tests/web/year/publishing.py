"""Chapter three: a finding waived, the edition frozen, published, read by anybody, changed by request, restated."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from typing import Any

from docx import Document

from qingce.services.desk.editions import published
from tests.chromium import pressed
from tests.web.year.collecting import APPROVER, OFFICE, PEOPLE, REVIEWER, name_of, printed, submit_all
from tests.web.year.stage import Year

MANAGER = "分管行领导岗"
RESTATED, NEW = "aml_model_review_meetings", "6"


def preview(year: Year) -> None:
    """The office reads the chapters with every number coloured by where it stands, and the gaps of the index."""
    with year.signed_in(OFFICE) as page:
        page.goto("/figures")
        pressed(page.get_by_role("button", name="重新编制"))
        year.work()
        page.goto("/figures")
        year.shoot(page, "figures")
        assert year.events("computed") == 1
        page.goto("/quality")
        year.shoot(page, "quality")
        page.goto("/preview")
        year.shoot(page, "preview")
        page.goto("/preview/anti-money-laundering" if page.locator('a[href$="anti-money-laundering"]').count() else
                  str(page.locator('main a[href^="/preview/"]').first.get_attribute("href")))
        year.shoot(page, "preview-chapter")
        page.goto("/standards")
        page.goto("/standards/gri_2021")
        year.shoot(page, "standards-index")
        page.goto("/freeze/signoff")
        year.shoot(page, "sign-off-matrix")


def waive(year: Year) -> None:
    """Who answers for it lets a finding stand, with a reason and a day."""
    with year.signed_in(MANAGER) as page:
        page.goto("/freeze/waivers")
        first = page.locator("details", has_text="豁免").filter(has=page.locator("form")).first
        first.locator("summary").click()
        first.get_by_label("原因").fill("报告原文如此，下一年度统一计量单位。")
        first.get_by_label("到期日").fill((year.desk.today + dt.timedelta(days=200)).isoformat())
        pressed(first.get_by_role("button", name="豁免"))
        year.shoot(page, "waivers")
    assert year.events("finding_waived") == 1


def freeze(year: Year) -> str:
    """The office freezes what stands; two makings of it are the same bytes. Returns the edition's hash."""
    before = year.events("frozen")
    with year.signed_in(OFFICE) as page:
        page.goto("/freeze")
        year.shoot(page, "ready-to-freeze")
        page.get_by_role("button", name="封版", exact=True).click()
        page.wait_for_url("**/freeze/editions/*")
        name = page.url.rsplit("/", 1)[-1]
        assert year.events("frozen") == before + 1
        year.shoot(page, "edition")
        pressed(page.get_by_role("button", name="发布"))
    assert published(year.desk)[0].id == name
    return name


def reads_back_the_same(year: Year) -> None:
    """The office has the edition made anew from what was frozen: every byte is the same."""
    with year.signed_in(OFFICE) as page:
        page.goto(f"/freeze/editions/{published(year.desk)[0].id}")
        pressed(page.get_by_role("button", name="核对并重做"))
        said = page.locator(".notice").inner_text()
        assert "一致" in said or "相同" in said, said


def the_public(year: Year, name: str) -> None:
    """A reader takes the files, checks a hash, and says what he thinks; the office answers."""
    with year.anybody() as page:
        page.goto("/editions")
        year.shoot(page, "public-site")
        page.goto(f"/editions/{name}")
        year.shoot(page, "public-edition")
        figures = page.request.get(f"/editions/{name}/files/figures.json")
        assert hashlib.sha256(figures.body()).hexdigest() == figures.headers["x-sha256"]
        page.goto(f"/editions/{name}/feedback")
        for group in page.locator("fieldset").all():
            group.locator('input[type="radio"]').first.check()
        page.get_by_label("联系方式").fill("reader@example.org")
        year.shoot(page, "feedback-form")
        year.clock.at += dt.timedelta(seconds=40)
        page.get_by_role("button", name="提交").click()
        page.wait_for_url(f"**/editions/{name}")
    with year.signed_in(OFFICE) as page:
        page.goto("/freeze/feedback")
        page.get_by_label("答复或处理情况").first.fill("感谢来信，建议已转相关部门。")
        pressed(page.get_by_role("button", name="答复").first)
        year.shoot(page, "feedback-answered")
    assert year.events("feedback_received") == 1 and year.events("feedback_answered") == 1


def ask_for_change(year: Year, name: str) -> str:
    """After publication a figure proves wrong: the office asks, the manager grants. Returns the request's number."""
    with year.signed_in(OFFICE) as page:
        page.goto(f"/freeze/editions/{name}")
        page.get_by_label("变更原因").fill("反洗钱模型评审会议漏计一次。")
        page.get_by_role("button", name="申请变更").click()
        page.wait_for_url("**/freeze/changes/*")
        number = page.url.rsplit("/", 1)[-1]
        assert page.get_by_role("button", name="同意", exact=True).count() == 0
    with year.signed_in(MANAGER) as page:
        page.goto(f"/freeze/changes/{number}")
        page.get_by_label("批复意见").fill("同意更正并追溯调整。")
        pressed(page.get_by_role("button", name="同意", exact=True))
    return number


def correct(year: Year) -> None:
    """The owner corrects the figure, and it is reviewed and approved as the first time."""
    with year.signed_in(PEOPLE["aml"]) as page:
        page.goto(f"/filing/item/{name_of(RESTATED)}")
        page.get_by_label("数值", exact=True).fill(NEW)
        page.get_by_label("出处").fill(printed(year, "aml")[RESTATED]["source"] + "；更正后会议记录")
        pressed(page.get_by_role("button", name="提交复核"))
    for post, view, words in ((REVIEWER, "review", "复核通过所选"), (APPROVER, "approve", "审批通过所选")):
        with year.signed_in(post) as page:
            page.goto(f"/tasks?view={view}")
            submit_all(page, words)


def restate(year: Year, first: str) -> None:
    """What moved is registered and approved; the next edition carries the mark and the note in every format."""
    number = ask_for_change(year, first)
    correct(year)
    with year.signed_in(OFFICE) as page:
        page.goto(f"/freeze/changes/{number}")
        page.get_by_label("共同的原因").fill("会议漏计，按会议记录更正。")
        year.shoot(page, "change-request")
        pressed(page.get_by_role("button", name="登记", exact=True))
    with year.signed_in(MANAGER) as page:
        page.goto(f"/freeze/changes/{number}")
        pressed(page.get_by_role("button", name="批复追溯调整"))
    second = freeze(year)
    assert second != first
    shows_the_restatement(year, second)
    with year.signed_in(OFFICE) as page:
        page.goto("/freeze/changes")
        year.shoot(page, "restatement-register")
        page.goto(f"/freeze/compare?before={first}&after={second}")
        year.shoot(page, "editions-compared")
        with page.expect_download() as taken:
            page.get_by_role("link", name="改动标示稿 PDF").click()
        assert taken.value.path().read_bytes().startswith(b"%PDF-")
        page.goto("/brief?for=board")
        year.shoot(page, "brief")


def shows_the_restatement(year: Year, name: str) -> None:
    """The new edition's files say the new value and that it was restated."""
    with year.anybody() as page:
        base = f"/editions/{name}/files"
        figures = json.loads(page.request.get(f"{base}/figures.json").body())
        assert [f["value"] for f in figures["figures"] if f["id"] == f"{RESTATED}/LZB/2024"] == [NEW]
        document = Document(io.BytesIO(page.request.get(f"{base}/report.docx").body()))
        assert any("追溯" in text for text in words(document))
        page.goto(f"{base}/index.html")
        year.shoot(page, "published-report")


def words(document: Any) -> list[str]:
    """Every paragraph of a Word file, those in tables too."""
    found = [p.text for p in document.paragraphs]
    return found + [cell.text for table in document.tables for row in table.rows for cell in row.cells]
