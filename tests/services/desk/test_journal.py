"""Looking through the journal: every filter gives what going through all events gives, page by page, both ways."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
from collections.abc import Callable

import pytest
from sqlalchemy import text

from qingce.core.errors import Denied, Missing
from qingce.core.event import GROUPS, VERBS, Event, chained, verbs_of
from qingce.ledger import browse as browsing
from qingce.ledger.browse import Stretch, Wanted, browse
from qingce.services.desk import Desk
from qingce.services.desk.desk import BEIJING
from qingce.services.desk.jobs import plan_the_day, run_due
from qingce.services.desk.journal import (
    PAGE,
    Sought,
    ask_for_verification,
    chain,
    event,
    exported,
    href_of,
    look,
)
from qingce.services.desk.keeping import sign_journal, verify_journal
from tests.services.desk.beginnings import Clock

COUNT = 900
DAY = dt.date(2025, 1, 20)
SOUGHT = (
    Sought(), Sought(group="people"), Sought(group="signed_in"), Sought(group="assurance"), Sought(by="clerk07"),
    Sought(by="clerk07", group="operating"), Sought(by="nobody"), Sought(subject="item/2024/m3/"),
    Sought(subject="item/2024/m3/B02"), Sought(subject="m3/B0"), Sought(subject="_"), Sought(subject="%"),
    Sought(subject="item/", by="clerk07"), Sought(subject="clerk", group="people"),
    Sought(group="operating", since=DAY), Sought(group="people", until=DAY),
    Sought(since=DAY), Sought(until=DAY), Sought(since=DAY, until=DAY),
    Sought(since=DAY, until=DAY + dt.timedelta(days=9), by="clerk03", group="people", subject="account/"),
)


@pytest.fixture
def busy(bank: Desk, clock: Clock) -> Desk:
    """A desk at which much was done, over two months."""
    chance = random.Random(11)
    for _ in range(60):
        clock.at += dt.timedelta(hours=23)
        with bank.writing() as made:
            made.extend(_one(chance, made.at) for _ in range(COUNT // 60))
    return bank


def _one(chance: random.Random, at: dt.datetime) -> Event:
    by = f"clerk{chance.randrange(12):02}"
    if chance.random() < 0.2:
        return Event(at, by, "signed_in", f"account/{by}", {"address": "10.0.0.7"})
    did = chance.choices(("imported", "evidence_exported", "backed_up", "restored"), (9, 9, 9, 1))[0]
    return Event(at, by, did, f"item/2024/m{chance.randrange(5)}/B0{chance.randrange(4)}")


def everything(desk: Desk, sought: Sought) -> list[int]:
    """The places of all events that are looked for, newest first, by going through the journal."""
    dids = verbs_of(sought.group) or ((sought.group,) if sought.group else ())
    found = []
    for one in desk.journal.page(limit=10_000):
        day = one.at.astimezone(BEIJING).date()
        there = one.subject.startswith(sought.subject) if "/" in sought.subject else sought.subject in one.subject
        if (there and (not dids or one.did in dids) and (not sought.by or one.by == sought.by)
                and (sought.since is None or day >= sought.since) and (sought.until is None or day <= sought.until)):
            found.append(one.seq)
    return found


def walked(turn: Callable[[int | None], Stretch], next_of: str, start: int | None) -> list[list[int]]:
    """Pages one after another until there is none."""
    found, at = [], start
    for _ in range(10_000):
        stretch = turn(at)
        found.append([e.seq for e in stretch.events])
        at = getattr(stretch, next_of)
        if at is None:
            return found
    raise AssertionError("the pages never end")


def test_pages_in_both_directions_hold_every_event_once(busy: Desk):
    with busy.reading() as db:
        for sought in SOUGHT:
            all_of_them = everything(busy, sought)
            down = walked(lambda at, s=sought: browse(db, s.wanted, before=at, limit=7), "older", None)  # type: ignore[misc]
            assert [seq for page in down for seq in page] == all_of_them, sought
            up = walked(lambda at, s=sought: browse(db, s.wanted, after=at, limit=7), "newer", 0)  # type: ignore[misc]
            assert [seq for page in reversed(up) for seq in page] == all_of_them, sought


@pytest.mark.parametrize("looked_at", [40, 300])
def test_looking_that_is_cut_short_says_so_and_goes_on(busy: Desk, monkeypatch: pytest.MonkeyPatch, looked_at: int):
    monkeypatch.setattr(browsing, "LOOKED_AT", looked_at)
    monkeypatch.setattr(browsing, "FEW", 20)
    cut = 0
    with busy.reading() as db:
        for sought in SOUGHT:
            pages = walked(lambda at, s=sought: browse(db, s.wanted, before=at, limit=7), "older", None)  # type: ignore[misc]
            assert [seq for page in pages for seq in page] == everything(busy, sought), sought
            cut += len([page for page in pages if len(page) < 7])
            up = walked(lambda at, s=sought: browse(db, s.wanted, after=at, limit=7), "newer", 0)  # type: ignore[misc]
            assert [seq for page in reversed(up) for seq in page] == everything(busy, sought), sought
        first = browse(db, Wanted(subject="nowhere"), limit=7)
        assert first.events == () and first.looked == first.older == busy.journal.count() - looked_at + 1
    assert cut > len(SOUGHT)


def test_the_pages_around_a_page_lead_back_to_it(busy: Desk):
    office = busy.actor("office")
    newest = look(busy, office, Sought())
    assert newest.newer is None and len(newest.events) == PAGE
    second = look(busy, office, Sought(), before=newest.older)
    assert second.newer is not None
    assert look(busy, office, Sought(), after=second.newer).events == newest.events
    oldest = look(busy, office, Sought(), after=0)
    assert oldest.events[-1].seq == 1 and oldest.older is None
    assert look(busy, office, Sought(), before=1).events == ()
    assert look(busy, office, Sought(), after=10**15).events == ()


def test_an_event_shows_its_link_and_a_changed_one_is_told(bank: Desk):
    office = bank.actor("office")
    third = event(bank, office, 3)
    assert third.holds and third.event.prev == event(bank, office, 2).hash and not third.last
    assert chained(third.event.prev, third.event.line) == third.hash
    assert event(bank, office, 1).event.prev == "0" * 64 and event(bank, office, bank.journal.count()).last
    with pytest.raises(Missing, match="第 99999 条"):
        event(bank, office, 99_999)
    with bank.store.writing() as db:
        db.execute(text("UPDATE journal SET line = replace(line, 'west', 'east') WHERE seq = 7"))
        changed = db.execute(text("SELECT line FROM journal WHERE seq = 7")).scalar()
    assert "west" not in str(changed) and not event(bank, office, 7).holds


def test_verification_is_a_job_whose_result_is_shown(bank: Desk, clock: Clock):
    office = bank.actor("office")
    sign_journal(bank)
    assert chain(bank, office).check is None and chain(bank, office).behind == 1
    waiting = ask_for_verification(bank, office)
    assert ask_for_verification(bank, office) == waiting, "one at a time"
    run_due(bank)
    check = chain(bank, office).check
    assert check is not None and check.id == waiting and check.state == "done"
    assert check.result["broken"] is None and check.result["events"] == bank.journal.count()
    assert check.result["checkpoints"] == 1
    with bank.store.writing() as db:
        db.execute(text("UPDATE journal SET line = replace(line, 'west', 'east') WHERE seq = 7"))
    clock.pass_days(1)
    assert ask_for_verification(bank, office) != waiting
    run_due(bank)
    broken = chain(bank, office).check
    assert broken is not None and broken.state == "done" and broken.result["broken"]["seq"] == 7  # type: ignore[index,call-overload]


def test_the_chain_is_signed_once_a_day_where_anything_happened(bank: Desk, clock: Clock):
    office = bank.actor("office")
    plan_the_day(bank)
    run_due(bank)
    first = chain(bank, office).point
    assert first is not None and first.genuine and verify_journal(bank).broken is None
    clock.pass_days(1)
    plan_the_day(bank)
    run_due(bank)
    assert [e.did for e in bank.journal.page(under="checkpoint/")] == ["checkpointed"], "nothing happened but a signing"
    with bank.writing() as made:
        made.append("east", "signed_in", "account/east", {"address": "10.0.0.7"})
    clock.pass_days(1)
    plan_the_day(bank)
    run_due(bank)
    assert (second := chain(bank, office).point) is not None and second.seq > first.seq + 1


def test_the_export_can_be_verified_by_anybody_and_stands_on_the_journal(bank: Desk):
    sign_journal(bank)
    name, content, size = exported(bank, bank.actor("assurer"))
    with content:
        raw = content.read()
    lines = [json.loads(line) for line in io.BytesIO(raw)]
    events = [line for line in lines if "event" in line]
    assert len(raw) == size and name == f"journal-{len(events)}.jsonl" and len(events) == bank.journal.count()
    head = "0" * 64
    for line in events:
        head = chained(head, line["event"])
        assert head == line["hash"]
    assert bank.journal.page(limit=1)[0].did == "journal_exported" and "checkpoint" in lines[-1]


@pytest.mark.parametrize("who", ["east", "checker", "signer"])
def test_who_may_not_read_the_journal_gets_none_of_it(bank: Desk, who: str):
    actor, before = bank.actor(who), bank.journal.count()
    for act in (lambda: look(bank, actor, Sought()), lambda: event(bank, actor, 1), lambda: chain(bank, actor),
                lambda: ask_for_verification(bank, actor), lambda: exported(bank, actor)):
        with pytest.raises(Denied):
            act()
    assert bank.journal.count() == before


def test_groups_hold_every_verb_once():
    every = [verb for group in GROUPS for verb in verbs_of(group)]
    assert every == list(VERBS)
    assert verbs_of("nothing") == ()
    assert href_of("case/2025-00001") == "/cases/2025-00001" and href_of("webhook/abc") == ""
