"""Filed figures: rows that people enter become figures, each in its metric's unit, or findings."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from qingce.core.amount import ABSENT, Value
from qingce.core.code import UnknownCode
from qingce.core.dataset import Column, Text
from qingce.core.errors import PeriodError, QingceError
from qingce.core.estimate import FIELDS, Estimate
from qingce.core.figure import Answered, Dims, Figure, FigureKey, Qualifier
from qingce.core.metric import Metric
from qingce.core.org import OrgTree
from qingce.core.period import Period
from qingce.ledger.records.collect import Collector, near, shown
from qingce.ledger.records.filednumber import read_number
from qingce.ledger.records.lookup import OrgWords
from qingce.ledger.records.model import FiledResult, InputFile
from qingce.ledger.records.smalltable import Row, read_table, table

COLUMNS: Mapping[str, Column] = {
    "metric": Text("指标"), "org": Text("机构"), "period": Text("期间"), "dims": Text("维度", optional=True),
    "value": Text("数值"), "unit": Text("单位"), "qualifier": Text("措辞", optional=True),
    "answer": Text("答复", optional=True), "reason": Text("原因", optional=True),
    "source": Text("出处", optional=True), "estimate_method": Text("估算方法", optional=True, tacit=True),
    "estimate_share": Text("估算占比", optional=True, tacit=True),
    "estimate_reason": Text("估算理由", optional=True, tacit=True),
}
FILED_TABLE = table("filed", "填报表", COLUMNS)
_SHARE = re.compile(r"\d{1,3}(\.\d{1,6})?")
Resolve = Callable[[Metric, str, str], str]


def load_filed(
    files: Sequence[Path],
    *,
    root: Path,
    metrics: Mapping[str, Metric],
    resolve: Resolve,
    orgs: OrgTree | None,
    methods: Mapping[str, str] | None = None,
) -> FiledResult:
    """Read files of filed figures; a file with an ERROR contributes none.

    Args:
        metrics: all metrics by name; only filed ones may be entered.
        resolve: code of a member from its code or label; raises BindingError for strangers.
        orgs: the org tree, or nothing, in which case org codes are taken as they are.
        methods: ways to estimate, label by code; either may be written.
    """
    collector = Collector()
    desk = _Desk(metrics, resolve, orgs, OrgWords(orgs).words if orgs is not None else {}, collector, {},
                 {word: code for code, label in (methods or {}).items() for word in (code, label)})
    figures: list[Figure] = []
    inputs: list[InputFile] = []
    for path in files:
        rows, given = read_table(path, root, FILED_TABLE, collector)
        made = [figure for row in rows if (figure := desk.figure(row)) is not None]
        if not collector.blocks(given.path):
            figures.extend(made)
        inputs.append(given)
    return FiledResult(tuple(figures), collector.findings(), tuple(inputs))


@dataclass(frozen=True, slots=True)
class _Desk:
    metrics: Mapping[str, Metric]
    resolve: Resolve
    orgs: OrgTree | None
    org_words: Mapping[str, str]
    collector: Collector
    seen: dict[FigureKey, Row]
    methods: Mapping[str, str]

    def figure(self, row: Row) -> Figure | None:
        """The row's figure; nothing where a finding forbids it."""
        metric = self._metric(row)
        period = self._period(row)
        org = self._org(row, period)
        if metric is None or period is None or org is None:
            return None
        dims = self._dims(row, metric)
        answered = self._answered(row)
        qualifier = self._qualifier(row)
        if dims is None or answered is None or qualifier is None:
            return None
        key = FigureKey(metric.name, org, str(period), dims)
        if self._twice(row, key):
            return None
        number: tuple[Value, Decimal] | None = (ABSENT, Decimal(0))
        if answered is Answered.VALUE:
            number = read_number(row, metric, qualifier, self.collector)
        estimated = _estimate(self, row, answered)
        if number is None or estimated is False:
            return None
        if not row["source"]:
            self.collector.add("filed_source", "没有写数值的出处。", row.place("source"))
        where = f"{row.file}:{row.line}"
        return Figure(
            key, number[0], metric.unit, number[1], qualifier, answered, row["reason"],
            f"{row['source']}（{where}）" if row["source"] else where, estimate=estimated,
        )

    def _metric(self, row: Row) -> Metric | None:
        name, place = row["metric"], row.place("metric")
        if not name:
            self.collector.add("value_required", "必填列“指标”为空。", place)
            return None
        metric = self.metrics.get(name)
        if metric is None:
            by_label = {m.label: m.name for m in self.metrics.values()}
            hint = near(name, [*self.metrics, *by_label])
            if name in by_label:
                hint = f"是否应为“{by_label[name]}”？"
            self.collector.add("filed_metric", f"没有名为“{shown(name)}”的指标。{hint}", place)
        elif not metric.filed:
            self.collector.add("filed_computed", f"“{metric.label}”已由台账计算，不得填报。", place)
            return None
        return metric

    def _period(self, row: Row) -> Period | None:
        try:
            return Period.parse(row["period"])
        except PeriodError:
            said = shown(row["period"])
            self.collector.add("filed_period", f"“{said}”不是期间，或没有这一天。", row.place("period"))
            return None

    def _org(self, row: Row, period: Period | None) -> str | None:
        word, place = row["org"], row.place("org")
        if not word:
            self.collector.add("value_required", "必填列“机构”为空。", place)
            return None
        if self.orgs is None:
            return word
        code = self.org_words.get(word)
        if code is None:
            hint = near(word, self.org_words)
            self.collector.add("org_unknown", f"机构表没有“{shown(word)}”。{hint}", place)
        elif period is not None and not (
            self.orgs.path(code, period.end) or self.orgs.path(code, period.start)
        ):
            self.collector.add("org_closed", f"机构 {code} 在 {period} 不存在。", place)
            return None
        return code

    def _dims(self, row: Row, metric: Metric) -> Dims | None:
        found: dict[str, str] = {}
        for part in re.split("[;；]", row["dims"]):
            if not part.strip():
                continue
            name, sign, word = (piece.strip() for piece in part.partition("="))
            reason = ""
            if not sign or not word:
                reason = f"“{shown(part)}”不是“维度=成员”的写法。"
            elif name not in metric.by:
                family = "、".join(metric.by) or "没有维度"
                reason = f"“{metric.label}”没有维度“{shown(name)}”（有：{family}）。{near(name, metric.by)}"
            elif name in found:
                reason = f"维度“{name}”写了两次。"
            else:
                try:
                    found[name] = self.resolve(metric, name, word)
                except UnknownCode as exc:
                    reason = f"维度“{name}”没有成员“{shown(word)}”，可填：{exc.choices}"
                except QingceError:
                    reason = f"维度“{name}”没有成员“{shown(word)}”。"
            if reason:
                self.collector.add("filed_dims", reason, row.place("dims"))
                return None
        return tuple((name, found[name]) for name in metric.by if name in found)

    def _answered(self, row: Row) -> Answered | None:
        try:
            answered = Answered(row["answer"] or "value")
        except ValueError:
            self.collector.add("filed_answer", f"没有“{shown(row['answer'])}”这种答复。", row.place("answer"))
            return None
        reason, column = "", "value"
        if answered is Answered.VALUE:
            reason = "答复为 value，数值却是空的。" if not row["value"] else ""
        elif row["value"]:
            reason = f"答复为 {answered.value}，却写了数值“{shown(row['value'])}”。"
        elif not row["reason"]:
            reason, column = f"答复为 {answered.value}，却没有写原因。", "reason"
        if reason:
            self.collector.add("filed_answer", reason, row.place(column))
            return None
        return answered

    def _qualifier(self, row: Row) -> Qualifier | None:
        try:
            return Qualifier(row["qualifier"] or "exact")
        except ValueError:
            self.collector.add(
                "filed_qualifier", f"没有“{shown(row['qualifier'])}”这种措辞。", row.place("qualifier")
            )
            return None

    def _twice(self, row: Row, key: FigureKey) -> bool:
        first = self.seen.setdefault(key, row)
        if first is row:
            return False
        reason = f"数值 {key} 已在 {first.file} 第 {first.line} 行填过。"
        self.collector.add("filed_twice", reason, row.place("metric"))
        return True


def _estimate(desk: _Desk, row: Row, answered: Answered) -> Estimate | Literal[False] | None:
    """What the row says of estimating; ``False`` where that cannot stand."""
    if not any(row[name] for name in FIELDS):
        return None
    method, text = desk.methods.get(row["estimate_method"]), row["estimate_share"].removesuffix("%").strip()
    if answered is not Answered.VALUE:
        reason, column = "没有数值，不能标为估算。", "estimate_method"
    elif method is None:
        reason, column = f"没有“{shown(row['estimate_method'])}”这种估算方法。", "estimate_method"
    elif not _SHARE.fullmatch(text):
        reason, column = f"估算占比“{shown(row['estimate_share'])}”不是百分数。", "estimate_share"
    else:
        made = Estimate(method, Decimal(text), row["estimate_reason"])
        if not made.wrong:
            return made
        reason, column = made.wrong, "estimate_share" if "占比" in made.wrong else "estimate_reason"
    desk.collector.add("filed_estimate", reason, row.place(column))
    return False
