"""Who is reminded and when, and what lies in the outbox afterwards."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select

from qingce.casework.rights import Role
from qingce.core.errors import Denied
from qingce.ledger.jobs import Jobs
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk
from qingce.services.desk.assurance_requests import asked_of, provide
from qingce.services.desk.cases import assign, case_page, cases, move, open_case
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.jobs import run_due
from qingce.services.desk.people import close_account, grant_role, open_account
from qingce.services.desk.reminders import KIND, remind_late, run_clock
from tests.services.desk.beginnings import Clock
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, number


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


# -- cases, and requests of an assurer --------------------------------------------------------------
SOON = dt.date(2025, 1, 9)


def opened(bank: Desk, **said: object) -> str:
    """A case of the east branch that is due on Thursday."""
    return open_case(bank, bank.actor("office"), "finding", title="核对人数", words="请核对", org="B01", due=SOON,
                     **said)  # type: ignore[arg-type]


def requested(bank: Desk, to: str = "east") -> str:
    """A request of the assurer that is due on Thursday; the edition is no part of what is tried here."""
    with bank.writing() as made:
        made.append("office", "engagement_opened", "engagement/e1", {
            "name": "年报告鉴证", "firm": "", "standard": "ISAE 3000", "level": "limited", "edition": "0" * 64,
            "orgs": ["HEAD"], "packs": [], "metrics": [], "due": "2025-03-31"})
        made.append("assurer", "evidence_requested", "engagement/e1", {
            "request": 1, "sample": 1, "place": 1, "figure": f"{STAFF}/B01/2024", "label": "志愿者人数",
            "words": "登记册", "to": to, "due": SOON.isoformat()})
    return "e1-1"


def test_a_late_case_is_reminded_of_and_goes_up(bank: Desk, clock: Clock):
    number = opened(bank)
    clock.pass_days(2)
    assert run_clock(bank).reminded == {"east": 1}
    clock.pass_days(2)
    found = run_clock(bank).reminded["east"]
    [event] = [e for e in bank.journal.page(did="reminded") if e.at.date() == bank.today and "cases" in e.detail]
    assert (found, event.detail) == (1, {"cases": [number]})
    clock.pass_days(2)
    assert run_clock(bank).escalated == {"boss": 1}
    assert bank.journal.page(did="escalated")[0].detail == {"cases": [number]}
    assert run_clock(bank).escalated == {}


def test_what_was_answered_waits_for_the_next_and_what_is_closed_for_nobody(bank: Desk, clock: Clock):
    number = opened(bank)
    move(bank, bank.actor("east"), number, "answered", "已核对")
    clock.pass_days(4)
    assert [(each.id, each.late) for each in cases(bank, bank.actor("office"), view="late")] == [(number, 1)]
    assert run_clock(bank).reminded["office"] == 1
    move(bank, bank.actor("office"), number, "accepted", "认可")
    clock.pass_days(1)
    assert "office" not in run_clock(bank).reminded


def test_a_late_request_is_reminded_of_until_it_is_answered(bank: Desk, clock: Clock):
    id = requested(bank)
    clock.pass_days(4)
    assert run_clock(bank).reminded["east"] == 1
    clock.pass_days(2)
    told = run_clock(bank)
    assert (told.reminded["east"], told.escalated) == (2, {"boss": 1})
    assert bank.journal.page(did="escalated")[0].detail == {"requests": [id]}
    provide(bank, bank.actor("east"), id, words="登记册在总行工会。")
    clock.pass_days(1)
    assert run_clock(bank).reminded["east"] == 1
    assert all("requests" not in e.detail for e in bank.journal.page(did="reminded") if e.at == clock.at)


def test_one_message_speaks_of_everything(bank: Desk, clock: Clock):
    opened(bank)
    requested(bank)
    clock.pass_days(5)
    assert run_clock(bank).reminded["east"] == 3
    [(subject, body)] = [(said["subject"], said["body"]) for to, said in whole(bank)
                         if to == "east@bank.example" and "3 项" in said["subject"]]
    assert subject == "【青册】3 项待办，其中 3 项已逾期"
    assert "工单 2025-00001 核对人数　待答复　逾期 2 天" in body and "志愿者人数　鉴证索证　逾期 2 天" in body


def whole(bank: Desk) -> list[tuple[str, dict[str, str]]]:
    """Every message: to whom, and what it says."""
    with bank.reading() as db:
        return [(row.to, json.loads(row.body)) for row in db.execute(select(outbox.c.to, outbox.c.body))]


def test_a_case_falls_back_to_its_post_when_its_account_is_closed(bank: Desk, clock: Clock):
    admin = bank.actor("admin")
    open_account(bank, admin, "second", post="城东支行第二填报岗", org="B01")
    grant_role(bank, admin, "second", Role.DATA_OWNER, org="B01")
    number, other = opened(bank, assignee="second"), opened(bank)
    move(bank, bank.actor("second"), other, "answered", "已核对")
    close_account(bank, admin, "second", "撤并")
    back = bank.journal.page(did="case_assigned")[0]
    assert (back.by, back.subject, back.detail["assignee"], back.detail["before"]) == (
        "admin", f"case/{number}", "", "second")
    assert [each.id for each in cases(bank, bank.actor("east"), view="mine")] == [number]
    move(bank, bank.actor("office"), other, "handling", "请再核对")
    assert case_page(bank, bank.actor("east"), other).shown.post.holders == ("east",)
    clock.pass_days(4)
    assert run_clock(bank).reminded == {"east": 2}
    assign(bank, bank.actor("office"), number, "head")


def test_what_was_asked_of_an_account_that_is_gone_waits_for_the_office(bank: Desk, clock: Clock):
    id = requested(bank)
    assert [one.id for one in asked_of(bank, bank.actor("east"))] == [id]
    assert asked_of(bank, bank.actor("office")) == []
    close_account(bank, bank.actor("admin"), "east", "撤并")
    assert [one.id for one in asked_of(bank, bank.actor("office"))] == [id]
    clock.pass_days(4)
    assert run_clock(bank).reminded["office"] == 1


def test_the_worker_reminds_once_a_day(bank: Desk, clock: Clock):
    opened(bank)
    for _ in range(4):
        clock.pass_days(1)
        run_due(bank)
        run_due(bank)
    days = [e.at.date() for e in bank.journal.page(did="reminded") if "cases" in e.detail]
    assert days == [dt.date(2025, 1, 10), dt.date(2025, 1, 8)]
    assert {job.state for job in Jobs(bank.store).page(kind=KIND)} == {"done"}


def test_what_was_said_stands_the_same_when_the_state_is_made_anew(bank: Desk, clock: Clock):
    opened(bank)
    requested(bank)
    clock.pass_days(6)
    run_clock(bank)
    assert bank.journal.rebuild(verify_only=True).differs == ()
