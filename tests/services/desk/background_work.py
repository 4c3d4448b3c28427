"""A worker in a process of its own, to be killed at any moment; and a bit of work for it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.context import ForkServerContext
from multiprocessing.synchronize import Event

from qingce.ledger import jobs
from qingce.services.desk import Desk, open_desk
from qingce.services.desk.jobs import Worker, kinds

_context: ForkServerContext = multiprocessing.get_context("forkserver")
# the server imports once what every worker needs, so that a worker lives within a few milliseconds
_context.set_forkserver_preload(["tests.services.desk.background_work"])
LEASE = dt.timedelta(milliseconds=300)


kinds()


def patient() -> None:
    """A job is taken up however often its worker was killed: what is tried is losing nothing, not giving up."""
    jobs.MOST_TAKES = 1_000_000


def work(folder: str, url: str, ready: Event, prepare: Callable[[], None] | None = None) -> None:
    """Do what waits, for ever."""
    if prepare is not None:
        prepare()
    desk: Desk = open_desk(folder, url=url)
    ready.set()
    Worker(desk, every=0.01, lease=LEASE).run()


def kill_at_random(folder: str, url: str, seed: int, longest: float, prepare: Callable[[], None] | None = None) -> None:
    """Let a worker live for a random while, then kill it without a word."""
    ready = _context.Event()
    process = _context.Process(target=work, args=(folder, url, ready, prepare), daemon=True)
    process.start()
    assert ready.wait(60)
    time.sleep(random.Random(seed).uniform(0, longest))
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()
