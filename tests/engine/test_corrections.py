"""A late correction: one file is delivered anew, and what is put together again is what a run from nothing gives."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.amount import ABSENT
from qingce.core.figure import FigureKey
from qingce.core.metric import STOCK, metric
from qingce.core.registry import Registry
from qingce.engine import count
from qingce.engine.compute import Computation
from qingce.engine.mend import Span, changed
from qingce.engine.subject import Subject
from tests.engine.sized import REGISTRY
from tests.engine.test_passes import DAYS, ORGS, PERIODS, ROWS, SCRIPT, Kept, credits, subject_of

Row = dict[str, Any]
ASKED = (list(REGISTRY.metrics), list(ORGS), ["2024", "2023"])
FILES = 4


@pytest.fixture(autouse=True)
def every_walk_is_kept_and_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(count, "_LONG", 0)
    monkeypatch.setattr(count, "_FEW", 1)


def bulk(subject: Subject, memory: Kept | None) -> dict[FigureKey, Any]:
    """All totals, by passes over files."""
    return Computation(subject, PERIODS, memory, SCRIPT, size=1).values(*ASKED)


def afresh(subject: Subject) -> dict[FigureKey, Any]:
    """The same by one query over all records."""
    return Computation(subject, PERIODS, script=SCRIPT).values(*ASKED)


def corrected(folder: Path, change: Callable[[list[Row]], list[Row]], rows: Sequence[Row] = ROWS["credit"]) -> Any:
    """The totals before and after the first of four files is delivered anew, the second time mended."""
    memory, plain = Kept(), [dict(row) for row in rows]
    before = bulk(subject_of(folder, {"credit": plain}, FILES), memory)
    first = change([dict(row) for row in plain[::FILES]])
    subject = subject_of(folder, {"credit": plain}, FILES)
    schema = REGISTRY.datasets["credit"].table.schema().to_pyarrow()
    told = [{"no": f"M{n}", **row} for n, row in enumerate(first)]
    pq.write_table(pa.Table.from_pylist(told, schema=schema), folder / "credit" / "0.parquet")
    again = Computation(subject, PERIODS, memory, SCRIPT, size=1)
    after = again.values(*ASKED)
    assert again.scans.choices["credit"].read == 1
    # to the digit, and printed with the same places
    assert {key: str(value) for key, value in after.items()} == {k: str(v) for k, v in afresh(subject).items()}
    return before, after


def test_a_cell_that_is_emptied_is_gone(tmp_path):
    rows = [row for row in ROWS["credit"] if row["org"] != "S1"]
    only = {**ROWS["credit"][0], "org": "S1", "as_of": DAYS[2], "who": "C500"}
    before, after = corrected(tmp_path, lambda first: [row for row in first if row["org"] != "S1"], [only, *rows])
    assert before[FigureKey("rows_stock", "S1", "2024")] == 1
    assert after[FigureKey("rows_stock", "S1", "2024")] is ABSENT


def test_an_org_that_comes_up_first_in_a_correction_counts_for_those_above_it(tmp_path):
    rows = [row for row in ROWS["credit"] if row["org"] not in ("S1", "B01")]
    more = {**ROWS["credit"][0], "org": "S1", "as_of": DAYS[2], "who": "C500", "balance": Decimal("0.07")}
    before, after = corrected(tmp_path, lambda first: [more, *first], rows)
    assert before[FigureKey("total_stock", "S1", "2024")] is ABSENT
    for org in ("S1", "R"):
        total, people = FigureKey("total_stock", org, "2024"), FigureKey("people_stock", org, "2024")
        assert after[total] - (before[total] if before[total] is not ABSENT else 0) == Decimal("0.07")
        assert after[people] - (before[people] if before[people] is not ABSENT else 0) == 1


def test_a_customer_whose_only_loan_goes_is_counted_no_more(tmp_path):
    only = {**ROWS["credit"][2], "as_of": DAYS[2], "org": "S1", "who": "C500"}
    before, after = corrected(tmp_path, lambda first: first[1:], [only, *ROWS["credit"]])
    people = FigureKey("people_stock", "R", "2024")
    assert after[people] == before[people] - 1


def test_a_customer_with_a_loan_in_another_file_stays_counted(tmp_path):
    one = {**ROWS["credit"][2], "as_of": DAYS[2], "org": "S1", "who": "C500"}
    before, after = corrected(tmp_path, lambda first: first[1:], [one, one, *ROWS["credit"]])
    people = FigureKey("people_stock", "R", "2024")
    assert after[people] == before[people]


def test_customers_may_come_to_a_file_beside_files_that_name_none(tmp_path, monkeypatch):
    monkeypatch.setattr(count, "_LONG", 0)
    nobody = [{**row, "who": None, "as_of": DAYS[2], "org": "R"} for row in ROWS["credit"][:6]]
    before, after = corrected(tmp_path, lambda first: [*first, {**first[0], "who": "C042"}], nobody)
    people = FigureKey("people_stock", "R", "2024")
    assert (before[people], after[people]) == (0, 1)


def test_a_file_whose_rows_only_changed_places_changes_nothing(tmp_path):
    before, after = corrected(tmp_path, lambda first: first[::-1])
    assert after == before


def test_a_file_may_be_corrected_to_hold_nothing(tmp_path):
    _, after = corrected(tmp_path, lambda first: [])
    assert after[FigureKey("rows_so_far", "R", "2024")] == 45


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(credits, st.randoms())
def test_whatever_changes_in_a_file_the_totals_are_those_of_a_run_from_nothing(rows, random):
    def change(first: list[Row]) -> list[Row]:
        kept = [row for row in first if random.random() < 0.7]
        return kept + [{**row, "who": "C042", "balance": Decimal("1.10")} for row in first[:2]]

    if rows:
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
            patch.setattr(count, "_LONG", 0)
            corrected(Path(folder), change, rows)


def test_a_definition_may_change_together_with_a_file(tmp_path):
    memory = Kept()
    bulk(subject_of(tmp_path, ROWS, FILES), memory)
    rows = [dict(row) for row in ROWS["credit"]]
    rows[0] |= {"who": "C500", "balance": Decimal(99)}
    subject = subject_of(tmp_path, {"credit": rows}, FILES)
    other = Registry()
    other.datasets, other.views, other.codes = REGISTRY.datasets, REGISTRY.views, REGISTRY.codes
    other.metrics.update(REGISTRY.metrics)

    def owing_stock(credit):
        """口径。"""
        return credit.who.nunique(where=credit.balance > 50)

    def online_stock(credit):
        """口径。"""
        return credit.balance.sum(where=credit.online & (credit.rate < 5))

    other.metrics["owing_stock"] = metric("户数", unit="户", kind=STOCK)(owing_stock)
    other.metrics["online_stock"] = metric("线上", unit="元", kind=STOCK)(online_stock)
    subject = replace(subject, registry=other)
    again = Computation(subject, PERIODS, memory, size=1)
    assert again.values(*ASKED) == Computation(subject, PERIODS).values(*ASKED)
    assert again.scans.choices["credit"].read == FILES


def test_totals_beyond_64_bits_are_exact(tmp_path):
    rows = [{**ROWS["credit"][0], "org": "S1", "balance": Decimal("9999999999999999.99")} for _ in range(12)]
    _, after = corrected(tmp_path, lambda first: [*first, *first], rows)
    assert after[FigureKey("total_so_far", "R", "2024")] == 15 * Decimal("9999999999999999.99")


def test_a_file_with_other_types_than_the_rest_is_added_exactly(tmp_path):
    memory = Kept()
    bulk(subject_of(tmp_path, ROWS, FILES), memory)
    subject = subject_of(tmp_path, ROWS, FILES)
    path = tmp_path / "credit" / "0.parquet"
    table = pq.read_table(path)
    finer = pc.add(table.column("balance").cast(pa.decimal128(20, 4)), Decimal("0.0001"))
    at = table.schema.get_field_index("balance")
    pq.write_table(table.set_column(at, "balance", finer), path)
    after = bulk(subject, memory)
    plain = pq.read_table(path).column("balance").to_pylist()
    rest = [row["balance"] for n, row in enumerate(ROWS["credit"]) if n % FILES]
    assert after[FigureKey("total_so_far", "R", "2024")] == sum(plain) + sum(rest)


entries = st.dictionaries(st.integers(0, 80), st.integers(1, 7), max_size=40)


def spans_of(book: dict[str, dict[int, int]]) -> list[Span]:
    return [
        Span(np.array(sorted(cell), np.int32), np.array([cell[who] for who in sorted(cell)], np.uint16), name)
        for name, cell in book.items()
    ]


@given(st.dictionaries(st.sampled_from("abcd"), entries), st.dictionaries(st.sampled_from("abcd"), entries))
def test_who_changed_is_whoever_has_other_entries_in_some_cell(old, new):
    pairs = {(name, who, bits) for name, cell in old.items() for who, bits in cell.items()}
    others = {(name, who, bits) for name, cell in new.items() for who, bits in cell.items()}
    assert changed(spans_of(old), spans_of(new)).tolist() == sorted({who for _, who, _ in pairs ^ others})


ALONE = """
import sys
from pathlib import Path
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.engine.backend import DuckDB
from qingce.engine.compute import Computation, Subject
from qingce.services.cache import CellCache
from tests.engine.sized import REGISTRY

records, kept = sys.argv[1], CellCache(Path(sys.argv[2]))
for files in ("[01]", "[12]"):
    backend = DuckDB(REGISTRY, {"credit": f"{records}/{files}.parquet"})
    subject = Subject(REGISTRY, backend, OrgTree([Org("R", "行", "")]), {})
    computation = Computation(subject, [Period.parse("2024")], kept, size=1)
    computation.values([name for name in REGISTRY.metrics if name.endswith("_stock")], ["R"], ["2024"])
    assert computation.scans.choices["credit"].read
sys.exit("pandas" in sys.modules)
"""


def test_a_correction_does_not_load_pandas(tmp_path):
    """Loading it takes longer than what has to be computed."""
    subject_of(tmp_path, ROWS, 3)
    command = [sys.executable, "-c", ALONE, str(tmp_path / "credit"), str(tmp_path / "kept")]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == 0
