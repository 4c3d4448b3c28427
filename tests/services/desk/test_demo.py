"""The demo desk: accounts by post, apart from the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingce.core.errors import Denied, Missing
from qingce.services.desk import Desk, Role
from qingce.services.desk.demo import accounts, enter, open_demo
from qingce.services.desk.materiality.demo import SOURCE
from qingce.services.desk.materiality.rounds import rounds
from qingce.services.desk.signin import actor_of
from qingce.services.desk.tasks import my_tasks
from qingce.services.init import make_project


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
