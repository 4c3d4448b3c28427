"""Searching the desk: every kind is found by whom it is for and by nobody else, and at once when it changes."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from qingce.casework.rights import Action, Role
from qingce.core.errors import Missing, Unkept
from qingce.ledger.journal import Journal
from qingce.services.desk import Actor, Desk, open_desk
from qingce.services.desk.campaign import drop
from qingce.services.desk.cases import move, open_case
from qingce.services.desk.collecting import file
from qingce.services.desk.comments import comment
from qingce.services.desk.evidence import attach, detach
from qingce.services.desk.materiality.topics import remove_topic
from qingce.services.desk.people import change_account, grant_role, open_account
from qingce.services.desk.search import Kind, search, up_to_date, without_marks
from qingce.services.init import make_project
from qingce.services.project import Project
from qingce.services.publish import build
from tests.services.desk.beginnings import Clock
from tests.services.desk.rounds import begun
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, campaign, fill, number

READERS = ("office", "head", "checker", "signer", "boss", "board", "assurer")
"""An account of each role that may see figures, for the whole bank."""
WITHIN = tuple(who for who in READERS if who != "board")
LOOKING_ON = ("office", "boss", "assurer", "admin")
EVERY = (*READERS, "east", "west", "admin")
"""``east`` and ``west`` are data owners of one branch each."""

once = pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)
"""What has nothing to do with the journal's database is tried on one."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the small project leaves behind."""
    folder = make_project(tmp_path_factory.mktemp("built") / "bank")
    build(Project(folder), folder / "build", formats=("json",))
    return folder / ".qingce"


@pytest.fixture
def full(bank: Desk, built: Path) -> Desk:
    """The bank with its figures, and something of every kind about its east branch."""
    shutil.copytree(built, bank.state, dirs_exist_ok=True)
    open_account(bank, bank.actor("admin"), "board", post="董事会办公室阅览岗", org="HEAD")
    grant_role(bank, bank.actor("admin"), "board", Role.BOARD_READER, org="HEAD")
    office, east = bank.actor("office"), bank.actor("east")
    file(bank, east, EAST, number("40", source="工会雪莲登记册"), version=0)
    comment(bank, east, f"item/{EAST}", "请核对雪莲一项。")
    comment(bank, office, "page/volunteering#2", "雪莲的说法请统一。")
    attach(bank, east, [f"item/{EAST}"], b"%PDF-1.7\nsnow", "雪莲登记册.pdf", note="加盖公章")
    open_case(bank, office, "finding", title="雪莲数目不符", words="请说明原因。", org="B01", about=f"item/{EAST}")
    begun(bank, assessors=("office",))
    with bank.writing() as made:
        made.append("office", "frozen", "edition/" + "ab" * 32, {
            "report": "volunteering", "title": "雪莲报告", "period": "2024", "revision": 1, "succeeds": "",
            "change": "", "content": "cd" * 32})
    return bank


def found(desk: Desk, who: str | Actor, typed: str, kind: str = "") -> list[str]:
    """The keys of what an account finds."""
    actor = desk.actor(who) if isinstance(who, str) else who
    told = search(desk, actor, typed, kind=kind, limit=100)
    return [one.key for group in told.groups.values() for one in group]


TABLE: dict[str, tuple[str, str, str, tuple[str, ...]]] = {
    # what: words, kind, the key or its beginning, who finds it
    "a metric": ("注册志愿者", "metric", STAFF, (*READERS, "east", "west")),
    "a figure of the bank": ("人均志愿服务时长", "figure", "volunteer_hours_per_volunteer/HEAD/2024", READERS),
    "an item of the east branch": ("雪莲", "item", EAST, (*READERS, "east")),
    "an item of the head office": ("注册志愿者 总行", "item", HEAD, READERS),
    "a paragraph": ("志愿", "paragraph", "volunteering", (*READERS, "east", "west")),
    "a disclosure": ("GRI 302-1", "disclosure", "gri_2021/302-1", (*READERS, "east", "west")),
    "a check": ("志愿", "check", "", (*READERS, "east", "west")),
    "a case of the east branch": ("雪莲", "case", "2025-00001", (*READERS, "east")),
    "a comment on the east branch's item": ("核对雪莲", "comment", "", (*READERS, "east")),
    "a comment on a page": ("雪莲的说法", "comment", "", (*READERS, "east", "west")),
    "evidence of the east branch": ("雪莲登记册", "evidence", f"item/{EAST}", (*WITHIN, "east")),
    "a topic": ("绿色金融", "topic", "2024/green", (*READERS, "east", "west")),
    "an edition": ("雪莲报告", "edition", "ab" * 32, (*READERS, "east", "west")),
    "a post": ("董事会", "account", "board", LOOKING_ON),
    "a subject of the journal": (f"item/{EAST}", "subject", f"item/{EAST}", LOOKING_ON),
}


def test_every_kind_is_found_by_whom_it_is_for_and_by_nobody_else(full: Desk):
    told = {}
    for what, (typed, kind, key, who) in TABLE.items():
        seeing = [name for name in EVERY if any(one.startswith(key) for one in found(full, name, typed, kind))]
        if set(seeing) != set(who):
            told[what] = sorted({*seeing} ^ {*who})
    assert told == {}
    assert {kind for _, kind, *_ in TABLE.values()} == set(map(str, Kind)), "a kind has no line"


def test_nobody_is_told_how_much_there_is_of_what_he_may_not_see(full: Desk):
    told = search(full, full.actor("west"), "雪莲")
    assert set(told.counts) == {Kind.COMMENT, Kind.EDITION} and told.counts[Kind.COMMENT] == 1
    assert search(full, full.actor("admin"), "雪莲").counts == {}
    assert found(full, Actor("public"), "注册志愿者") == []


@once
def test_a_token_finds_what_its_scopes_let_it_read(full: Desk):
    office = full.actor("office")
    only = Actor("office", grants=office.grants, scopes=frozenset({Action.READ_PAGES}))
    kinds = search(full, only, "志愿").counts
    assert set(kinds) == {Kind.PARAGRAPH, Kind.DISCLOSURE} and Kind.METRIC in search(full, office, "志愿").counts


@once
def test_a_right_that_ends_takes_its_results_along(full: Desk, clock: Clock):
    admin = full.actor("admin")
    open_account(full, admin, "guest", post="轮岗", org="B01")
    grant_role(full, admin, "guest", Role.DATA_OWNER, org="B01", until=full.today)
    assert found(full, "guest", "雪莲", "item") == [EAST]
    clock.pass_days(1)
    assert found(full, "guest", "雪莲", "item") == []


@once
def test_a_right_holds_for_its_packs_only(full: Desk):
    open_account(full, full.actor("admin"), "other", post="他包填报岗", org="HEAD")
    with full.writing() as made:
        made.append("admin", "role_granted", "account/other", {
            "grant": "g-other", "role": "data_owner", "org": "HEAD", "packs": ["other"], "since": "", "until": ""})
    assert found(full, "other", "注册志愿者", "metric") == found(full, "other", "注册志愿者", "item") == []
    assert found(full, "other", "GRI 302-1") == ["gri_2021/302-1"]


# -- what is typed ----------------------------------------------------------------------------------
@once
def test_a_printed_value_and_a_label_with_a_period_lead_to_the_figure(full: Desk):
    office = full.actor("office")
    by_name = search(full, office, "人均志愿服务时长 2024").groups[Kind.FIGURE][0]
    assert by_name.href == "/figures/volunteer_hours_per_volunteer/HEAD/2024"
    value = without_marks(by_name.excerpt).split()[0]
    by_value = search(full, office, value, kind="figure").groups[Kind.FIGURE]
    assert by_name.key in {one.key for one in by_value}


@once
def test_the_exact_name_comes_first_and_says_so(full: Desk):
    first = search(full, full.actor("office"), STAFF).groups[Kind.METRIC][0]
    assert first.key == STAFF and first.exact
    assert ("注册志愿者", True) in search(full, full.actor("office"), "注册志愿者").groups[Kind.METRIC][0].label


@once
def test_a_metric_leads_whoever_sees_one_branch_to_its_own_value(full: Desk):
    href = {who: search(full, full.actor(who), STAFF).groups[Kind.METRIC][0].href for who in ("office", "east")}
    assert href == {"office": f"/figures/{STAFF}", "east": f"/figures/{STAFF}/B01"}


@once
def test_nothing_is_found_by_nothing(full: Desk):
    for typed in ("", "  ", "%", "\x00", "，。"):
        told = search(full, full.actor("office"), typed)
        assert told.blank and told.total == 0
    assert search(full, full.actor("office"), "志愿" + "长" * 5000).cut
    with pytest.raises(Missing):
        search(full, full.actor("office"), "志愿", kind="../secret")


# -- keeping up -------------------------------------------------------------------------------------
def test_what_is_said_is_found_at_once_and_nothing_is_read_again(full: Desk):
    office = full.actor("office")
    up_to_date(full)
    born = _born(full)
    id = comment(full, office, f"item/{HEAD}", "补充一份藏红花清单")
    assert found(full, office, "藏红花") == [id]
    file(full, full.actor("head"), HEAD, number("5", source="藏红花台账"), version=0)
    number_ = open_case(full, office, "finding", title="藏红花", words="请说明。", org="HEAD")
    change_account(full, full.actor("admin"), "west", {"post": "藏红花岗"})
    assert set(found(full, office, "藏红花")) >= {id, HEAD, number_, "west"}
    assert found(full, office, "城西支行填报岗", "account") == [] and _born(full) == born


def _born(desk: Desk) -> tuple[str, int]:
    with up_to_date(desk).reading() as db:
        return (db.execute("SELECT value FROM meta WHERE name = 'born'").fetchone()[0],
                db.execute("SELECT min(id) FROM told WHERE kind = 'comment'").fetchone()[0])


def test_what_is_taken_away_is_not_found_any_more(full: Desk):
    office, east = full.actor("office"), full.actor("east")
    sha256 = attach(full, east, [f"item/{EAST}"], b"%PDF-1.7\nother", "骆驼刺.pdf")
    assert len(found(full, office, "骆驼刺", "evidence")) == 1
    detach(full, east, f"item/{EAST}", sha256, "交错了")
    assert found(full, office, "骆驼刺", "evidence") == []
    attach(full, east, [f"item/{EAST}"], b"%PDF-1.7\nother", "骆驼刺.pdf")
    assert len(found(full, office, "骆驼刺", "evidence")) == 1
    assert "2024/staff" in found(full, office, "员工志愿服务", "topic")
    remove_topic(full, office, "2024", "staff", "并入其他议题")
    assert "2024/staff" not in found(full, office, "员工志愿服务", "topic")


def test_an_item_that_is_no_longer_asked_for_is_not_found(full: Desk):
    assert WEST in found(full, "office", "注册志愿者 城西", "item")
    drop(full, full.actor("office"), "2024", [WEST], "支行撤并")
    assert WEST not in found(full, "office", "注册志愿者 城西", "item")


@once
def test_a_page_that_is_edited_is_found_by_its_new_words(full: Desk):
    assert found(full, "office", "胡杨林", "paragraph") == []
    [page] = sorted((full.folder / "pages").glob("*.md"))
    page.write_text(page.read_text(encoding="utf-8") + "\n\n志愿者在胡杨林植树。\n", encoding="utf-8")
    [one] = search(full, full.actor("office"), "胡杨林", kind="paragraph").groups[Kind.PARAGRAPH]
    assert one.href.startswith("/preview/volunteering#p")


def test_another_journal_in_the_same_place_is_another_index(full: Desk, tmp_path: Path, clock: Clock):
    up_to_date(full)
    other = open_desk(full.folder, url=f"sqlite:///{tmp_path / 'other.db'}", clock=clock)
    fill(other)
    campaign(other)
    assert found(other, "office", "雪莲") == [] and found(full, "office", "雪莲", "item") == [EAST]
    other.close()


def test_a_journal_that_was_put_back_is_read_from_its_beginning(full: Desk):
    index = up_to_date(full)
    with index.writing() as db:
        db.execute("UPDATE meta SET value = 'of another journal' WHERE name = 'hash'")
        db.execute("DELETE FROM doc WHERE kind = 'comment'")
    assert len(found(full, "office", "雪莲", "comment")) == 2


@once
def test_an_index_that_is_lost_is_made_again(full: Desk):
    before = found(full, "office", "志愿")
    for path in up_to_date(full).path.parent.glob("search-*"):  # type: ignore[union-attr]
        path.unlink()
    assert found(full, "office", "志愿") == before


@once
def test_a_place_that_cannot_be_written_is_said_in_words(full: Desk):
    up_to_date(full)
    room = full.state / "cache"
    for path in room.glob("search-*"):
        path.unlink()
        path.mkdir()
    with pytest.raises(Unkept, match="检索索引"):
        search(full, full.actor("office"), "志愿")


@once
def test_the_journal_is_left_alone_by_who_searches(full: Desk):
    journal: Journal = full.journal
    before = journal.head()
    found(full, "office", "志愿")
    assert journal.head() == before


@once
def test_a_case_that_is_closed_is_still_found(full: Desk):
    move(full, full.actor("boss"), "2025-00001", "withdrawn", "已核对。")
    assert found(full, "east", "雪莲", "case") == ["2025-00001"]
