"""Chapter two: who may do what, what is material, and who decides it."""

from __future__ import annotations

import datetime as dt

from tests.chromium import pressed
from tests.web.year.collecting import OFFICE
from tests.web.year.stage import Year

ADMIN, BOARD = "系统管理岗", "董事会阅览岗"
ROUND = "/materiality/2024"


def people(year: Year) -> None:
    """The administrator opens an account and grants it a role; who signed is told apart from who manages."""
    with year.signed_in(ADMIN) as page:
        page.goto("/people")
        year.shoot(page, "people")
        page.goto("/people/new")
        page.get_by_label("账户名").fill("union-filer")
        page.get_by_label("岗位").fill("工会填报岗")
        page.get_by_role("button", name="开立账户").click()
        page.wait_for_url("**/people/account/union-filer")
        page.locator("select[name=role]").select_option("data_owner")
        pressed(page.get_by_role("button", name="授予角色"))
        year.shoot(page, "account-and-roles")
        page.goto("/people/matrix")
        year.shoot(page, "rights-matrix")
        assert page.request.get("/figures").status == 403
    assert [str(grant.role) for grant in year.desk.actor("union-filer").grants] == ["data_owner"]


def survey(year: Year) -> None:
    """A customer answers the survey by its link, without an account."""
    with year.signed_in(OFFICE) as page:
        page.goto(f"{ROUND}/surveys")
        year.shoot(page, "surveys")
        link = str(page.locator("a.link-text").first.get_attribute("href"))
    before = year.events("survey_answered")
    with year.anybody() as page:
        page.goto(link)
        for group in page.locator("fieldset").all():
            group.locator('input[type="radio"]').nth(3).check()
        year.shoot(page, "survey")
        year.clock.at += dt.timedelta(seconds=60)
        pressed(page.get_by_role("button", name="提交"))
        assert "谢谢" in page.locator("main").inner_text()
    assert year.events("survey_answered") == before + 1


def materiality(year: Year) -> None:
    """The office looks at both matrices, at what other weights would change, and asks the board."""
    with year.signed_in(OFFICE) as page:
        page.goto(f"{ROUND}/surveys")
        while (closing := page.get_by_role("button", name="结束问卷")).count():
            pressed(closing.first)
        page.goto(ROUND)
        year.shoot(page, "materiality")
        for part in ("topics", "scoring", "weights", "sensitivity", "compare"):
            page.goto(f"{ROUND}/{part}")
            year.shoot(page, f"materiality-{part}")
        page.goto(f"{ROUND}/confirm")
        page.get_by_label("给董事会的说明").fill("本轮问卷与打分已结束，结论较上年变化见对比页。")
        pressed(page.get_by_role("button", name="提请确认"))
    with year.signed_in(BOARD) as page:
        page.goto(f"{ROUND}/confirm")
        page.get_by_label("所依据的会议或决议").fill("董事会 2025 年第一次会议")
        year.shoot(page, "materiality-to-confirm")
        pressed(page.get_by_role("button", name="确认上述结论"))
    assert year.events("materiality_confirmed") == 2  # last year's, and now this year's


def governance(year: Year) -> None:
    """Three tiers, their duties, meetings and resolutions can be read."""
    with year.signed_in(BOARD) as page:
        page.goto("/materiality/governance")
        assert page.locator("h1").inner_text()
        year.shoot(page, "governance")
