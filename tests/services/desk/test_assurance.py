"""The assurance room: an engagement, samples that can be drawn again, requests, conclusions."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal as D

import pytest

from qingce.core.errors import Denied, Missing, Refused
from qingce.ledger.tables import outbox
from qingce.services.desk import Desk, Role
from qingce.services.desk.assurance import Engagement, conclude, conclude_unit, engagements, get
from qingce.services.desk.assurance_frames import leaves_of, strata_of
from qingce.services.desk.assurance_requests import (
    ask,
    asked_of,
    candidates,
    files_behind,
    get_request,
    may_answer,
    provide,
    requests,
)
from qingce.services.desk.assurance_samples import Wish, draw_sample, frame_lines, preview, samples
from qingce.services.desk.editions import editions
from qingce.services.desk.evidence import attach, download, evidence_of
from qingce.services.desk.people import grant_role, open_account
from tests.services.desk.beginnings import Begin
from tests.services.desk.engaged import DUE, HOURS, engage
from tests.services.desk.offices import by, edit, with_posts

MUS = Wish("rows", HOURS, method="monetary_unit", size=3, seed="20250115")


@pytest.fixture
def bank(begin: Begin, request: pytest.FixtureRequest) -> Desk:
    """A desk with its posts, and with the engagement where a test is given it."""
    return begin(with_posts, *([engage] if "of" in request.fixturenames else []))


@pytest.fixture
def of(bank: Desk) -> Engagement:
    """An engagement on the whole of an edition."""
    [found] = engagements(bank, by(bank, "office"))
    return found


def about(bank: Desk, of: Engagement):
    return next(e for e in editions(bank, by(bank, "office")) if e.id == of.edition)


# -- opening ----------------------------------------------------------------------------------------
def test_the_office_opens_and_the_assurer_reads(bank: Desk, of: Engagement):
    assert of.orgs == ("HEAD",) and of.open
    assert [e.id for e in engagements(bank, by(bank, "assurer"))] == [of.id]
    with pytest.raises(Denied):
        engagements(bank, by(bank, "filer"))
    with pytest.raises(Denied):
        get(bank, by(bank, "manager"), of.id)
    with pytest.raises(Missing):
        get(bank, by(bank, "assurer"), "nothing")


def test_nobody_but_the_office_opens_one(bank: Desk, of: Engagement):
    from qingce.services.desk.assurance import open_engagement

    before = bank.journal.count()
    for name in ("assurer", "manager", "filer", "admin"):
        with pytest.raises((Denied, Missing)):
            open_engagement(bank, by(bank, name), name="x", firm="", standard="y", level="limited", of=of.edition,
                            due=DUE)
    assert bank.journal.count() == before


def test_what_is_not_given_is_asked_for(bank: Desk):
    for said, words in (
        ({"name": " "}, "业务名称"), ({"level": "absolute"}, "有限保证或合理保证"), ({"due": None}, "完成日期"),
        ({"packs": ("nothing",)}, "没有指标包"), ({"metrics": ("nothing",)}, "没有指标"),
    ):
        with pytest.raises(Refused, match=words):
            engage(bank, **said)


def test_an_assurer_of_one_branch_has_no_part_in_the_whole(bank: Desk, of: Engagement):
    open_account(bank, by(bank, "admin"), "east", post="城东鉴证岗", org="B01")
    grant_role(bank, by(bank, "admin"), "east", Role.ASSURER, org="B01")
    east = by(bank, "east")
    assert engagements(bank, east) == []
    with pytest.raises(Denied):
        draw_sample(bank, east, of.id, MUS)
    mine = engage(bank, name="城东支行", orgs=("B01",))
    assert [e.name for e in engagements(bank, east)] == ["城东支行"]
    with pytest.raises(Refused, match="不在鉴证范围之内"):
        draw_sample(bank, east, mine.id, MUS)


# -- drawing ----------------------------------------------------------------------------------------
def test_a_sample_of_rows_comes_from_the_records_of_the_edition(bank: Desk, of: Engagement):
    edit(bank, "records/volunteering.csv", "30,75.0", "30,99.0")  # what happens afterwards is another matter
    made = draw_sample(bank, by(bank, "assurer"), of.id, MUS)
    assert (made.units, made.total, made.unit) == (4, D("177"), "小时")
    first = made.drawn[0]
    assert (first.unit, first.amount, first.certain) == ("V-2024-02", D("75"), True)
    assert len(made.drawn) == 3
    record = dict(made.drawn[0].record)
    assert record["服务时长"] == "75.0" and record["活动编号"] == "V-2024-02"


def test_what_was_drawn_can_be_drawn_again_from_the_frame_by_anybody(bank: Desk, of: Engagement):
    made = draw_sample(bank, by(bank, "assurer"), of.id, Wish("rows", HOURS, method="random", size=2, seed="7"))
    lines = list(frame_lines(bank, by(bank, "assurer"), of.id, made.number))
    assert hashlib.sha256("".join(lines).encode()).hexdigest() == made.frame
    told = "\n".join((made.frame, "random", "7", "unit "))
    names = [json.loads(line)[0] for line in lines]
    lots = {name: hashlib.sha256((told + name).encode()).hexdigest() for name in names}
    assert sorted(sorted(lots, key=lots.__getitem__)[:2]) == sorted(u.unit for u in made.drawn)


def test_a_sample_of_figures_stays_in_the_boundary(bank: Desk):
    of = engage(bank, orgs=("HEAD",), metrics=("volunteer_events", "volunteer_attendances"))
    wish = Wish("figures", by="pack", method="stratified", size=4, seed="1")
    frame = preview(bank, by(bank, "assurer"), of.id, wish)
    assert {u.id.split("/")[0] for u in frame.units} == {"volunteer_events", "volunteer_attendances"}
    assert {u.stratum for u in frame.units} == {"志愿服务"} and not frame.measured
    made = draw_sample(bank, by(bank, "assurer"), of.id, wish)
    assert len(made.drawn) == 4 and made.unit == ""
    assert dict(made.drawn[0].record)["数值"]
    with pytest.raises(Refused, match="没有可比的金额"):
        draw_sample(bank, by(bank, "assurer"), of.id, Wish("figures", method="top", size=3, top=1, seed="1"))


def test_figures_of_one_metric_can_be_drawn_by_amount(bank: Desk, of: Engagement):
    wish = Wish("figures", "volunteer_attendances", "size", "top", 3, 1, "1")
    made = draw_sample(bank, by(bank, "assurer"), of.id, wish)
    assert made.unit == "人次" and made.drawn[0].certain
    assert made.drawn[0].amount == max(u.amount for u in made.drawn)
    assert {u.stratum for u in made.drawn} <= {"大", "中", "小"}


def test_a_derived_figure_names_the_figures_that_have_rows(bank: Desk, of: Engagement):
    share = "volunteer_hours_per_volunteer/HEAD/2024"
    with pytest.raises(Refused, match=HOURS):
        draw_sample(bank, by(bank, "assurer"), of.id, Wish("rows", share, method="random", size=1, seed="1"))
    assert leaves_of(bank, about(bank, of), share) == [
        (HOURS, "志愿服务时长（总行，2024）", True),
        ("registered_volunteers/HEAD/2024", "注册志愿者（总行，2024）", False),
    ]
    with pytest.raises(Refused, match="由填报得来"):
        preview(bank, by(bank, "assurer"), of.id, Wish("rows", "registered_volunteers/HEAD/2024"))
    assert [name for name, _ in strata_of(bank, about(bank, of), HOURS)] == ["org", "service"]


def test_rows_can_be_divided_by_a_column(bank: Desk, of: Engagement):
    made = draw_sample(bank, by(bank, "assurer"), of.id, Wish("rows", HOURS, "org", "stratified", 2, 0, "1"))
    assert sorted(u.stratum for u in made.drawn) == ["B01", "B02"]
    with pytest.raises(Refused, match="没有“colour”这一列"):
        preview(bank, by(bank, "assurer"), of.id, Wish("rows", HOURS, "colour"))


def test_nobody_but_an_assurer_draws_and_nothing_is_drawn_over(bank: Desk, of: Engagement):
    before = bank.journal.count()
    for name in ("office", "manager", "filer", "admin"):
        with pytest.raises(Denied):
            draw_sample(bank, by(bank, name), of.id, MUS)
    assert bank.journal.count() == before
    draw_sample(bank, by(bank, "assurer"), of.id, MUS)
    with pytest.raises(Refused, match="样本 1 已经这样抽过"):
        draw_sample(bank, by(bank, "assurer"), of.id, MUS)
    with pytest.raises(Refused, match="抽样方法"):
        draw_sample(bank, by(bank, "assurer"), of.id, Wish("rows", HOURS, method="magic", size=1, seed="1"))


# -- asking -----------------------------------------------------------------------------------------
def test_the_owner_is_told_answers_and_the_assurer_reads_the_file(bank: Desk, of: Engagement):
    assurer, filer = by(bank, "assurer"), by(bank, "filer")
    made = draw_sample(bank, assurer, of.id, MUS)
    assert {name for name, _ in candidates(bank, HOURS)} == {"filer", "office"}
    open_account(bank, by(bank, "admin"), "owner", post="城东支行填报岗", org="HEAD", contact="owner@bank.example")
    grant_role(bank, by(bank, "admin"), "owner", Role.DATA_OWNER, org="HEAD")
    asked = ask(bank, assurer, of.id, sample=1, place=1, to="owner", words="签到表", due=DUE)
    with bank.reading() as db:
        told = db.execute(outbox.select()).mappings().all()
    assert any("签到表" in row["body"] and row["to"] == "owner@bank.example" for row in told)
    assert [r.id for r in asked_of(bank, by(bank, "owner"))] == [asked.id] and asked_of(bank, filer) == []
    with pytest.raises(Denied):
        provide(bank, filer, asked.id, words="不是我的")
    given = provide(bank, by(bank, "owner"), asked.id, words="见附件", uploads=[(b"%PDF-1.7 signed", "签到表.pdf")])
    assert given.state == "provided" and given.files[0][1] == "签到表.pdf"
    assert asked_of(bank, by(bank, "owner")) == []
    assert download(bank, assurer, given.files[0][0]).content.read() == b"%PDF-1.7 signed"
    assert [e.name for e in evidence_of(bank, assurer, f"figure/{HOURS}")] == ["签到表.pdf"]
    assert [r.state for r in requests(bank, assurer, of.id)] == ["provided"]
    with pytest.raises(Refused, match="已经答复"):
        provide(bank, by(bank, "owner"), asked.id, words="再来")
    assert made.drawn[0].label == "V-2024-02" and "V-2024-02" in asked.label


def test_a_file_that_stands_there_already_is_linked_and_not_sent_again(bank: Desk, of: Engagement):
    assurer, filer = by(bank, "assurer"), by(bank, "filer")
    sha256 = attach(bank, filer, [f"figure/{HOURS}"], b"%PDF-1.7 list", "清单.pdf")
    draw_sample(bank, assurer, of.id, MUS)
    asked = ask(bank, assurer, of.id, sample=1, place=2, to="filer", words="清单", due=DUE)
    assert files_behind(bank, filer, HOURS) == [(sha256, "清单.pdf", 13)]
    with pytest.raises(Missing):
        provide(bank, filer, asked.id, known=["0" * 64])
    assert provide(bank, filer, asked.id, known=[sha256]).files == ((sha256, "清单.pdf"),)


def test_the_office_answers_for_who_is_away_and_others_do_not_see_it(bank: Desk, of: Engagement):
    assurer = by(bank, "assurer")
    draw_sample(bank, assurer, of.id, MUS)
    asked = ask(bank, assurer, of.id, sample=1, place=1, to="filer", words="签到表", due=DUE)
    for name in ("reviewer", "manager", "admin"):
        with pytest.raises(Denied):
            get_request(bank, by(bank, name), asked.id)
    assert get_request(bank, assurer, asked.id)[0] == asked and not may_answer(bank, assurer, asked)
    assert may_answer(bank, by(bank, "office"), asked)
    assert provide(bank, by(bank, "office"), asked.id, words="原件已销毁").answer == "原件已销毁"


def test_a_request_says_what_of_whom_and_until_when_and_an_answer_something(bank: Desk, of: Engagement):
    draw_sample(bank, by(bank, "assurer"), of.id, MUS)
    given = {"sample": 1, "place": 1, "to": "filer", "words": "签到表", "due": DUE}
    for said, words in (({"words": " "}, "索取什么"), ({"due": None}, "期限"), ({"to": "reviewer"}, "请另选一人")):
        with pytest.raises(Refused, match=words):
            ask(bank, by(bank, "assurer"), of.id, **given | said)
    asked = ask(bank, by(bank, "assurer"), of.id, **given)
    before = bank.journal.count()
    for answer, words in (({}, "请附证据文件"), ({"uploads": [(b"MZ\x90\x00 program", "签到.exe")]}, "程序或脚本"),
                          ({"words": "长" * 3000}, "不超过")):
        with pytest.raises(Refused, match=words):
            provide(bank, by(bank, "filer"), asked.id, **answer)
    assert bank.journal.count() == before


# -- concluding -------------------------------------------------------------------------------------
def test_exceptions_are_projected_to_the_whole_and_the_engagement_ends(bank: Desk, of: Engagement):
    assurer = by(bank, "assurer")
    made = draw_sample(bank, assurer, of.id, MUS)
    with pytest.raises(Refused, match="3 项样本没有结论"):
        conclude(bank, assurer, of.id, outcome="unmodified", words="无异常")
    conclude_unit(bank, assurer, of.id, 1, 1, outcome="exception", difference="7.5", words="签到表为 67.5 小时")
    assert not samples(bank, assurer, of.id)[0].projected.whole
    for place in (2, 3):
        conclude_unit(bank, assurer, of.id, 1, place, outcome="agree")
    found = samples(bank, assurer, of.id)[0]
    assert (found.tested, found.exceptions) == (3, 1)
    said = found.projected
    assert said.known == D("7.5") and said.projected == D("7.50") and said.whole
    assert made.interval is not None and said.upper == D("7.50") + round(D(3) * D(made.interval.numerator), 2)
    conclude(bank, assurer, of.id, outcome="qualified", words="一项高报")
    after = get(bank, assurer, of.id)
    assert (after.outcome, after.open, after.exceptions) == ("qualified", False, 1)
    for act in (lambda: draw_sample(bank, assurer, of.id, Wish("rows", HOURS, method="random", size=1, seed="9")),
                lambda: conclude_unit(bank, assurer, of.id, 1, 1, outcome="agree"),
                lambda: ask(bank, assurer, of.id, sample=1, place=1, to="filer", words="再来", due=DUE)):
        with pytest.raises(Refused, match="不再变动"):
            act()


def test_a_conclusion_said_again_takes_the_place_of_the_first_and_both_stay_in_the_journal(bank: Desk, of: Engagement):
    assurer = by(bank, "assurer")
    draw_sample(bank, assurer, of.id, MUS)
    for said, words in (
        ({"outcome": "exception", "words": "少了"}, "差额"), ({"outcome": "exception", "difference": "5"}, "写明情况"),
        ({"outcome": "exception", "difference": "many", "words": "x"}, "不是数"),
        ({"outcome": "not_tested"}, "写明情况"), ({"outcome": "fine"}, "之一"),
    ):
        with pytest.raises(Refused, match=words):
            conclude_unit(bank, assurer, of.id, 1, 1, **said)
    conclude_unit(bank, assurer, of.id, 1, 1, outcome="exception", difference="-3", words="少记")
    conclude_unit(bank, assurer, of.id, 1, 1, outcome="agree", words="复查相符")
    assert samples(bank, assurer, of.id)[0].drawn[0].outcome == "agree"
    assert len(bank.journal.page(did="conclusion_recorded")) == 2
    with pytest.raises(Denied):
        conclude_unit(bank, by(bank, "office"), of.id, 1, 1, outcome="agree")
    with pytest.raises(Missing):
        conclude_unit(bank, assurer, of.id, 1, 9, outcome="agree")


def test_the_state_comes_out_the_same_from_the_journal(bank: Desk, of: Engagement):
    assurer = by(bank, "assurer")
    draw_sample(bank, assurer, of.id, MUS)
    asked = ask(bank, assurer, of.id, sample=1, place=1, to="filer", words="签到表", due=DUE)
    provide(bank, by(bank, "filer"), asked.id, words="见附件", uploads=[(b"%PDF-1.7 x", "a.pdf")])
    conclude_unit(bank, assurer, of.id, 1, 1, outcome="agree")
    assert bank.journal.rebuild(verify_only=True).differs == ()
    assert bank.journal.verify() is None


def test_what_is_put_among_the_records_of_an_edition_does_not_count(bank: Desk, of: Engagement):
    frame = preview(bank, by(bank, "assurer"), of.id, MUS)
    room = next((bank.state / "assurance").iterdir())
    (room / "records" / "volunteering-2.csv").write_bytes((room / "records" / "volunteering.csv").read_bytes())
    changed = room / "records" / "volunteering.csv"
    data = changed.read_bytes()
    changed.unlink()
    changed.write_bytes(data.replace(b"75.0", b"95.0"))
    bank.__dict__.pop("_edition_projects")
    assert preview(bank, by(bank, "assurer"), of.id, MUS).units == frame.units
    assert changed.read_bytes() == data


def test_an_edition_whose_files_were_changed_is_not_sampled(bank: Desk, of: Engagement):
    from qingce.core.errors import ProjectError
    from qingce.services.desk.editions import sealed

    path = sealed(bank, about(bank, of)).path("inputs/records/volunteering.csv")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"75.0", b"95.0"))
    with pytest.raises(ProjectError, match="封版之后被改动过"):
        preview(bank, by(bank, "assurer"), of.id, MUS)
