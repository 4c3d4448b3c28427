"""Who is reminded and when, and what lies in the outbox afterwards."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from qingce.core.errors import Denied
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.reminders import remind_late, run_clock
from tests.services.desk.conftest import Clock
from tests.services.desk.staff import EAST, HEAD, WEST, number


def letters(bank: Desk) -> list[tuple[str, str]]:
    """To whom and about what."""
    with bank.reading() as db:
        rows = db.execute(select(outbox.c.to, outbox.c.body).order_by(outbox.c.at, outbox.c.to)).all()
    return [(row.to, json.loads(row.body)["subject"]) for row in rows]


def test_a_week_and_a_day_before_everybody_is_reminded_once(bank: Desk, clock: Clock):
    said = [run_clock(bank).reminded]
    for _ in range(4):
        clock.pass_days(1)
        said += [run_clock(bank).reminded, run_clock(bank).reminded]
    assert [sorted(each) for each in said if each] == [["east", "head", "west"]]
    assert letters(bank) == [(f"{name}@bank.example", "【青册】1 项待办") for name in ("east", "head", "west")]


def test_lateness_goes_up_to_the_line_manager(bank: Desk, clock: Clock):
    file(bank, bank.actor("east"), EAST, number("7"), version=0)
    submit(bank, bank.actor("east"), [EAST])
    clock.pass_days(5)
    assert run_clock(bank).reminded == {"head": 1, "west": 1}
    clock.pass_days(2)
    found = run_clock(bank)
    assert found.escalated == {"boss": 2}
    up = bank.journal.page(did="escalated")[0]
    assert (up.by, up.subject, up.detail["items"]) == ("system", "account/boss", [HEAD, WEST])
    assert ("boss@bank.example", "【青册】2 项逾期未办，请督促") in letters(bank)
    assert run_clock(bank).escalated == {}


def test_the_office_reminds_all_who_are_late(bank: Desk, clock: Clock):
    office = bank.actor("office")
    assert remind_late(bank, office, "2024").text == "已提醒 0 人，共 0 项。"
    clock.pass_days(5)
    assert remind_late(bank, office, "2024", org="B01").reminded == {"east": 1}
    assert remind_late(bank, office, "2024").reminded == {"east": 1, "head": 1, "west": 1}
    with pytest.raises(Denied):
        remind_late(bank, bank.actor("east"), "2024")


def test_message_and_event_stand_together_or_not_at_all(bank: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch):
    clock.pass_days(5)

    def torn(*_: object, **__: object) -> str:
        raise RuntimeError("the power fails")

    before = bank.journal.count()
    monkeypatch.setattr("qingce.services.desk.reminders.tell", torn)
    with pytest.raises(RuntimeError):
        remind_late(bank, bank.actor("office"), "2024")
    assert (bank.journal.count(), letters(bank)) == (before, [])


def test_nobody_to_tell_is_said(bank: Desk, clock: Clock):
    given = bank.journal.page(subject="account/east", did="role_granted")[0].detail["grant"]
    head = bank.journal.page(subject="account/head", did="role_granted")[0].detail["grant"]
    with bank.writing() as made:
        for name, one in (("east", given), ("head", head)):
            made.append("admin", "role_revoked", f"account/{name}", {"grant": one, "role": "data_owner"})
    clock.pass_days(5)
    assert remind_late(bank, bank.actor("office"), "2024").unreached == (HEAD, EAST)
