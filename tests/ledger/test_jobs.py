"""Jobs: wanted once, held by one, finished with their effect."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from qingce.ledger.jobs import BACKOFF, LEASE, MOST_TAKES, Job, Jobs, Lost, enqueue, finish
from qingce.ledger.store import Store
from tests.services.desk.beginnings import START
from tests.services.desk.conftest import database, store_kind  # noqa: F401

LATER = START + LEASE + dt.timedelta(seconds=1)


@pytest.fixture
def jobs(database: str) -> Iterator[Jobs]:
    """No jobs yet."""
    store = Store(database)
    store.prepare()
    yield Jobs(store)
    store.close()


def want(jobs: Jobs, key: str = "a", at: dt.datetime = START) -> str:
    """Ask for a job."""
    with jobs.store.writing() as db:
        return enqueue(db, "count", key, {"n": 1}, by="clerk", at=at)


def take(jobs: Jobs, at: dt.datetime = START) -> Job:
    """Take the next job."""
    job = jobs.take(["count"], at)
    assert job is not None
    return job


def test_the_same_key_is_the_same_job(jobs: Jobs):
    assert want(jobs) == want(jobs) != want(jobs, "b")
    assert jobs.counts() == {"waiting": 2}


def test_the_same_key_is_the_same_job_after_it_is_done(jobs: Jobs):
    first, held = want(jobs), take(jobs)
    with jobs.store.writing() as db:
        finish(db, held, {})
    assert want(jobs) == first and jobs.take(["count"], LATER) is None


def test_one_worker_holds_a_job(jobs: Jobs):
    want(jobs)
    assert take(jobs).input == {"n": 1} and jobs.take(["count"], START) is None


def test_jobs_of_other_kinds_are_left(jobs: Jobs):
    want(jobs)
    assert jobs.take(["mail"], START) is None


def test_the_oldest_goes_first(jobs: Jobs):
    want(jobs, "young", START - dt.timedelta(hours=1))
    want(jobs, "old", START - dt.timedelta(hours=2))
    assert [take(jobs).key, take(jobs).key] == ["old", "young"]


def test_a_silent_worker_loses_its_job_and_can_finish_nothing(jobs: Jobs):
    want(jobs)
    silent, other = take(jobs), take(jobs, LATER)
    assert other.tries == 2
    with pytest.raises(Lost), jobs.store.writing() as db:
        finish(db, silent, {})
    with pytest.raises(Lost):
        jobs.alive(silent, LATER)
    with jobs.store.writing() as db:
        finish(db, other, {"n": 2})
    assert jobs.get(other.id).result == {"n": 2}  # type: ignore[union-attr]


def test_a_sign_of_life_keeps_the_job(jobs: Jobs):
    want(jobs)
    job = take(jobs)
    jobs.alive(job, START + LEASE / 2, 3, 4)
    assert jobs.take(["count"], LATER) is None
    seen = jobs.get(job.id)
    assert seen is not None and (seen.done, seen.total, seen.percent) == (3, 4, 75)


def test_a_failing_job_waits_longer_each_time_and_ends(jobs: Jobs):
    id, at = want(jobs), START
    for wait in BACKOFF:
        jobs.fail(take(jobs, at), "没有网络", at)
        assert jobs.take(["count"], at + wait - dt.timedelta(seconds=1)) is None
        at += wait
    jobs.fail(take(jobs, at), "没有网络", at)
    ended = jobs.get(id)
    assert ended is not None and ended.state == "failed" and ended.result == {"error": "没有网络"}
    assert jobs.again(id, at) and take(jobs, at).tries == 1


def test_a_job_that_kills_every_worker_ends(jobs: Jobs):
    id, at = want(jobs), START
    for _ in range(MOST_TAKES):
        take(jobs, at)
        at += LEASE * 2
    assert jobs.take(["count"], at) is None and jobs.get(id).state == "failed"  # type: ignore[union-attr]
