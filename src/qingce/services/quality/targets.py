"""Targets of data quality: which level and which share of level 5 a pack or metric is to reach, and by when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from qingce.core.errors import ProjectError, nearest
from qingce.core.figure import FigureKey
from qingce.core.quality import Quality, mean
from qingce.core.registry import Registry
from qingce.core.scale import BEST, WORST
from qingce.services.yamlfile import read_yaml

FILE = "quality.yaml"
_KEYS = ("pack", "metric", "level", "worst_share", "year")


@dataclass(frozen=True, slots=True)
class Target:
    """What a pack or a metric is to reach.

    Attributes:
        pack, metric: one of them is named.
        level: the mean is to be this or a smaller number.
        year: by the end of which.
        worst_share: how many of a hundred figures may have level 5; ``None``: nothing is said.
    """

    pack: str
    metric: str
    level: Decimal
    year: int
    worst_share: Decimal | None = None

    @property
    def name(self) -> str:
        """Of the pack or metric."""
        return self.pack or self.metric

    def due(self, year: int) -> bool:
        """Whether it must be reached in that year's report."""
        return year >= self.year


@dataclass(frozen=True, slots=True)
class Measured:
    """Some figures together.

    Attributes:
        count: how many have a level.
        mean: of their levels, each counting once, for their units differ; nothing where none has one.
        estimated: how many are estimated wholly or in part.
        worst: how many have level 5.
    """

    count: int = 0
    mean: Decimal | None = None
    estimated: int = 0
    worst: int = 0

    @property
    def estimated_share(self) -> Decimal | None:
        """Of a hundred."""
        return _of_hundred(self.estimated, self.count)

    @property
    def worst_share(self) -> Decimal | None:
        """Of a hundred."""
        return _of_hundred(self.worst, self.count)


def counted(found: Mapping[FigureKey, Quality]) -> dict[FigureKey, Quality]:
    """What counts where figures are counted: totals, and members of families that have no total."""
    return {key: one for key, one in found.items() if not key.dims or key._replace(dims=()) not in found}


def measure(qualities: Iterable[Quality]) -> Measured:
    """Count figures; the order does not matter."""
    found = list(qualities)
    return Measured(len(found), mean(found), sum(bool(q.estimated) for q in found),
                    sum(q.level == WORST for q in found))


def _of_hundred(part: int, whole: int) -> Decimal | None:
    return (Decimal(part) * 100 / whole).quantize(Decimal("0.1")) if whole else None


def read_targets(folder: Path, registry: Registry) -> tuple[Target, ...]:
    """The targets in a project's ``quality.yaml``; none without that file.

    Raises:
        ProjectError: a target names nothing that is declared, or lacks its level or year.
    """
    path = folder / FILE
    if not path.is_file():
        return ()
    raw = read_yaml(path)
    if set(raw) - {"targets"} or not isinstance(raw.get("targets", []), list):
        raise ProjectError(f"{path}：只能有一个名为 targets 的列表。")
    return tuple(_target(entry, f"{path}, target {number}", registry) for number, entry in
                 enumerate(raw.get("targets", []), 1))


def _target(raw: Any, where: str, registry: Registry) -> Target:
    if not isinstance(raw, Mapping):
        raise ProjectError(f"{where}：写明 pack 或 metric，以及 level 和 year。")
    for key in raw:
        if key not in _KEYS:
            raise ProjectError(f"{where}：没有“{key}”这个键。{nearest(str(key), _KEYS)}")
    pack, metric = str(raw.get("pack", "")), str(raw.get("metric", ""))
    if bool(pack) == bool(metric):
        raise ProjectError(f"{where}：pack 和 metric 只写一个。")
    known: Collection[str] = registry.packs if pack else registry.metrics
    if (pack or metric) not in known:
        raise ProjectError(f"{where}：没有“{pack or metric}”。{nearest(pack or metric, known)}")
    level, year = _number(raw.get("level"), where, "level"), raw.get("year")
    if not BEST <= level <= WORST:
        raise ProjectError(f"{where}：level 是 1 到 5 的数，不能是 {level}。")
    if isinstance(year, bool) or not isinstance(year, int) or not 2000 <= year <= 2100:
        raise ProjectError(f"{where}：year 写年份，如 2026，不能是 {year!r}。")
    share = _number(raw["worst_share"], where, "worst_share") if "worst_share" in raw else None
    if share is not None and not 0 <= share <= 100:
        raise ProjectError(f"{where}：worst_share 是百分数，0 到 100，不能是 {share}。")
    return Target(pack, metric, level, year, share)


def _number(raw: Any, where: str, name: str) -> Decimal:
    try:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            raise InvalidOperation
        made = Decimal(str(raw))
        if not made.is_finite():
            raise InvalidOperation
    except InvalidOperation as wrong:
        raise ProjectError(f"{where}：{name} 是数，不能是 {raw!r}。") from wrong
    return made
