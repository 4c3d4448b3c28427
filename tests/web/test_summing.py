"""What several processes of a desk counted is told as one sum."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COUNT = """
from qingce.web.observe import Meters
meters = Meters()
meters.requests.labels("GET", "/tasks", "200").inc()
"""
TELL = "from qingce.web.observe import Meters; print(Meters().told().decode())"


def run(room: Path, code: str) -> str:
    """A process of the desk that counts, or tells."""
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(room)}
    return subprocess.run([sys.executable, "-c", code], env=env, check=True, capture_output=True, text=True).stdout


def test_the_sum_is_told_though_another_has_only_opened_its_file(tmp_path: Path):
    run(tmp_path, COUNT)
    run(tmp_path, COUNT)
    (tmp_path / "counter_999999.db").touch()
    told = run(tmp_path, TELL)
    assert 'qingce_requests_total{method="GET",route="/tasks",status="200"} 2.0' in told
