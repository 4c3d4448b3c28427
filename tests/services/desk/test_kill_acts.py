"""Killed in the middle of an approval or a freeze, a desk goes on where the journal stands."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable

import pytest

from qingce.services.desk import Desk
from qingce.services.desk import freeze as freezing
from qingce.services.desk.collecting import file, item, submit
from qingce.services.desk.editions import editions, sealed
from qingce.services.desk.freeze import freeze
from qingce.services.desk.restate import changes, decide_change, request_change
from qingce.services.desk.review import approve, review
from tests.services.desk.killing import killed
from tests.services.desk.offices import by, with_posts
from tests.services.desk.staff import EAST, number
from tests.services.desk.test_kill import seconds

MOMENTS = int(os.environ.get("QINGCE_KILLS", "8"))
"""How many random moments each test tries; ``QINGCE_KILLS=200`` for a long run."""


def url_of(desk: Desk) -> str:
    """Where a child finds the same database."""
    return desk.store.url.render_as_string(hide_password=False)


def child_of(desk: Desk) -> Desk:
    """The same desk with connections of its own: none survives a fork."""
    return Desk(desk.folder, url=url_of(desk), clock=desk.clock)


def test_an_approval_stands_whole_or_not_at_all(bank: Desk):
    """
    A value n is filed, submitted, reviewed and approved; whoever was told so finds it, once.
    """

    def begin() -> Callable[[int], None]:
        desk = child_of(bank)
        owner, checker, signer = (desk.actor(name) for name in ("east", "checker", "signer"))
        assert desk.registry and desk.tree

        def act(n: int) -> None:
            file(desk, owner, EAST, number(str(n)), version=item(desk, owner, EAST).version)
            submit(desk, owner, [EAST]).only()
            review(desk, checker, [EAST]).only()
            approve(desk, signer, [EAST]).only()

        return act

    acknowledged = []
    longest = 3 * seconds(begin())
    for moment in range(1, MOMENTS + 1):
        acknowledged += killed(begin, first=moment * 10_000, longest=longest, seed=moment)
    history = bank.journal.page(subject=f"item/{EAST}", limit=100_000)[::-1]
    filed = {e.seq: str(e.detail["value"]) for e in history if e.did == "filed"}
    signed = Counter()
    for event in history:
        if event.did == "approved":
            signed[filed[max(seq for seq in filed if seq < event.seq)]] += 1
    assert set(map(str, acknowledged)) <= set(signed), "an approval that was acknowledged is lost"
    assert max(Counter(filed.values()).values()) == 1 and max(signed.values()) == 1, "an act is doubled"
    assert bank.journal.verify() is None
    assert bank.journal.rebuild(verify_only=True).differs == ()
    begin()(9_999_999)
    assert bank.journal.page(did="approved", limit=1)[0].seq == bank.journal.count()


def freeze_again(desk: Desk, n: int) -> None:
    """Freeze the next edition, going on with the change request where an earlier one was left."""
    office = by(desk, "office")
    last = editions(desk, office)[0]
    wanted = [c for c in changes(desk, office) if c.edition == last.id and c.state in ("asked", "granted")]
    number = wanted[0].id if wanted else request_change(desk, office, last.id, f"第 {n} 次变更")
    if not wanted or wanted[0].state == "asked":
        decide_change(desk, by(desk, "manager"), number, granted=True, words="同意")
    freeze(desk, office, change=number)


def test_a_freeze_stands_whole_or_not_at_all(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    """
    One edition after another is frozen by change request; an edition that is on the journal is whole on the disk.
    """
    # in one format: what is killed here is the freezing, and typesetting takes most of its time
    monkeypatch.setattr(freezing, "FORMATS", ("json",))
    with_posts(desk)
    freeze(desk, by(desk, "office"))

    def begin() -> Callable[[int], None]:
        mine = child_of(desk)
        assert mine.registry
        return lambda n: freeze_again(mine, n)

    longest = 3 * seconds(begin()) / 2
    acknowledged = 0
    for moment in range(1, MOMENTS + 1):
        before = len(editions(desk, by(desk, "office")))
        done = killed(begin, first=moment * 10_000, longest=longest, seed=moment)
        acknowledged += len(done)
        there = editions(desk, by(desk, "office"))
        assert before + len(done) <= len(there) <= before + len(done) + 1, "an edition is lost or doubled"
        assert sealed(desk, there[0]).damage() == []
    frozen = [e.subject for e in desk.journal.page(did="frozen", limit=100_000)]
    assert len(frozen) == len(set(frozen)) >= 1 + acknowledged
    assert desk.journal.verify() is None and desk.journal.rebuild(verify_only=True).differs == ()
    begin()(9_999_999)
    assert not list((desk.state / "editions").glob(".room-*"))
