"""``qingce serve`` as a process: it says where it is, answers, and ends when told to."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from qingce.services.init import make_project

QINGCE = [sys.executable, "-c", "from qingce.cli import main; main()"]


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """The small project that ``qingce init`` makes."""
    return make_project(tmp_path / "bank")


def free_port() -> int:
    """A port of loopback that nobody has."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize(("options", "said"), [([], "一次性链接"), (["--demo"], "演示账户")])
def test_it_says_where_it_is_answers_and_ends(bank: Path, tmp_path: Path, options: list[str], said: str):
    port, room = free_port(), tmp_path / "rooms"
    room.mkdir()
    with subprocess.Popen(
        [*QINGCE, "serve", str(bank), "--port", str(port), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(room)},
    ) as running:
        lines = []
        assert running.stdout and running.stderr
        try:
            for line in running.stdout:
                lines.append(line)
                if said in line:
                    break
            for line in running.stderr:
                if "startup complete" in line:
                    break
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
                assert json.load(answer)["status"] == "ok"
        finally:
            running.send_signal(signal.SIGTERM)
            out, log = running.communicate(timeout=30)
    assert running.returncode == 0 and not list(room.iterdir())
    text = "".join(lines) + out
    assert f"http://127.0.0.1:{port}" in text
    for token in re.findall(r"token=(\S+)", text):
        assert token not in log
    assert all(json.loads(line)["level"] in ("info", "debug") for line in log.splitlines())


def test_it_refuses_to_be_reached_unencrypted(bank: Path):
    done = subprocess.run(
        [*QINGCE, "serve", str(bank), "--host", "0.0.0.0"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "--behind-proxy" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["notify", "@"], ids=["in a folder", "abstract"])
def test_a_service_manager_that_asks_is_told_once_it_may_be_reached(bank: Path, tmp_path: Path, name: str):
    import socket

    port, told = free_port(), f"@qingce-{os.getpid()}" if name == "@" else str(tmp_path / name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(told.replace("@", "\0", 1) if name == "@" else told)
        manager.settimeout(60)
        with subprocess.Popen(
            [*QINGCE, "serve", str(bank), "--port", str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "NOTIFY_SOCKET": told},
        ) as running:
            assert running.stdout
            try:
                assert manager.recv(100) == b"READY=1"
                said = os.read(running.stdout.fileno(), 10_000).decode()
                assert "welcome?token=" in said  # there for whoever looks once the manager says that the desk is up
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
                    assert answer.status == 200
            finally:
                running.terminate()
                running.wait(60)
