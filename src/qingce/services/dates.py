"""The days on which records lie: some beyond the report's period, or none on the last day of the period before."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from qingce.core.check import NOTE, WARNING, Finding, Place, Status
from qingce.core.dataset import Dataset
from qingce.core.metric import STOCK
from qingce.core.period import Period
from qingce.core.registry import Registry, datasets_behind
from qingce.engine.backend import Backend, Source
from qingce.engine.partition import files_of
from qingce.services.cache import TextCache

Days = Mapping[dt.date, int]
"""Rows by day."""
_FAR = dt.timedelta(days=366)
_SHOWN = 10


def judge_days(
    registry: Registry, sources: Mapping[str, Source], period: Period, cache: TextCache, backend: Callable[[], Backend]
) -> tuple[Finding, ...]:
    """What the days of all records say.

    Args:
        backend: asked only for records that lie under a URL.
    """
    days = {
        name: _days(dataset, source, cache, backend) for name, dataset in registry.datasets.items()
        if dataset.time and (source := sources.get(name)) is not None
    }
    # of files that were delivered here intake names the rows themselves
    late = [_late(registry.datasets[name], found, period.end) for name, found in days.items()
            if files_of(sources[name]) is None]
    return (*(finding for finding in late if finding is not None), *_without_prior(registry, days, period))


def _late(dataset: Dataset, days: Days, end: dt.date) -> Finding | None:
    """Rows after the period: nobody counts them, and a day years ahead is a slip of the pen."""
    after = {day: rows for day, rows in sorted(days.items(), reverse=True) if day > end}
    far = {day: rows for day, rows in after.items() if day > end + _FAR}
    if not after:
        return None
    told, label = far or after, dataset.columns[dataset.time].label
    words = f"比报告期末 {end} 晚一年以上，多半是写错了年份" if far else f"晚于报告期末 {end}"
    return Finding(
        "day_after_period", Status.FAIL, WARNING if far else NOTE,
        f"{dataset.label}有 {sum(told.values()):,} 行的{label}{words}（最晚 {max(told)}），不计入本期。",
        tried=sum(days.values()), passed=sum(days.values()) - sum(told.values()),
        rows=tuple({label: str(day), "行数": f"{rows:,}"} for day, rows in list(told.items())[:_SHOWN]),
        place=Place(column=label, value=str(max(told))), advice="核对日期；确为以后期间的记录时不必处理。",
    )


def _without_prior(registry: Registry, days: Mapping[str, Days], period: Period) -> Iterator[Finding]:
    """No ledger has the last day of the period before: of nothing that stands at an end can growth be told."""
    now, before = period.end, period.prior.end
    held = _held(registry)
    there = {name: stock for name, stock in held.items() if now in days.get(name, {})}
    if not there or any(before in days.get(name, {}) for name in held):
        return
    labels = "、".join(registry.datasets[name].label for name in there)
    metrics = sorted({label for stock in there.values() for label in stock})
    shown = "、".join(metrics[:_SHOWN]) + ("等" if len(metrics) > _SHOWN else "")
    yield Finding(
        "prior_snapshot_missing", Status.FAIL, WARNING,
        f"所有台账都没有上期末 {before} 的数据（有 {now} 数据的：{labels}），"
        f"{len(metrics)} 项期末指标的上期数、增减和增速无法计算，印作“—”：{shown}。",
        tried=len(there), place=Place(value=str(before)),
        advice=f"补交 {before} 的台账；新设机构确无上期数据时不必处理。",
    )


def _held(registry: Registry) -> dict[str, list[str]]:
    """Ledgers of what is held on a day, with the labels of the figures at a period's end that are made of each."""
    found: dict[str, list[str]] = {}
    for metric in registry.metrics.values():
        table = registry.table_of(metric) if metric.kind is STOCK else None
        for name in sorted(datasets_behind(registry, table.name)) if table else ():
            dataset = registry.datasets[name]
            if dataset.time and dataset.time in dataset.grain:
                found.setdefault(dataset.name, []).append(metric.label)
    return found


# -- reading ---------------------------------------------------------------------------------------
def _days(dataset: Dataset, source: Source, cache: TextCache, backend: Callable[[], Backend]) -> Days:
    files = files_of(source)
    if files is None:
        return _elsewhere(dataset, str(source), backend())
    # accepted files are named by their content
    made = cache.text("days", [dataset.time, *map(str, files)], lambda: json.dumps(_here(dataset, files)))
    return {dt.date.fromisoformat(day): rows for day, rows in json.loads(made).items()}


def _here(dataset: Dataset, files: list[Path]) -> dict[str, int]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    found: dict[str, int] = {}
    for file in files:
        for each in pc.value_counts(pq.read_table(file, columns=[dataset.time]).column(0).combine_chunks()).to_pylist():
            if each["values"] is not None:
                day = each["values"].isoformat()
                found[day] = found.get(day, 0) + each["counts"]
    return found


def _elsewhere(dataset: Dataset, url: str, backend: Backend) -> Days:
    day = backend.quote(dataset.time)
    found = backend.columns(
        f"SELECT {day} AS day, COUNT(*) AS n FROM ({backend.selected(dataset, url)}) AS t "
        f"WHERE {day} IS NOT NULL GROUP BY {day}"
    )
    return dict(zip(found["day"], found["n"], strict=True))
