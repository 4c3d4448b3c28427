"""The quality room: levels by pack and org, what an assurer and control totals change, targets, years, export."""

from __future__ import annotations

import io
from decimal import Decimal as D

import pytest
from openpyxl import load_workbook

from qingce.core.errors import Missing, ProjectError
from qingce.core.estimate import Estimate
from qingce.services.desk import Desk
from qingce.services.desk.assurance import conclude_unit
from qingce.services.desk.assurance_samples import Wish, draw_sample
from qingce.services.desk.board import board, export
from qingce.services.desk.collecting import file, item
from qingce.services.desk.evidence import attach
from qingce.services.desk.figurepage import figure_page
from qingce.services.desk.laid import current
from qingce.services.desk.qualityexport import export as export_room
from qingce.services.desk.qualityroom import room
from qingce.services.publish import build
from qingce.services.quality.targets import read_targets
from tests.services.desk.engaged import HOURS, engage
from tests.services.desk.offices import by, edit, with_posts
from tests.services.desk.staff import EAST, HEAD, WEST, number
from tests.services.desk.test_estimates import guessed
from tests.services.desk.test_upload import csv, send


@pytest.fixture
def built(bank: Desk) -> Desk:
    """Three values filed: an estimate, a mostly estimated one, and one with evidence; figures built."""
    file(bank, bank.actor("head"), HEAD, guessed(), version=0)
    file(bank, bank.actor("east"), EAST, guessed("40", Estimate("extrapolated", D(75), "用 1—3 月推到全年")), version=0)
    file(bank, bank.actor("west"), WEST, number("25"), version=0)
    attach(bank, bank.actor("west"), [f"item/{WEST}"], b"%PDF-1.4 w", "登记册.pdf")
    build(current(bank), bank.folder / "build", ("json",))
    return bank


def test_the_room_shows_packs_by_orgs_and_the_worst(built: Desk):
    found = room(built, built.actor("office"))
    line = found.lines[0]
    assert (line.pack, {org: str(now.mean) for org, now in line.cells.items()}) == (
        "volunteering", {"HEAD": "2.8", "B01": "5.0", "B02": "3.0"})
    assert (found.total.count, found.total.estimated, found.total.worst) == (7, 3, 1)
    assert [str(bad.key) for bad in found.worst[:2]] == [
        "registered_volunteers/B01/2024", "registered_volunteers/HEAD/2024"]
    assert found.worst[0].grade.better and "全部或大部分为估算" in found.worst[0].grade.why[-1]
    assert {year: str(now["*"].mean) for year, now in found.years.items()} == {"2023": "2.8", "2024": "3.1"}
    assert "按个数平均" in found.means and "未核实" in found.trust


def test_it_is_narrowed_by_org_and_pack(built: Desk):
    assert room(built, built.actor("office"), org="B01").total.count == 1
    assert room(built, built.actor("office"), pack="carbon").total.count == 0
    with pytest.raises(Missing):
        room(built, built.actor("office"), period="昨天")


def test_a_branch_sees_its_own_only(built: Desk):
    assert {code for code, _ in room(built, built.actor("east")).orgs} == {"B01"}


def test_what_was_filed_since_the_build_counts(built: Desk):
    attach(built, built.actor("west"), [f"item/{WEST}"], b"%PDF-1.4 x", "另一份.pdf")
    name = item(built, built.actor("office"), EAST)
    file(built, built.actor("east"), EAST, number("41"), version=name.version)
    assert str(room(built, built.actor("office")).lines[0].cells["B01"].mean) == "4.0"


def test_control_rows_that_agree_make_records_level_one(built: Desk):
    for path in (built.folder / "records").glob("volunteering*.csv"):
        path.unlink()
    send(built, csv(1, 2), rows=2)
    build(current(built), built.folder / "build", ("json",))
    grade = figure_page(built, built.actor("office"), HOURS).grade
    assert grade is not None and grade.text == "1" and "控制行数相符" in grade.why[-1]


def test_rows_that_nobody_counted_stay_at_level_two(built: Desk):
    for path in (built.folder / "records").glob("volunteering*.csv"):
        path.unlink()
    send(built, csv(1, 2))
    build(current(built), built.folder / "build", ("json",))
    grade = figure_page(built, built.actor("office"), HOURS).grade
    assert grade is not None and grade.text == "2" and "填写控制行数" in grade.better


def test_the_figure_page_tells_why_and_how_to_get_better(built: Desk):
    grade = figure_page(built, built.actor("office"), "volunteer_hours_per_volunteer").grade
    assert grade is not None and grade.text == "4"
    assert grade.why[0] == "取所依据数值中最差的级别：注册志愿者（2024 年）4 级" and "部分为估算" in grade.why[1]
    assert "推算" in grade.note and grade.better


def test_the_board_finds_levels_and_estimates(built: Desk):
    office = built.actor("office")
    for quality, count in (("estimated", 2), ("5", 1), ("3", 1), ("1", 0), ("", 3)):
        shown = board(built, office, "2024", quality=quality)
        assert sum(row.total.total for row in shown.rows) == count, quality
    rows = {row[0]: row[-3:-1] for row in export(built, office, "2024")}
    assert rows["B01"] == ("5", "按已有月份推算，占 75%；用 1—3 月推到全年") and rows["B02"] == ("3", "")


def test_the_export_holds_every_figure_and_no_formula(built: Desk):
    wrong = Estimate("other", D(5), "=cmd|'/c calc'!A0")
    name = item(built, built.actor("office"), EAST)
    file(built, built.actor("east"), EAST, guessed("41", wrong), version=name.version)
    book = load_workbook(io.BytesIO(export_room(built, built.actor("office"))))
    assert book.sheetnames == ["主题与机构", "数值", "逐年"]
    assert book["数值"].max_row == 4 + 7 and "未核实" in str(book["数值"]["A2"].value)
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)


@pytest.mark.parametrize("text", [
    "goals: []", "targets: {}", "targets:\n  - 3", "targets:\n  - {pack: volunteering, year: 2026}",
    "targets:\n  - {pack: nowhere, level: 3, year: 2026}", "targets:\n  - {level: 3, year: 2026}",
    "targets:\n  - {pack: volunteering, metric: volunteer_hours, level: 3, year: 2026}",
    "targets:\n  - {pack: volunteering, level: 6, year: 2026}", "targets:\n  - {pack: volunteering, level: 3}",
    "targets:\n  - {pack: volunteering, level: 3, year: 2026, worst_share: 101}",
    "targets:\n  - {pack: volunteering, level: .nan, year: 2026}",
    "targets:\n  - {pack: volunteering, level: 3, year: 2026, when: now}",
])
def test_targets_that_cannot_stand_are_refused_with_their_place(bank: Desk, text: str):
    (bank.folder / "quality.yaml").write_text(text + "\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"quality\.yaml"):
        read_targets(bank.folder, bank.registry)


def test_the_room_shows_how_targets_stand(built: Desk):
    (built.folder / "quality.yaml").write_text(
        "targets:\n  - {pack: volunteering, level: 3, year: 2024, worst_share: 10}\n"
        "  - {metric: volunteer_hours, level: 2, year: 2026}\n"
        "  - {metric: registered_volunteers, level: 3, year: 2026}\n", encoding="utf-8")
    found = room(built, built.actor("office")).aims
    assert [(aim.words, aim.state) for aim in found] == [
        ("2024 年达到 3 级，五级不超过 10%", "missed"), ("2026 年达到 2 级", "reached"), ("2026 年达到 3 级", "ahead")]


def test_a_value_that_an_assurer_found_right_is_better_founded_until_it_changes(desk: Desk):
    with_posts(desk)
    engaged = engage(desk)
    build(current(desk), desk.folder / "build", ("json",))
    wish = Wish("figures", "volunteer_hours", method="random", size=2, seed="7")
    sample = draw_sample(desk, by(desk, "assurer"), engaged.id, wish)
    places = {unit.unit: unit.place for unit in sample.drawn}
    assert level(desk) == "2"
    conclude_unit(desk, by(desk, "assurer"), engaged.id, sample.number, places[HOURS], outcome="agree")
    assert level(desk) == "1"
    edit(desk, "records/volunteering.csv", ",2024-03-05", ",2023-03-05")
    build(current(desk), desk.folder / "build", ("json",))
    assert level(desk) == "2", "another value is not what was tested"


def level(desk: Desk) -> str:
    grade = figure_page(desk, by(desk, "office"), HOURS).grade
    assert grade is not None
    return grade.text


def test_a_parent_shows_what_its_children_have_together(built: Desk):
    page = figure_page(built, built.actor("office"), "registered_volunteers/HEAD/2024")
    assert page.grade is not None and page.grade.text == "4", "its own value has its own level"
    assert page.below is not None and page.below.text == "4.0"
    assert page.below.why[0].startswith("按个数平均：注册志愿者，城东支行"), "the metric is not declared to add up"
    assert figure_page(built, built.actor("office"), "registered_volunteers/B01/2024").below is None
