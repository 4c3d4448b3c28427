"""The figure store: whole builds only, revisions that never vanish, a file that survives a kill."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from decimal import Decimal as D
from pathlib import Path

import pytest

from qingce.core.amount import ABSENT
from qingce.core.errors import ProjectError
from qingce.core.figure import Answered, Figure, FigureKey, Qualifier
from qingce.core.unit import unit
from qingce.ledger.figures import FigureStore

KEY = FigureKey("headcount", "LZB", "2024", (("sex", "female"),))


def figure(value, lineage="l1", key=KEY, **more):
    return Figure(key, value, unit("人"), lineage=lineage, **more)


def save(store, *figures, lineages=None):
    return store.save(
        "r",
        "2025-01-01T00:00:00+00:00",
        "h",
        list(figures),
        lineages or {"l1": {"inputs": [1]}, "l2": {"inputs": [2]}},
        [],
    )


@pytest.fixture
def store(tmp_path: Path) -> FigureStore:
    return FigureStore(tmp_path / ".qingce" / "ledger.db")


def test_a_figure_comes_back_as_it_was_stored(store):
    given = figure(D("4280.50"), qualifier=Qualifier.OVER, reason="原因", source="表 3 行", slack=D("0.05"))
    save(store, given)
    assert store.latest() == {KEY: given}


def test_absent_and_not_applicable_come_back(store):
    save(store, figure(ABSENT, answered=Answered.NOT_APPLICABLE, reason="无此业务"))
    found = store.latest()[KEY]
    assert found.value is ABSENT
    assert found.answered is Answered.NOT_APPLICABLE


def test_the_same_value_makes_no_new_revision(store):
    save(store, figure(D(1)))
    save(store, figure(D(1)))
    assert [r.figure.revision for r in store.revisions(KEY)] == [1]
    assert len(store.builds()) == 2


def test_a_changed_value_makes_the_next_revision_with_its_cause_and_the_old_one_stays(store):
    save(store, figure(D(1)))
    save(store, figure(D(2), lineage="l2"))
    first, second = store.revisions(KEY)
    assert (first.figure.value, second.figure.value, second.figure.revision) == (D(1), D(2), 2)
    assert second.cause == "记录变更"


def test_nothing_of_a_build_is_stored_where_one_figure_cannot_be(store):
    save(store, figure(D(1)))
    broken = Figure(FigureKey("x", "LZB", "2024"), object(), unit("人"), lineage="l1")  # type: ignore[arg-type]
    with pytest.raises(Exception):  # noqa: B017, PT011 - whatever it is, nothing may remain
        save(store, figure(D(9)), broken)
    assert store.latest()[KEY].value == D(1)
    assert len(store.builds()) == 1


def test_a_file_that_is_no_store_is_told_and_left(tmp_path):
    path = tmp_path / "ledger.db"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(ProjectError, match="不是数值库"):
        save(FigureStore(path), figure(D(1)))
    assert path.read_bytes().startswith(b"this is not")


def test_a_kill_at_any_moment_leaves_the_last_complete_build(store, tmp_path):
    script = textwrap.dedent("""
        import sys
        from decimal import Decimal
        from pathlib import Path
        from qingce.core.figure import Figure, FigureKey
        from qingce.core.unit import unit
        from qingce.ledger.figures import FigureStore
        store = FigureStore(Path(sys.argv[1]))
        n = int(sys.argv[2])
        while True:
            n += 1
            keys = [FigureKey(f"m{i}", "LZB", "2024") for i in range(200)]
            figures = [Figure(key, Decimal(n), unit("人"), lineage="l") for key in keys]
            store.save("r", "t", str(n), figures, {"l": {"n": n}}, [])
            print(n, flush=True)
    """)
    chance, done = random.Random(7), 0
    for _ in range(20):
        child = subprocess.Popen([sys.executable, "-c", script, str(store.path), str(done)], stdout=subprocess.PIPE,
                                 text=True, env={**os.environ})
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * 0.05)
        child.send_signal(signal.SIGKILL)
        said = [int(line) for line in child.stdout.read().split() if line.isdigit()]
        child.wait()
        values = {f.value for f in store.latest().values()}
        assert len(values) == 1, "a build is all there or not at all"
        now = int(values.pop())
        assert now >= max(said, default=0), "what was acknowledged is there"
        done = now
