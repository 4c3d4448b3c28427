"""The choice of a plan for a table, by what is measured: one query for small ones, passes for ledgers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qingce.engine.backend import Backend
from qingce.engine.masks import Unfit
from qingce.engine.memory import Memory
from qingce.engine.names import fingerprint
from qingce.engine.partition import Files, files_of
from qingce.engine.script import RowText

if TYPE_CHECKING:
    from qingce.engine.passes import Leaves, Unit

SIZE = 200_000
"""Rows from which passes are worth it: below, one query takes less than setting them up."""
SCAN, PASSES = "scan", "passes"


@dataclass(frozen=True, slots=True)
class Choice:
    """The plan chosen for a table, why, and what it cost.

    Attributes:
        plan: ``scan``, one query with a CASE for each metric; or ``passes``, each partition read once
            into totals by (org, time, members) and condition, kept by its content.
        reason: in Chinese.
        rows: rows of the largest dataset behind the table; -1 where they lie elsewhere.
        cells: keys that figures are put together from.
        seconds: wall time until the cells were there.
        partitions: how many pieces the table was taken in, and ``read`` how many of them had to be read.
    """

    plan: str
    reason: str
    rows: int
    cells: int
    seconds: float
    partitions: int = 1
    read: int = 1


@dataclass(frozen=True)
class Offer:
    """What the chooser came to: leaves, or the reason to use one query."""

    reason: str
    rows: int
    leaves: Leaves | None = None
    partitions: int = 1
    read: int = 1


class Chooser:
    """Chooses for each table.

    Args:
        size: rows from which passes are used.
    """

    def __init__(self, backend: Backend, memory: Memory | None, size: int) -> None:
        self.backend, self.memory, self.size = backend, memory, size

    def offer(self, datasets: Sequence[str], rows: Callable[[], RowText]) -> Offer:
        """The leaves of a table where passes suit it.

        Args:
            datasets: what the table is made of.
            rows: makes the row select; called only where the size calls for it.
        """
        paths = {name: files_of(self.backend.parquet.get(name)) for name in datasets}
        if self.backend.dialect != "duckdb" or any(found is None for found in paths.values()):
            return Offer("记录在集群或对象存储上，由其一次查询", -1)
        here = {name: found or [] for name, found in paths.items()}
        files = Files([path for found in here.values() for path in found], self.memory)
        many = max((sum(map(files.rows, found)) for found in here.values()), default=0)
        if not many or many < self.size:
            return Offer(f"{many:,} 行，不到 {self.size:,} 行，一次查询更快", many)
        text = rows()
        if text.unfit:
            return Offer(f"{text.unfit}，改用一次查询", many)
        from qingce.engine.passes import Passes

        passes = Passes(self.backend, self.memory)
        units = _units(text, here, files)
        files.keep()
        try:
            leaves = passes.leaves(text, units)
        except Unfit as exc:
            return Offer(f"{exc}，改用一次查询", many)
        return Offer(_because(text, many, units, passes.read), many, leaves, len(units), passes.read)


def _units(text: RowText, paths: dict[str, list[Path]], files: Files) -> list[Unit]:
    """What the passes read, one by one."""
    from qingce.engine.passes import Unit

    others = [files.content(path) for name, found in paths.items() if name != text.fact for path in found]
    if not text.fact:
        return [Unit(fingerprint(*others), None)]
    beside = fingerprint(*others) if others else ""
    parts = map(files.partition, paths[text.fact])
    return [Unit(part.content + beside, part) for part in parts]


def _because(text: RowText, rows: int, units: Sequence[Unit], read: int) -> str:
    if not text.fact:
        return f"{rows:,} 行；视图跨行取数，整表一次分类汇总"
    terms = len({term.id for term in text.terms})
    fresh = f"本次读取 {read} 个" if read else "全部沿用此前结果"
    return f"{rows:,} 行、{terms} 个聚合；{len(units)} 个分区各读一遍、按内容留存，{fresh}"
