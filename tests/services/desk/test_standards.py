"""The standards index: what the desk says about an omission stands in the index; previews say how far a number is."""

from __future__ import annotations

import datetime as dt

import pytest

from qingce.casework.campaign import Draft
from qingce.casework.item import Step
from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk
from qingce.services.desk.campaign import filed_scope, open_campaign
from qingce.services.desk.collecting import file, items, submit
from qingce.services.desk.editions import sealed
from qingce.services.desk.freeze import freeze
from qingce.services.desk.preview import chapter_of, preview
from qingce.services.desk.review import approve, review
from qingce.services.desk.signoff import duties, matrix_file, name_leader
from qingce.services.desk.standards import coverage, remove_omission, set_omission
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, value, with_posts

DUE = {Step.FILE: dt.date(2025, 1, 20), Step.REVIEW: dt.date(2025, 1, 25), Step.APPROVE: dt.date(2025, 1, 30)}


def indexed(desk: Desk) -> Desk:
    """A desk whose report answers one clause of GRI and prints the index."""
    (desk.folder / "standards").mkdir()
    (desk.folder / "standards" / "gri_2021.yaml").write_text(
        '"2-1": {pages: [volunteering]}\n"2-2": {pages: [volunteering]}\n', encoding="utf-8")
    edit(desk, "pages/00-volunteering.md", "## 勾稽", '{{ index("gri_2021") }}\n\n## 勾稽')
    return with_posts(desk)


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """That desk."""
    return begin(indexed)


def clause(bank: Desk, code: str):
    """A clause as the office sees it."""
    return next(c for c in coverage(bank, by(bank, "office"), "gri_2021").clauses if c.code == code)


def test_an_omission_given_on_the_desk_is_part_of_the_index(bank: Desk):
    assert clause(bank, "2-4").state == "gap"
    set_omission(bank, by(bank, "office"), "gri_2021", "2-4", reason="not_applicable", because="报告期内没有重述")
    set_omission(bank, by(bank, "office"), "gri_2021", "2-1", reason="confidential", because="分行名单未公开")
    assert (clause(bank, "2-4").state, clause(bank, "2-1").state, clause(bank, "2-2").state) == (
        "omitted", "part", "answered")
    seal = sealed(bank, freeze(bank, by(bank, "office")))
    page = seal.read("site/pages/volunteering.html").decode()
    assert "不适用：报告期内没有重述" in page and "保密限制：分行名单未公开" in page
    assert "报告期内没有重述" in seal.read("frozen/text.json").decode()


def test_an_omission_is_taken_back(bank: Desk):
    set_omission(bank, by(bank, "office"), "gri_2021", "2-4", reason="not_applicable", because="报告期内没有重述")
    remove_omission(bank, by(bank, "office"), "gri_2021", "2-4")
    assert clause(bank, "2-4").state == "gap"
    with pytest.raises(Missing):
        remove_omission(bank, by(bank, "office"), "gri_2021", "2-4")


@pytest.mark.parametrize(("code", "reason", "because", "error"), [
    ("9-99", "not_applicable", "无", Missing), ("2-4", "lazy", "无", Refused), ("2-4", "not_applicable", " ", Refused),
])
def test_an_omission_that_cannot_stand_is_refused(bank: Desk, code, reason, because, error):
    before = bank.journal.count()
    with pytest.raises(error):
        set_omission(bank, by(bank, "office"), "gri_2021", code, reason=reason, because=because)
    with pytest.raises(Denied):
        set_omission(bank, by(bank, "filer"), "gri_2021", "2-4", reason="not_applicable", because="无")
    assert bank.journal.count() == before


def states(bank: Desk) -> dict[str, str]:
    """The state of each number of the chapter by its metric."""
    from qingce.core.page import numbers

    chapter = chapter_of(preview(bank, by(bank, "office")), "volunteering")
    return {number.binding: chapter.state(number) for number in numbers(chapter.page)}


def test_a_number_says_how_far_it_has_come(bank: Desk):
    office = by(bank, "office")
    assert (states(bank)["volunteer_hours"], states(bank)["registered_volunteers"]) == ("computed", "filed")
    open_campaign(bank, office, Draft("2024", "2024 年度", "2024", DUE, filed_scope(bank, packs=("volunteering",))))
    [one] = items(bank, office, campaign="2024")
    file(bank, by(bank, "filer"), one.id, value("66"), version=one.version)
    submit(bank, by(bank, "filer"), [one.id])
    assert states(bank)["registered_volunteers"] == "filed"
    review(bank, by(bank, "reviewer"), [one.id])
    approve(bank, by(bank, "approver"), [one.id])
    assert states(bank)["registered_volunteers"] == "approved"
    for row in ("22,44.0", "30,75.0", "16,40.0", "9,18.0"):
        edit(bank, "records/volunteering.csv", row, "0," + row.split(",")[1])
    assert states(bank)["volunteer_attendances"] == "contradicted"


def test_the_matrix_names_posts_and_leaders(bank: Desk):
    office = by(bank, "office")
    open_campaign(bank, office, Draft("2024", "2024 年度", "2024", DUE, filed_scope(bank, packs=("volunteering",))))
    name_leader(bank, office, "工会办公室", "分管工会副行长岗")
    line = next(d for d in duties(bank, office) if d.metric == "registered_volunteers")
    assert (line.owner, line.reviewer, line.approver, line.due, line.leader) == (
        "工会办公室填报岗", "工会办公室复核岗", "工会办公室审批岗", "2025-01-20", "分管工会副行长岗")
    for form, first in (("docx", b"PK"), ("xlsx", b"PK")):
        made = matrix_file(bank, office, form)
        assert made[:2] == first
        assert made == matrix_file(bank, office, form)
    with pytest.raises(Denied):
        name_leader(bank, by(bank, "filer"), "工会办公室", "某岗")
