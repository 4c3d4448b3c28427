"""Several processes behind one socket: each answers requests, one does the work in the background.

The one that started them holds no database and answers nothing: it starts again whoever falls, and
passes on the word to end.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from qingce.core.errors import ProjectError

log = logging.getLogger("qingce.serve")
PATIENCE = 25.0
"""Seconds that a process has for requests under way after it was told to end."""
_SOON = 5.0
_MOST_FALLS = 5
Task = Callable[[], None]


def possible() -> bool:
    """Whether this system can give one socket to several processes."""
    return hasattr(os, "fork")


class Supervisor:
    """Keeps a process for each task until it is told to end.

    Args:
        tasks: what the processes do; each returns only when its process was told to end.
        fallen: told of each process that is gone.
    """

    def __init__(self, tasks: Sequence[Task], fallen: Callable[[int], None] = lambda pid: None) -> None:
        self._tasks = tasks
        self._fallen = fallen
        self._running: dict[int, tuple[Task, float]] = {}
        self._ending = False
        self._falls = 0

    def run(self) -> None:
        """Start all, look after them, end all.

        Raises:
            ProjectError: they fall again and again right after they were started.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        try:
            for task in self._tasks:
                self._start(task)
            while not self._ending:
                self._look_after()
        finally:
            self._end_all()

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True

    def _start(self, task: Task) -> None:
        pid = os.fork()
        if pid:
            self._running[pid] = (task, time.monotonic())
            return
        code = 1
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            task()
            code = 0
        except BaseException:
            log.exception("a process of the desk cannot go on")
        finally:
            os._exit(code)

    def _look_after(self) -> None:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid not in self._running:
            time.sleep(0.2)
            return
        task, since = self._running.pop(pid)
        self._fallen(pid)
        if self._ending:
            return
        log.error("process %d fell (status %d) and is started again", pid, status)
        self._falls = self._falls + 1 if time.monotonic() - since < _SOON else 0
        if self._falls >= _MOST_FALLS:
            raise ProjectError("填报台的进程一启动就退出；原因见日志。")
        time.sleep(0.1 * self._falls)
        self._start(task)

    def _end_all(self) -> None:
        deadline = time.monotonic() + PATIENCE
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
        while self._running:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid:
                self._running.pop(pid, None)
                self._fallen(pid)
            elif time.monotonic() > deadline:
                for stubborn in self._running:
                    os.kill(stubborn, signal.SIGKILL)
                deadline = float("inf")
            else:
                time.sleep(0.05)
