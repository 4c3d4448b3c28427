"""The plan behind a figure: which tables were read, how, what it cost, and where every delivered row went."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from qingce.core.figure import Reading
from qingce.engine.compute import Computation
from qingce.engine.lineage import Lineage
from qingce.engine.partition import files_of, rows_of
from qingce.engine.rows import leaves
from qingce.services.explain import find
from qingce.services.project import Project

GRAINS = {"": "不分时间", "day": "按日", "month": "按月"}


@dataclass(frozen=True)
class Intake:
    """What became of a ledger's delivered rows; ``read`` is ``used`` and ``refused`` together.

    Attributes:
        uncounted: files of which nobody can say how many rows they hold, and that are refused.
    """

    dataset: str
    label: str
    files: int
    read: int
    used: int
    refused: int
    uncounted: int = 0

    @property
    def sentence(self) -> str:
        """The balance in words."""
        balance = f"读入 {self.read:,} 行 ＝ 采用 {self.used:,} 行 ＋ 拒收 {self.refused:,} 行"
        unknown = f"；另有 {self.uncounted} 份文件读不出来，行数无法清点，整份拒收" if self.uncounted else ""
        return f"交来 {self.files} 份文件，{balance}{unknown}"


@dataclass(frozen=True)
class TablePlan:
    """How one table was read.

    Attributes:
        facts: what is worth saying about the plan, by Chinese label, in print order.
        choice: what the engine's planner recorded: the plan chosen, why, and its cost.
    """

    table: str
    label: str
    facts: Mapping[str, str]
    choice: Mapping[str, Any]
    intake: tuple[Intake, ...]
    sql: str


@dataclass(frozen=True)
class FigurePlan:
    """All tables behind a figure, and what answering it cost in this run.

    Attributes:
        scans: how many tables were read from records; the others came from an earlier run.
    """

    key: str
    label: str
    text: str
    scans: int
    seconds: float
    cpu_seconds: float
    tables: tuple[TablePlan, ...] = field(default=())


def figure_plan(project: Project, text: str) -> FigurePlan:
    """Answer a figure and say how.

    Raises:
        BindingError: it names no figure.
    """
    reading: Reading = find(project, text)
    computation = project.computation
    before, wall, cpu = computation.scans.read, time.perf_counter(), time.process_time()
    printed = reading.text
    seconds, cpu_seconds = time.perf_counter() - wall, time.process_time() - cpu
    records: dict[str, Lineage] = {}
    for leaf in leaves(computation, reading.figure):
        record = project.lineage(leaf)
        if record.table:
            records.setdefault(record.table, record)
    tables = tuple(_table(project, record) for record in records.values())
    return FigurePlan(
        str(reading.key),
        reading.metric.label,
        printed,
        computation.scans.read - before,
        round(seconds, 4),
        round(cpu_seconds, 4),
        tables,
    )


def _table(project: Project, record: Lineage) -> TablePlan:
    registry, computation = project.registry, project.computation
    scan = next((s for s in computation.asked.script.scans.values() if s.sql == record.sql), None)
    facts: dict[str, str] = {}
    if scan is not None:
        facts = {
            "一次读取回答": f"{len(scan.shapes)} 个指标",
            "时间": GRAINS.get(scan.grain, scan.grain),
            "分组": "、".join(scan.dims) or "无",
            "机构": "逐机构，再沿机构树上卷" if scan.org else "不分机构",
        }
    made = registry.datasets.get(record.table) or registry.views[record.table]
    intake = tuple(intake_of(project, name) for name in computation.asked.tables.datasets_of(record.table))
    return TablePlan(record.table, made.label, facts, _choice(computation, record.table), intake, record.sql)


def _choice(computation: Computation, table: str) -> dict[str, Any]:
    """What the planner recorded for a table; nothing where an earlier run's answers were enough."""
    made = computation.scans.choices.get(table)
    return asdict(made) if made is not None else {}


def intake_of(project: Project, dataset: str) -> Intake:
    """Where the delivered rows of a ledger went; a delivery with an error is refused as a whole."""
    records = project.records
    inputs = records.inputs.get(dataset, ())
    read, source = sum(i.rows for i in inputs), records.parquet.get(dataset)
    used = read if isinstance(source, str) else rows_of(files_of(source) or ())
    label, unknown = project.registry.datasets[dataset].label, records.uncounted.get(dataset, 0)
    return Intake(dataset, label, len(inputs), read, used, read - used, unknown)


def intake_of_all(project: Project) -> Intake:
    """The same over all ledgers together."""
    each = [intake_of(project, name) for name in project.registry.datasets]
    parts = ("files", "read", "used", "uncounted")
    files, read, used, unknown = (sum(getattr(i, part) for i in each) for part in parts)
    return Intake("", "全部台账", files, read, used, read - used, unknown)
