"""Chapter one: figures are filed by grid, by workbook and late; explained, returned, approved, voided."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from qingce.casework.item import State
from qingce.core.figure import Answered
from qingce.publish.xlsx.collect import HEADINGS, SHEET
from qingce.services.desk.collecting import item
from tests.chromium import pressed
from tests.web.year.stage import Year

PEOPLE = {"aml": "会计结算部填报岗", "community": "办公室填报岗", "bank": "计划财务部填报岗"}
OFFICE, REVIEWER, APPROVER = "ESG 办公室管理岗", "总行复核岗", "总行审批岗"
TEXT = {h.field: h.text for h in HEADINGS}
QUALIFIERS = {"over": "超过", "nearly": "接近", "about": "大约", "exact": "准确"}


def printed(year: Year, pack: str) -> dict[str, dict[str, str]]:
    """What the report printed of a pack, by metric: the rows of the example's filed figures."""
    path = year.desk.folder / "records" / "filed" / f"{pack}.csv"
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    return {row["metric"]: row for row in rows if row["period"] == "2024" and row["org"] == "LZB"}


def name_of(metric: str) -> str:
    """An item of the campaign."""
    return f"2024/{metric}/LZB"


def state(year: Year, metric: str) -> State:
    """Where an item stands."""
    return item(year.desk, year.desk.actor("office"), name_of(metric)).state


def begin(year: Year) -> None:
    """The office looks at the board of the campaign that has begun."""
    with year.signed_in(OFFICE) as page:
        page.goto("/progress/2024")
        assert page.get_by_role("table", name="指标 × 机构").is_visible()
        year.shoot(page, "progress-at-the-start")
        page.goto("/progress/2024/setup")
        year.shoot(page, "campaign-set-up")


def by_grid(year: Year) -> None:
    """One owner types into the grid; what differs much from last year must be explained before it is submitted."""
    rows = printed(year, "aml")
    with year.signed_in(PEOPLE["aml"]) as page:
        year.shoot(page, "my-tasks")
        page.goto("/filing/2024?org=LZB")
        for metric, row in rows.items():
            name = name_of(metric)
            page.locator(f'[data-cell="{name}"] input').fill(row["value"])
            page.locator(f'[data-of="{name}"][data-part="note"]').fill(row["source"])
            page.keyboard.press("Enter")
            page.wait_for_selector(f'[data-cell="{name}"][data-kind="saved"]')
        year.shoot(page, "filing-grid")
        for metric, row in rows.items():
            if row["qualifier"] != "exact":
                page.goto(f"/filing/item/{name_of(metric)}")
                page.get_by_label("措辞").select_option(row["qualifier"])
                pressed(page.get_by_role("button", name="保存"))
        page.goto("/filing/2024?org=LZB")
        pressed(page.get_by_role("button", name="提交已填的各项"))
        assert state(year, "aml_activities") is State.IN_PROGRESS
        page.goto(f"/filing/item/{name_of('aml_activities')}")
        page.get_by_label("差异说明").fill("2024 年新增“反洗钱宣传月”活动，场次较上年增加。")
        year.shoot(page, "variance-to-explain")
        pressed(page.get_by_role("button", name="提交复核"))
    assert {state(year, metric) for metric in rows} == {State.SUBMITTED}


def column(sheet: Any, field: str) -> int:
    """Where a column of the workbook stands."""
    return next(int(c.column) for row in sheet.iter_rows(max_row=8) for c in row if c.value == TEXT[field])


def by_workbook(year: Year, room: Path) -> None:
    """Another works in Excel: a bad cell is refused with its place, the mended workbook is taken whole."""
    rows = printed(year, "community")
    with year.signed_in(PEOPLE["community"]) as page:
        page.goto("/workbook")
        with page.expect_download() as coming:
            page.get_by_role("button", name="下载我的工作簿").click()
        book = load_workbook(io.BytesIO(Path(coming.value.path()).read_bytes()))
        sheet = book[SHEET]
        for line in range(1, sheet.max_row + 1):
            key = str(sheet.cell(line, column(sheet, "key")).value or "").split("@")[0]
            found = rows.get(key.split("/")[1]) if key.startswith("2024/") else None
            if found is not None:
                sheet.cell(line, column(sheet, "value")).value = Decimal(found["value"])
                sheet.cell(line, column(sheet, "source")).value = found["source"]
                sheet.cell(line, column(sheet, "qualifier")).value = QUALIFIERS[found["qualifier"]]
                last = line
        right = sheet.cell(last, column(sheet, "value")).value
        sheet.cell(last, column(sheet, "value")).value = "八个多亿"
        send(page, book, room / "填报.xlsx")
        assert "八个多亿" in page.locator("main").inner_text()
        year.shoot(page, "workbook-refused")
        sheet.cell(last, column(sheet, "value")).value = right
        page.goto("/workbook")
        send(page, book, room / "填报-更正.xlsx")
        year.shoot(page, "workbook-taken")
        page.goto("/tasks")
        submit_all(page)
    assert {state(year, metric) for metric in rows} == {State.SUBMITTED}


def send(page: Any, book: Any, path: Path) -> None:
    """Upload a workbook."""
    book.save(path)
    page.locator('input[type="file"]').set_input_files(str(path))
    pressed(page.get_by_role("button", name="上传并核对"))


def submit_all(page: Any, words: str = "提交所选") -> None:
    """Tick every task that is listed and press a button."""
    for box in page.locator("input.tick").all():
        box.check()
    pressed(page.get_by_role("button", name=words))


def late(year: Year) -> None:
    """The third is late: reminded, escalated to the manager, then files."""
    rows = printed(year, "bank")
    for _ in range(4):
        year.clock.pass_days(6)
        year.work()
    assert year.events("reminded") >= 1 and year.events("escalated") >= 1
    with year.signed_in(OFFICE) as page:
        page.goto("/progress/2024")
        year.shoot(page, "progress-with-somebody-late")
        pressed(page.get_by_role("button", name="催办").first)
    with year.signed_in(PEOPLE["bank"]) as page:
        year.shoot(page, "my-tasks-late")
        for metric, row in rows.items():
            page.goto(f"/filing/item/{name_of(metric)}")
            page.get_by_label("数值", exact=True).fill(row["value"])
            page.get_by_label("出处").fill(row["source"])
            pressed(page.get_by_role("button", name="提交复核"))
    assert {state(year, metric) for metric in rows} == {State.SUBMITTED}


def review(year: Year) -> None:
    """The reviewer returns one with a reason, accepts an explanation, and passes the rest."""
    with year.signed_in(REVIEWER) as page:
        page.goto("/findings")
        year.shoot(page, "findings")
        page.goto(f"/filing/item/{name_of('tax_paid')}")
        page.get_by_label("写评论").fill("@community-filer 完税证明请一并附上。")
        pressed(page.get_by_role("button", name="发送"))
        page.get_by_label("退回原因").select_option("source")
        page.get_by_label("理由").fill("请注明完税证明的页码。")
        year.shoot(page, "returning")
        pressed(page.get_by_role("button", name="退回"))
        assert state(year, "tax_paid") is State.RETURNED
        page.goto(f"/filing/item/{name_of('aml_activities')}")
        page.get_by_label("认可差异说明").check()
        pressed(page.get_by_role("button", name="复核通过"))
    with year.signed_in(PEOPLE["community"]) as page:
        page.goto(f"/filing/item/{name_of('tax_paid')}")
        proof = {"name": "完税证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}
        page.locator('input[type="file"]').set_input_files(proof)
        pressed(page.get_by_role("button", name="附上"))
        year.shoot(page, "item-with-evidence-and-words")
        page.get_by_label("出处").fill(printed(year, "community")["tax_paid"]["source"] + "；完税证明第 3 页")
        pressed(page.get_by_role("button", name="提交复核"))
    with year.signed_in(REVIEWER) as page:
        page.goto("/tasks?view=review")
        submit_all(page, "复核通过所选")


def approve(year: Year) -> None:
    """All is approved; a value that is changed afterwards loses its approval and goes the whole way again."""
    with year.signed_in(APPROVER) as page:
        page.goto("/tasks?view=approve")
        year.shoot(page, "approvals")
        submit_all(page, "审批通过所选")
    everything = [m for pack in PEOPLE for m in printed(year, pack)]
    assert {state(year, metric) for metric in everything} == {State.APPROVED}
    changed = "report_months"
    with year.signed_in(PEOPLE["bank"]) as page:
        page.goto(f"/filing/item/{name_of(changed)}")
        page.get_by_label("出处").fill(printed(year, "bank")[changed]["source"] + "；章程")
        pressed(page.get_by_role("button", name="提交复核"))
    assert year.events("voided") == 1 and state(year, changed) is State.SUBMITTED
    for post, view, words in ((REVIEWER, "review", "复核通过所选"), (APPROVER, "approve", "审批通过所选")):
        with year.signed_in(post) as page:
            page.goto(f"/tasks?view={view}")
            submit_all(page, words)
    with year.signed_in(OFFICE) as page:
        page.goto("/progress/2024")
        assert "100" in page.locator("main").inner_text()
        year.shoot(page, "progress-done")
        page.goto("/figures/aml_activities")
        year.shoot(page, "figure")
    assert item(year.desk, year.desk.actor("office"), name_of(changed)).answer.answered is Answered.VALUE
