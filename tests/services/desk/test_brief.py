"""The brief: one page of what the desk really holds, the same bytes for the same state, and on the journal."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from pathlib import Path

import pypdfium2
import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.publish.brief import Brief, Entry, Headline, section
from qingce.publish.docx.brief import render_brief
from qingce.publish.pdf.brief import fitted
from qingce.publish.pdf.render import PdfError
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.brief import brief, headline, issue_brief
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.freeze import freeze
from qingce.services.desk.operator import at_the_command_line
from qingce.services.desk.waivers import judged, waive
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.beginnings import Clock
from tests.services.desk.offices import by, edit, with_posts
from tests.services.desk.staff import EAST, number

DAY = dt.date(2025, 1, 6)


def words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    assert len(document) == 1
    return str(document[0].get_textpage().get_text_bounded()).replace("\r", "").replace("\n", "")


def parts(found: Brief) -> dict[str, list[str]]:
    return {one.title: [f"{e.mark}：{e.words}" for e in one.entries] for one in found.sections}


@pytest.fixture
def built(bank: Desk) -> Desk:
    """The desk after a build; the project asks its rules of the records."""
    edit(bank, "qingce.toml", "[report]", '[report]\nbrief = ["registered_volunteers", "volunteer_hours"]')
    made = open_desk(bank.folder, url=bank.store.url.render_as_string(hide_password=False), clock=bank.clock)
    build(Project(made.folder), made.folder / "build", formats=("json",))
    return made


def test_headline_figures_stand_beside_last_years(built: Desk):
    assert headline(built) == (
        Headline("注册志愿者", "64 人", "51 人", "+25.49%"),
        Headline("志愿服务时长", "177.00 小时", "66.00 小时", "+168.18%"))


def test_collecting_is_told_by_who_is_late(built: Desk, clock: Clock):
    file(built, built.actor("east"), EAST, number("7"), version=0)
    submit(built, built.actor("east"), [EAST])
    clock.pass_days(9)
    found = next(s for s in brief(built, built.actor("boss"), "management").sections if s.title == "收集进程")
    assert found.lead == "“2024 年度 ESG 数据收集”应收 3 项：已提交 33%（1 项），已审批 0%（0 项），逾期 2 项。"
    assert [e.words for e in found.entries] == ["总行：1 项，最久 5 天。", "城西支行：1 项，最久 5 天。"]


def test_what_was_waived_is_told_with_its_last_day_and_comes_up_for_renewal(built: Desk):
    edit(built, "records/volunteering.csv", "B01,education,22", "B01,education,0")
    build(Project(built.folder), built.folder / "build", formats=("json",))
    failing = [j for j in judged(built, built.actor("boss")) if j.waivable]
    assert failing, "the edit must break a rule"
    before = parts(brief(built, built.actor("boss"), "management"))["例外事项"]
    waive(built, built.actor("boss"), failing[0].finding.content, reason="已核实", until=DAY + dt.timedelta(days=20))
    told = parts(brief(built, built.actor("boss"), "management"))
    reason = failing[0].finding.reason
    assert any(line.endswith(f"：{reason}") for line in before)
    assert f"豁免：{reason.rstrip('。')}（原因：已核实；至 2025-01-26）。" in told["例外事项"]
    assert f"续期：豁免 2025-01-26 到期：{reason}" in told["提请决定"]
    assert f"1月26日：豁免到期：{reason}" in told["下一步日期"]


def test_what_changed_since_the_last_edition(desk: Desk):
    made = with_posts(desk)
    freeze(made, by(made, "office"))
    assert parts(brief(made, by(made, "manager"), "board"))["上一版以来的变化"] == []
    edit(made, "records/filed/volunteering.csv", "2024,,64,人", "2024,,65,人")
    build(Project(made.folder), made.folder / "build", formats=("json",))
    told = parts(brief(made, by(made, "manager"), "board"))
    assert any("注册志愿者" in line and "64 人 → 65 人" in line for line in told["上一版以来的变化"])
    assert told["提请决定"][0].startswith("审议：") and "尚未发布" in told["提请决定"][0]
    assert parts(brief(made, by(made, "manager"), "management"))["提请决定"][0].startswith("发布：")


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_same_state_gives_the_same_bytes_and_each_issue_is_on_the_journal(built: Desk, form: str):
    one, two = (issue_brief(built, built.actor("office"), "board", form) for _ in range(2))
    assert one.data == two.data and one.sha256 == hashlib.sha256(one.data).hexdigest()
    events = built.journal.page(subject="brief/board/2024", limit=10)
    assert [(e.by, e.did, e.detail["sha256"], e.detail["form"]) for e in events] == [
        ("office", "brief_issued", one.sha256, form)] * 2
    assert one.name == f"ESG简报-董事会-20250106.{form}"


def test_the_page_says_what_the_brief_says(built: Desk):
    text = words(issue_brief(built, built.actor("boss"), "management", "pdf").data)
    for part in ("2024 年度 ESG 工作简报", "呈管理层", "截至 2025-01-06", "注册志愿者", "+25.49%", "填报截止"):
        assert part.replace(" ", "") in text.replace(" ", "")


def test_who_may_not_is_denied_and_leaves_no_trace(built: Desk):
    for name in ("east", "head", "checker", "assurer", "admin"):
        with pytest.raises(Denied):
            issue_brief(built, built.actor(name), "board", "pdf")
    with pytest.raises(Missing):
        brief(built, built.actor("boss"), "everybody")
    with pytest.raises(Refused):
        issue_brief(built, built.actor("boss"), "board", "odt")
    assert not built.journal.page(subject="brief/board/2024", limit=10)


def test_at_the_command_line_the_system_issues_it(built: Desk):
    issue_brief(built, at_the_command_line(built), "board", "docx")
    assert [e.by for e in built.journal.page(subject="brief/board/2024", limit=10)] == ["system"]


def test_a_headline_that_is_no_figure_is_said(bank: Desk):
    edit(bank, "qingce.toml", "[report]", '[report]\nbrief = ["registered_volunteer"]')
    made = open_desk(bank.folder, url=bank.store.url.render_as_string(hide_password=False), clock=bank.clock)
    with pytest.raises(Refused, match="registered_volunteer"):
        headline(made)


# -- one page -----------------------------------------------------------------------------------------
def of_lists(*lengths: int, words: str = "某机构两项勾稽不符，请核对后重新填报，并写明差异的原因。") -> Brief:
    sections = tuple(section(f"清单{n}", [Entry("须关注", f"{i}：{words}") for i in range(length)], where="“疑点”")
                     for n, length in enumerate(lengths))
    return Brief("某银行", "2024 年度 ESG 工作简报", "董事会", "2024", DAY, "据填报台", (), sections)


def test_a_long_brief_loses_the_end_of_its_longest_lists_and_says_how_many(tmp_path: Path):
    whole = of_lists(3, 40, 30, 12, 5, words="某机构两项勾稽不符，请核对后重新填报，并写明差异的原因。" * 3)
    short, data = fitted(whole)
    lengths = [len(one.entries) for one in short.sections]
    assert lengths[0] == 3 and lengths[4] == 5 and max(lengths) < 12
    assert short.sections[1].rest == f"另有 {40 - lengths[1]} 项，见“疑点”。"
    assert short.sections[1].rest.replace(" ", "") in words(data).replace(" ", "")
    assert fitted(whole) == (short, data)
    text = zipfile.ZipFile(io.BytesIO(render_brief(short))).read("word/document.xml").decode()
    assert short.sections[1].rest in text and text.count("须关注") == sum(lengths)


def test_what_cannot_fit_is_an_error_and_no_second_page():
    lines = tuple(Headline(f"指标 {n}", "1", "1", "—") for n in range(90))
    with pytest.raises(PdfError, match="少选几个数值"):
        fitted(Brief("某银行", "简报", "董事会", "2024", DAY, "", lines, ()))


def test_hostile_words_stay_words():
    hostile = '#panic("x") \\ " <script> $x$ *b* \u0000 𠮷'
    short, data = fitted(of_lists(1, words=hostile))
    assert '#panic("x")' in words(data)
    assert b"<script>" not in zipfile.ZipFile(io.BytesIO(render_brief(short))).read("word/document.xml")
