"""The benchmark's case declared for Qingce and computed by its engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from _loans import DAYS, SPECS, Condition, Spec, org_rows

from qingce.core.dataset import Date, Flag, Money, OrgCode, Rate, Text, dataset
from qingce.core.figure import FigureKey
from qingce.core.metric import STOCK, Metric, metric
from qingce.core.org import Org, OrgTree
from qingce.core.period import Period
from qingce.core.registry import Registry
from qingce.engine import listing, passes, wording  # noqa: F401  # loaded when needed; here it is not to be timed
from qingce.engine.backend import DuckDB
from qingce.engine.compute import Computation, Subject
from qingce.engine.script import Script
from qingce.services.cache import CellCache, put_file


@dataset(label="贷款台账", owner="计划财务部", grain=("loan_no", "as_of"), time="as_of")
class loan:
    """每笔贷款每个期末一行。"""

    loan_no = Text("借据号")
    as_of = Date("数据日期")
    org = OrgCode("经办机构")
    customer_no = Text("客户号")
    product = Text("产品")
    purpose = Text("用途")
    industry = Text("投向行业")
    use = Text("绿色用途", optional=True)
    five_class = Text("五级分类")
    guarantee = Text("担保方式")
    county = Text("区县")
    kind = Text("客户类型")
    ownership = Text("所有制")
    firm_size = Text("企业规模")
    balance = Money("余额")
    principal = Money("本金")
    interest = Money("应计利息")
    credit_line = Money("授信额度")
    rate = Rate("利率")
    started_on = Date("起息日")
    due_on = Date("到期日")
    online = Flag("线上")
    farmer = Flag("农户")
    new_citizen = Flag("新市民")
    science = Flag("科技型")
    specialised = Flag("专精特新")
    female_founder = Flag("女性创办")


def holds(table: Any, condition: Condition) -> Any:
    """A condition as a metric's body writes it."""
    met = None
    for column, comparison, value in condition:
        field = table[column]
        one = {
            "notnull": lambda f=field: f.notnull(),
            "isin": lambda f=field, v=value: f.isin(v),
            "==": lambda f=field, v=value: f == v,
            "is": lambda f=field: f,
            ">": lambda f=field, v=value: f > v,
            ">=": lambda f=field, v=value: f >= v,
            "<": lambda f=field, v=value: f < v,
            "<=": lambda f=field, v=value: f <= v,
        }[comparison]()
        met = one if met is None else met & one
    return met


def declared(spec: Spec) -> Metric:
    """One metric; its body is the single reduction that a person would write."""
    name, how, column, condition = spec

    def body(loan: Any) -> Any:
        where = holds(loan, condition)
        return loan.count(where=where) if how == "count" else getattr(loan[column], how)(where=where)

    body.__name__, body.__doc__ = name, "口径见条件。"
    return metric(name, unit={"sum": "元", "count": "笔", "nunique": "户"}[how], kind=STOCK)(body)


def registry_of(specs: tuple[Spec, ...]) -> Registry:
    """The declarations as a registry."""
    registry = Registry()
    registry.datasets["loan"] = loan
    registry.metrics.update({spec[0]: declared(spec) for spec in specs})
    registry.verify()
    return registry


def compute(
    folder: Path, memory: Path | None, specs: tuple[Spec, ...] = SPECS
) -> tuple[Computation, dict[FigureKey, Any]]:
    """All metrics for all orgs of three levels and both snapshots.

    Args:
        memory: a project's cache folder; nothing is kept without one.
    """
    registry = registry_of(specs)
    tree = OrgTree([Org(code, code, level, parent) for code, level, parent in org_rows()])
    subject = Subject(registry, DuckDB(registry, {"loan": str(folder / "*.parquet")}), tree, {})
    kept = memory / f"script-{len(specs)}.json" if memory is not None else None
    script = Script.load(kept.read_text("utf-8")) if kept is not None and kept.is_file() else Script()
    periods = [Period.parse(str(day.year)) for day in DAYS]
    computation = Computation(subject, periods, CellCache(memory) if memory is not None else None, script)
    orgs = [code for code, _, _ in org_rows()]
    found = computation.values([spec[0] for spec in specs], orgs, [str(p) for p in periods])
    if kept is not None and script.fresh:
        put_file(kept, script.dump().encode())
    return computation, found
