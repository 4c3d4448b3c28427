"""What was read of the state is remembered between looks, and never longer than it holds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, select

from qingce.casework.item import Step
from qingce.core.errors import QingceError, SignInNeeded
from qingce.ledger import people
from qingce.ledger.itemrows import item_rows
from qingce.ledger.look import Moment, moment_of, once
from qingce.ledger.projections import STATE, apply, digests, events, projections
from qingce.ledger.projections.collecting import ONE_ITEM, campaign, item
from qingce.ledger.tables import journal
from qingce.services.desk import Desk
from qingce.services.desk.assigning import assign, move_due
from qingce.services.desk.campaign import ask, close_campaign, drop, extend, set_defaults
from qingce.services.desk.collecting import explain, file, submit
from qingce.services.desk.collecting import items as items_seen
from qingce.services.desk.comments import comment
from qingce.services.desk.evidence import attach
from qingce.services.desk.items import items_of, read_campaigns
from qingce.services.desk.reminders import remind_late
from qingce.services.desk.review import accept_explanation, approve, return_explanation, return_item, review
from qingce.services.desk.signin import actor_of, sign_in, sign_out, sign_out_everywhere
from tests.services.desk.conftest import Clock
from tests.services.desk.staff import EAST, HEAD, STAFF, WEST, number
from tests.services.desk.test_looking import asked_of

OPEN = select(campaign).where(campaign.c.state == "open")
COUNT = select(func.count()).select_from(item)
NAMES = (HEAD, EAST, WEST)


@pytest.fixture
def other(bank: Desk) -> Iterator[Desk]:
    """The same desk as another process has it open."""
    made = Desk(bank.folder, url=bank.store.url.render_as_string(hide_password=False), clock=bank.clock)
    yield made
    made.close()


def labels(desk: Desk) -> list[str]:
    """The open campaigns as a look finds them."""
    with desk.looking(), desk.reading() as db:
        return [row.label for row in once(db, OPEN)]


def value(desk: Desk, name: str = EAST) -> str | None:
    """An item's value as a look finds it."""
    with desk.looking(), desk.reading() as db:
        held = item_rows(db, "2024")
        assert held is not None
        return str(held.rows[name].value) or None


# -- what is asked again ----------------------------------------------------------------------------
def test_a_later_look_asks_only_what_happened_since(bank: Desk):
    assert labels(bank) == ["2024 年度 ESG 数据收集"]
    with asked_of(bank) as said:
        assert labels(bank) == ["2024 年度 ESG 数据收集"]
    assert [one for one in said if one.startswith("SELECT")] == [said[-1]] and "FROM journal" in said[-1]


def test_an_event_that_changes_only_items_leaves_what_was_read_of_campaigns(bank: Desk, other: Desk):
    labels(bank)
    file(other, other.actor("east"), EAST, number("7"), version=0)
    with asked_of(bank) as said:
        labels(bank)
    assert not any("FROM campaign" in one for one in said)


def test_an_event_of_another_process_that_changes_it_is_seen_by_the_next_look(bank: Desk, other: Desk):
    labels(bank)
    close_campaign(other, other.actor("office"), "2024")
    assert labels(bank) == []


def test_what_an_act_took_back_was_never_there(bank: Desk):
    labels(bank)
    with suppress(RuntimeError), bank.writing() as made:
        made.append("office", "campaign_closed", "campaign/2024")
        assert once(made.db, OPEN) == []
        raise RuntimeError
    assert labels(bank) == ["2024 年度 ESG 数据收集"]


def test_an_act_sees_what_it_did_itself(bank: Desk):
    value(bank)
    with bank.looking():
        file(bank, bank.actor("east"), EAST, number("7"), version=0)
        assert value(bank) == "7"


def test_a_look_that_began_earlier_goes_on_seeing_what_stood_then(bank: Desk, other: Desk):
    with bank.looking():
        assert value(bank) is None and labels(bank)
        file(other, other.actor("east"), EAST, number("7"), version=0)
        close_campaign(other, other.actor("office"), "2024")
        assert value(other) == "7"
        assert value(bank) is None and labels(bank) == ["2024 年度 ESG 数据收集"]
    assert value(bank) == "7" and labels(bank) == []


def test_a_look_behind_another_of_the_same_process_does_not_take_what_that_one_read(bank: Desk, other: Desk):
    from threading import Thread

    found: list[object] = []
    with bank.looking():
        labels(bank)
        file(other, other.actor("east"), EAST, number("7"), version=0)
        close_campaign(other, other.actor("office"), "2024")
        thread = Thread(target=lambda: found.append((labels(bank), value(bank))))
        thread.start()
        thread.join()
        assert found == [([], "7")]
        with bank.reading() as db:
            held = item_rows(db, "2024")
            assert held is None or held.rows[EAST].value == ""
            assert next(iter(items_of(bank, db, "2024", lambda row: row.id == EAST))).answer.value is None
    assert (labels(bank), value(bank)) == ([], "7")


def test_another_journal_in_the_same_place_is_not_mistaken_for_the_one_before(bank: Desk):
    assert value(bank) is None and labels(bank)
    with bank.store.writing() as db:  # as a backup that is put back has it: as many events, another last one
        last = db.execute(select(journal.c.seq).order_by(journal.c.seq.desc()).limit(1)).scalar_one()
        db.execute(journal.update().where(journal.c.seq == last).values(hash="0" * 64))
        db.execute(item.update().where(item.c.id == EAST).values(value="9", answered="value"))
        db.execute(campaign.update().values(label="恢复后的收集"))
    assert (value(bank), labels(bank)) == ("9", ["恢复后的收集"])


def test_a_load_of_events_is_more_than_one_follows(bank: Desk, other: Desk, monkeypatch: pytest.MonkeyPatch):
    assert value(bank) is None and labels(bank)
    for n in range(6):
        file(other, other.actor("east"), EAST, number(str(n + 1)), version=n)
    close_campaign(other, other.actor("office"), "2024")
    monkeypatch.setattr("qingce.ledger.look._AT_ONCE", 3)
    assert (value(bank), labels(bank)) == ("6", [])


def test_too_many_items_are_left_in_the_database(bank: Desk, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("qingce.ledger.itemrows.MOST", 2)
    with bank.looking(), bank.reading() as db:
        assert item_rows(db, "2024") is None
        assert len(items_seen(bank, bank.actor("office"), campaign="2024")) == 3


# -- sessions ---------------------------------------------------------------------------------------
@pytest.fixture
def token(bank: Desk) -> str:
    """A session of the clerk in the east, in use."""
    with bank.writing() as made:
        people.keep_secret(made.db, "password", "east", people.hash_password("herons rest on ice"), made.at)
    made = sign_in(bank, "east", "herons rest on ice", address="10.0.0.1")
    for _ in range(2):
        assert who(bank, made) == "east"
    return made


def who(desk: Desk, token: str) -> str:
    """Whose session it is, found as a page finds it."""
    with desk.looking():
        return actor_of(desk, token).account


@pytest.mark.parametrize("end", [
    sign_out,
    lambda desk, token: sign_out_everywhere(desk, desk.actor("admin"), "east"),
], ids=["signed out", "signed out everywhere by the administrator"])
def test_a_session_that_another_process_ended_is_good_no_more(
    bank: Desk, other: Desk, token: str, end: Callable[[Desk, str], None]
):
    end(other, token)
    with pytest.raises(SignInNeeded):
        who(bank, token)


def test_a_session_is_asked_for_once_a_minute_and_not_with_every_page(bank: Desk, token: str, clock: Clock):
    with asked_of(bank) as said:
        who(bank, token)
    assert not any("FROM session" in one for one in said)
    clock.at += timedelta(minutes=2)
    with asked_of(bank) as said:
        who(bank, token)
    assert any("FROM session" in one for one in said) and any("UPDATE session" in one for one in said)


def test_a_session_that_is_used_elsewhere_does_not_rest_here(bank: Desk, other: Desk, token: str, clock: Clock):
    for _ in range(4):
        clock.at += timedelta(minutes=20)
        who(other, token)
    assert who(bank, token) == "east"
    clock.at += timedelta(minutes=31)
    with pytest.raises(SignInNeeded):
        who(bank, token)


def test_a_session_ends_on_time_though_nothing_happens(bank: Desk, token: str, clock: Clock):
    clock.at += timedelta(minutes=31)
    with pytest.raises(SignInNeeded):
        who(bank, token)


# -- against reading everything ---------------------------------------------------------------------
def _acts(desk: Desk, dice: random.Random) -> list[Callable[[], object]]:
    name = dice.choice(NAMES)
    by = {HEAD: "head", EAST: "east", WEST: "west"}[name]
    office, text = desk.actor("office"), str(dice.randrange(10_000))

    def version() -> int:
        with desk.reading() as db:
            return int(db.execute(select(item.c.version).where(item.c.id == name)).scalar_one())

    return [
        lambda: file(desk, desk.actor(by), name, number(text), version=version()),
        lambda: file(desk, desk.actor(by), name, number(text), version=version()),
        lambda: explain(desk, desk.actor(by), name, f"原因 {text}"),
        lambda: submit(desk, desk.actor(by), [name]),
        lambda: submit(desk, desk.actor(by), [name]),
        lambda: review(desk, desk.actor("checker"), [name]),
        lambda: approve(desk, desk.actor("signer"), [name]),
        lambda: return_item(desk, desk.actor("checker"), name, "other", "请核对"),
        lambda: assign(desk, office, [name], "owner", dice.choice(("head", ""))),
        lambda: move_due(desk, office, [name], Step.FILE, desk.today + timedelta(days=dice.randrange(5, 30)), "顺延"),
        lambda: attach(desk, desk.actor(by), [f"item/{name}"], f"第 {text} 号".encode(), "登记册.txt"),
        lambda: comment(desk, desk.actor(by), f"item/{name}", f"看过 {text}"),
        lambda: remind_late(desk, office, "2024"),
        lambda: drop(desk, office, "2024", [name], "不再收集"),
        lambda: extend(desk, office, "2024", (ask(desk, STAFF, ("HEAD", "B01", "B02")),)),
        lambda: set_defaults(desk, office, "2024", STAFF, owner=dice.choice(("head", "")), overrides="clear"),
    ]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_people_do_a_look_finds_what_stands_in_the_tables(bank: Desk, other: Desk, seed: int):
    dice = random.Random(seed)
    done = 0
    for _ in range(40):
        with suppress(QingceError):
            dice.choice(_acts(dice.choice((bank, other)), dice))()
            done += 1
        with bank.reading() as db:
            plain = {row.id: tuple(row) for row in db.execute(select(item).order_by(item.c.position))}
            asked = read_campaigns(db)
        with bank.looking(), bank.reading() as db:
            held = item_rows(db, "2024")
            assert held is not None
            assert {name: tuple(row) for name, row in held.rows.items()} == plain
            assert [row.id for row in held.of(["B02", "B01"])] == [n for n in plain if n in (EAST, WEST)]
            assert read_campaigns(db, bank.kept) == asked
            assert once(db, COUNT)[0][0] == len(plain)
    assert done >= 15


@pytest.mark.parametrize("store_kind", ["sqlite"], indirect=True)
def test_an_event_changes_the_tables_that_its_projection_names_and_no_other(bank: Desk):
    explain_and_sign(bank)
    dice = random.Random(7)
    for _ in range(60):
        with suppress(QingceError):
            dice.choice(_acts(bank, dice))()
    names = {table.name: table for table in STATE.sorted_tables}
    seen: set[str] = set()
    with bank.store.writing() as db:
        nested, happened = db.begin_nested(), list(events(db))
        for table in reversed(STATE.sorted_tables):
            db.execute(table.delete())
        before = digests(db)
        rows: dict[str, object] = {}
        for event in happened:
            apply(db, event)
            after = digests(db)
            changed = {names[name] for name in after if after[name] != before[name]}
            assert changed <= allowed(event.did), event
            now = {row.id: tuple(row) for row in db.execute(select(item))}
            if event.did in ONE_ITEM:
                assert {n for n in now if now[n] != rows.get(n)} <= {event.subject.partition("/")[2]}
            before, rows = after, now
            seen.add(event.did)
        nested.rollback()
    assert seen >= ONE_ITEM - {"withdrawn", "item_reassigned", "item_taken_over"} | {"attached", "campaign_changed"}


def explain_and_sign(bank: Desk) -> None:
    """Every step that an item can take, once."""
    east, checker, signer = (bank.actor(name) for name in ("east", "checker", "signer"))
    assign(bank, bank.actor("office"), [EAST], "owner", "east")
    move_due(bank, bank.actor("office"), [EAST], Step.FILE, bank.today + timedelta(days=9), "顺延")
    file(bank, east, EAST, number("7"), version=0)
    explain(bank, east, EAST, "新增网点")
    submit(bank, east, [EAST])
    return_explanation(bank, checker, EAST, "请写具体")
    explain(bank, east, EAST, "新增网点两个")
    submit(bank, east, [EAST])
    return_item(bank, checker, EAST, "other", "请核对")
    submit(bank, east, [EAST])
    accept_explanation(bank, checker, EAST)
    review(bank, checker, [EAST])
    approve(bank, signer, [EAST])
    attach(bank, bank.actor("office"), [f"item/{EAST}"], b"minutes", "纪要.txt")


def allowed(verb: str) -> set[Table]:
    """The tables that events of a verb may change."""
    return {table for one in projections() for table in one.tables if verb in one.changing(table)}


def test_a_moment_knows_what_happened_since_an_earlier_one():
    from qingce.ledger.look import Happened

    first = Moment(10, "a", 10, "a")
    then = first.then([Happened(11, "filed", "east", "item/x"), Happened(12, "signed_in", "west", "account/west")], "c")
    assert (then.seq, then.last(["filed"]), then.last(["approved"]), then.last_by("west", ("signed_in",))) == (
        12, 11, 10, 10)
    assert then.after(12) == () and [e.seq for e in then.after(11) or ()] == [12]
    assert [e.seq for e in then.after(10) or ()] == [11, 12] and then.after(9) is None and then.after(13) is None


def test_outside_a_look_nothing_is_remembered(bank: Desk):
    labels(bank)
    with asked_of(bank) as said, bank.reading() as db:
        assert moment_of(db) is None and once(db, OPEN)
    assert any("FROM campaign" in one for one in said)
