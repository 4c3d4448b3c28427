"""What a confirmed decision does: campaigns, the index and editions follow it; governance is data beside it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import docx
import openpyxl
import pytest

from qingce.audit.readers import read_text
from qingce.casework.campaign import Draft
from qingce.casework.item import Step
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.period import Period
from qingce.services.desk import Desk
from qingce.services.desk.campaign import filed_scope, offered, open_campaign
from qingce.services.desk.editions import sealed
from qingce.services.desk.freeze import freeze
from qingce.services.desk.materiality.deciding import take_back
from qingce.services.desk.materiality.governance import (
    counts,
    governance,
    hold_meeting,
    pass_resolution,
    set_body,
    set_responsibility,
)
from qingce.services.desk.materiality.switching import switched
from qingce.services.desk.materiality.topics import set_topic
from qingce.services.desk.standards import coverage
from qingce.services.feed import Feed, topics_of_desk
from tests.services.desk import rounds as made_rounds
from tests.services.desk.beginnings import Begin
from tests.services.desk.offices import by, edit, with_posts
from tests.services.desk.rounds import STAFF, decided

DUE = {Step.FILE: dt.date(2025, 1, 20), Step.REVIEW: dt.date(2025, 1, 25), Step.APPROVE: dt.date(2025, 1, 30)}
METRIC = "registered_volunteers"


@pytest.fixture
def bank(begin: Begin) -> Desk:
    """A desk with its posts."""
    return begin(with_posts)


def switches(bank: Desk, period: str = ""):
    """What is switched now."""
    with bank.reading() as db:
        return switched(bank, db, period)


def clause(bank: Desk, code: str):
    """A clause of the exchange's guide as the office sees it."""
    return next(c for c in coverage(bank, by(bank, "office"), "szse_17").clauses if c.code == code)


# -- switches ---------------------------------------------------------------------------------------
def test_without_a_decision_nothing_is_switched(bank: Desk, clock):
    assert switches(bank) == {}
    made_rounds.proposed(bank, clock)
    assert switches(bank) == {} and clause(bank, "50").state == "gap"


def test_a_topic_that_is_not_material_switches_its_metrics_and_clauses_off_with_the_reason(bank: Desk, clock):
    decided(bank, clock)
    found = switches(bank)
    assert {n: s.on for n, s in found.items()} == {METRIC: False, "szse_17/21-28": True, "szse_17/50": False}
    assert "“员工志愿服务”不具有重要性（董事会第三次会议决议）" in found[METRIC].reason
    assert switches(bank, "2023") == {} and switches(bank, "2024Q3") == found
    assert (clause(bank, "50").state, clause(bank, "50").because) == ("omitted", found["szse_17/50"].reason)
    assert clause(bank, "21-28").state == "gap"


def test_a_campaign_asks_only_for_what_is_on(bank: Desk, clock):
    before = filed_scope(bank)
    decided(bank, clock)
    on, off = offered(bank, "2024")
    assert {a.metric for a in before} - {a.metric for a in on} == {METRIC}
    assert list(off.values()) == [switches(bank)[METRIC].reason]
    draft = Draft("2024", "2024 年度", "2024", DUE, before)
    if on:
        assert METRIC not in {a.metric for a in open_campaign(bank, by(bank, "office"), draft).asked}
    else:
        with pytest.raises(Refused, match="没有选定任何指标"):
            open_campaign(bank, by(bank, "office"), draft)


def test_what_is_mandatory_stays_on(bank: Desk, clock):
    decided(bank, clock, staff=replace(STAFF, mandatory=(METRIC,)))
    assert (switches(bank)[METRIC].on, switches(bank)[METRIC].reason[:2]) == (True, "监管")


def test_a_pack_is_switched_as_a_whole(bank: Desk, clock):
    pack = bank.registry.pack_of[METRIC]
    decided(bank, clock, staff=replace(STAFF, packs=(pack,), metrics=()))
    own = {m for m, p in bank.registry.pack_of.items() if p == pack and m in bank.registry.metrics}
    assert len(own) > 1 and {n for n, s in switches(bank).items() if not s.on} == own | {"szse_17/50"}


def test_a_decision_that_falls_switches_everything_on_again(bank: Desk, clock):
    decided(bank, clock)
    take_back(bank, by(bank, "office"), "2024", "重新评估")
    assert switches(bank) == {} and clause(bank, "50").state == "gap"


def test_an_answer_of_the_project_stands_above_the_decision(bank: Desk, clock):
    (bank.folder / "standards").mkdir()
    (bank.folder / "standards" / "szse_17.yaml").write_text('"50": {pages: [volunteering]}\n', encoding="utf-8")
    decided(bank, clock)
    assert clause(bank, "50").state == "answered"


# -- editions ---------------------------------------------------------------------------------------
def with_matrix(bank: Desk) -> None:
    """The report's page shows the decision."""
    blocks = "\n\n".join(f'{{{{ materiality("{show}") }}}}' for show in ("double", "sides", "topics", "governance"))
    edit(bank, "pages/00-volunteering.md", "## 勾稽", f"{blocks}\n\n## 勾稽")


def test_an_edition_draws_the_matrix_of_a_confirmed_decision_in_every_format(bank: Desk, clock):
    with_matrix(bank)
    made_rounds.begun(bank)
    made_rounds.heard(bank, clock, "workers")
    for account in ("office", "manager"):
        made_rounds.score(bank, account)
    made_rounds.heard(bank, clock)
    found = made_rounds.propose(bank, by(bank, "office"), "2024", "说明")
    made_rounds.confirm(bank, by(bank, "manager"), "2024", found.hash, "董事会决议")
    set_body(bank, by(bank, "office"), "board", label="董事会", tier="decision", duties="审定")
    seal = sealed(bank, freeze(bank, by(bank, "office")))
    page = seal.read("site/pages/volunteering.html").decode()
    assert "双重重要性矩阵" in page and "议题重要性矩阵" in page and page.count("绿色金融") > 3 and "董事会决议" in page
    pdf = "".join(line.text for line in read_text(seal.path("site/report.pdf")).lines)
    words = docx.Document(io.BytesIO(seal.read("site/report.docx"))).element.xml
    book = openpyxl.load_workbook(io.BytesIO(seal.read("site/databook.xlsx")))
    assert "2024年度双重重要性矩阵" in pdf.replace(" ", "") and 'descr="2024 年度双重重要性矩阵' in words
    assert [c.value for c in book["重要性"][5]][1:6] == ["绿色金融", "环境类", 5, 5, 5]
    assert len(book["重要性"]._charts) == 2
    assert '"topics": {' in seal.read("inputs/overlay.json").decode()
    assert sum("materiality" in name for name in seal.files) == 2


def test_without_a_decision_nothing_is_drawn(bank: Desk):
    with_matrix(bank)
    seal = sealed(bank, freeze(bank, by(bank, "office")))
    assert "重要性矩阵" not in seal.read("site/pages/volunteering.html").decode()


def test_a_build_without_the_desk_open_finds_the_decision_in_its_database(bank: Desk, clock):
    decided(bank, clock)
    url = bank.store.url.render_as_string(hide_password=False)
    told = topics_of_desk(bank.folder, Feed(url=url))
    assert [t["label"] for t in told["topics"]] == ["绿色金融", "员工志愿服务"]
    assert topics_of_desk(bank.folder, Feed(off=True)) is None


# -- governance -------------------------------------------------------------------------------------
def three_tiers(bank: Desk) -> None:
    """One body in each tier."""
    for name, tier in (("office_body", "execution"), ("board", "decision"), ("committee", "management")):
        set_body(bank, by(bank, "office"), name, label=name, tier=tier)


def test_bodies_stand_by_tier_with_topics_meetings_and_resolutions(bank: Desk):
    three_tiers(bank)
    office = by(bank, "office")
    set_responsibility(bank, office, "green", {"board": "decides", "committee": "leads", "office_body": ""})
    one = hold_meeting(bank, office, "board", day=dt.date(2024, 12, 20), title="第三次会议", members=9, attended=8,
                       topics=["green"])
    hold_meeting(bank, office, "board", day=dt.date(2025, 1, 2), title="第四次会议", members=9, attended=9)
    pass_resolution(bank, office, one, title="审议通过重要性评估")
    found = governance(bank, by(bank, "manager"))
    assert [b.id for b in found.bodies] == ["board", "committee", "office_body"]
    assert found.parts == {("green", "board"): "decides", ("green", "committee"): "leads"}
    first = counts(found, Period.parse("2024"))[0]
    assert (first.meetings, first.resolutions, first.attended, first.members) == (1, 1, 8, 9)
    assert bank.journal.rebuild(verify_only=True).differs == ()


def test_governance_that_cannot_be_is_refused(bank: Desk):
    three_tiers(bank)
    office, day = by(bank, "office"), dt.date(2024, 12, 20)
    met = {"title": "会议", "members": 9, "attended": 8}
    for wrong in ({"day": None}, {"day": dt.date(2030, 1, 1)}, {"attended": 10}, {"attended": 0}, {"title": ""}):
        with pytest.raises(Refused):
            hold_meeting(bank, office, "board", **{"day": day, **met, **wrong})
    with pytest.raises(Missing):
        hold_meeting(bank, office, "nobody", day=day, **met)
    with pytest.raises(Refused, match="一个牵头"):
        set_responsibility(bank, office, "green", {"board": "leads", "committee": "leads"})
    with pytest.raises(Refused):
        set_body(bank, office, "x", label="x", tier="fourth")
    with pytest.raises(Missing):
        pass_resolution(bank, office, "none", title="x")
    hold_meeting(bank, office, "board", day=day, **met)
    with pytest.raises(Refused, match="会议记录"):
        set_body(bank, office, "board", label="董事会", tier="decision", ended=True)
    for act in (lambda who: set_body(bank, who, "x", label="x", tier="decision"),
                lambda who: hold_meeting(bank, who, "board", day=day, **met)):
        with pytest.raises(Denied):
            act(by(bank, "manager"))


def test_a_topic_of_a_decided_round_that_is_changed_no_longer_switches(bank: Desk, clock):
    decided(bank, clock)
    set_topic(bank, by(bank, "office"), "2024", replace(STAFF, note="说明"))
    assert switches(bank) == {}
