"""Declarations of every shape for the passes' cases: three tables, two views, metrics of all aggregates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ibis

from qingce.core.code import CodeList, CodeValue
from qingce.core.dataset import Code, Date, Flag, Money, OrgCode, Qty, Rate, Text, Whole, dataset, view
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, metric
from qingce.core.registry import Registry


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
        add(
            f"weighted_{tag}",
            kind,
            lambda credit: (credit.balance * credit.rate).sum(where=credit.balance > 0),
        )
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
    _others(add)
    return made


def _others(add: Callable[..., None]) -> None:
    """Flows, and metrics on the views."""
    add("paid", FLOW, lambda payout: payout.amount.sum(where=payout.kind == "a"), ("kind",))
    add("paid_times", FLOW, lambda payout: payout.count(), ("kind",))
    add("paid_people", FLOW, lambda payout: payout.who.nunique(where=payout.amount > 10), ("kind",))
    add("paid_ever", CUMULATIVE, lambda payout: payout.who.nunique())
    add(
        "farmers", STOCK, lambda credit_of_person: credit_of_person.who.nunique(where=credit_of_person.farmer)
    )
    add(
        "farmed",
        STOCK,
        lambda credit_of_person: credit_of_person.area.sum(where=credit_of_person.farmer),
        ("use",),
    )
    add(
        "small_people",
        STOCK,
        lambda credit_with_line: credit_with_line.who.nunique(where=credit_with_line.line <= 500),
    )
    add(
        "small_loans",
        STOCK,
        lambda credit_with_line: credit_with_line.balance.sum(where=credit_with_line.line <= 500),
    )


REGISTRY = Registry()
REGISTRY.datasets.update({each.name: each for each in (credit, payout, person)})
REGISTRY.views.update({each.name: each for each in (credit_of_person, credit_with_line)})
REGISTRY.metrics.update(declared())
for _name in ("use", "kind"):
    REGISTRY.codes[_name] = CodeList(_name, _name, (CodeValue("a", "甲"), CodeValue("b", "乙")))
REGISTRY.verify()
