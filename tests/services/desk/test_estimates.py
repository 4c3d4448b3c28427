"""Estimates on the desk: said by the filer, bound by approval, printed with their mark in every format."""

from __future__ import annotations

import io
import json
import zipfile
from decimal import Decimal as D
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

from qingce.casework.item import Answer, State, content_hash
from qingce.core.errors import Refused
from qingce.core.estimate import Estimate
from qingce.core.figure import Answered
from qingce.services.built import Built
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.entry import typed
from qingce.services.desk.evidence import attach
from qingce.services.desk.grading import Grades
from qingce.services.desk.laid import current
from qingce.services.desk.review import approve, review
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import EAST, HEAD, number
from tests.services.desk.workbook_case import now, opened, packed, put, rules, send

GUESS = Estimate("area_headcount", D(30), "新设部门未登记，按在岗人数推算")


def guessed(value: str = "52", estimate: Estimate | None = GUESS) -> Answer:
    return Answer(Answered.VALUE, D(value), source="工会登记册", estimate=estimate)


def signed(desk: Desk) -> None:
    """The head's item, filed as an estimate and approved."""
    file(desk, desk.actor("head"), HEAD, guessed(), version=now(desk).version)
    submit(desk, desk.actor("head"), [HEAD]).only()
    review(desk, desk.actor("checker"), [HEAD]).only()
    approve(desk, desk.actor("signer"), [HEAD]).only()


# -- what is said -------------------------------------------------------------------------------------
def test_an_estimate_is_part_of_what_was_filed(bank: Desk):
    file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    assert now(bank).answer.estimate == GUESS
    said = bank.journal.page(did="filed", limit=1)[0].detail
    assert (said["estimate_method"], said["estimate_share"]) == ("area_headcount", "30")


def test_the_hash_of_what_was_no_estimate_is_what_it_always_was():
    before = "7bbad1fa836ae7b54f2f85633a1f3fe7d17465370f89997521ab1abe6df3c9ef"
    assert content_hash("人", number("64")) == before, "what was approved in an earlier release still holds"
    assert content_hash("人", guessed("64")) != content_hash("人", guessed("64", None))


@pytest.mark.parametrize("other", [
    None, Estimate("engineering", D(30), GUESS.reason), Estimate(GUESS.method, D(31), GUESS.reason),
    Estimate(GUESS.method, D(30), "另一理由"),
])
def test_approval_binds_to_the_estimate_and_falls_when_it_changes(bank: Desk, other: Estimate | None):
    signed(bank)
    assert now(bank).holds
    file(bank, bank.actor("head"), HEAD, guessed(estimate=other), version=now(bank).version)
    after = now(bank)
    assert after.state is State.IN_PROGRESS and after.approved is None and after.answer.estimate == other
    assert after.void is not None and "失效" in after.void.words


@pytest.mark.parametrize(("estimate", "said"), [
    (Estimate("astrology", D(30), "星象"), "没有“astrology”这种估算方法"),
    (Estimate("other", D(0), "x"), "大于 0"), (Estimate("other", D(5), ""), "理由"),
])
def test_an_estimate_that_cannot_stand_is_refused_and_changes_nothing(bank: Desk, estimate: Estimate, said: str):
    with pytest.raises(Refused, match=said):
        file(bank, bank.actor("head"), HEAD, guessed(estimate=estimate), version=0)
    assert now(bank).version == 0


def test_what_has_no_value_is_no_estimate(bank: Desk):
    answer = Answer(Answered.NOT_AVAILABLE, reason="系统未上线", estimate=GUESS)
    assert file(bank, bank.actor("head"), HEAD, answer, version=0).answer.estimate is None


@pytest.mark.parametrize(("said", "estimate", "wrong"), [
    ({"estimate_method": "other", "estimate_share": "12.5%", "estimate_reason": "x"}, Estimate("other", D("12.5"), "x"),
     ""),
    ({"estimate_method": "other", "estimate_share": "３０", "estimate_reason": "x"}, Estimate("other", D(30), "x"), ""),
    ({"estimate_method": "", "estimate_share": "", "estimate_reason": ""}, None, ""),
    ({}, GUESS, ""),
    ({"estimate_method": "", "estimate_share": "5"}, None, "同时选择估算方法"),
    ({"estimate_method": "other", "estimate_share": ""}, None, "估算占比"),
    ({"estimate_method": "other", "estimate_share": "一半"}, None, "不是数字"),
])
def test_what_a_form_says_is_read(bank: Desk, said: dict[str, str], estimate: Estimate | None, wrong: str):
    item = file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    if wrong:
        with pytest.raises(Refused, match=wrong):
            typed(item, said)
    else:
        assert typed(item, said).estimate == estimate


# -- the workbook -------------------------------------------------------------------------------------
def test_an_estimate_goes_out_and_comes_back_in_the_workbook(desk3: Desk):
    file(desk3, desk3.actor("head"), HEAD, guessed(), version=0)
    book = opened(desk3)
    assert send(desk3, book).same == 3
    put(book, "总行", estimate_method="工程估算", estimate_share="12.5", estimate_reason="检修两个月")
    put(book, "城东支行", value=8, estimate_method="其他方法", estimate_share=100, estimate_reason="按比例")
    outcome = send(desk3, book)
    assert outcome.stands and rules(outcome) == [], [f.reason for f in outcome.findings]
    assert now(desk3).answer.estimate == Estimate("engineering", D("12.5"), "检修两个月")
    assert now(desk3, EAST).answer.estimate == Estimate("other", D(100), "按比例")
    cleared = opened(desk3)
    put(cleared, "总行", estimate_method=None, estimate_share=None, estimate_reason=None)
    assert send(desk3, cleared).taken == (HEAD,) and now(desk3).answer.estimate is None


WHOLE = {"estimate_method": "工程估算", "estimate_share": 30, "estimate_reason": "检修"}


@pytest.mark.parametrize(("cells", "rule", "said"), [
    ({"estimate_method": "凭感觉"}, "workbook_answer", "凭感觉"),
    ({"estimate_method": "=1+1"}, "workbook_formula", "公式"),
    ({"estimate_share": "=A1"}, "workbook_formula", "公式"), ({"estimate_share": "#N/A"}, "workbook_formula", "#N/A"),
    ({"estimate_share": "三成"}, "workbook_number", "三成"), ({"estimate_share": 0}, "workbook_estimate", "大于 0"),
    ({"estimate_share": -5}, "workbook_estimate", "大于 0"),
    ({"estimate_share": 101}, "workbook_estimate", "不超过 100"),
    ({"estimate_share": 33.333}, "workbook_estimate", "两位小数"),
    ({"estimate_share": True}, "workbook_number", "真假值"), ({"estimate_share": None}, "workbook_estimate", "没有填"),
    ({"estimate_method": None}, "workbook_estimate", "没有填"),
    ({"estimate_reason": None}, "workbook_estimate", "理由"),
    ({"estimate_reason": "=cmd|'/c calc'!A0"}, "workbook_formula", "公式"),
    ({"estimate_reason": "长" * 1001}, "workbook_estimate", "1000 字"),
    ({"estimate_reason": "长" * 4001}, "workbook_refused", "4,001"),
])
def test_a_bad_cell_of_an_estimate_is_named_and_nothing_is_loaded(
    desk3: Desk, cells: dict[str, object], rule: str, said: str
):
    book = opened(desk3)
    put(book, "总行", **{"value": 64, "source": "工会登记册", **WHOLE} | cells)
    outcome = send(desk3, book)
    bad = [f for f in outcome.findings if f.blocks]
    assert [f.rule for f in bad][:1] == [rule] and said in bad[0].reason + bad[0].place.value, [f.reason for f in bad]
    assert bad[0].place.row == 5 and bad[0].place.column.startswith("估算") and bad[0].advice
    assert not outcome.stands and outcome.marked and now(desk3).version == 0


def test_a_share_that_is_shown_as_a_percentage_is_read_as_one(desk3: Desk):
    book = opened(desk3)
    put(book, "总行", value=64, **WHOLE | {"estimate_share": 0.3})
    sheet = book["填报"]
    cell = next(c for c in sheet[5] if c.value == 0.3)
    cell.number_format = "0%"
    assert send(desk3, book).stands and now(desk3).answer.estimate == Estimate("engineering", D(30), "检修")


def without(book: object, *headings: str) -> bytes:
    """The workbook as a release before issued it, without some columns."""
    made = load_workbook(io.BytesIO(packed(book)))
    sheet = made["填报"]
    for heading in headings:
        at = next(c.column for c in sheet[4] if c.value == heading)
        sheet.delete_cols(at)
    return packed(made)


OLD = ("估算方法", "估算占比（%）", "估算理由")


def test_a_workbook_from_before_estimates_still_comes_back_right(desk3: Desk):
    book = opened(desk3)
    put(book, "总行", value=64, source="工会登记册")
    outcome = send(desk3, without(book, *OLD))
    assert outcome.stands and rules(outcome) == [] and now(desk3).answer == number("64", "工会登记册")


def test_it_leaves_alone_what_was_said_about_estimating(desk3: Desk):
    file(desk3, desk3.actor("head"), HEAD, guessed(), version=0)
    book = opened(desk3)
    put(book, "总行", value=53)
    assert send(desk3, without(book, *OLD)).taken == (HEAD,)
    assert now(desk3).answer == guessed("53")


def test_a_workbook_that_lost_one_of_its_columns_is_refused(desk3: Desk):
    outcome = send(desk3, without(opened(desk3), OLD[1]))
    assert rules(outcome) == ["workbook_column"] and OLD[1] in outcome.findings[0].reason


# -- levels as things stand ---------------------------------------------------------------------------
def test_a_level_follows_evidence_and_estimate(bank: Desk):
    def level() -> int | None:
        return Grades(bank).level(now(bank))

    assert level() is None, "absent is not zero and has no level"
    file(bank, bank.actor("head"), HEAD, number("52"), version=0)
    assert level() == 4
    attach(bank, bank.actor("head"), [f"item/{HEAD}"], b"%PDF-1.4 a", "登记册.pdf")
    assert level() == 3
    file(bank, bank.actor("head"), HEAD, guessed(), version=now(bank).version)
    assert level() == 4
    most = Estimate("other", D(50), "x")
    file(bank, bank.actor("head"), HEAD, guessed(estimate=most), version=now(bank).version)
    assert level() == 5


# -- in print -----------------------------------------------------------------------------------------
def printed(desk: Desk, out: Path, formats: tuple[str, ...] = ("html", "pdf", "docx", "xlsx", "json")) -> Built:
    made = build(current(desk), out, formats)
    assert not made.blocked, [f.reason for f in made.findings if f.blocks]
    return made


def test_an_estimate_prints_with_its_mark_and_note_in_every_format(bank: Desk, tmp_path: Path):
    file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    out = tmp_path / "out"
    printed(bank, out)
    own = "估：注册志愿者（2024 年）为估算值，方法为按面积或人数推算，估算占比 30%；新设部门未登记，按在岗人数推算。"
    rests = "由含估算的“注册志愿者”推算，所依据数值的估算占比最高 30%。"
    web = "".join(page.read_text(encoding="utf-8") for page in out.rglob("*.html"))
    assert own in web and rests in web and '<sup class="mark">' in web
    word = zipfile.ZipFile(out / "report.docx").read("word/footnotes.xml").decode()
    assert own in word and rests in word
    text = "".join(p.get_textpage().get_text_range() for p in pdfium.PdfDocument(out / "report.pdf"))
    assert "估算占比30%" in "".join(text.split())
    book = load_workbook(out / "databook.xlsx")
    remarks = [c.value for row in book["指标数据"].iter_rows() for c in row if isinstance(c.value, str)]
    assert own in remarks
    levels = {row[9].value: (row[4].value, row[5].value) for row in book["数据质量"].iter_rows(min_row=5)}
    assert levels["registered_volunteers/HEAD/2024"] == (4, 30)
    assert "未核实" in str(book["数据质量"]["A2"].value) and book["质量汇总"].max_row >= 6
    told = json.loads((out / "figures.json").read_text(encoding="utf-8"))
    by_id = {f["id"]: f for f in told["figures"]}
    said = by_id["registered_volunteers/HEAD/2024"]
    assert said["note"] == own and said["quality"]["method"] == "area_headcount" and said["quality"]["score"] == "4"
    assert by_id["volunteer_hours_per_volunteer/HEAD/2024"]["quality"]["way"] == "weakest"
    assert by_id["volunteer_hours/HEAD/2024"]["quality"]["estimated"] == "0" and "note" not in by_id[
        "volunteer_hours/HEAD/2024"]
    assert told["quality_scale"]["trust"] == "unconfirmed"


def test_the_file_still_fits_its_schema_and_two_builds_are_the_same_bytes(bank: Desk, tmp_path: Path):
    jsonschema = pytest.importorskip("jsonschema")
    from qingce.publish.figures_json import schema

    file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    one, two = tmp_path / "one", tmp_path / "two"
    for out in (one, two):
        printed(bank, out, ("json", "xlsx"))
    jsonschema.validate(json.loads((one / "figures.json").read_text(encoding="utf-8")), schema())
    for name in ("figures.json", "databook.xlsx"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_a_page_that_takes_the_mark_away_is_warned_of(bank: Desk, tmp_path: Path):
    page = bank.folder / "pages" / "00-volunteering.md"
    text = page.read_text(encoding="utf-8")
    assert "{{ registered_volunteers }}" in text
    page.write_text(text.replace("{{ registered_volunteers }}", "{{ registered_volunteers.unmarked }}", 1),
                    encoding="utf-8")
    assert not [f for f in current(bank).composed.findings if f.rule == "estimate_unmarked"], "nothing is estimated"
    file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    found = [f for f in current(bank).composed.findings if f.rule == "estimate_unmarked"]
    assert [(str(f.severity), f.place.file) for f in found] == [("warning", "pages/00-volunteering.md")]


@pytest.mark.parametrize(("target", "rule"), [
    ("{pack: volunteering, level: 2, year: 2024}", "quality_level"), ("{pack: volunteering, level: 2, year: 2026}", ""),
    ("{metric: registered_volunteers, level: 3, year: 2023}", "quality_level"),
    ("{pack: volunteering, level: 5, year: 2026, worst_share: 10}", "quality_worst_share"),
    ("{pack: volunteering, level: 5, year: 2026, worst_share: 50}", ""),
])
def test_a_target_that_is_missed_is_warned_of(bank: Desk, target: str, rule: str):
    (bank.folder / "quality.yaml").write_text(f"targets:\n  - {target}\n", encoding="utf-8")
    file(bank, bank.actor("head"), HEAD, guessed(estimate=Estimate("other", D(100), "x")), version=0)
    found = [f for f in current(bank).composed.findings if f.rule.startswith("quality")]
    assert [f.rule for f in found] == ([rule] if rule else []) and all(str(f.severity) == "warning" for f in found)


def test_a_build_on_the_command_line_knows_what_the_desk_knows(bank: Desk):
    attach(bank, bank.actor("head"), [f"item/{HEAD}"], b"%PDF-1.4 a", "登记册.pdf")
    signed(bank)
    from qingce.services.feed import Feed

    project = Project(bank.folder, feed=Feed(url=bank.store.url.render_as_string(hide_password=False)))
    made = project.quality.of("registered_volunteers/HEAD/2024")
    assert made is not None and (made.text, made.estimate) == ("4", GUESS)
    assert project.behind.evidence == {"registered_volunteers/HEAD/2024": 1}
