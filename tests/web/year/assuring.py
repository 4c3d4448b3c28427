"""Chapter four: the assurer draws a sample anybody can draw again, asks, concludes; the journal holds it all."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from typer.testing import CliRunner

from qingce.cli.app import app
from tests.chromium import pressed
from tests.web.year.collecting import OFFICE, PEOPLE
from tests.web.year.deciding import ADMIN
from tests.web.year.stage import Year

ASSURER = "鉴证岗"


def engage(year: Year) -> str:
    """The office opens an engagement about the published edition; returns its address."""
    with year.signed_in(OFFICE) as page:
        page.goto("/assurance")
        page.get_by_label("业务名称").fill("2024 年度报告有限保证鉴证")
        page.get_by_label("完成日期").fill((year.desk.today + dt.timedelta(days=30)).isoformat())
        page.get_by_label("只鉴证这些指标").select_option(["aml_activities", "aml_own_models", "tax_paid"])
        page.get_by_role("button", name="开展").click()
        page.wait_for_url("**/assurance/*")
        year.shoot(page, "engagement")
        return page.url


def sample(year: Year, engagement: str) -> None:
    """A sample of two with a stated seed; evidence is asked for, given, and each unit concluded."""
    with year.signed_in(ASSURER) as page:
        page.goto(f"{engagement}/draw")
        page.get_by_label("样本量").fill("2")
        page.get_by_label("种子").fill("20250601-3347.49")
        pressed(page.get_by_role("button", name="看总体"))
        year.shoot(page, "sample-frame")
        page.get_by_role("button", name="抽样").click()
        page.wait_for_url("**/samples/*")
        year.shoot(page, "sample")
        drawn = page.url
        page.goto(f"{drawn}/1")
        if not page.get_by_label("向谁索取").is_visible():
            page.locator("summary", has_text="索取证据").click()
        page.get_by_label("向谁索取").select_option(index=1)
        page.get_by_label("要什么").fill("请提供登记册相关页。")
        page.get_by_label("期限").fill((year.desk.today + dt.timedelta(days=7)).isoformat())
        pressed(page.get_by_role("button", name="发出"))
        year.shoot(page, "sample-unit")
        for place in (1, 2):
            page.goto(f"{drawn}/{place}")
            page.get_by_label("相符").check()
            pressed(page.get_by_role("button", name="记录，到下一项"))
    assert year.events("sample_drawn") == 1 and year.events("evidence_requested") == 1


def provide(year: Year, room: Path) -> None:
    """Whoever was asked gives the evidence."""
    asked = year.desk.journal.page(did="evidence_requested", limit=1)[0]
    post = year.desk.actor(str(asked.detail["to"])).post
    proof = room / "登记册.pdf"
    proof.write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
    with year.signed_in(post) as page:
        page.goto("/tasks")
        year.shoot(page, "evidence-is-asked-for")
        pressed(page.locator('a[href*="/assurance-requests/"]').first)
        page.locator('input[type="file"]').set_input_files(str(proof))
        page.get_by_label("说明").fill("登记册第 12 页。")
        pressed(page.get_by_role("button", name="提供"))
    assert year.events("evidence_provided") == 1


def conclude(year: Year, engagement: str, room: Path) -> None:
    """The assurer concludes, takes the pack home, and performs the figures again without the desk."""
    with year.signed_in(ASSURER) as page:
        page.goto(engagement)
        page.locator("select[name=outcome]").select_option(index=1)
        page.get_by_label("依据").fill("样本全部相符，未发现重大错报。")
        pressed(page.get_by_role("button", name="记录总体结论"))
        pressed(page.get_by_role("button", name="导出复算包"))
        year.work()
        page.goto(engagement)
        year.shoot(page, "engagement-concluded")
        with page.expect_download() as coming:
            page.locator('a[href*="/packs/"]').first.click()
        pack = room / "pack.zip"
        coming.value.save_as(pack)
    told = CliRunner().invoke(app, ["verify", str(pack), "--json"])
    assert told.exit_code == 0, told.output[-2000:]
    assert json.loads(told.stdout)["figures"] and json.loads(told.stdout)["identical"]


def look_back(year: Year) -> None:
    """A case about a finding; and the journal, in which every act of the year can be found and verified."""
    with year.signed_in(OFFICE) as page:
        page.goto("/findings")
        pressed(page.get_by_role("link", name="开立工单").first)
        page.get_by_label("事由").fill("请核实两处计量单位。")
        page.get_by_role("button", name="开立工单").click()
        page.wait_for_url("**/cases/*")
        year.shoot(page, "case")
        page.goto("/cases")
        year.shoot(page, "cases")
    with year.signed_in(ADMIN) as page:
        page.goto("/journal")
        pressed(page.get_by_role("button", name="核验"))
        year.work()
        page.goto("/journal")
        year.shoot(page, "journal")
        page.goto("/journal/40")
        year.shoot(page, "journal-event")
        page.goto("/jobs")
        year.shoot(page, "jobs")
    with year.signed_in(PEOPLE["aml"]) as page:
        page.goto("/account")
        year.shoot(page, "account")
        page.goto("/more")
        year.shoot(page, "more")
