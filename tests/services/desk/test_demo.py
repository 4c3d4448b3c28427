"""The demo desk: accounts by post, apart from the real ones."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qingce.casework.item import State
from qingce.core.errors import Denied, Missing
from qingce.services.desk import Desk, Role
from qingce.services.desk.collecting import items
from qingce.services.desk.computing import latest_computing
from qingce.services.desk.demo import accounts, enter, open_demo
from qingce.services.desk.demo_scenes import LAST_SOURCE
from qingce.services.desk.laid import current
from qingce.services.desk.materiality.demo import SOURCE
from qingce.services.desk.materiality.rounds import rounds
from qingce.services.desk.signin import actor_of
from qingce.services.desk.tasks import my_tasks
from qingce.services.init import make_project
from qingce.services.tie import ties
from tests.structure.ratchet import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small project."""
    return make_project(tmp_path / "bank")


def test_every_role_that_signs_in_has_an_account(folder: Path):
    desk = open_demo(folder)
    held = {role for each in accounts(desk) for role in desk.actor(each.account).roles(desk.today)}
    assert held == set(Role) - {Role.PUBLIC}
    desk.close()


def test_accounts_are_made_once(folder: Path):
    first = open_demo(folder)
    before = first.journal.head()
    first.close()
    again = open_demo(folder)
    assert again.journal.head() == before
    again.close()


def test_a_campaign_waits_for_who_files(folder: Path):
    desk = open_demo(folder)
    waiting = my_tasks(desk, desk.actor("volunteering-filer"))
    filed = [m for m in desk.registry.metrics.values() if m.filed]
    assert len(waiting.tasks) >= len(filed) > 0 and {t.item.campaign for t in waiting.tasks} == {"2024"}
    desk.close()


def test_entering_is_on_the_journal_as_what_it_was(folder: Path):
    desk = open_demo(folder)
    assert actor_of(desk, enter(desk, "office", address="127.0.0.1")).post == "ESG 办公室管理岗"
    assert desk.journal.page(limit=1)[0].detail["how"] == "demo"
    with pytest.raises(Missing):
        enter(desk, "nobody", address="127.0.0.1")
    desk.close()


def test_a_real_desk_has_no_such_door(desk: Desk):
    with pytest.raises(Denied):
        enter(desk, "admin", address="127.0.0.1")
    with pytest.raises(Denied):
        accounts(desk)


def test_a_demo_has_last_years_decision_and_this_years_round_marked_as_made_up(folder: Path):
    desk = open_demo(folder)
    this, last = rounds(desk, desk.actor("office"))
    assert (this.state, last.state, len(this.case.topics), this.before) == ("open", "confirmed", 26, last.id)
    pillars = [str(t.pillar) for t in this.case.topics]
    assert [pillars.count(p) for p in ("environmental", "social", "governance")] == [8, 11, 7]
    assert {s.source for s in this.surveys + last.surveys} == {SOURCE}
    assert last.content == last.hash and desk.journal.rebuild(verify_only=True).differs == ()
    desk.close()


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The demo of the example."""
    example = tmp_path_factory.mktemp("shown") / "lanzhou_2024"
    shutil.copytree(ROOT / "examples" / "lanzhou_2024", example, ignore=shutil.ignore_patterns(".qingce", "build"))
    desk = open_demo(example)
    yield desk
    desk.close()


def test_every_post_of_a_branch_has_something_to_do(shown: Desk):
    assert all(my_tasks(shown, shown.actor(f"b0{n}-{role}")).tasks
               for n in (1, 2) for role in ("filer", "reviewer", "approver"))


def test_branches_show_an_item_in_each_state_one_late_and_one_to_explain(shown: Desk):
    branches = [i for i in items(shown, shown.actor("office"), campaign="2024") if i.org in ("B01", "B02")]
    assert {i.state for i in branches} == set(State) - {State.VOIDED}
    assert any(i.late(shown.today) for i in branches) and any(i.unexplained for i in branches)
    returned = next(i.returned for i in branches if i.state is State.RETURNED)
    assert returned is not None and "页码" in returned.words


def test_last_year_says_that_it_is_made_up(shown: Desk):
    before = items(shown, shown.actor("office"), campaign="2023")
    assert {i.answer.source for i in before} == {LAST_SOURCE} and {i.state for i in before} == {State.APPROVED}
    priors = {i.org: i.prior for i in items(shown, shown.actor("office"), campaign="2024", metric="aml_activities")}
    assert set(priors) == {"LZB", "B01", "B02"} and None not in priors.values()


def test_figures_are_wanted_from_the_opening_on(shown: Desk):
    wanted = latest_computing(shown)
    assert wanted is not None and not wanted.ended and wanted.by == "office"


def test_the_branches_leave_what_the_head_office_published_alone(shown: Desk):
    told = list(ties(current(shown)))
    assert [one for one in told if one.outcome not in ("tied", "case")] == []


def test_a_play_may_begin_with_the_head_office_alone(folder: Path):
    desk = open_demo(folder, begun=False)
    assert latest_computing(desk) is None
    desk.close()
