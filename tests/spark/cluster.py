"""A standalone Spark cluster on loopback, from the pip package's own ``bin/spark-class``.

A master, workers of one core and 700 MB each, and on demand a Spark Connect server. Every process is
ours: started here in a session of its own, and ended by its id.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

WORKER_MEMORY = "700M"
EXECUTOR_MEMORY = "600m"
DRIVER_MEMORY = "700m"
START_SECONDS = 90


def missing() -> str:
    """Why no cluster can be started here, or nothing."""
    if not sys.platform.startswith("linux"):
        return "the cluster of these tests is made for Linux"
    if importlib.util.find_spec("pyspark") is None:
        return "PySpark is not installed: pip install 'qingce[spark]'"
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if java is None:
        return "there is no Java: install Java 17, for example openjdk-17-jre-headless"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or not 17 <= int(version[1]) < 24:
        return f"Spark 4.0 runs on Java 17 or 21, and here is {said.splitlines()[0] if said else 'none'}"
    return ""


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


class Cluster:
    """Processes of one cluster.

    Args:
        room: an empty folder for logs and the workers' own files.
    """

    def __init__(self, room: Path) -> None:
        import pyspark

        self.room, self.home = room, Path(pyspark.__file__).parent
        self.port, self.page = free_port(), free_port()
        self.url = f"spark://127.0.0.1:{self.port}"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._others: list[subprocess.Popen[bytes]] = []
        self._started = 0

    def start(self, workers: int) -> None:
        """Start the master, then workers, and wait until they are registered."""
        self._others.append(self._run(
            "master", "spark-class", "org.apache.spark.deploy.master.Master",
            "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", str(self.page),
        ))
        self._wait("the master", lambda: self._alive() >= 0)
        for _ in range(workers):
            self.add_worker()
        self._wait(f"{workers} workers", lambda: self._alive() == workers)

    def add_worker(self) -> None:
        """Start one more worker."""
        self._started += 1
        name = f"worker{self._started}"
        self.workers.append(self._run(
            name, "spark-class", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
            "--port", str(free_port()), "--webui-port", str(free_port()), "-c", "1", "-m", WORKER_MEMORY,
            "-d", str(self.room / name), self.url,
        ))

    def kill_worker(self) -> None:
        """End the oldest living worker and its executors at once, as a machine that loses power."""
        worker = self.workers.pop(0)
        for pid in (worker.pid, *descendants(worker.pid)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        worker.wait()

    @contextlib.contextmanager
    def connect_server(self) -> Iterator[str]:
        """A Spark Connect server on this cluster, by its URL; it holds all cores until it ends."""
        port = free_port()
        settings = {
            "spark.connect.grpc.binding.address": "127.0.0.1", "spark.connect.grpc.binding.port": str(port),
            "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
            "spark.ui.enabled": "false",
            "spark.executor.memory": EXECUTOR_MEMORY, "spark.sql.shuffle.partitions": "4",
        }
        confs = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
        self._others.append(self._run(
            "connect", "spark-submit", "--master", self.url, *confs,
            "--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal",
            memory=DRIVER_MEMORY,  # spark-submit takes this server for a daemon and ignores --driver-memory
        ))
        server = self._others[-1]
        try:
            self._wait("Spark Connect", lambda: listens(port))
            yield f"sc://127.0.0.1:{port}"
        finally:
            self._others.remove(server)
            end(server)

    def stop(self) -> None:
        """End every process that is still there."""
        running = [p for p in (*self.workers, *self._others) if p.poll() is None]
        below = [pid for p in running for pid in descendants(p.pid)]
        for pid in (*(p.pid for p in running), *below):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        for process in running:
            end(process)
        for pid in below:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _run(self, name: str, command: str, *arguments: str, memory: str = "256m") -> subprocess.Popen[bytes]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK_", "PYSPARK_"))}
        environment = {
            **kept, "SPARK_HOME": str(self.home), "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": memory, "SPARK_LOCAL_DIRS": str(self.room / "shuffle"),
        }
        with (self.room / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(self.home / "bin" / command), *arguments], env=environment, cwd=self.room,
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )

    def _alive(self) -> int:
        """How many workers the master counts as alive; -1 while it does not answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.page}/json/", timeout=2) as answer:
                return int(json.load(answer)["aliveworkers"])
        except OSError:
            return -1

    def _wait(self, what: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not ready():
            lost = [p for p in (*self.workers, *self._others) if p.poll() is not None]
            if lost or time.monotonic() > end:
                logs = [f"{p.name}: {p.read_text(errors='replace')[-500:]}" for p in self.room.glob("*.log")]
                raise RuntimeError("\n".join([f"{what} did not come up:", *logs]))
            time.sleep(0.1)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process, if need be without its consent."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def listens(port: int) -> bool:
    """Whether something listens on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those they started."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found
