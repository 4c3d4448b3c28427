"""Running checks: relations between figures, and rules on records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

from qingce.core.amount import Relation
from qingce.core.check import Check, Finding, Place, Status
from qingce.core.errors import DeclarationError
from qingce.core.figure import FigureKey
from qingce.core.period import Period
from qingce.engine.asked import reads_records
from qingce.engine.compute import Computation
from qingce.engine.script import RuleText

_SHOWN = 20


def run_checks(computation: Computation, org: str, periods: Sequence[Period]) -> list[Finding]:
    """The finding of every check of the registry, in declared order."""
    return [run_check(check, computation, org, periods) for check in computation.registry.checks.values()]


def run_check(check: Check, computation: Computation, org: str, periods: Sequence[Period]) -> Finding:
    """One check over an org and several periods, and over the members named by ``each``.

    Raises:
        DeclarationError: the body returns neither relations nor a table.
    """
    registry = computation.registry
    if reads_records(check, registry.datasets, registry.views):
        return _on_records(check, computation)
    relations: list[tuple[str, Relation]] = []
    missing: list[str] = []
    for period in periods:
        for dims in _members(check, computation):
            key = FigureKey("", org, str(period), dims)
            trace: list[FigureKey] = []
            operands = [computation.operand(name, key, trace) for name in check.params]
            where = f"{period} {' '.join(_label(check, computation, d, c) for d, c in dims)}".strip()
            for relation in _relations(check, check.body(*operands)):
                relations.append((where, relation))
            missing += [f"{period} {registry.metrics[k.metric].label}" for k in trace
                        if computation.figure(k).amount.absent]
    return _judged(check, relations, missing)


def _judged(check: Check, relations: list[tuple[str, Relation]], missing: list[str]) -> Finding:
    tried = [(where, r) for where, r in relations if r.applicable]
    if not tried:
        lack = "、".join(dict.fromkeys(missing)) or "没有可比较的数值"
        return Finding(check.name, Status.NOT_APPLICABLE, check.severity, f"{check.doc}（缺：{lack}）", 0, 0,
                       cites=check.cites)
    failed = [(where, r) for where, r in tried if not r.holds]
    shown = tuple({"范围": where, "算式": r.sentence} for where, r in (failed or tried)[:_SHOWN])
    return Finding(
        check.name, Status.FAIL if failed else Status.PASS, check.severity, check.doc, len(tried),
        len(tried) - len(failed), shown, cites=check.cites,
        advice="核对算式两边的数值及其来源；确属口径差异的，在说明中写明。" if failed else "",
    )


def _members(check: Check, computation: Computation) -> Iterable[tuple[tuple[str, str], ...]]:
    lists = []
    for dim in check.each:
        owner = next((computation.registry.metrics[p] for p in check.params
                      if p in computation.registry.metrics and dim in computation.registry.metrics[p].by), None)
        if owner is None:
            raise DeclarationError(f"check {check.name!r}: none of its metrics has the dimension {dim!r}.")
        lists.append([(dim, code) for code in computation.members(owner, dim)])
    return product(*lists)


def _label(check: Check, computation: Computation, dim: str, code: str) -> str:
    for param in check.params:
        metric = computation.registry.metrics.get(param)
        if metric is not None and dim in metric.by:
            return computation.label(metric, dim, code)
    return code


def _relations(check: Check, made: Any) -> list[Relation]:
    found = list(made) if isinstance(made, list | tuple) else [made]
    if not all(isinstance(r, Relation) for r in found):
        raise DeclarationError(f"check {check.name!r} returns {type(made).__name__}; return relations or a table.")
    return found


def _on_records(check: Check, computation: Computation) -> Finding:
    text = computation.asked.rule(check)
    if refused := computation.subject.refused(text.datasets):
        # beside an emptied ledger every row of the others would look wrong, and the blame would fall on them
        lack = "、".join(computation.registry.datasets[name].label for name in refused)
        return Finding(check.name, Status.NOT_APPLICABLE, check.severity, f"{check.doc}（台账被拒收：{lack}）", 0, 0,
                       cites=check.cites)
    said = ("rule", text.count, text.sql)
    tried, count, rows = computation.scans.noted(said, text.datasets, lambda: _broken(text, computation))
    if not tried:
        return Finding(check.name, Status.NOT_APPLICABLE, check.severity, f"{check.doc}（台账无记录）", 0, 0,
                       cites=check.cites)
    return Finding(
        check.name, Status.FAIL if count else Status.PASS, check.severity, check.doc, tried, tried - count, tuple(rows),
        Place(), "逐行核对所列记录，在台账中更正后重新交数。" if count else "", check.cites,
    )


def _broken(text: RuleText, computation: Computation) -> tuple[int, int, list[dict[str, str]]]:
    """How many rows a rule looks at, how many break it, and the first of those as text."""
    backend = computation.subject.backend
    tried = int(backend.columns(text.count)["n"][0])
    if not tried:
        return 0, 0, []
    all_ = backend.quote("_all")
    columns = backend.columns(f"SELECT *, COUNT(*) OVER () AS {all_} FROM ({text.sql}) LIMIT {_SHOWN}")
    alls = columns.pop("_all")
    count = int(alls[0]) if alls else 0
    rows = [
        {name: "" if values[i] is None else str(values[i]) for name, values in columns.items()}
        for i in range(min(count, _SHOWN))
    ]
    return tried, count, rows
