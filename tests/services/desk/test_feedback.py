"""Readers' feedback: taken from people, not from machines; answered, and on the journal."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk
from qingce.services.desk import feedback as readers
from qingce.services.desk.editions import Edition, edition, editions, publish, withdraw
from qingce.services.desk.feedback import answer, feedback, questions, send, token
from qingce.services.desk.freeze import freeze
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, with_posts
from tests.structure.ratchet import ROOT


def with_form(desk: Desk) -> Desk:
    """A desk whose report has a form."""
    shutil.copy(ROOT / "examples" / "lanzhou_2024" / "forms.yaml", desk.folder / "forms.yaml")
    return with_posts(desk)


def published(bank: Desk) -> None:
    """Freeze its report and publish the edition."""
    publish(bank, by(bank, "office"), freeze(bank, by(bank, "office")).id)


@pytest.fixture
def bank(begin: Begin, request: pytest.FixtureRequest) -> Desk:
    """That desk, and its published edition where a test is given it."""
    return begin(with_form, *([published] if "report" in request.fixturenames else []))


@pytest.fixture
def report(bank: Desk) -> Edition:
    """A published edition."""
    return editions(bank, by(bank, "office"))[0]


def answers(bank: Desk, report: Edition) -> dict[str, str]:
    """The first choice of every question."""
    return {q.id: q.answers[0] if q.answers else "请列示各支行的数据。" for q in questions(bank, report)[1]}


def waited(bank: Desk, clock, report: Edition) -> str:
    """A token that a person has had long enough to read the form."""
    given = token(bank, report.id)
    clock.at += dt.timedelta(seconds=30)
    return given


def test_feedback_becomes_an_event_and_is_answered(bank: Desk, report: Edition, clock):
    given = answers(bank, report)
    assert len([q for q in questions(bank, report)[1] if q.answers]) == 6
    number = send(bank, report, given, token=waited(bank, clock, report), contact="reader@example.org")
    [one] = feedback(bank, by(bank, "office"))
    assert (one.id, one.state, dict(one.answers), one.contact) == (number, "open", given, "reader@example.org")
    answer(bank, by(bank, "office"), number, "明年起列示分行数据。")
    written = [e.did for e in bank.journal.page(subject=f"feedback/{number}")]
    assert written == ["feedback_answered", "feedback_received"]
    with pytest.raises(Refused, match="已经答复"):
        answer(bank, by(bank, "office"), number, "再答一次")
    with pytest.raises(Denied):
        feedback(bank, by(bank, "filer"))
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_one_token_gives_one_answer(bank: Desk, report: Edition, clock):
    mark = waited(bank, clock, report)
    first = send(bank, report, answers(bank, report), token=mark)
    assert send(bank, report, answers(bank, report), token=mark) == first
    assert len(feedback(bank, by(bank, "office"))) == 1


@pytest.mark.parametrize("trick", ["haste", "age", "forged", "other", "trap", "none", "choice", "long", "empty"])
def test_what_no_person_sent_is_refused_and_leaves_no_trace(bank: Desk, report: Edition, clock, trick: str):
    mark, given, trap = token(bank, report.id), answers(bank, report), ""
    clock.at += dt.timedelta(seconds=30)
    if trick == "haste":
        mark = token(bank, report.id)
    elif trick == "age":
        clock.at += dt.timedelta(hours=13)
    elif trick == "forged":
        mark = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    elif trick == "other":
        mark = token(bank, "0" * 64)
        clock.at += dt.timedelta(seconds=30)
    elif trick == "trap":
        trap = "https://spam.example"
    elif trick == "none":
        mark = ""
    elif trick == "choice":
        given["needs"] = "也许"
    elif trick == "long":
        given["remarks"] = "长" * 4001
    elif trick == "empty":
        given = {}
    before = bank.journal.count()
    with pytest.raises(Refused):
        send(bank, report, given, token=mark, trap=trap)
    assert bank.journal.count() == before


def test_a_flood_is_stopped(bank: Desk, report: Edition, clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "AN_HOUR", 2)
    for _ in range(2):
        send(bank, report, answers(bank, report), token=waited(bank, clock, report))
    with pytest.raises(Refused, match="太多"):
        send(bank, report, answers(bank, report), token=waited(bank, clock, report))
    clock.at += dt.timedelta(hours=1)
    send(bank, report, answers(bank, report), token=waited(bank, clock, report))


def test_a_withdrawn_edition_takes_no_feedback(bank: Desk, report: Edition, clock):
    mark = waited(bank, clock, report)
    withdraw(bank, by(bank, "office"), report.id, "封面有误")
    with pytest.raises(Missing):
        send(bank, edition(bank, by(bank, "office"), report.id), answers(bank, report), token=mark)
