"""Explaining a figure: the tree from the printed number down to rows and file hashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from qingce.core.amount import Absent
from qingce.core.errors import BindingError
from qingce.core.figure import Figure, FigureKey, Reading
from qingce.core.unit import legible
from qingce.services.project import Project

ORIGINS = {"computed": "由台账计算", "derived": "由其他指标推导", "filed": "填报"}


@dataclass(frozen=True)
class Node:
    """One figure of the tree.

    Attributes:
        facts: what is worth saying, by Chinese label, in print order.
        value: as stored, to the last digit; empty where absent.
        quality: its level and the one source that decides it; ``quality_chain`` the steps from one to the other.
        again: the figure stands elsewhere in the tree already and is not unfolded twice.
    """

    key: str
    label: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    factors: tuple[Mapping[str, Any], ...] = ()
    inputs: tuple[Mapping[str, Any], ...] = ()
    sql: str = ""
    rows_sql: str = ""
    rows: tuple[Mapping[str, str], ...] = ()
    row_count: int = 0
    operands: tuple[Node, ...] = ()
    again: bool = False
    value: str = ""
    quality: str = ""
    quality_chain: tuple[str, ...] = ()


def find(project: Project, text: str) -> Reading:
    """The figure that a person names: a metric, or a whole key ``metric/org/period/dim=code``.

    Raises:
        BindingError: it names nothing, with the nearest name.
    """
    name, *rest = text.split("/")
    reading = project.figure(name, org=rest[0] if rest else None, period=rest[1] if len(rest) > 1 else None)
    if len(rest) > 2 and rest[2]:
        pairs = [pair.split("=", 1) for pair in rest[2].split(",")]
        if any(len(pair) != 2 for pair in pairs):
            raise BindingError(f"“{rest[2]}”不是成员；写成 维度=代码。")
        reading = reading.at(**dict(pairs))
    return reading


def explain(project: Project, text: str, rows: int = 5) -> Node:
    """A figure taken apart, with at most so many rows behind each computed one."""
    return _node(project, find(project, text), rows, set())


def _node(project: Project, reading: Reading, rows: int, seen: set[FigureKey]) -> Node:
    figure = reading.figure
    label = reading.metric.label + "".join(
        f"·{reading.source.label(reading.metric, d, c)}" for d, c in reading.key.dims)
    text = reading.text
    if reading.key in seen:
        return Node(str(reading.key), label, text, again=True)
    seen.add(reading.key)
    record = project.lineage(figure)
    facts = {"口径": record.definition, "来源": ORIGINS[record.origin]}
    if record.origin != "filed":
        facts["公式"] = record.formula
    if estimate := project.quality_note(reading.key):
        facts["估算"] = estimate
    if record.method:
        facts["方法"] = record.method
    if not isinstance(figure.value, Absent):
        told, whole = legible(figure.value)
        facts["存值"] = f"{told} {figure.unit.name}{'' if whole else '（约）'}"
    facts |= {k: v for k, v in {"填报依据": figure.source, "说明": figure.reason}.items() if v}
    stored = project.revisions(reading.key)
    if stored:
        facts["修订"] = f"第 {stored[-1].figure.revision} 版" + (f"（{stored[-1].cause}）" if stored[-1].cause else "")
    shown, count = _rows(project, figure, record.rows_sql, rows)
    operands = tuple(
        _node(project, Reading(project.computation, project.registry.metrics[key.metric], key), rows, seen)
        for key in map(FigureKey.parse, record.operands)
    )
    return Node(
        str(reading.key), label, text, facts, tuple(asdict(f) for f in record.factors),
        tuple(asdict(i) for i in record.inputs), record.sql, record.rows_sql, shown, count, operands,
        value="" if figure.amount.absent else f"{figure.value:f}",
        quality=project.quality_short(reading.key), quality_chain=tuple(project.quality_words(reading.key)),
    )


def _rows(project: Project, figure: Figure, sql: str, limit: int) -> tuple[tuple[Mapping[str, str], ...], int]:
    """The first rows behind a figure, and how many there are."""
    if not sql or limit <= 0:
        return (), 0
    count = int(project.computation.subject.backend.columns(f"SELECT COUNT(*) AS n FROM ({sql})")["n"][0])
    columns = project.computation.rows(figure, limit)
    return tuple({n: "" if columns[n][i] is None else str(columns[n][i]) for n in columns}
                 for i in range(min(count, limit))), count
