"""The command ``qingce serve``: the desk of a project, opened for browsers."""

from __future__ import annotations

import gc
import os
import signal
import socket
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.core.errors import ProjectError

if TYPE_CHECKING:
    from types import FrameType

    from qingce.services.desk import Desk
    from qingce.web.serving import Listening

_SHARED_METRICS = "PROMETHEUS_MULTIPROC_DIR"
"""Where processes of one desk keep what they count, so that each can tell the sum; read by prometheus_client."""


def serve(
    folder: str, host: str, port: int, *, names: Sequence[str], proxies: Sequence[str], certificate: str, key: str,
    database: str, demo: bool, workers: int = 1, jobs: bool = True,
) -> None:
    """Open the desk, say where it is, answer until told to end.

    Args:
        workers: processes that answer.
        jobs: whether work in the background is done as well; otherwise ``qingce jobs run`` does it elsewhere.

    Raises:
        ProjectError: it may not or cannot listen there, or the project cannot be opened.
    """
    with tempfile.TemporaryDirectory(prefix="qingce-metrics-") as room:
        if workers > 1:
            os.environ[_SHARED_METRICS] = room  # before the library that reads it is loaded
        from qingce.services.desk import open_desk
        from qingce.services.desk.demo import open_demo
        from qingce.web.observe import log_as_json
        from qingce.web.serving import bind, listening, settle

        where = listening(
            host, port, names=names, proxies=proxies, certificate=certificate, key=key, demo=demo
        )
        desk = open_demo(folder) if demo else open_desk(Path(folder), url=database)
        taken = bind(where)
        _greet(desk, where, demo)
        log_as_json()
        settle(desk)
        _ready()
        try:
            if workers > 1:
                _with_many(desk, where, taken, workers, jobs)
            else:
                # the server ends in good order and raises the signal again, which would end us with everything open
                signal.signal(signal.SIGTERM, _leave)
                _alone(desk, where, taken, jobs)
        finally:
            gc.unfreeze()  # libraries ask at the end whether all of theirs was let go
            desk.close()


def _ready() -> None:
    """Tell a service manager that asked (``Type=notify``) that whoever connects from now on is answered."""
    address = os.environ.pop("NOTIFY_SOCKET", "")  # taken away: what is started from here has nothing to tell
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as manager:
        manager.connect("\0" + address[1:] if address.startswith("@") else address)
        manager.sendall(b"READY=1")


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _greet(desk: Desk, where: Listening, demo: bool) -> None:
    from qingce.cli.show import say
    from qingce.services.desk.opening import first_link

    say(f"青册已打开：{where.url}")
    if demo:
        say("演示环境：登录页列出演示账户，不需要口令；只有本机能打开。按 Ctrl+C 结束。")
    elif token := first_link(desk):
        say("还没有人设过口令。请系统管理员用这个一次性链接设置（24 小时内有效）：\n"
            f"{where.url}/welcome?token={token}")


def _alone(desk: Desk, where: Listening, taken: socket.socket, jobs: bool) -> None:
    from qingce.services.desk.jobs import Worker
    from qingce.web import create_app
    from qingce.web.serving import run

    worker = Worker(desk)
    if jobs:
        worker.start()
    try:
        run(create_app(desk, where.settings), where, taken)
    finally:
        worker.stop()


def _with_many(desk: Desk, where: Listening, taken: socket.socket, workers: int, jobs: bool) -> None:
    from prometheus_client.multiprocess import mark_process_dead

    from qingce.web.processes import Supervisor, possible

    if not possible():
        raise ProjectError("本机的系统不支持多进程，--workers 不能用；填报台以单进程运行。")
    desk.close()  # a connection does not survive a fork

    def answer() -> None:
        _alone(desk, where, taken, False)

    tasks = [answer] * workers + ([lambda: _background(desk)] if jobs else [])
    Supervisor(tasks, mark_process_dead).run()


def _background(desk: Desk) -> None:
    from qingce.services.desk.jobs import Worker

    worker = Worker(desk)
    signal.signal(signal.SIGTERM, lambda *_: worker.stop(0))
    worker.run()
