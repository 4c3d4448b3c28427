"""Who had a hand in what is assured does not assure it, whatever roles his account holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from qingce.casework.rights import Action
from qingce.core.errors import Denied
from qingce.services.desk import Desk, Role
from qingce.services.desk.assurance import Engagement, conclude, conclude_unit, engagements, figures_tested, may
from qingce.services.desk.assurance_hands import hands_on
from qingce.services.desk.assurance_requests import ask, provide
from qingce.services.desk.assurance_samples import Wish, draw_sample
from qingce.services.desk.campaign import ask as wanted
from qingce.services.desk.campaign import extend
from qingce.services.desk.collecting import file, submit
from qingce.services.desk.evidence import attach
from qingce.services.desk.people import grant_role
from qingce.services.desk.review import approve, review
from qingce.services.desk.standin import name_stand_in
from tests.services.desk.beginnings import Begin
from tests.services.desk.engaged import DUE, engage
from tests.services.desk.offices import by, value, with_posts
from tests.services.desk.staff import DUE as DAYS

PART, WHOLE = "registered_volunteers/HEAD/2024", "volunteer_hours_per_volunteer/HEAD/2024"
ITEM = "2024/registered_volunteers/HEAD"
SAMPLE = Wish("figures", "registered_volunteers", method="all", seed="1")
DERIVED = Wish("figures", "volunteer_hours_per_volunteer", method="all", seed="1")


def approved(desk: Desk) -> Desk:
    """Every post is an assurer besides what it is; its volunteers were collected and approved."""
    from qingce.casework.campaign import Draft
    from qingce.services.desk.campaign import open_campaign

    with_posts(desk)
    for name in ("office", "filer", "reviewer", "approver", "manager"):
        grant_role(desk, by(desk, "admin"), name, Role.ASSURER, org="HEAD")
    open_campaign(desk, by(desk, "office"), Draft(
        "2024", "2024 年度数据收集", "2024", DAYS, (wanted(desk, "registered_volunteers", ["HEAD"]),)))
    file(desk, by(desk, "filer"), ITEM, value("52"), version=0)
    submit(desk, by(desk, "filer"), [ITEM]).only()
    review(desk, by(desk, "reviewer"), [ITEM]).only()
    approve(desk, by(desk, "approver"), [ITEM]).only()
    return desk


def drawn(bank: Desk) -> None:
    """The office engages an assurer, who draws what was filed."""
    made = engage(bank)
    draw_sample(bank, by(bank, "assurer"), made.id, SAMPLE)


@pytest.fixture
def bank(begin: Begin, request: pytest.FixtureRequest) -> Desk:
    """That desk, and the engagement where a test is given it."""
    return begin(approved, *([drawn] if "of" in request.fixturenames else []))


@pytest.fixture
def of(bank: Desk) -> Engagement:
    """The office's engagement on it."""
    [found] = engagements(bank, by(bank, "office"))
    return found


def place_of(bank: Desk, of: Engagement, figure: str, sample: int = 1) -> int:
    """Where a figure stands in a sample."""
    from qingce.services.desk.assurance_samples import samples

    return next(u.place for s in samples(bank, by(bank, "assurer"), of.id) if s.number == sample
                for u in s.drawn if u.unit == figure)


def test_who_opened_an_engagement_neither_draws_nor_concludes_in_it(bank: Desk, of: Engagement):
    office, before = by(bank, "office"), bank.journal.head()
    with pytest.raises(Denied, match="立项与鉴证抽样须由不同的人办理"):
        draw_sample(bank, office, of.id, DERIVED)
    with pytest.raises(Denied, match="立项与鉴证结论须由不同的人办理"):
        conclude_unit(bank, office, of.id, 1, 1, outcome="agree")
    with pytest.raises(Denied, match="立项与鉴证结论"):
        conclude(bank, office, of.id, outcome="unmodified", words="无异常")
    assert bank.journal.head() == before
    assert not may(bank, office, Action.DRAW_SAMPLE, of) and not may(bank, office, Action.CONCLUDE, of)


@pytest.mark.parametrize(("name", "did"), [("filer", "填报"), ("reviewer", "复核"), ("approver", "审批")])
def test_who_filed_reviewed_or_approved_a_figure_does_not_conclude_on_it(
    bank: Desk, of: Engagement, name: str, did: str
):
    place, before = place_of(bank, of, PART), bank.journal.head()
    with pytest.raises(Denied, match=f"{did}与鉴证结论须由不同的人办理"):
        conclude_unit(bank, by(bank, name), of.id, 1, place, outcome="agree")
    with pytest.raises(Denied, match=did):
        conclude(bank, by(bank, name), of.id, outcome="unmodified", words="无异常")
    assert bank.journal.head() == before
    assert not may(bank, by(bank, name), Action.CONCLUDE, of, [PART])


def test_nor_on_what_is_computed_from_it_but_on_what_is_not(bank: Desk, of: Engagement):
    filer = by(bank, "filer")
    draw_sample(bank, filer, of.id, DERIVED)
    with pytest.raises(Denied, match="填报与鉴证结论"):
        conclude_unit(bank, filer, of.id, 2, place_of(bank, of, WHOLE, 2), outcome="agree")
    other = place_of(bank, of, "registered_volunteers/HEAD/2023")
    conclude_unit(bank, filer, of.id, 1, other, outcome="agree")
    assert set(figures_tested(bank, of)) >= {PART, WHOLE}


def test_who_gave_evidence_does_not_judge_it(bank: Desk, of: Engagement):
    attach(bank, by(bank, "office"), [f"item/{ITEM}"], b"%PDF-1.7 x", "register.pdf")
    asked = ask(bank, by(bank, "assurer"), of.id, sample=1, place=place_of(bank, of, PART), to="filer",
                words="登记册", due=DUE)
    provide(bank, by(bank, "filer"), asked.id, words="见附件。")
    with bank.reading() as db:
        assert hands_on(bank, db, of.id, of.edition, [PART])["provided"] == {"office", "filer"}


def test_a_stand_in_has_the_hands_of_whom_he_stands_in_for(bank: Desk, of: Engagement):
    day = bank.today
    name_stand_in(bank, by(bank, "admin"), "office", "manager", since=day, until=day + dt.timedelta(days=5),
                  words="休假")
    manager = by(bank, "manager")
    lent = replace(manager, grants=tuple(g for g in manager.grants if g.instead_of))
    assert not may(bank, lent, Action.CONCLUDE, of, [PART])
    assert may(bank, manager, Action.CONCLUDE, of, [PART])


def test_an_assurer_with_clean_hands_concludes(bank: Desk, of: Engagement):
    assurer = by(bank, "assurer")
    for figure in ("registered_volunteers/HEAD/2023", PART):
        conclude_unit(bank, assurer, of.id, 1, place_of(bank, of, figure), outcome="agree")
    conclude(bank, assurer, of.id, outcome="unmodified", words="无异常")


def test_more_to_ask_for_changes_no_hands(bank: Desk, of: Engagement):
    extend(bank, by(bank, "office"), "2024", [wanted(bank, "volunteer_hours", ["HEAD"])])
    with bank.reading() as db:
        assert hands_on(bank, db, of.id, of.edition, [PART])["filed"] == {"filer"}
