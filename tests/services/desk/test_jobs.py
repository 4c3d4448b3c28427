"""Background work: its effect happens once, whatever happens to the worker."""

from __future__ import annotations

import logging
import os
import time
from collections import Counter

import pytest

from qingce.core.errors import Refused
from qingce.ledger.jobs import Jobs
from qingce.ledger.journal import now
from qingce.services.desk import Desk
from qingce.services.desk.jobs import _KINDS, Work, Worker, background, run_due, run_one, want
from tests.services.desk.background_work import LEASE, kill_at_random
from tests.services.desk.beginnings import Clock

DEATHS = int(os.environ.get("QINGCE_KILLS", "6"))
"""How often a worker is killed; `QINGCE_KILLS=200` for a long run."""


def declare() -> None:
    """What the tests have done in the background."""

    @background("test_note")
    def note(desk: Desk, work: Work) -> None:
        for step in range(3):
            work.progress(step, 3)
        with work.finishing({"done": True}) as made:
            made.append(work.job.by, "commented", f"item/{work.job.key}", {"words": "已算"})

    @background("test_refuse")
    def refuse(desk: Desk, work: Work) -> None:
        raise Refused("文件不是台账。")

    @background("test_break")
    def broken(desk: Desk, work: Work) -> None:
        raise ZeroDivisionError

    @background("test_daily", daily=8)
    def daily(desk: Desk, work: Work) -> None:
        pass


@pytest.fixture(autouse=True)
def _declared():
    declare()
    yield
    for kind in [k for k in _KINDS if k.startswith("test_")]:
        del _KINDS[kind]


def ask(desk: Desk, kind: str, *keys: str) -> None:
    """Ask for jobs."""
    with desk.writing() as made:
        for key in keys:
            want(made, kind, key, {}, by="clerk")


def test_work_is_done_with_its_effect(desk: Desk):
    ask(desk, "test_note", "1")
    run_due(desk)
    assert [e.subject for e in desk.journal.page(did="commented")] == ["item/1"]
    assert [(j.state, j.result) for j in Jobs(desk.store).page(kind="test_note")] == [("done", {"done": True})]


def test_what_is_asked_twice_is_done_once(desk: Desk):
    for _ in range(3):
        ask(desk, "test_note", "1")
        run_due(desk)
    assert len(desk.journal.page(did="commented")) == 1


def test_what_cannot_be_taken_is_said_and_not_tried_again(desk: Desk):
    ask(desk, "test_refuse", "1")
    run_due(desk)
    job = Jobs(desk.store).page(kind="test_refuse")[0]
    assert (job.state, job.result, job.tries) == ("refused", {"error": "文件不是台账。"}, 1)


def test_a_mistake_of_the_program_is_logged_loudly_and_tried_again(desk: Desk, caplog: pytest.LogCaptureFixture):
    ask(desk, "test_break", "1")
    with caplog.at_level(logging.ERROR, "qingce.jobs"):
        run_one(desk)
    assert "ZeroDivisionError" in caplog.text
    job = Jobs(desk.store).page(kind="test_break")[0]
    assert job.state == "waiting" and "ZeroDivisionError" in str(job.result["error"])


def test_daily_work_is_wanted_once_a_day_from_its_hour(desk: Desk, clock: Clock):
    for _ in range(2):
        run_due(desk)
    clock.pass_days(1)
    run_due(desk)
    assert [j.key for j in Jobs(desk.store).page(kind="test_daily")] == ["2025-01-07", "2025-01-06"]


def test_a_worker_works_until_it_is_stopped(desk: Desk):
    worker = Worker(desk, every=0.01)
    worker.start()
    ask(desk, "test_note", "1", "2")
    deadline = time.monotonic() + 10
    while len(desk.journal.page(did="commented")) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    worker.stop()
    assert Jobs(desk.store).counts()["done"] >= 2


def test_killed_workers_double_nothing_and_lose_nothing(desk: Desk):
    keys = [str(n) for n in range(DEATHS * 40)]  # more than all of them can do while they live
    ask(desk, "test_note", *keys)
    url = desk.store.url.render_as_string(hide_password=False)
    jobs, longest = Jobs(desk.store, LEASE), 0.1
    for seed in range(DEATHS):
        kill_at_random(str(desk.folder), url, seed, longest, declare)
        if not jobs.page(kind="test_note", state="done", limit=1):
            longest *= 2  # on a crowded machine a worker lives on for a while before its first job is done
    time.sleep(LEASE.total_seconds())
    desk.clock = desk.journal.clock = now
    by_the_killed = len(jobs.page(kind="test_note", state="done", limit=len(keys)))
    while run_one(desk, jobs) is not None:
        pass
    counted = Counter(e.subject for e in desk.journal.page(did="commented", limit=100_000))
    assert counted == Counter(f"item/{key}" for key in keys)
    assert 0 < by_the_killed <= len(keys) and desk.journal.verify() is None
