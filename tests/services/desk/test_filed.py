"""What was filed and approved on the desk is what is computed with."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from qingce.casework.item import Answer, State
from qingce.core.check import Severity
from qingce.core.figure import Answered, Qualifier
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.review import approve, review
from qingce.services.feed import Feed
from qingce.services.init import make_project
from qingce.services.project import Project
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, HEAD, STAFF, campaign, fill, number


def signed(bank: Desk, name: str, answer: Answer, by: str = "head") -> None:
    """Bring an item all the way."""
    file(bank, bank.actor(by), name, answer, version=0)
    for done in (submit(bank, bank.actor(by), [name]), review(bank, bank.actor("checker"), [name]),
                 approve(bank, bank.actor("signer"), [name])):
        assert done.rest == {}


def project(bank: Desk, **said: bool) -> Project:
    return Project(bank.folder, feed=Feed(bank.store.url.render_as_string(hide_password=False), **said))


def test_an_approved_figure_is_computed_with_and_names_its_item(bank: Desk):
    signed(bank, EAST, number("7"), "east")
    found = project(bank).figure(STAFF, org="B01")
    seq = item(bank, bank.actor("east"), EAST).seq
    assert found.value == Decimal(7)
    assert found.figure.source == f"工会登记册（青册填报项 {EAST}，事项 {seq}）"


def test_what_is_not_approved_is_for_previews_only(bank: Desk):
    file(bank, bank.actor("east"), EAST, number("7"), version=0)
    assert project(bank).figure(STAFF, org="B01").absent
    draft = project(bank, drafts=True).figure(STAFF, org="B01")
    assert draft.value == Decimal(7)
    assert draft.figure.source.endswith("，尚未审批）")


def test_a_figure_in_file_and_desk_is_the_desks_and_a_finding_says_so(bank: Desk):
    signed(bank, HEAD, number("65"))
    made = project(bank)
    assert made.figure(STAFF).value == Decimal(65)
    found = [f for f in made.check() if f.rule == "filed_desk"]
    assert [(f.severity, f.place.row) for f in found] == [(Severity.WARNING, 2)]
    assert "文件为 64 人，青册为 65 人，取青册的值" in found[0].reason
    assert found[0].place.file == "records/filed/volunteering.csv"


def test_the_same_value_in_both_is_only_a_note(bank: Desk):
    signed(bank, HEAD, number("64"))
    found = [f for f in project(bank).check() if f.rule == "filed_desk"]
    assert [f.severity for f in found] == [Severity.NOTE]


@pytest.mark.parametrize(("answered", "words"), [
    (Answered.NOT_AVAILABLE, "系统 6 月上线"), (Answered.NOT_APPLICABLE, "没有志愿者队伍")])
def test_the_other_answers_are_absent_with_their_reason(bank: Desk, answered: Answered, words: str):
    signed(bank, EAST, Answer(answered, reason=words), "east")
    found = project(bank).figure(STAFF, org="B01")
    assert (found.absent, found.figure.answered, found.figure.reason) == (True, answered, words)


def test_a_rounded_value_keeps_its_wording_and_slack(bank: Desk):
    signed(bank, EAST, Answer(Answered.VALUE, Decimal(4200), Qualifier.OVER, source="年报"), "east")
    found = project(bank).figure(STAFF, org="B01")
    assert (found.text, found.figure.slack) == ("4,200 余人", Decimal(100))


def test_a_voided_approval_is_no_longer_computed_with(bank: Desk):
    signed(bank, EAST, number("7"), "east")
    file(bank, bank.actor("east"), EAST, number("8"), version=1)
    assert item(bank, bank.actor("east"), EAST).state is State.IN_PROGRESS
    assert project(bank).figure(STAFF, org="B01").absent


def test_the_projects_own_desk_is_found_by_itself(tmp_path: Path, clock: Clock):
    make_project(tmp_path / "own")
    own = open_desk(tmp_path / "own", clock=clock)
    fill(own)
    campaign(own)
    signed(own, EAST, number("7"), "east")
    own.close()
    assert Project(tmp_path / "own").figure(STAFF, org="B01").value == Decimal(7)
    assert Project(tmp_path / "own", feed=Feed(off=True)).figure(STAFF, org="B01").absent


def test_the_environment_names_the_database(bank: Desk, monkeypatch: pytest.MonkeyPatch):
    signed(bank, EAST, number("7"), "east")
    monkeypatch.setenv("QINGCE_DATABASE", bank.store.url.render_as_string(hide_password=False))
    assert Project(bank.folder).figure(STAFF, org="B01").value == Decimal(7)
