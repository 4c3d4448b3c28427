"""A ledger delivered in several files: one correction touches its own file, from the store to the kept answers."""

from __future__ import annotations

from decimal import Decimal as D
from pathlib import Path

from qingce.engine.compute import Computation, Subject
from qingce.services.cache import CellCache
from qingce.services.project import Project
from tests.services import lender

BRANCHES = ("A1", "A2")


def delivered(folder: Path, late: str = "") -> Project:
    """Two branches' files of two year-ends, 40 loans each; the last loan of A2 in 2024 may be corrected."""
    lender.make(folder)
    (folder / "records" / "credit.csv").unlink(missing_ok=True)
    for branch in BRANCHES:
        for year in (2023, 2024):
            rows = [
                f"{branch}-{n},{year}-12-31,{branch},C{n % 7},farm,{n + 1}.00,4.00,,是," for n in range(40)
            ]
            if late and (branch, year) == ("A2", 2024):
                rows[-1] = rows[-1].replace("40.00", late)
            text = lender.HEAD + "\n".join(rows) + "\n"
            (folder / "records" / f"credit-{year}-{branch}.csv").write_text(text, encoding="utf-8")
    return Project(folder)


def computed(project: Project) -> Computation:
    """The project's computation as of a table that is large enough for passes, answers kept on disk."""
    records = project.records
    assert [f for f in records.findings if f.blocks] == []
    subject = Subject(
        project.registry, project.backend(records.parquet), records.tree, records.filed, records.inputs
    )
    memory = CellCache(project.folder / "kept")
    return Computation(subject, project.settings.periods, memory, project.declared.script, size=1)


def asked(computation: Computation) -> dict[str, D]:
    """Balances and distinct clients of the bank and its branches at both dates."""
    found = {
        str(key): computation.figure(key).value
        for name in ("lent_balance", "online_clients") for org in ("ZB", *BRANCHES) for period in ("2023", "2024")
        for key in computation.family(computation.registry.metric(name), org, period)
    }
    computation.scans.keep()
    return found


def stored(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every part in the store: its bytes and when it was written."""
    parts = (folder / ".qingce" / "records" / "credit" / "parts").glob("*.parquet")
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in parts}


def test_one_correction_of_four_files_reads_one_file(tmp_path):
    first = computed(delivered(tmp_path))
    before = asked(first)
    assert (first.scans.choices["credit"].partitions, first.scans.choices["credit"].read) == (4, 4)
    files, kept = stored(tmp_path), {path.name for path in (tmp_path / "kept").iterdir()}

    late = computed(delivered(tmp_path, late="1000040.00"))
    after = asked(late)
    assert (late.scans.choices["credit"].partitions, late.scans.choices["credit"].read) == (4, 1)
    assert after["lent_balance/ZB/2024"] == before["lent_balance/ZB/2024"] + 1_000_000
    moved = {key for key in before if before[key] != after[key]}
    assert moved == {
        "lent_balance/ZB/2024", "lent_balance/A2/2024",
        "lent_balance/ZB/2024/use=farm", "lent_balance/A2/2024/use=farm",
    }
    fresh = stored(tmp_path)
    assert {name: fresh[name] for name in files} == files
    assert len(fresh) == len(files) + 1
    assert kept <= {path.name for path in (tmp_path / "kept").iterdir()}


def test_the_corrected_bank_is_the_bank_delivered_that_way_at_once(tmp_path):
    delivered(tmp_path / "step").records  # noqa: B018  # taken in before the correction
    step = asked(computed(delivered(tmp_path / "step", late="77.00")))
    assert step == asked(computed(delivered(tmp_path / "once", late="77.00")))


def test_the_same_files_again_read_nothing(tmp_path):
    asked(computed(delivered(tmp_path)))
    again = computed(delivered(tmp_path))
    asked(again)
    assert "credit" not in again.scans.choices or again.scans.choices["credit"].read == 0
