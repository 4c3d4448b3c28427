"""Passes over partitions give what one query gives, to the digit, whatever the records are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Qty, Rate, Text, Whole, dataset, view
from qingce.core.figure import FigureKey
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, metric
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine.backend import DuckDB
from qingce.engine.choose import PASSES, SCAN
from qingce.engine.compute import Computation, Subject
from qingce.engine.script import Script


@dataset(label="贷款", owner="部", grain=("no", "as_of"))
class credit:
    """每笔贷款每个期末一行。"""

    no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("机构", optional=True)
    who = Text("客户号", optional=True)
    balance = Money("余额", optional=True)
    rate = Rate("利率", optional=True)
    use = Code("用途", of="use", optional=True)
    region = Text("地区", optional=True)
    online = Flag("线上", optional=True)
    terms = Whole("期数", optional=True)


@dataset(label="发放", owner="部", grain=("no",))
class payout:
    """每笔发放一行。"""

    no = Text("流水号")
    paid_on = Date("日期")
    org = OrgCode("机构")
    who = Text("客户号", optional=True)
    amount = Money("金额", optional=True)
    kind = Code("种类", of="kind", optional=True)


@dataset(label="客户", owner="部", grain=("who",), time="")
class person:
    """每个客户一行。"""

    who = Text("客户号")
    farmer = Flag("农户", optional=True)
    area = Qty("面积", places=3, optional=True)


@view("贷款与客户")
def credit_of_person(credit, person):
    """每笔贷款带上客户的属性。"""
    joined = credit.left_join(person, credit.who == person.who)
    return joined.select(credit, farmer=person.farmer, area=person.area)


@view("客户合计余额")
def credit_with_line(credit):
    """每笔贷款带上该客户同期全行合计余额。"""
    return credit.mutate(line=credit.balance.sum().over(ibis.window(group_by=[credit.who, credit.as_of])))


def declared() -> dict[str, Any]:
    """Metrics of all shapes on the tables above."""
    made: dict[str, Any] = {}

    def add(name: str, kind: Any, body: Any, by: Sequence[str] = (), unit: str = "元") -> None:
        body.__name__, body.__doc__ = name, "口径。"
        made[name] = metric(name, unit=unit, kind=kind, by=tuple(by))(body)

    for kind, tag in ((STOCK, "stock"), (CUMULATIVE, "so_far")):
        add(f"total_{tag}", kind, lambda credit: credit.balance.sum(), ("use",))
        add(f"online_{tag}", kind, lambda credit: credit.balance.sum(where=credit.online), ("use", "region"))
        add(f"green_{tag}", kind, lambda credit: credit.balance.sum(where=credit.use.notnull()))
        add(f"weighted_{tag}", kind, lambda credit: (credit.balance * credit.rate).sum(where=credit.balance > 0))
        add(f"terms_{tag}", kind, lambda credit: credit.terms.sum(where=credit.rate < 4), ("region",))
        add(f"rows_{tag}", kind, lambda credit: credit.count(), ("use",))
        add(f"live_{tag}", kind, lambda credit: credit.count(where=credit.balance > 0), ("use", "region"))
        add(f"rated_{tag}", kind, lambda credit: credit.rate.count(where=credit.online))
        add(f"people_{tag}", kind, lambda credit: credit.who.nunique(), ("use", "region"))
        add(f"owing_{tag}", kind, lambda credit: credit.who.nunique(where=credit.balance > 0), ("use",))
        add(f"regions_{tag}", kind, lambda credit: credit.region.nunique(where=credit.online))
        add(f"lengths_{tag}", kind, lambda credit: credit.terms.nunique())
        add(f"least_{tag}", kind, lambda credit: credit.balance.min(where=credit.online))
        add(f"most_{tag}", kind, lambda credit: credit.rate.max(), ("use",))
    add("paid", FLOW, lambda payout: payout.amount.sum(where=payout.kind == "a"), ("kind",))
    add("paid_times", FLOW, lambda payout: payout.count(), ("kind",))
    add("paid_people", FLOW, lambda payout: payout.who.nunique(where=payout.amount > 10), ("kind",))
    add("paid_ever", CUMULATIVE, lambda payout: payout.who.nunique())
    add("farmers", STOCK, lambda credit_of_person: credit_of_person.who.nunique(where=credit_of_person.farmer))
    add("farmed", STOCK, lambda credit_of_person: credit_of_person.area.sum(where=credit_of_person.farmer), ("use",))
    add("small_people", STOCK, lambda credit_with_line: credit_with_line.who.nunique(where=credit_with_line.line <= 500))
    add("small_loans", STOCK, lambda credit_with_line: credit_with_line.balance.sum(where=credit_with_line.line <= 500))
    return made


REGISTRY = Registry()
REGISTRY.datasets.update({each.name: each for each in (credit, payout, person)})
REGISTRY.views.update({each.name: each for each in (credit_of_person, credit_with_line)})
REGISTRY.metrics.update(declared())
for _name in ("use", "kind"):
    REGISTRY.codes[_name] = CodeList(_name, _name, (CodeValue("a", "甲"), CodeValue("b", "乙")))
REGISTRY.verify()

# B03 moves from B01 to B02 in the middle of 2024; one code is in no tree
TREE = OrgTree([
    Org("R", "行", ""), Org("B01", "一", "", "R"), Org("B02", "二", "", "R"), Org("S1", "一支", "", "B01"),
    Org("B03", "三", "", "B01", None, dt.date(2024, 5, 14)), Org("B03", "三", "", "B02", dt.date(2024, 5, 15)),
])
ORGS = ("R", "B01", "B02", "B03", "S1")
DAYS = (dt.date(2023, 12, 31), dt.date(2024, 6, 30), dt.date(2024, 12, 31))


def optional(values: Any) -> Any:
    return st.one_of(st.none(), values)


def money(high: int) -> Any:
    return st.decimals(min_value=-high, max_value=high, places=2)


whose = optional(st.one_of(st.integers(0, 6).map(lambda n: f"C{n:03d}"), st.sampled_from(["张三", "C01", "C1 ", "x" * 30])))
credits = st.lists(st.fixed_dictionaries({
    "as_of": st.sampled_from(DAYS), "org": st.sampled_from([*ORGS, "ZZ", None]), "who": whose,
    "balance": optional(st.one_of(st.integers(0, 600).map(Decimal), money(10**9))),
    "rate": optional(st.decimals(min_value=0, max_value=9, places=6)), "use": optional(st.sampled_from("ab")),
    "region": optional(st.sampled_from(["东", "西"])), "online": optional(st.booleans()),
    "terms": optional(st.integers(-5, 5)),
}), max_size=30)
payouts = st.lists(st.fixed_dictionaries({
    "paid_on": st.dates(dt.date(2023, 10, 1), dt.date(2025, 1, 10)), "org": st.sampled_from(ORGS), "who": whose,
    "amount": optional(money(1000)), "kind": optional(st.sampled_from("ab")),
}), max_size=20)
people = st.lists(st.fixed_dictionaries({
    "who": st.integers(0, 6).map(lambda n: f"C{n:03d}"), "farmer": optional(st.booleans()),
    "area": optional(st.decimals(min_value=0, max_value=99, places=3)),
}), max_size=6, unique_by=lambda r: r["who"])


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
                    yield FigureKey(name, org, str(Period.parse(period)), tuple((d, members[d]) for d in each.by))


def values(computation: Computation) -> dict[FigureKey, Any]:
    return {key: computation.figure(key).value for key in keys()}


class Kept(dict[str, pa.Table]):
    """Memory that lasts as long as the test."""

    def put(self, name: str, table: pa.Table) -> None:
        self[name] = table


SCRIPT = Script()
PERIODS = [Period.parse("2024"), Period.parse("2023")]
quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(credits, payouts, people, st.integers(1, 3))
def test_passes_agree_with_one_query(credits, payouts, people, pieces):
    with TemporaryDirectory() as folder:
        subject = subject_of(Path(folder), {"credit": credits, "payout": payouts, "person": people}, pieces)
        passes = Computation(subject, PERIODS, script=SCRIPT, size=1)
        scan = Computation(replace(subject, backend=DuckDB(REGISTRY, subject.backend.parquet)), PERIODS, script=SCRIPT)
        assert values(passes) == values(scan)
        if credits:
            assert {passes.choices[t].plan for t in ("credit", "credit_of_person", "credit_with_line")} == {PASSES}
        assert {choice.plan for choice in scan.choices.values()} == {SCAN}


if __name__ == "__main__":
    pytest.main([__file__])
