"""How long the example takes: loading, building cold in a new process, rebuilding after one changed figure.

The targets are for web, PDF, Excel and JSON; further lines tell what Word costs beside them. The bound at the
end is printed in the same run: what the interpreter needs to import the libraries.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from measure import Result, median, report, wants_json

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "lanzhou_2024"
CHANGED = ("records/filed/economy.csv", "4862.85")
"""A file and the value in it that is changed: total assets, printed on several pages."""
FOUR = ("html", "pdf", "xlsx", "json")
FIVE = (*FOUR, "docx")
BUILD = """
import sys, qingce
from qingce.services.publish import build
assert not build(qingce.open(sys.argv[1]), formats=sys.argv[2:]).blocked
"""
IMPORTS = "import ibis, duckdb, typst, vl_convert, xlsxwriter, jinja2, yaml, pyarrow, markdown_it"


def python(code: str, *args: str) -> float:
    """Wall seconds of a new interpreter."""
    start = perf_counter()
    subprocess.run([sys.executable, "-c", code, *args], check=True)
    return perf_counter() - start


def change(folder: Path, turn: int) -> None:
    """Another value for one filed figure."""
    path = folder / CHANGED[0]
    original = (EXAMPLE / CHANGED[0]).read_text(encoding="utf-8")
    assert CHANGED[1] in original
    path.write_text(original.replace(CHANGED[1], f"4863.{10 + turn}"), encoding="utf-8")


def declarations() -> float:
    """Seconds to load and dry-build every built-in metric, imports done before."""
    from qingce.engine.compile import Tables, dry_build
    from qingce.services.content import load_registry

    load_registry(EXAMPLE)

    def load() -> None:
        registry = load_registry(EXAMPLE)
        dry_build(registry, Tables(registry))

    return median(5, load)


def main() -> None:
    """Measure and print."""
    as_json = wants_json(__doc__ or "")
    with tempfile.TemporaryDirectory() as room:
        folder = Path(room) / "lanzhou_2024"
        shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns(".qingce", "build"))
        cold, warm = in_new_processes(folder, FOUR)
        held = in_one_process(folder)
        cold_all, warm_all = in_new_processes(folder, FIVE)
        results = [
            Result("load and dry-build all declarations", declarations(), "s", 0.3),
            Result("whole build of four formats, cold, new process, median of 3", cold, "s", 10),
            Result("rebuild after one changed figure, new process, median of 3", warm, "s", 1.5),
            Result("rebuild after one changed figure, same process, median of 3", held, "s", 1.5),
            Result("the same with Word, cold, new process, median of 3", cold_all, "s", 10),
            Result("the same with Word, rebuild, new process, median of 3", warm_all, "s", 1.5),
            Result("bound: importing the libraries alone, new process", python(IMPORTS), "s", 10),
        ]
    report(results, as_json)


def in_new_processes(folder: Path, formats: tuple[str, ...]) -> tuple[float, float]:
    """Median seconds of building cold, and of rebuilding after one changed figure, in a process for each build."""
    colds, warms = [], []
    for _ in range(3):
        shutil.rmtree(folder / ".qingce", ignore_errors=True)
        colds.append(python(BUILD, str(folder), *formats))
    for turn in range(3):
        change(folder, turn)
        warms.append(python(BUILD, str(folder), *formats))
    return sorted(colds)[1], sorted(warms)[1]


def in_one_process(folder: Path) -> float:
    """Median seconds of rebuilding where the process stays, as a server or a notebook does."""
    import qingce
    from qingce.services.publish import build

    build(qingce.open(folder), formats=FOUR)
    seconds = []
    for turn in range(3, 6):
        change(folder, turn)
        start = perf_counter()
        build(qingce.open(folder), formats=FOUR)
        seconds.append(perf_counter() - start)
    return sorted(seconds)[1]


if __name__ == "__main__":
    main()
