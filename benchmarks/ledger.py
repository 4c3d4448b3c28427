"""The ledger benchmark: 60 metrics, three org levels, two snapshots, against what else a bank could use.

Each candidate runs in a process of its own; what counts is its CPU seconds, user and system, all threads,
without imports. Every number is the median of several runs, every ratio is of numbers from this run.

    python benchmarks/ledger.py                     the table, 10 million rows
    python benchmarks/ledger.py --rows 1000000      quicker
    python benchmarks/ledger.py --growth            also 1, 10 and 50 million rows
    python benchmarks/ledger.py --json              one JSON object a line: name, value, unit, target, met
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import _loans

EXTRA: _loans.Spec = (
    "balance_credit",
    "sum",
    "balance",
    (("guarantee", "==", "credit"), ("online", "is", True)),
)
"""A metric added later, with a condition that no other has."""


@dataclass(frozen=True)
class Cost:
    """What a candidate took."""

    cpu: float
    wall: float
    rss: float
    answer: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the result; ``met`` is nothing where there is no target."""

    name: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None


def spent() -> float:
    """CPU seconds of this process and of the children it waited for."""
    return sum(
        u.ru_utime + u.ru_stime
        for u in (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


# -- candidates, each in its own process ------------------------------------------------------
def measure(name: str, data: Path, memory: Path | None) -> Cost:
    """Run one candidate here."""
    if name.startswith("qingce"):
        work = _qingce(name, data, memory)
    elif name.startswith("import"):
        work = _importing(name, data)
    else:
        work = _peer(name, data)
    before, started = spent(), time.perf_counter()
    answer = work()
    cost = spent() - before, time.perf_counter() - started
    if isinstance(answer, dict):
        answer = {str(key): value for key, value in answer.items()}
        answer = hashlib.sha256(json.dumps(answer, sort_keys=True, default=str).encode()).hexdigest()[:12]
    return Cost(*cost, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, str(answer))


def _peer(name: str, data: Path) -> Any:
    import _peers

    if name.startswith("polars"):
        import polars  # noqa: F401
    elif name.startswith("pandas"):
        import pandas  # noqa: F401
        import pyarrow.parquet  # noqa: F401
    else:
        import duckdb  # noqa: F401
    return lambda: _peers.PEERS[name](data)


def _qingce(name: str, data: Path, memory: Path | None) -> Any:
    import _engine
    import duckdb
    import pandas  # noqa: F401
    import pyarrow.pandas_compat  # noqa: F401

    duckdb.connect(":memory:").execute("SELECT 1")
    specs = (*_loans.SPECS, EXTRA) if name == "qingce_metric" else _loans.SPECS

    return lambda: _engine.compute(data, memory, specs)[1]


def _importing(name: str, data: Path) -> Any:
    """GBK text to Parquet: by Qingce with all its checks, or by iconv and DuckDB's typed reader."""
    source = data / "loan.csv"
    import _engine
    import duckdb

    from qingce.core.org import Org, OrgTree
    from qingce.ledger.records import load_dataset

    def qingce() -> int:
        tree = OrgTree([Org(code, code, level, parent) for code, level, parent in _loans.org_rows()])
        with tempfile.TemporaryDirectory(dir=data) as store:
            loaded = load_dataset(_engine.loan, [source], root=data, codes={}, orgs=tree, store=Path(store))
            code = duckdb.sql(f"SELECT min(org) FROM read_parquet({[str(p) for p in loaded.parquet]})").fetchall()
            assert code == [("01001",)], code
            return loaded.rows

    def reader() -> int:
        with tempfile.TemporaryDirectory(dir=data) as room:
            plain = f"{room}/loan.csv"
            with open(plain, "wb") as out:
                subprocess.run(["iconv", "-f", "GB18030", "-t", "UTF-8", str(source)], stdout=out, check=True)
            kinds = {"string": "VARCHAR", "boolean": "VARCHAR"}
            columns = _engine.loan.columns
            types = ", ".join(
                f"'{c.label}': '{kinds.get(c.dtype, c.dtype.upper())}'" for c in columns.values()
            )
            picks = ", ".join(
                f'"{c.label}"' + (" = '是'" if c.type == "flag" else "") + f" AS {name}"
                for name, c in columns.items()
            )
            duckdb.execute(
                f"COPY (SELECT {picks} FROM read_csv('{plain}', header=true, columns={{{types}}})) "
                f"TO '{room}/loan.parquet' (FORMAT parquet, COMPRESSION zstd)"
            )
            return int(
                duckdb.sql(f"SELECT count(*) FROM read_parquet('{room}/loan.parquet')").fetchall()[0][0]
            )

    return qingce if name == "import_qingce" else reader


# -- the driver -------------------------------------------------------------------------------
class Bench:
    """Runs candidates and keeps what they took.

    Args:
        room: where data and memories lie while the benchmark runs.
        runs: how often each candidate is run.
    """

    def __init__(self, room: Path, runs: int) -> None:
        self.room, self.runs = room, runs

    def data(self, rows: int) -> Path:
        """The table of so many rows, generated in a process of its own."""
        folder = self.room / f"loan-{rows}"
        if not folder.is_dir():
            code = f"import _loans, pathlib; _loans.write(pathlib.Path({str(folder)!r}), {rows})"
            subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent)
        return folder

    def once(self, name: str, data: Path, memory: Path | None = None) -> Cost:
        """One run."""
        command = [sys.executable, __file__, "--candidate", name, "--data", str(data)]
        made = subprocess.run(
            command + (["--memory", str(memory)] if memory is not None else []),
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )
        return Cost(**json.loads(made.stdout.splitlines()[-1]))

    def cost(
        self, name: str, data: Path, memory: Path | None = None, keep: bool = False, runs: int = 0
    ) -> Cost:
        """The median run by CPU.

        Args:
            memory: each run begins with a copy of it.
            keep: each run begins with nothing, and what the last one kept stays at ``memory``.
        """
        found = []
        if keep and memory is not None:
            shutil.rmtree(memory, ignore_errors=True)  # of an earlier benchmark in the same room
        for _ in range(runs or self.runs):
            mine = self.room / "memory"
            shutil.rmtree(mine, ignore_errors=True)
            if memory is not None and memory.is_dir():
                shutil.copytree(memory, mine)
            found.append(self.once(name, data, mine if memory is not None else None))
        if keep and memory is not None:
            (self.room / "memory").rename(memory)
        answers = {cost.answer for cost in found}
        assert len(answers) == 1, f"{name} answers differently from run to run: {answers}"
        return sorted(found, key=lambda cost: cost.cpu)[len(found) // 2]


def race(bench: Bench, rows: int) -> Iterator[Line]:
    """All candidates on one table, and the ratios that were promised."""
    data, memory = bench.data(rows), bench.room / "kept"
    cold = bench.cost("qingce_cold", data, memory, keep=True)
    warm = bench.cost("qingce_warm", data, memory)
    again = bench.cost("qingce_metric", data, memory)
    peers = {
        name: bench.cost(name, data, runs=1 if name == "pandas_each" else 0)
        for name in ("bare", "duckdb_each", "duckdb_fused", "polars_fused", "polars_leaf", "pandas_each")
    }
    assert cold.answer == warm.answer
    for name, cost in {**peers, "qingce_cold": cold, "qingce_warm": warm, "qingce_metric": again}.items():
        yield Line(name, cost.cpu, "CPU s")
        yield Line(f"{name}_peak", cost.rss, "MB")
    best = peers["polars_fused"].cpu
    yield at_most("warm / bare scan of the raw columns", warm.cpu / peers["bare"].cpu, 2.0)
    yield at_least("fused Polars / warm", best / warm.cpu, 3.5)
    yield at_most("cold / fused Polars", cold.cpu / best, 1.0)
    yield Line("cold / fused Polars at the leaf only", cold.cpu / peers["polars_leaf"].cpu, "x")
    yield at_least("DuckDB query per metric / warm", peers["duckdb_each"].cpu / warm.cpu, 8)
    yield at_least("pandas / warm", peers["pandas_each"].cpu / warm.cpu, 20)
    yield Line("another metric / cold", again.cpu / cold.cpu, "x")
    yield from correction(bench, data, rows)


def correction(bench: Bench, data: Path, rows: int) -> Iterator[Line]:
    """One of 36 files is delivered anew."""
    late, memory = bench.room / "late", bench.room / "late-kept"
    for folder in (late, memory):
        shutil.rmtree(folder, ignore_errors=True)
    late.mkdir()
    for path in data.glob("*.parquet"):
        os.link(path, late / path.name)
    bench.cost("qingce_cold", late, memory, keep=True, runs=1)
    mended = _loans.write(bench.room / "mended", rows, mended=True)[0]
    os.replace(mended, late / mended.name)
    found = bench.cost("qingce_correction", late, memory)
    full = bench.cost("qingce_cold", late, bench.room / "nothing")
    assert found.answer == full.answer, "a corrected partition gives other figures than a full run"
    yield Line("qingce_full_after", full.cpu, "CPU s")
    yield Line("qingce_correction", found.cpu, "CPU s")
    yield at_least("full run / one late correction", full.cpu / found.cpu, 20)


def growth(bench: Bench) -> Iterator[Line]:
    """Cold and warm at 1, 10 and 50 million rows."""
    cost, peak = {}, 0.0
    for millions in (1, 10, 50):
        data, memory = bench.data(millions * 1_000_000), bench.room / f"kept-{millions}"
        cold = bench.cost("qingce_cold", data, memory, keep=True, runs=1 if millions == 50 else 0)
        warm = bench.cost("qingce_warm", data, memory)
        cost[millions], peak = cold.cpu, max(cold.rss, warm.rss)
        yield Line(f"qingce_cold_{millions}M", cold.cpu, "CPU s")
        yield Line(f"qingce_warm_{millions}M", warm.cpu, "CPU s")
    yield at_most("cold per row, 10M / 1M", cost[10] / 10 / cost[1], 1.15)
    yield at_most("cold per row, 50M / 10M", cost[50] / 5 / cost[10], 1.15)
    yield at_most("peak at 50M, GB", peak / 1024, 4)


def importing(bench: Bench, rows: int = 2_000_000) -> Iterator[Line]:
    """A GBK file with Chinese headings and values."""
    folder = bench.room / "csv"
    if not folder.is_dir():
        folder.mkdir()
        write_csv(bench.data(rows), folder)
    mine, theirs = bench.cost("import_qingce", folder), bench.cost("import_reader", folder)
    assert mine.answer == theirs.answer
    yield Line("import_qingce", mine.cpu, "CPU s")
    yield Line("import_reader", theirs.cpu, "CPU s")
    yield at_most("import of GBK CSV / iconv + DuckDB reader", mine.cpu / theirs.cpu, 1.5)


def write_csv(data: Path, folder: Path) -> None:
    """The table as a bank's system exports it: GB18030, Chinese headings and words."""
    import _engine
    import duckdb

    words = {
        "ownership": {"private": "民营", "state": "国有", "foreign": "外资"},
        "kind": {"firm": "对公", "person": "个人", "trader": "个体工商户"},
    }
    picks = []
    for name, column in _engine.loan.columns.items():
        value = name
        if name in words:
            value = (
                "CASE " + name + " ".join(f" WHEN '{a}' THEN '{b}'" for a, b in words[name].items()) + " END"
            )
        elif column.type == "flag":
            value = f"CASE WHEN {name} THEN '是' ELSE '否' END"
        picks.append(f'{value} AS "{column.label}"')
    duckdb.execute(
        f"COPY (SELECT {', '.join(picks)} FROM read_parquet('{data}/*.parquet')) "
        f"TO '{folder}/plain.csv' (HEADER)"
    )
    with (folder / "loan.csv").open("wb") as out:
        subprocess.run(
            ["iconv", "-f", "UTF-8", "-t", "GB18030", str(folder / "plain.csv")], stdout=out, check=True
        )
    (folder / "plain.csv").unlink()


def at_most(name: str, value: float, limit: float) -> Line:
    """A ratio that has to stay below something."""
    return Line(name, value, "x", f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, limit: float) -> Line:
    """A ratio that has to reach something."""
    return Line(name, value, "x", f">= {limit:g}", value >= limit)


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rows", type=int, default=10_000_000)
    asked.add_argument("--runs", type=int, default=3)
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--growth", action="store_true", help="also 1, 10 and 50 million rows")
    asked.add_argument("--skip", nargs="*", default=[], choices=["race", "import"])
    asked.add_argument("--room", type=Path, help="keep generated data here; default a temporary folder")
    for name in ("--candidate", "--data", "--memory"):
        asked.add_argument(name, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.candidate:
        memory = Path(given.memory) if given.memory else None
        print(json.dumps(asdict(measure(given.candidate, Path(given.data), memory))))
        return
    with tempfile.TemporaryDirectory() as temporary:
        room = given.room or Path(temporary)
        room.mkdir(parents=True, exist_ok=True)
        bench = Bench(room, given.runs)
        for part in (
            *([] if "race" in given.skip else [race(bench, given.rows)]),
            *([] if "import" in given.skip else [importing(bench)]),
            *([growth(bench)] if given.growth else []),
        ):
            for line in part:
                told = {True: "met", False: "MISSED", None: ""}[line.met]
                print(
                    json.dumps(asdict(line))
                    if given.json
                    else f"{line.name:45} {line.value:10.2f} {line.unit:6} {line.target:8} {told}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
