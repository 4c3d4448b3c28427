"""Passes over partitions give what one query gives, to the digit, whatever the records are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.figure import FigureKey
from qingce.core.metric import STOCK, metric
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.backend import DuckDB
from qingce.engine.choose import PASSES, SCAN
from qingce.engine.compute import Computation, Subject
from qingce.engine.script import Script
from tests.engine.sized import REGISTRY, credit

# B03 moves from B01 to B02 in the middle of 2024; one code is in no tree
TREE = OrgTree(
    [
        Org("R", "行", ""),
        Org("B01", "一", "", "R"),
        Org("B02", "二", "", "R"),
        Org("S1", "一支", "", "B01"),
        Org("B03", "三", "", "B01", None, dt.date(2024, 5, 14)),
        Org("B03", "三", "", "B02", dt.date(2024, 5, 15)),
    ]
)
ORGS = ("R", "B01", "B02", "B03", "S1")
DAYS = (dt.date(2023, 12, 31), dt.date(2024, 6, 30), dt.date(2024, 12, 31))


def optional(values: Any) -> Any:
    return st.one_of(st.none(), values)


def money(high: int) -> Any:
    return st.decimals(min_value=-high, max_value=high, places=2)


whose = optional(
    st.one_of(st.integers(0, 6).map(lambda n: f"C{n:03d}"), st.sampled_from(["张三", "C01", "C1 ", "x" * 30]))
)
credits = st.lists(
    st.fixed_dictionaries(
        {
            "as_of": st.sampled_from(DAYS),
            "org": st.sampled_from([*ORGS, "ZZ", None]),
            "who": whose,
            "balance": optional(st.one_of(st.integers(0, 600).map(Decimal), money(10**9))),
            "rate": optional(st.decimals(min_value=0, max_value=9, places=6)),
            "use": optional(st.sampled_from("ab")),
            "region": optional(st.sampled_from(["东", "西"])),
            "online": optional(st.booleans()),
            "terms": optional(st.integers(-5, 5)),
        }
    ),
    max_size=30,
)
payouts = st.lists(
    st.fixed_dictionaries(
        {
            "paid_on": st.dates(dt.date(2023, 10, 1), dt.date(2025, 1, 10)),
            "org": st.sampled_from(ORGS),
            "who": whose,
            "amount": optional(money(1000)),
            "kind": optional(st.sampled_from("ab")),
        }
    ),
    max_size=20,
)
people = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.integers(0, 6).map(lambda n: f"C{n:03d}"),
            "farmer": optional(st.booleans()),
            "area": optional(st.decimals(min_value=0, max_value=99, places=3)),
        }
    ),
    max_size=6,
    unique_by=lambda r: r["who"],
)


def subject_of(folder: Path, tables: dict[str, list[dict[str, Any]]], pieces: int = 2) -> Subject:
    """Records as folders of several files."""
    sources: dict[str, Any] = {}
    for name in ("credit", "payout", "person"):
        schema = REGISTRY.datasets[name].table.schema().to_pyarrow()
        rows = [{"no": f"N{n}", **row} for n, row in enumerate(tables.get(name, []))]
        (folder / name).mkdir(exist_ok=True)
        for piece in range(pieces):
            mine = [{c: row.get(c) for c in schema.names} for row in rows[piece::pieces]]
            pq.write_table(pa.Table.from_pylist(mine, schema=schema), folder / name / f"{piece}.parquet")
        sources[name] = str(folder / name / "*.parquet")
    return Subject(REGISTRY, DuckDB(REGISTRY, sources), TREE, {})


def keys() -> Iterator[FigureKey]:
    members = {"use": "a", "region": "东", "kind": "b"}
    for name, each in REGISTRY.metrics.items():
        for org in ORGS:
            for period in ("2023", "2024", "2024H1", "2024Q2"):
                yield FigureKey(name, org, str(Period.parse(period)))
                for dim in each.by:
                    yield FigureKey(name, org, str(Period.parse(period)), ((dim, members[dim]),))
                if len(each.by) > 1:
                    yield FigureKey(
                        name, org, str(Period.parse(period)), tuple((d, members[d]) for d in each.by)
                    )


def values(computation: Computation) -> dict[FigureKey, Any]:
    return {key: computation.figure(key).value for key in keys()}


class Kept(dict[str, pa.Table]):
    """Memory that lasts as long as the test."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}

    def put(self, name: str, table: pa.Table) -> None:
        self[name] = table

    def recall(self, name: str) -> str | None:
        return self.texts.get(name)

    def note(self, name: str, text: str) -> None:
        self.texts[name] = text


SCRIPT = Script()
PERIODS = [Period.parse("2024"), Period.parse("2023")]
quick = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(credits, payouts, people, st.integers(1, 3))
def test_passes_agree_with_one_query(credits, payouts, people, pieces):
    with TemporaryDirectory() as folder:
        subject = subject_of(Path(folder), {"credit": credits, "payout": payouts, "person": people}, pieces)
        passes = Computation(subject, PERIODS, script=SCRIPT, size=1)
        scan = Computation(
            replace(subject, backend=DuckDB(REGISTRY, subject.backend.parquet)), PERIODS, script=SCRIPT
        )
        assert values(passes) == values(scan)
        if credits:
            assert {passes.scans.choices[t].plan for t in ("credit", "credit_of_person", "credit_with_line")} == {
                PASSES
            }
        assert {choice.plan for choice in scan.scans.choices.values()} == {SCAN}


ROWS = {
    "credit": [
        {
            "as_of": DAYS[n % 3],
            "org": ORGS[n % 5],
            "who": f"C{n % 11:03d}",
            "balance": Decimal(n * 7 % 100),
            "rate": Decimal(n % 8),
            "use": ("a", "b", None)[n % 3],
            "region": None,
            "online": n % 2 == 0,
            "terms": n % 4,
        }
        for n in range(60)
    ],
}


def big(subject: Subject, memory: Kept) -> Computation:
    return Computation(subject, PERIODS, memory, SCRIPT, size=1)


def test_a_second_run_reads_nothing(tmp_path):
    memory = Kept()
    subject = subject_of(tmp_path, ROWS)
    first, second = big(subject, memory), big(subject, memory)
    assert values(first) == values(second)
    assert first.scans.choices["credit"].read == 2
    assert {choice.read for choice in second.scans.choices.values() if choice.plan == PASSES} == {0}


def test_a_corrected_file_is_read_alone_and_distinct_counts_follow_it(tmp_path):
    memory = Kept()
    before = values(big(subject_of(tmp_path, ROWS, 4), memory))
    rows = [dict(row) for row in ROWS["credit"]]
    rows[2] |= {"who": "C999", "balance": Decimal("12.34")}
    subject = subject_of(tmp_path, {"credit": rows}, 4)
    corrected = big(subject, memory)
    after = values(corrected)
    assert corrected.scans.choices["credit"].read == 1
    assert corrected.scans.choices["credit_of_person"].read == 1
    assert after == values(Computation(subject, PERIODS, script=SCRIPT))
    people = FigureKey("people_stock", "R", "2024")
    assert after[people] == before[people] + 1


def test_a_file_that_only_moved_in_time_is_not_another_file(tmp_path):
    memory = Kept()
    subject = subject_of(tmp_path, ROWS)
    values(big(subject, memory))
    for path in (tmp_path / "credit").iterdir():
        path.touch()
    again = big(subject, memory)
    values(again)
    assert again.scans.choices["credit"].read == 0


def test_another_metric_reads_its_own_columns_and_joins_what_is_kept(tmp_path):
    memory = Kept()
    subject = subject_of(tmp_path, ROWS)
    fewer = Registry()
    fewer.datasets, fewer.views, fewer.codes = REGISTRY.datasets, REGISTRY.views, REGISTRY.codes
    fewer.metrics.update(
        {n: m for n, m in REGISTRY.metrics.items() if n in ("green_stock", "people_stock", "paid")}
    )
    one = Computation(replace(subject, registry=fewer), PERIODS, memory, size=1)
    assert one.figure(FigureKey("people_stock", "R", "2024")).value == 11
    all_of_them = big(subject, memory)
    assert values(all_of_them) == values(Computation(subject, PERIODS, script=SCRIPT))


def test_what_is_kept_and_damaged_is_made_again(tmp_path):
    memory = Kept()
    subject = subject_of(tmp_path, ROWS)
    sound = values(big(subject, memory))
    for name in [name for name, table in memory.items() if b"crowds" in (table.schema.metadata or {})]:
        memory[name] = pa.table({"nonsense": [1]})
    assert values(big(subject, memory)) == sound
    crowds = [name for name, table in memory.items() if b"crowd" in (table.schema.metadata or {})]
    assert crowds
    for name in crowds:
        del memory[name]
    assert values(big(subject, memory)) == sound


def test_too_many_cells_fall_back_to_one_query(tmp_path):
    """A family by loan number has a cell for each row: a summary that summarises nothing."""
    registry = Registry()
    registry.datasets["credit"] = credit

    def by_number(credit):
        """口径。"""
        return credit.balance.sum()

    registry.metrics["by_number"] = metric("余额", unit="元", kind=STOCK, by=("no",))(by_number)
    rows = [{"as_of": DAYS[2], "org": "S1", "balance": Decimal(1)} for _ in range(5000)]
    subject = subject_of(tmp_path, {"credit": rows}, 1)
    computation = Computation(replace(subject, registry=registry), PERIODS, size=1)
    assert computation.figure(FigureKey("by_number", "R", "2024")).value == 5000
    choice = computation.scans.choices["credit"]
    assert choice.plan == SCAN
    assert "5,000 个单元" in choice.reason


def test_small_tables_take_one_query_and_say_why(tmp_path):
    computation = Computation(subject_of(tmp_path, ROWS), PERIODS)
    computation.figure(FigureKey("people_stock", "R", "2024"))
    choice = computation.scans.choices["credit"]
    assert (choice.plan, choice.rows) == (SCAN, 60)
    assert "一次查询" in choice.reason


def test_a_view_that_looks_across_rows_is_taken_whole(tmp_path):
    computation = Computation(subject_of(tmp_path, ROWS), PERIODS, size=1)
    computation.figure(FigureKey("small_people", "R", "2024"))
    assert (
        computation.scans.choices["credit_with_line"].plan,
        computation.scans.choices["credit_with_line"].partitions,
    ) == (PASSES, 1)
    computation.figure(FigureKey("farmers", "R", "2024"))
    assert computation.scans.choices["credit_of_person"].partitions == 2


@pytest.mark.parametrize(
    "who",
    [
        ["C001", "C002", "C010", "C001"],
        ["1", "2", "12", "2"],
        ["甲", "乙", "甲", "丙"],
        ["", "0", "00", "0"],
        ["A1234567890123456", "A1234567890123457", "A1234567890123456", "B1234567890123456"],
        ["C0000 12", "C0000012", "C00000+2", "C0000012"],
        ["12345678", "1234567/", "1234567:", "12345678"],
    ],
)
def test_identities_of_any_form_are_told_apart(tmp_path, who):
    rows = [
        {"as_of": DAYS[2], "org": ORGS[n % 5], "who": each, "balance": Decimal(1)}
        for n, each in enumerate(who)
    ]
    computation = Computation(subject_of(tmp_path, {"credit": rows}, 3), PERIODS, script=SCRIPT, size=1)
    assert computation.figure(FigureKey("people_stock", "R", "2024")).value == len(set(who))


def test_many_conditions_need_more_than_one_mask(tmp_path):
    registry = Registry()
    registry.datasets["credit"] = credit
    for n in range(75):

        def body(credit, n=n):
            return (
                credit.who.nunique(where=credit.balance >= n)
                if n % 2
                else credit.balance.sum(where=credit.balance >= n)
            )

        body.__name__, body.__doc__ = f"at_least_{n}", "口径。"
        made = metric(f"至少{n}", unit="元", kind=STOCK)(body)
        made.methods[0] = replace(made.methods[0], params=("credit",))
        registry.metrics[f"at_least_{n}"] = made
    subject = replace(subject_of(tmp_path, ROWS, 3), registry=registry)
    asked = (list(registry.metrics), list(ORGS), ["2024", "2023"])
    assert Computation(subject, PERIODS, size=1).values(*asked) == Computation(subject, PERIODS).values(
        *asked
    )


def test_values_in_bulk_are_those_of_the_figures(tmp_path):
    computation = Computation(subject_of(tmp_path, ROWS), PERIODS, script=SCRIPT, size=1)
    for key, value in computation.values(list(REGISTRY.metrics), list(ORGS), ["2024", "2023"]).items():
        assert computation.figure(key).value == value
