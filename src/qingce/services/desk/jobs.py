"""The worker: does the work that waits in the store and sends the messages that wait in the outbox.

A module of the desk declares what it does in the background::

    @background("import_ledger")
    def run(desk: Desk, work: Work) -> None:
        ...                                    # as often as it takes, with no effect but staged files
        with work.finishing({"rows": 5}) as made:
            made.append(...)                   # the effect and the end of the job, once
"""

from __future__ import annotations

import datetime as dt
import importlib
import logging
import pkgutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from qingce.core.errors import DeclarationError, QingceError, Refused
from qingce.core.event import Json
from qingce.ledger.jobs import Job, Jobs, Lost, enqueue, finish, is_known
from qingce.ledger.journal import Writing
from qingce.services.desk.desk import BEIJING, Desk

log = logging.getLogger("qingce.jobs")
Run = Callable[[Desk, "Work"], None]
_KINDS: dict[str, Run] = {}
_DAILY: dict[str, int] = {}


@dataclass
class Work:
    """A job in somebody's hands."""

    desk: Desk
    job: Job
    jobs: Jobs
    finished: bool = False

    def progress(self, done: int, total: int) -> None:
        """Say how far it is.

        Raises:
            Lost: another worker has it by now; stop.
        """
        self.jobs.alive(self.job, self.desk.clock(), done, total)

    @contextmanager
    def finishing(self, result: Mapping[str, Json] | None = None, *, state: str = "done") -> Iterator[Writing]:
        """The transaction that holds the effect and ends the job.

        Args:
            state: ``done``, or ``refused`` where what was given cannot be taken.
        """
        with self.desk.writing() as made:
            # first, so that a worker who lost the job reads nothing and judges nothing
            finish(made.db, self.job, result or {}, state=state)
            yield made
        self.finished = True


def background(kind: str, *, daily: int | None = None) -> Callable[[Run], Run]:
    """Declare the work of a kind.

    Args:
        daily: it is wanted every day from this hour, by the bank's clocks; its key is the day.

    Raises:
        DeclarationError: the kind is declared twice.
    """

    def declare(body: Run) -> Run:
        if kind in _KINDS and _KINDS[kind].__qualname__ != body.__qualname__:
            raise DeclarationError(f"background work {kind!r} is declared twice.")
        _KINDS[kind] = body
        if daily is not None:
            _DAILY[kind] = daily
        return body

    return declare


def kinds() -> Mapping[str, Run]:
    """All work that is declared anywhere in the desk."""
    import qingce.services.desk as home

    for info in pkgutil.iter_modules(home.__path__):
        importlib.import_module(f"{home.__name__}.{info.name}")
    return _KINDS


def want(made: Writing, kind: str, key: str, input: Mapping[str, Json], *, by: str) -> str:
    """Ask for a job in the transaction of an act; the same key is the same job. Returns its id."""
    return enqueue(made.db, kind, key, input, by=by, at=made.at)


def plan_the_day(desk: Desk) -> None:
    """Ask for what is wanted every day, where its hour has come and nobody asked before."""
    local = desk.clock().astimezone(BEIJING)
    due = [kind for kind in kinds() if kind in _DAILY and local.hour >= _DAILY[kind]]
    day = local.date().isoformat()
    with desk.reading() as db:
        fresh = [kind for kind in due if not is_known(db, kind, day)]
    if fresh:
        with desk.writing() as made:
            for kind in fresh:
                want(made, kind, day, {}, by="system")


def run_one(desk: Desk, jobs: Jobs | None = None) -> Job | None:
    """Do one job that is due; the job as it was taken, or nothing where none is due."""
    known, jobs = kinds(), jobs or Jobs(desk.store)
    job = jobs.take(tuple(known), desk.clock())
    if job is None:
        return None
    work = Work(desk, job, jobs)
    stop = threading.Event()
    heart = threading.Thread(target=_beat, args=(work, stop), daemon=True, name=f"heart of {job.id}")
    heart.start()
    try:
        known[job.kind](desk, work)
        if not work.finished:
            with work.finishing():
                pass
    except Lost:
        log.warning("job %s %s went to another worker", job.kind, job.key)
    except Refused as refused:
        with _unless_lost(job), work.finishing({"error": str(refused)}, state="refused"):
            pass
    except Exception as failed:
        log.exception("job %s %s failed at try %d", job.kind, job.key, job.tries)
        known_words = isinstance(failed, QingceError)
        words = str(failed) if known_words else f"程序出错（{type(failed).__name__}），已记入运行日志。"
        jobs.fail(job, words, desk.clock())
    finally:
        stop.set()
        heart.join()
    return job


def run_due(desk: Desk, jobs: Jobs | None = None) -> int:
    """Do everything that is due, messages included; returns how many jobs were taken."""
    from qingce.services.desk.delivery import deliver

    plan_the_day(desk)
    count = 0
    while run_one(desk, jobs) is not None:
        count += 1
    deliver(desk)
    return count


@contextmanager
def _unless_lost(job: Job) -> Iterator[None]:
    try:
        yield
    except Lost:
        log.warning("job %s %s went to another worker", job.kind, job.key)


def _beat(work: Work, stop: threading.Event) -> None:
    """Signs of life while the work is going on."""
    while not stop.wait(work.jobs.lease.total_seconds() / 3):
        try:
            work.jobs.alive(work.job, work.desk.clock())
        except Lost:
            return
        except QingceError as failed:  # a full disk or a database that is away: the next beat may go through
            log.warning("no sign of life of job %s: %s", work.job.id, failed)


class Worker:
    """A thread that does the work of a desk until it is stopped.

    Args:
        every: seconds between looks when nothing was due.
    """

    def __init__(self, desk: Desk, every: float = 1.0, lease: dt.timedelta | None = None) -> None:
        self.desk = desk
        self.every = every
        self.jobs = Jobs(desk.store, lease) if lease else Jobs(desk.store)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self.run, daemon=True, name="qingce worker")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self, seconds: float = 10) -> None:
        """Take nothing more; what is in hand is finished, or found again after its lease."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(seconds)

    def run(self) -> None:
        """Work in this thread until stopped."""
        from qingce.services.desk.recovery import recover

        recover(self.desk)
        while not self._stop.is_set():
            try:
                busy = run_due(self.desk, self.jobs)
            except QingceError as failed:
                log.error("the worker cannot go on for now: %s", failed)
                busy = 0
            except Exception:  # a worker that is gone would be noticed days later, by what was not done
                log.exception("the worker stumbled")
                busy = 0
            if not busy:
                self._stop.wait(self.every)
