"""Every act of the desk by every post that has no right to it: refused, and the journal stays as it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qingce.casework.item import Step
from qingce.casework.rights import ANYBODY, Action, Actor, Role
from qingce.core.errors import Denied
from qingce.services.desk import (
    Desk,
    assigning,
    assurance,
    campaign,
    cases,
    collecting,
    comments,
    draft_decide,
    draft_return,
    drafts,
    editions,
    evidence,
    evidence_pack,
    hooks,
    journal,
    operating,
    people,
    restate,
    review,
    roster,
    signin,
    signoff,
    sources,
    standards,
    standin,
    upload,
    waivers,
    workbook,
)
from qingce.services.desk import assurance_pack as packs
from qingce.services.desk import assurance_requests as requests
from qingce.services.desk import assurance_samples as samples
from qingce.services.desk import brief as briefs
from qingce.services.desk import feedback as readers
from qingce.services.desk import tokens as programs
from qingce.services.desk.assurance_trail import trail, trail_rows
from qingce.services.desk.board import board
from qingce.services.desk.computing import ask_for_figures
from qingce.services.desk.figurelist import list_figures
from qingce.services.desk.figurepage import figure_page, figure_rows
from qingce.services.desk.findings import findings
from qingce.services.desk.freeze import freeze
from qingce.services.desk.materiality import deciding, exporting, governance, rounds, scoring, surveys, topics, weighing
from qingce.services.desk.preview import preview
from qingce.services.desk.reminders import remind_late
from tests.services.desk.rounds import GREEN, WORKERS, begun
from tests.services.desk.staff import DUE, EAST, HEAD, STAFF, number

POSTS = {"head": "data_owner", "checker": "reviewer", "signer": "approver", "office": "esg_office", "boss": "manager",
         "board": "board_reader", "assurer": "assurer", "admin": "administrator", "public": "public"}
READERS = frozenset(POSTS) - {"admin", "public"}
WITHIN = READERS - {"board"}
DRAFTING = WITHIN - {"assurer"}
LOOKING_ON = frozenset({"office", "boss", "assurer", "admin"})
SCORING = frozenset({"office", "boss"})
ROOM = frozenset({"office", "assurer"})
NOBODY: frozenset[str] = frozenset()
SUBJECT, FIGURE, DAY = f"item/{HEAD}", f"{STAFF}/HEAD/2024", dt.date(2025, 2, 1)
CASE, ROUND, ENGAGED = "2025-00001", "2024", "0123456789ab"


def by(*names: str) -> frozenset[str]:
    """These posts."""
    return frozenset(names)


Act = Callable[[Desk, Actor], Any]
ACTS: dict[str, tuple[frozenset[str], Act]] = {
    # collecting
    "open a campaign": (by("office"), lambda d, a: campaign.open_campaign(d, a, campaign.Draft(
        "2025", "x", "2025", {}, ()))),
    "roll a campaign forward": (by("office"), lambda d, a: campaign.roll_forward(d, a, "2024")),
    "change due days": (by("office"), lambda d, a: campaign.change_due(d, a, "2024", DUE)),
    "ask for more": (by("office"), lambda d, a: campaign.extend(d, a, "2024", ())),
    "ask for less": (by("office"), lambda d, a: campaign.drop(d, a, "2024", [EAST], "并入总行")),
    "set defaults": (by("office"), lambda d, a: campaign.set_defaults(d, a, "2024", STAFF, owner="")),
    "close a campaign": (by("office"), lambda d, a: campaign.close_campaign(d, a, "2024")),
    "read campaigns": (READERS, campaign.campaigns),
    "name somebody": (by("office"), lambda d, a: assigning.assign(d, a, [EAST], "owner", "east")),
    "move a due day": (by("office"), lambda d, a: assigning.move_due(d, a, [EAST], Step.FILE, DAY, "假期")),
    "list who can do what": (by("office"), assigning.holders),
    "remind": (by("office"), lambda d, a: remind_late(d, a, "2024")),
    "see the board": (READERS, lambda d, a: board(d, a, "2024")),
    "read an item": (READERS, lambda d, a: collecting.item(d, a, HEAD)),
    "file": (by("head"), lambda d, a: collecting.file(d, a, HEAD, number("1"), version=0)),
    "explain": (by("head"), lambda d, a: collecting.explain(d, a, HEAD, "新增网点")),
    "submit": (by("head"), lambda d, a: collecting.submit(d, a, [HEAD]).only()),
    "take one's own back": (by("head"), lambda d, a: collecting.withdraw(d, a, HEAD)),
    "issue somebody's workbook": (by("office"), lambda d, a: workbook.issue(d, a, "2024", owner="east")),
    "list owners": (by("office"), lambda d, a: workbook.owners(d, a, "2024")),
    "deliver a ledger": (by("head"), lambda d, a: upload.deliver(d, a, "volunteering", b"a,b\n", "x.csv")),
    # evidence and comments
    "attach": (by("head", "office"), lambda d, a: evidence.attach(d, a, [SUBJECT], b"%PDF-1.7 x", "a.pdf")),
    "detach": (by("head", "office"), lambda d, a: evidence.detach(d, a, SUBJECT, "0" * 64, "错了")),
    "see evidence": (WITHIN, lambda d, a: evidence.evidence_of(d, a, SUBJECT)),
    "comment": (WITHIN, lambda d, a: comments.comment(d, a, SUBJECT, "请看")),
    "read comments": (READERS, lambda d, a: comments.threads(d, a, SUBJECT)),
    # figures
    "list figures": (READERS, list_figures),
    "see a figure": (READERS, lambda d, a: figure_page(d, a, FIGURE)),
    "see a figure's records": (WITHIN, lambda d, a: figure_rows(d, a, FIGURE)),
    "see findings": (READERS, findings),
    "preview": (READERS, preview),
    "list drafts": (READERS, drafts.overview),
    "see a page's drafts": (READERS, lambda d, a: drafts.room(d, a, "volunteering")),
    "take a draft": (DRAFTING, lambda d, a: drafts.issue(d, a, "volunteering")),
    "hand a draft in": (DRAFTING, lambda d, a: draft_return.receive(d, a, b"x", "a.docx")),
    "take a change of words": (by("office"), lambda d, a: draft_decide.accept(d, a, "0" * 16)),
    "not take it": (by("office"), lambda d, a: draft_decide.decline(d, a, "0" * 16, "不妥")),
    "read the index": (READERS, standards.coverages),
    "leave a clause out": (by("office"), lambda d, a: standards.set_omission(
        d, a, "x", "y", reason="z", because="w")),
    "take that back": (by("office"), lambda d, a: standards.remove_omission(d, a, "x", "y")),
    # publishing
    "see what may stand": (READERS, waivers.judged),
    "waive": (by("boss"), lambda d, a: waivers.waive(d, a, "0" * 16, reason="已核实", until=DAY)),
    "end a waiver": (by("boss"), lambda d, a: waivers.end_waiver(d, a, "1", "已改正")),
    "see who answers for what": (READERS, signoff.duties),
    "name a leader": (by("office"), lambda d, a: signoff.name_leader(d, a, "办公室", "行长")),
    "freeze": (by("office"), freeze),
    "list editions": (READERS, editions.editions),
    "publish": (by("office"), lambda d, a: editions.publish(d, a, "0" * 64)),
    "take an edition back": (by("office"), lambda d, a: editions.withdraw(d, a, "0" * 64, "有误")),
    "build an edition again": (READERS, lambda d, a: editions.verify(d, a, "0" * 64)),
    "read change requests": (READERS, restate.changes),
    "ask for a change": (by("office"), lambda d, a: restate.request_change(d, a, "0" * 64, "更正")),
    "read the register": (READERS, restate.register),
    "restate": (by("office"), lambda d, a: restate.restate(d, a, "1", {}, threshold="")),
    "read what readers said": (by("office"), readers.feedback),
    "answer a reader": (by("office"), lambda d, a: readers.answer(d, a, "1", "谢谢")),
    "see a brief": (by("office", "boss", "board"), lambda d, a: briefs.brief(d, a, "board")),
    "issue a brief": (by("office", "boss", "board"), lambda d, a: briefs.issue_brief(d, a, "board", "docx")),
    # people
    "list accounts": (by("office", "boss", "assurer", "admin"), roster.accounts),
    "open an account": (by("admin"), lambda d, a: people.open_account(d, a, "new", post="新岗", org="B01")),
    "change an account": (by("admin"), lambda d, a: people.change_account(d, a, "east", {"post": "新岗"})),
    "close an account": (by("admin"), lambda d, a: people.close_account(d, a, "west", "撤并")),
    "grant a role": (by("admin"), lambda d, a: people.grant_role(d, a, "west", Role.REVIEWER, org="B02")),
    "issue a link": (by("admin"), lambda d, a: signin.one_time_link(d, a, "east", "reset")),
    "sign somebody out": (by("admin"), lambda d, a: signin.sign_out_everywhere(d, a, "east")),
    "set somebody's password": (NOBODY, lambda d, a: signin.set_password(d, a, "east", "herons rest on ice")),
    "list somebody's tokens": (by("admin"), lambda d, a: programs.tokens(d, a, "east")),
    "take somebody's token": (by("admin"), lambda d, a: programs.revoke_token(d, a, "east", "0" * 16)),
    "name a stand-in": (by("admin"), lambda d, a: standin.name_stand_in(
        d, a, "east", "west", since=DAY, until=DAY, words="休假")),
    "hand everything over": (by("office", "admin"), lambda d, a: standin.transfer(d, a, "east", "west", "调离")),
    # operating
    "see background work": (by("office", "admin"), operating.background_state),
    "try a job again": (by("office", "admin"), lambda d, a: operating.try_again(d, a, "0")),
    "see subscriptions": (by("admin"), hooks.subscriptions),
    "subscribe": (by("admin"), lambda d, a: hooks.subscribe(d, a, "https://example.com", ["filed"])),
    "unsubscribe": (by("admin"), lambda d, a: hooks.unsubscribe(d, a, "0")),
    "see an account": (LOOKING_ON, lambda d, a: roster.account(d, a, "east")),
    "see who may do what": (LOOKING_ON, roster.matrix),
    "see who stands in for somebody": (LOOKING_ON, lambda d, a: roster.stand_ins(d, a, "east")),
    "have the figures computed": (by("office"), ask_for_figures),
    # the journal
    "read the journal": (LOOKING_ON, lambda d, a: journal.look(d, a, journal.Sought())),
    "read an event": (LOOKING_ON, lambda d, a: journal.event(d, a, 1)),
    "see the chain": (LOOKING_ON, journal.chain),
    "have it verified": (LOOKING_ON, journal.ask_for_verification),
    "take it away": (LOOKING_ON, journal.exported),
}
CASE_ACTS: dict[str, tuple[frozenset[str], Act]] = {
    "open a case": (WITHIN, lambda d, a: cases.open_case(d, a, "finding", title="核对", words="请核对", org="HEAD")),
    "list cases": (READERS, cases.cases),
    "count cases": (READERS, cases.case_counts),
    "read a case": (READERS, lambda d, a: cases.case_page(d, a, CASE)),
    "hand a case on": (by("head", "office", "boss"), lambda d, a: cases.assign(d, a, CASE, "checker")),
    "move a case": (by("head", "office", "boss"), lambda d, a: cases.move(d, a, CASE, "answered", "已核对")),
    "let a case be due later": (by("office", "boss"), lambda d, a: cases.move_due(d, a, CASE, DAY, "等材料")),
}
MATERIALITY_ACTS: dict[str, tuple[frozenset[str], Act]] = {
    "list rounds": (READERS, rounds.rounds),
    "read a round": (READERS, lambda d, a: rounds.round_of(d, a, ROUND)),
    "begin a round": (by("office"), lambda d, a: rounds.open_round(d, a, "2025", label="x", period="2025")),
    "set a topic": (by("office"), lambda d, a: topics.set_topic(d, a, ROUND, GREEN)),
    "take a topic out": (by("office"), lambda d, a: topics.remove_topic(d, a, ROUND, "green", "并入")),
    "set a group": (by("office"), lambda d, a: topics.set_group(d, a, ROUND, WORKERS)),
    "take a group out": (by("office"), lambda d, a: topics.remove_group(d, a, ROUND, "workers")),
    "weigh": (by("office"), lambda d, a: weighing.set_weights(d, a, ROUND, "group", "equal", {}, "等同看待")),
    "set thresholds": (by("office"), lambda d, a: weighing.set_thresholds(
        d, a, ROUND, {name: str(said) for name, said in rounds.Thresholds().facts.items()})),
    "name an assessor": (by("office"), lambda d, a: scoring.name_assessor(d, a, ROUND, "boss")),
    "see what to score": (SCORING, lambda d, a: scoring.sheet(d, a, ROUND)),
    "score": (SCORING, lambda d, a: scoring.save_scores(d, a, ROUND, "green", {})),
    "begin with last year's scores": (SCORING, lambda d, a: scoring.copy_scores(d, a, ROUND)),
    "submit scores": (SCORING, lambda d, a: scoring.submit_scores(d, a, ROUND)),
    "give scores back": (by("office"), lambda d, a: scoring.return_scores(d, a, ROUND, "boss", "重打")),
    "ask a group": (by("office"), lambda d, a: surveys.open_survey(d, a, ROUND, "workers", label="问卷")),
    "ask no more": (by("office"), lambda d, a: surveys.close_survey(d, a, ROUND, "0" * 24)),
    "read what was answered": (READERS, lambda d, a: surveys.heard(d, a, ROUND)),
    "propose": (by("office"), lambda d, a: deciding.propose(d, a, ROUND, "请确认")),
    "take a proposal back": (by("office"), lambda d, a: deciding.take_back(d, a, ROUND, "再议")),
    "confirm": (by("boss", "board"), lambda d, a: deciding.confirm(d, a, ROUND, "0" * 64, "决议")),
    "take a round away": (by("office"), lambda d, a: exporting.exported(d, a, ROUND, "csv")),
    "read the governance": (READERS, governance.governance),
    "name a body": (by("office"), lambda d, a: governance.set_body(d, a, "b", label="委员会", tier="decision")),
    "say who leads": (by("office"), lambda d, a: governance.set_responsibility(d, a, "green", {})),
    "record a meeting": (by("office"), lambda d, a: governance.hold_meeting(
        d, a, "b", day=dt.date(2024, 12, 1), title="例会", members=5, attended=5)),
    "record a resolution": (by("office"), lambda d, a: governance.pass_resolution(d, a, "m", title="决议")),
}
ASSURANCE_ACTS: dict[str, tuple[frozenset[str], Act]] = {
    "list engagements": (ROOM, assurance.engagements),
    "read an engagement": (ROOM, lambda d, a: assurance.get(d, a, ENGAGED)),
    "conclude on a unit": (by("assurer"), lambda d, a: assurance.conclude_unit(d, a, ENGAGED, 1, 1, outcome="agree")),
    "conclude": (by("assurer"), lambda d, a: assurance.conclude(d, a, ENGAGED, outcome="unmodified", words="x")),
    "look at a frame": (ROOM, lambda d, a: samples.preview(d, a, ENGAGED, samples.Wish())),
    "draw": (by("assurer"), lambda d, a: samples.draw_sample(d, a, ENGAGED, samples.Wish(method="all"))),
    "read samples": (ROOM, lambda d, a: samples.samples(d, a, ENGAGED)),
    "take a frame away": (ROOM, lambda d, a: samples.frame_lines(d, a, ENGAGED, 1)),
    "ask for evidence": (by("assurer"), lambda d, a: requests.ask(
        d, a, ENGAGED, sample=1, place=1, to="head", words="登记册", due=DAY)),
    "read requests": (ROOM, lambda d, a: requests.requests(d, a, ENGAGED)),
    "read a request": (ROOM | {"head"}, lambda d, a: requests.get_request(d, a, f"{ENGAGED}-1")),
    "answer a request": (by("head", "office"), lambda d, a: requests.provide(d, a, f"{ENGAGED}-1", words="见附件")),
    "see files behind a figure": (WITHIN, lambda d, a: requests.files_behind(d, a, FIGURE)),
    "ask for a pack": (ROOM, lambda d, a: packs.want_pack(d, a, ENGAGED)),
    "list packs": (ROOM, lambda d, a: packs.packs(d, a, ENGAGED)),
    "take a pack away": (ROOM, lambda d, a: packs.open_pack(d, a, "0" * 64)),
    "go down a figure's tree": (ROOM, lambda d, a: trail(d, a, engaged(d), FIGURE)),
    "read the rows behind it": (ROOM, lambda d, a: trail_rows(d, a, engaged(d), FIGURE)),
    "read the register of sources": (WITHIN, lambda d, a: sources.register(d, a, "0" * 64)),
    "look for damaged evidence": (WITHIN, sources.damaged_evidence),
}
EVERY_ACT = ACTS | CASE_ACTS | MATERIALITY_ACTS | ASSURANCE_ACTS
"""An act, the posts whose right it is, and the act as it is done."""


def engaged(bank: Desk) -> assurance.Engagement:
    """The engagement that there is."""
    with bank.reading() as db:
        return assurance.read_engagement(db, ENGAGED)


def furnish(bank: Desk) -> None:
    """A case, a round, and an engagement with a request and a pack: what the acts of those rooms are about."""
    cases.open_case(bank, bank.actor("checker"), "finding", title="核对人数", words="请核对", org="HEAD")
    begun(bank, ROUND, ("office", "boss"))
    subject = f"engagement/{ENGAGED}"
    with bank.writing() as made:
        made.append("office", "engagement_opened", subject, {
            "name": "年报告鉴证", "firm": "事务所", "standard": "ISAE 3000", "level": "limited", "edition": "0" * 64,
            "orgs": ["HEAD"], "packs": [], "metrics": [], "due": DAY.isoformat()})
        made.append("assurer", "evidence_requested", subject, {
            "request": 1, "sample": 1, "place": 1, "figure": FIGURE, "label": "人数", "words": "登记册", "to": "head",
            "due": DAY.isoformat()})
        made.append("assurer", "pack_exported", subject, {
            "sha256": "0" * 64, "size": 1, "edition": "0" * 64, "name": "pack.zip"})


@pytest.fixture
def posts(bank: Desk) -> dict[str, Actor]:
    """Every post of the bank as it acts; the reader who did not sign in among them."""
    people.open_account(bank, bank.actor("admin"), "board", post="董事会办公室阅览岗", org="HEAD")
    people.grant_role(bank, bank.actor("admin"), "board", Role.BOARD_READER, org="HEAD")
    furnish(bank)
    return {name: ANYBODY if name == "public" else bank.actor(name) for name in POSTS}


def undenied(bank: Desk, words: str, act: Act, actor: Actor) -> list[str]:
    """What came of an act other than a refusal that leaves the journal as it was."""
    before = bank.journal.head()
    try:
        act(bank, actor)
    except Denied:
        return [] if bank.journal.head() == before else [f"{actor.account}: {words}: refused, and yet noted"]
    except Exception as other:
        return [f"{actor.account}: {words}: {other!r}"]
    return [f"{actor.account}: {words}: done"]


def test_no_act_is_done_without_its_right(bank: Desk, posts: dict[str, Actor]):
    assert [told for words, (may, act) in EVERY_ACT.items() for name, actor in posts.items()
            if name not in may for told in undenied(bank, words, act, actor)] == []


def test_a_token_without_the_scope_does_none_of_it(bank: Desk, posts: dict[str, Actor]):
    bare = {name: replace(actor, scopes=frozenset({Action.READ_PUBLIC})) for name, actor in posts.items()}
    assert [told for words, (may, act) in EVERY_ACT.items() for name in may
            for told in undenied(bank, words, act, bare[name])] == []


def test_review_and_approval_say_of_each_item_that_they_may_not(bank: Desk, posts: dict[str, Actor]):
    collecting.file(bank, posts["head"], HEAD, number("9"), version=0)
    collecting.submit(bank, posts["head"], [HEAD])
    before = bank.journal.head()
    for name, actor in posts.items():
        if name != "checker":
            told = review.review(bank, actor, [HEAD])
            assert told.denied == {HEAD} and not told.done, name
            with pytest.raises(Denied):
                review.return_item(bank, actor, HEAD, "number", "请核对")
        assert not review.approve(bank, actor, [HEAD]).done, name
    assert bank.journal.head() == before


def test_a_branch_does_nothing_for_its_neighbour(bank: Desk):
    west, before = bank.actor("west"), bank.journal.head()
    about = f"item/{EAST}"
    for act in (
        lambda: collecting.item(bank, west, EAST), lambda: collecting.file(bank, west, EAST, number("1"), version=0),
        lambda: collecting.explain(bank, west, EAST, "x"), lambda: collecting.submit(bank, west, [EAST]).only(),
        lambda: evidence.attach(bank, west, [about], b"%PDF-1.7 x", "a.pdf"),
        lambda: evidence.evidence_of(bank, west, about), lambda: comments.comment(bank, west, about, "x"),
        lambda: comments.threads(bank, west, about), lambda: figure_page(bank, west, f"{STAFF}/B01/2024"),
    ):
        with pytest.raises(Denied):
            act()
    assert EAST not in [i.id for i in collecting.items(bank, west, campaign="2024")]
    assert bank.journal.head() == before


def test_a_pack_of_evidence_holds_only_what_its_reader_may_see(bank: Desk, tmp_path: Path):
    evidence.attach(bank, bank.actor("east"), [f"item/{EAST}"], b"%PDF-1.7 x", "a.pdf")
    with (tmp_path / "pack.zip").open("wb") as sink, pytest.raises(Exception, match="没有"):
        evidence_pack.export_pack(bank, bank.actor("west"), "2024", sink)
