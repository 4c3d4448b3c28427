"""A real cluster for the tests of this folder; they are skipped, with the reason, where there cannot be one."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.spark.cluster import DRIVER_MEMORY, EXECUTOR_MEMORY, Cluster

SETTINGS = {
    "spark.executor.memory": EXECUTOR_MEMORY, "spark.driver.memory": DRIVER_MEMORY,
    "spark.sql.shuffle.partitions": "4",
}


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


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master and two workers."""
    if reason := missing():
        pytest.skip(reason)
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        made.start(workers=2)
        yield made
    finally:
        made.stop()
