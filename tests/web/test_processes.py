"""Several processes behind one socket: who falls is started again, and all end together."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from qingce.services.init import make_project


def until(true: Callable[[], bool], seconds: float = 90) -> None:
    """Wait for something that comes."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.1)


def children(pid: int) -> set[int]:
    """The processes that a process started."""
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def answers(port: int) -> bool:
    """Whether the desk is ready."""
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == 200
    except httpx.TransportError:
        return False


def test_who_falls_is_started_again_and_all_end_when_told(tmp_path: Path):
    make_project(tmp_path / "bank")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("qingce"), "serve", str(tmp_path / "bank"), "--port", str(port),
               "--workers", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as desk:
        try:
            until(lambda: answers(port))
            first = children(desk.pid)
            assert len(first) == 3  # two that answer, one for the work in the background
            fallen = min(first)
            os.kill(fallen, signal.SIGKILL)
            until(lambda: len(children(desk.pid) - {fallen}) == 3)
            until(lambda: answers(port))
            told = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
            assert re.search(r'qingce_requests_total\{.*route="/readyz".*\} [1-9]', told)
            last = children(desk.pid)
        finally:
            desk.terminate()
            desk.wait(60)
    assert desk.returncode == 0
    assert not any(Path(f"/proc/{pid}").exists() for pid in last)
