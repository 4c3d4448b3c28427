"""Surveys: anonymous answers from people who hold a link, once where a link is for one, none from machines."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.services.desk import Desk
from qingce.services.desk.materiality import surveys
from qingce.services.desk.materiality.deciding import propose
from qingce.services.desk.materiality.rounds import round_of
from qingce.services.desk.materiality.surveys import (
    Survey,
    answer,
    asked,
    close_survey,
    heard,
    open_survey,
    survey_stamp,
    tokens,
)
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, with_posts
from tests.services.desk.rounds import begun


def with_round(desk: Desk) -> Desk:
    """A desk with an open round."""
    begun(with_posts(desk))
    return desk


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """That desk."""
    return begin(with_round)


def opened(bank: Desk, **said) -> Survey:
    """A survey of clients."""
    return open_survey(bank, by(bank, "office"), "2024", "clients", label="客户问卷", **said)


def waited(bank: Desk, clock, token: str) -> str:
    """The stamp of a form that a person had long enough to read."""
    given = survey_stamp(bank, token)
    clock.at += dt.timedelta(seconds=30)
    return given


def answered(bank: Desk, clock, token: str, scores: dict[str, str] | None = None, **said) -> None:
    """Somebody answers."""
    answer(bank, token, scores or {"green": "4", "staff": "2"}, stamped=waited(bank, clock, token), **said)


def counted(bank: Desk) -> dict[str, tuple[int, int]]:
    """What clients said."""
    return dict(round_of(bank, by(bank, "office"), "2024").case.heard.get("clients", {}))


def test_answers_become_scores_and_name_nobody(bank: Desk, clock):
    [token] = tokens(bank, opened(bank))
    answered(bank, clock, token, words="请多公布数据")
    answered(bank, clock, token, {"green": "5"})
    assert counted(bank) == {"green": (2, 9), "staff": (1, 2)}
    [event] = [e for e in bank.journal.page(limit=9) if "请多公布数据" in e.line]
    assert (event.by, event.did, set(event.detail)) == ("public", "survey_answered", {"id", "scores", "words"})
    [workers, clients] = heard(bank, by(bank, "manager"), "2024")
    assert (workers.answers, clients.answers, clients.words) == (0, 2, ("请多公布数据",))
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_a_single_use_link_answers_once_and_the_answer_does_not_name_it(bank: Desk, clock):
    survey = opened(bank, links=3)
    first, second, _ = tokens(bank, survey)
    answered(bank, clock, first)
    with pytest.raises(Refused, match="只能答一次"):
        answered(bank, clock, first)
    answered(bank, clock, second)
    assert counted(bank)["green"] == (2, 8)
    written = json.dumps([e.line for e in bank.journal.page(limit=20)])
    assert first.rpartition(".")[2] not in written and f"{survey.id}.1" not in written


def test_a_form_that_is_sent_twice_counts_once(bank: Desk, clock):
    [token] = tokens(bank, opened(bank))
    stamped = waited(bank, clock, token)
    for _ in range(2):
        answer(bank, token, {"green": "4"}, stamped=stamped)
    assert counted(bank) == {"green": (1, 4)}


@pytest.mark.parametrize("trick", ["haste", "age", "forged", "other", "trap", "none", "six", "long", "stranger"])
def test_what_no_person_sent_is_refused_and_leaves_no_trace(bank: Desk, clock, trick: str):
    [token] = tokens(bank, opened(bank))
    stamped, given, said = waited(bank, clock, token), {"green": "4"}, {}
    if trick == "haste":
        stamped = survey_stamp(bank, token)
    elif trick == "age":
        clock.at += dt.timedelta(hours=13)
    elif trick == "forged":
        stamped = stamped[:-1] + ("0" if stamped[-1] != "0" else "1")
    elif trick == "other":
        stamped = waited(bank, clock, "another")
    elif trick == "trap":
        said = {"trap": "http://spam.example"}
    elif trick == "none":
        given = {"green": ""}
    elif trick == "six":
        given = {"green": "6"}
    elif trick == "long":
        said = {"words": "x" * 1001}
    else:
        given = {"unknown": "5"}
    before = bank.journal.head()
    with pytest.raises(Refused):
        answer(bank, token, given, stamped=stamped, **said)
    assert bank.journal.head() == before


@pytest.mark.parametrize("token", ["", "0" * 24, "{id}.1", "{id}.1.", "{id}.x.y", "{id}.9.{sig}", "{single}", "é.1.2"])
def test_a_link_that_is_none_of_ours_leads_nowhere(bank: Desk, token: str):
    survey, single = opened(bank), opened(bank, links=1)
    [own] = tokens(bank, single)
    made = token.format(id=survey.id, single=single.id, sig=own.rpartition(".")[2])
    with pytest.raises(Missing):
        asked(bank, made)


def test_a_survey_ends_by_hand_by_day_and_when_it_is_full(bank: Desk, clock):
    closed, dated, small = opened(bank), opened(bank, until=bank.today), opened(bank, most=1)
    close_survey(bank, by(bank, "office"), "2024", closed.id)
    answered(bank, clock, small.id)
    clock.pass_days(1)
    for one, words in ((closed, "已经结束"), (dated, "已经结束"), (small, "已满")):
        assert words in asked(bank, one.id).closed
        with pytest.raises(Refused, match=words):
            answered(bank, clock, one.id)


def test_only_so_many_answers_are_taken_in_an_hour(bank: Desk, clock, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(surveys, "AN_HOUR", 2)
    [token] = tokens(bank, opened(bank))
    answered(bank, clock, token)
    answered(bank, clock, token)
    with pytest.raises(Refused, match="太多"):
        answered(bank, clock, token)
    clock.at += dt.timedelta(hours=1, minutes=1)
    answered(bank, clock, token)
    assert counted(bank)["green"] == (3, 12)


@pytest.mark.parametrize("wrong", [{"links": 2001}, {"links": -1}, {"most": 0}, {"until": dt.date(2024, 1, 1)}])
def test_a_survey_that_cannot_be_is_refused(bank: Desk, wrong: dict):
    with pytest.raises(Refused):
        opened(bank, **wrong)


def test_only_the_office_opens_and_closes_and_not_after_the_proposal(bank: Desk, clock):
    survey = opened(bank)
    for who in ("manager", "filer", "assurer"):
        with pytest.raises(Denied):
            close_survey(bank, by(bank, who), "2024", survey.id)
    with pytest.raises(Refused, match="还没有结束"):
        propose(bank, by(bank, "office"), "2024", "说明")
    close_survey(bank, by(bank, "office"), "2024", survey.id)
    with pytest.raises(Refused, match="已经结束"):
        close_survey(bank, by(bank, "office"), "2024", survey.id)
