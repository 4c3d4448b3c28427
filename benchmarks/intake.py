"""What importing costs: a delivered CSV to a judged, typed Parquet, against a reader that judges nothing.

The reader is iconv, where the file is not UTF-8, and then DuckDB's own CSV reader with the columns' types
given, written out as Parquet: what somebody would write who trusts the file. Every candidate runs in a
process of its own; what is compared is CPU seconds, user and system, children included, imports excluded;
median of several runs. A second case imports twelve files and then corrects one of them. A third judges the
table as Parquet where it lies, as a ledger under a URL, against a pass that reads every column of it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import _loans
from measure import Result, report

PIECES = 12
ENCODINGS = {"gbk": "GB18030", "utf8": "UTF-8", "quoted": "UTF-8"}


def cpu() -> float:
    """CPU seconds of this process and its children so far."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def qingce(files: list[Path], root: Path, store: Path) -> int:
    """Import by Qingce; the number of rows."""
    import _engine

    from qingce.core.org import Org, OrgTree
    from qingce.ledger.records import load_dataset

    tree = OrgTree([Org(code, code, level, parent) for code, level, parent in _loans.org_rows()])
    loaded = load_dataset(_engine.loan, files, root=root, codes={}, orgs=tree, store=store)
    assert loaded.accepted, loaded.findings
    return loaded.rows


def sift(table: Path, kept: Path) -> int:
    """Judge the table where it lies; the number of rows."""
    import _engine

    from qingce.core.org import Org, OrgTree
    from qingce.core.registry import Registry
    from qingce.engine.backend import DuckDB
    from qingce.services.remote import Desired, look

    tree = OrgTree([Org(code, code, level, parent) for code, level, parent in _loans.org_rows()])
    found = look(DuckDB(Registry(), {}), Desired(_engine.loan, {}, tree, kept), f"file://{table}")
    assert found.usable, found.findings
    return found.input.rows


def scan(table: Path) -> int:
    """Read every column of every row; the number of rows."""
    import _engine
    import duckdb

    counted = ", ".join(f"count({name})" for name in _engine.loan.columns)
    return int(duckdb.sql(f"SELECT count(*), {counted} FROM read_parquet('{table}/*.parquet')").fetchall()[0][0])


def reader(source: Path, encoding: str, room: Path) -> int:
    """Import by iconv and DuckDB's reader; the number of rows."""
    import _engine
    import duckdb

    plain = source
    if encoding != "UTF-8":
        plain = room / "plain.csv"
        with plain.open("wb") as out:
            subprocess.run(["iconv", "-f", encoding, "-t", "UTF-8", str(source)], stdout=out, check=True)
    kinds, columns = {"string": "VARCHAR", "boolean": "VARCHAR"}, _engine.loan.columns
    types = ", ".join(f"'{c.label}': '{kinds.get(c.dtype, c.dtype.upper())}'" for c in columns.values())
    picks = ", ".join(
        f'"{c.label}"' + (" = '是'" if c.type == "flag" else "") + f" AS {name}" for name, c in columns.items()
    )
    duckdb.execute(
        f"COPY (SELECT {picks} FROM read_csv('{plain}', header=true, columns={{{types}}})) "
        f"TO '{room}/loan.parquet' (FORMAT parquet, COMPRESSION zstd)"
    )
    return int(duckdb.sql(f"SELECT count(*) FROM '{room}/loan.parquet'").fetchall()[0][0])


def prepare(room: Path, rows: int) -> None:
    """The table as CSV in both encodings, once as one file and once as twelve."""
    import duckdb

    import ledger

    table = room / "table"
    _loans.write(table, rows)
    for folder in (*ENCODINGS, "pieces"):
        (room / folder).mkdir()
    ledger.write_csv(table, room / "gbk")
    with (room / "utf8" / "loan.csv").open("wb") as out:
        subprocess.run(
            ["iconv", "-f", "GB18030", "-t", "UTF-8", str(room / "gbk" / "loan.csv")], stdout=out, check=True
        )
    # the same with every text between quotes, as some systems export
    duckdb.execute(
        f"COPY (SELECT * FROM read_csv('{room}/utf8/loan.csv', header=true, all_varchar=true)) "
        f"TO '{room}/quoted/loan.csv' (HEADER, FORCE_QUOTE *)"
    )
    read = f"read_csv('{room}/utf8/loan.csv', header=true, all_varchar=true)"
    for n in range(PIECES):
        duckdb.execute(
            f'COPY (SELECT * FROM {read} WHERE right("借据号", 6)::BIGINT % {PIECES} = {n}) '
            f"TO '{room}/pieces/loan-{n:02}.csv' (HEADER)"
        )


def candidate(name: str, room: Path) -> Callable[[], int]:
    """One run of one candidate; what it needs is imported already."""
    import _engine  # noqa: F401
    import duckdb  # noqa: F401
    import pyarrow.csv  # noqa: F401

    how, _, what = name.partition("_")
    work = Path(tempfile.mkdtemp(dir=room))
    if how == "sift":
        return lambda: sift(room / "table", work)
    if how == "scan":
        return lambda: scan(room / "table")
    if how == "reader":
        return lambda: reader(room / what / "loan.csv", ENCODINGS[what], work)
    if how == "qingce":
        return lambda: qingce([room / what / "loan.csv"], room / what, work)
    files = sorted((room / "pieces").glob("*.csv"))
    if how == "all":
        return lambda: qingce(files, room / "pieces", work)
    shutil.copytree(room / "pieces", work / "pieces")
    files = sorted((work / "pieces").glob("*.csv"))
    qingce(files, work, work / "store")
    lines = files[5].read_text(encoding="utf-8").splitlines(keepends=True)
    files[5].write_text("".join(lines[:-1]), encoding="utf-8")
    return lambda: qingce(files, work, work / "store")


def cost(name: str, room: Path, runs: int) -> float:
    """Median CPU seconds of a candidate."""
    command = [sys.executable, __file__, "--candidate", name, "--room", str(room)]
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore"}
    made = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=quiet).stdout)
        for _ in range(runs)
    ]
    assert len({each["rows"] for each in made}) == 1
    return statistics.median(each["cpu"] for each in made)


def race(room: Path, runs: int) -> list[Result]:
    """All candidates and the ratios."""
    spent = {
        name: cost(name, room, runs)
        for name in (
            "qingce_gbk", "reader_gbk", "qingce_utf8", "reader_utf8", "qingce_quoted", "reader_quoted",
            "all_pieces", "one_corrected", "sift", "scan",
        )
    }
    for name, seconds in spent.items():
        print(f"{name}: {seconds:.2f} CPU s", file=sys.stderr)
    return [
        Result("import of a GBK CSV / iconv + DuckDB reader", spent["qingce_gbk"] / spent["reader_gbk"], "x", 1.5),
        Result("import of a UTF-8 CSV / DuckDB reader", spent["qingce_utf8"] / spent["reader_utf8"], "x", 1.5),
        Result(
            "import of a UTF-8 CSV in quotes / DuckDB reader", spent["qingce_quoted"] / spent["reader_quoted"],
            "x", 1.5,
        ),
        Result(
            f"import of {PIECES} files / one of them corrected", spent["all_pieces"] / spent["one_corrected"],
            "x", PIECES / 3, most=False,
        ),
        Result("judging Parquet under a URL / reading its columns", spent["sift"] / spent["scan"], "x", 10),
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON object a line: name, value, unit, target, met")
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--room", type=Path, help="a folder for the files; kept")
    parser.add_argument("--candidate", help=argparse.SUPPRESS)
    chosen: Any = parser.parse_args()
    if chosen.candidate:
        work = candidate(chosen.candidate, chosen.room)
        before = cpu()
        rows = work()
        print(json.dumps({"rows": rows, "cpu": cpu() - before}))
        return
    with tempfile.TemporaryDirectory() as temporary:
        room = chosen.room or Path(temporary)
        if not (room / "pieces").is_dir():
            prepare(room, chosen.rows)
        report(race(room, chosen.runs), chosen.json)


if __name__ == "__main__":
    main()
