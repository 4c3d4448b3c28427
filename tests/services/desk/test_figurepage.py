"""The figure page: from the value down to files and rows, and to who did what."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.core.errors import Denied, Missing
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.figurepage import figure_page, figure_rows
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.staff import HEAD, STAFF, number


@pytest.fixture
def built(bank: Desk) -> Desk:
    """The desk after a build."""
    build(Project(bank.folder), bank.folder / "build", formats=("json",))
    return bank


def test_a_derived_figure_opens_down_to_files(built: Desk):
    found = figure_page(built, built.actor("assurer"), "volunteer_hours_per_volunteer/HEAD/2024")
    assert found.text == Project(built.folder).figure("volunteer_hours_per_volunteer").text
    assert found.tree is not None
    assert [p.origin for p in found.tree.operands] == ["由台账计算", "填报"]
    assert found.tree.operands[0].inputs[0]["path"] == "records/volunteering.csv"
    assert found.tree.operands[1].formula == "工会办公室登记册（records/filed/volunteering.csv:2）"
    assert (found.card["单位"], found.card["取得方式"]) == ("小时/人", "计算")
    assert [year for year, _ in found.series] == ["2023", "2024"]
    assert [(p.page, p.href) for p in found.printed] == [("00-volunteering.md", "/preview/volunteering")]


def test_a_translated_page_is_read_beside_the_first_one(built: Desk):
    pages = built.folder / "pages"
    (pages / "en").mkdir()
    text = "---\ntitle: Volunteering\n---\n\n{{ volunteer_hours }}\n"
    (pages / "en" / "00-volunteering.md").write_text(text, encoding="utf-8")
    found = figure_page(built, built.actor("assurer"), "volunteer_hours/HEAD/2024")
    assert ("en/00-volunteering.md", "/preview/volunteering/english") in [(p.page, p.href) for p in found.printed]


def test_who_did_what_stands_on_it(built: Desk):
    file(built, built.actor("head"), HEAD, number("60"), version=0)
    submit(built, built.actor("head"), [HEAD])
    found = figure_page(built, built.actor("head"), f"{STAFF}/HEAD/2024")
    assert [(a.by, a.did) for a in found.acts] == [("总行填报岗", "提交"), ("总行填报岗", "填报")]
    assert found.acts[1].words == "60 人 出处：工会登记册"
    assert found.items[0].value == Decimal(60)
    assert [name for name, _ in found.used_by] == ["volunteer_hours_per_volunteer"]


def test_before_any_build_the_item_alone_speaks(bank: Desk):
    file(bank, bank.actor("head"), HEAD, number("60"), version=0)
    found = figure_page(bank, bank.actor("head"), STAFF)
    assert (found.text, found.tree, found.figure) == ("60 人", None, None)


def test_revisions_are_kept_with_their_cause(built: Desk):
    path = built.folder / "records" / "filed" / "volunteering.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("2024,,64,人", "2024,,65,人"), encoding="utf-8")
    build(Project(built.folder), built.folder / "build", formats=("json",))
    found = figure_page(built, built.actor("head"), f"{STAFF}/HEAD/2024")
    assert [(str(r.figure.value), r.cause) for r in found.revisions] == [("64", ""), ("65", "记录变更")]


def test_the_rows_behind_it_prove_themselves(built: Desk):
    found = figure_rows(built, built.actor("assurer"), "volunteer_hours/HEAD/2024")
    assert found.equal and found.parts[0].rows > 0
    assert found.parts[0].control == found.parts[0].figure


MISSING = ["nothing", f"{STAFF}/B99", f"{STAFF}/HEAD/whenever", f"{STAFF}/HEAD/2024/colour=red"]


@pytest.mark.parametrize("key", MISSING)
def test_what_is_no_figure_is_missing(bank: Desk, key: str):
    with pytest.raises(Missing):
        figure_page(bank, bank.actor("office"), key)


def test_figures_of_others_are_denied(bank: Desk):
    with pytest.raises(Denied):
        figure_page(bank, bank.actor("east"), f"{STAFF}/B02/2024")
    with pytest.raises(Denied):
        figure_rows(bank, bank.actor("admin"), STAFF)
