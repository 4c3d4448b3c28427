"""What a cluster costs as a ledger grows: a standalone master and two workers of one core on this machine.

Prints for each size the wall time and the executors' CPU time of a warm run of the small bank's figures
(sums, counts, extremes, a view and distinct customers by member and branch, all in a few passes), and what
was shuffled and brought back. ``--json`` prints one object a line: name, value, unit, target, met.
"""

from __future__ import annotations

# ruff: noqa: E402
import argparse
import json
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[1])]

from tests.conftest import toy_registry
from tests.spark.cluster import EXECUTOR_MEMORY, Cluster, free_port, missing
from tests.spark.sample import computation, sources, values

from qingce.engine.backend import DuckDB
from qingce.engine.spark import Spark

SIZES = (1_000_000, 5_000_000)


def spent(page: int, application: str) -> dict[str, float]:
    """What the executors did so far, from the driver's own page."""
    url = f"http://127.0.0.1:{page}/api/v1/applications/{application}/stages"
    with urllib.request.urlopen(url, timeout=20) as answer:
        stages = [s for s in json.load(answer) if s["status"] == "COMPLETE"]
    return {
        "cpu": sum(s["executorCpuTime"] for s in stages) / 1e9,
        "shuffled": sum(s["shuffleWriteBytes"] for s in stages) / 1e6,
        "stages": len(stages),
    }


def measure(room: Path, sizes: tuple[int, ...], repeats: int) -> list[dict[str, Any]]:
    """One line for each size; the first size is run once beforehand to warm the cluster."""
    cluster, page = Cluster(room), free_port()
    settings = {
        "spark.executor.memory": EXECUTOR_MEMORY, "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "true", "spark.ui.port": str(page), "spark.sql.files.maxPartitionBytes": "8m",
    }
    lines = []
    try:
        cluster.start(workers=2)
        for rows in (sizes[0], *sizes):
            tables = sources(room, rows)
            found, cost = [], []
            for _ in range(repeats):
                backend = Spark(toy_registry(), tables, cluster.url, settings)
                application = backend.session.sparkContext.applicationId
                before, started = spent(page, application), time.perf_counter()
                answer = values(computation(backend))
                found.append(time.perf_counter() - started)
                cost.append({k: v - before[k] for k, v in spent(page, application).items()})
            started = time.perf_counter()
            same = answer == values(computation(DuckDB(toy_registry(), tables)))
            here = time.perf_counter() - started
            median = sorted(range(repeats), key=lambda n: cost[n]["cpu"])[repeats // 2]
            lines.append({"rows": rows, "wall": min(found), "same": same, "duckdb": here, **cost[median]})
        Spark(toy_registry(), {}, cluster.url, settings).session.stop()
    finally:
        cluster.stop()
    return lines[1:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--rows", type=int, nargs="+", default=list(SIZES))
    parser.add_argument("--repeats", type=int, default=3)
    chosen = parser.parse_args()
    if reason := missing():
        print(f"skipped: {reason}", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as room:
        lines = measure(Path(room), tuple(chosen.rows), chosen.repeats)
    for line in lines:
        name = f"spark, {line['rows']:,} rows"
        if chosen.json:
            for key, unit in (("wall", "s"), ("cpu", "CPU s"), ("shuffled", "MB"), ("same", "")):
                print(json.dumps({
                    "name": f"{name}, {key}", "value": round(float(line[key]), 3), "unit": unit,
                    "target": 1 if key == "same" else None, "met": line[key] if key == "same" else None,
                }))
        else:
            print(f"{name}: wall {line['wall']:.1f} s, executors {line['cpu']:.1f} CPU s, "
                  f"shuffled {line['shuffled']:.1f} MB, {line['stages']:.0f} stages, "
                  f"figures {'equal' if line['same'] else 'DIFFER'}; DuckDB here {line['duckdb']:.1f} s")


if __name__ == "__main__":
    main()
