"""The rows behind a figure, listed or exported, with the totals that prove they are the right ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from qingce.core.amount import Absent, Amount
from qingce.core.dataset import Dataset
from qingce.core.errors import ProjectError, nearest
from qingce.core.figure import Figure, Reading
from qingce.engine.rows import BATCH, Behind, Control, behind, control, leaves
from qingce.publish.rowfiles import SHEET_ROWS, RowSheet, write_csv, write_parquet, write_xlsx
from qingce.services.explain import find
from qingce.services.project import Project

KINDS = (".csv", ".parquet", ".xlsx")
HOW = {"sum": "合计", "count": "计数", "distinct": "去重计数", "min": "最小值", "max": "最大值"}


@dataclass(frozen=True)
class Listed:
    """The rows of one figure at the bottom of the tree.

    Attributes:
        origin: ``computed``, or ``filed`` where people entered it and no rows exist.
        measure: what was done with the rows, in words: 贷款余额合计.
        rows: how many stand behind the figure; ``shown`` how many were listed or written.
        control: the same reduction over the rows, in the figure's unit.
        equal: rows and figure agree.
        headings: column names with their Chinese labels.
        records: the first rows as printed values; empty after an export.
    """

    key: str
    label: str
    text: str
    origin: str
    source: str = ""
    table: str = ""
    measure: str = ""
    measured: str = ""
    rows: int = 0
    shown: int = 0
    control: str = ""
    figure: str = ""
    equal: bool = True
    synthetic: bool = False
    headings: Mapping[str, str] | None = None
    records: tuple[Mapping[str, str], ...] = ()
    file: str = ""


@dataclass(frozen=True)
class Rows:
    """Everything that stands behind one figure."""

    key: str
    label: str
    text: str
    parts: tuple[Listed, ...]

    @property
    def equal(self) -> bool:
        """Whether all control totals agree."""
        return all(part.equal for part in self.parts)


def list_rows(project: Project, text: str, limit: int = 20) -> Rows:
    """The first rows behind a figure; of a derived one, the rows of each figure it rests on.

    Raises:
        BindingError: it names no figure.
        ProjectError: the limit is negative.
    """
    if limit < 0:
        raise ProjectError(f"--limit 是行数，不能是 {limit}。")
    reading = find(project, text)
    parts = []
    for leaf in leaves(project.computation, reading.figure):
        made = _Part.of(project, leaf)
        parts.append(made.listed if made.rows is None else made.with_records(limit))
    return _rows(reading, parts)


def export_rows(project: Project, text: str, path: Path, limit: int | None = None) -> Rows:
    """Write the rows behind a figure; a derived figure gives one file a part, or one sheet a part.

    Raises:
        BindingError: it names no figure.
        ProjectError: another kind of file, a place where records are delivered, no rows to write, or
            more rows than an Excel sheet holds.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise ProjectError(f"{path.name}：只能写成 {'、'.join(KINDS)}。{nearest(kind, KINDS)}")
    if limit is not None and limit < 0:
        raise ProjectError(f"--limit 是行数，不能是 {limit}。")
    if path.is_dir():
        raise ProjectError(f"{path} 是文件夹；请写文件名。")
    if path.resolve().is_relative_to((project.folder / "records").resolve()):
        raise ProjectError(
            f"{path} 在台账文件夹 records 里，会被当作台账读入；请换一个地方。"
        )
    reading = find(project, text)
    made = [_Part.of(project, leaf) for leaf in leaves(project.computation, reading.figure)]
    real = [part for part in made if part.rows is not None]
    if not real:
        raise ProjectError(f"{text} 由填报得来，背后没有台账记录，没有可导出的行。")
    if kind == ".xlsx":
        written = _export_book(real, path, limit)
    else:
        names = _names(path, real)
        written = [_export_file(part, name, kind, limit) for part, name in zip(real, names, strict=True)]
    done = {part.key: part for part in written}
    return _rows(reading, [done.get(part.listed.key, part.listed) for part in made])


def _rows(reading: Reading, parts: list[Listed]) -> Rows:
    return Rows(str(reading.key), reading.metric.label, reading.text, tuple(parts))


@dataclass(frozen=True)
class _Part:
    project: Project
    listed: Listed
    rows: Behind | None = None

    @classmethod
    def of(cls, project: Project, figure: Figure) -> _Part:
        reading = Reading(project.computation, project.registry.metrics[figure.key.metric], figure.key)
        record = project.lineage(figure)
        label = reading.metric.label + "".join(
            f"·{reading.source.label(reading.metric, d, c)}" for d, c in figure.key.dims
        )
        listed = Listed(
            str(figure.key),
            label,
            reading.text,
            record.origin,
            synthetic=record.synthetic,
            source=figure.source or figure.reason,
        )
        if not record.rows_sql:
            return cls(project, listed)
        rows = behind(project.computation, figure)
        return cls(project, _controlled(project, listed, rows, control(project.computation, rows)), rows)

    def sql(self, limit: int | None) -> str:
        assert self.rows is not None
        return (
            self.rows.sql if limit is None else f"SELECT * FROM (\n{self.rows.sql}\n) AS part LIMIT {limit}"
        )

    def stream(self, limit: int | None) -> Iterator[pa.RecordBatch]:
        return self.project.computation.subject.backend.batches(self.sql(limit), BATCH)

    def with_records(self, limit: int) -> Listed:
        records = [
            {name: _printed(value) for name, value in record.items()}
            for batch in self.stream(limit)
            for record in batch.to_pylist()
        ]
        return replace(self.listed, shown=len(records), records=tuple(records))


def _controlled(project: Project, listed: Listed, rows: Behind, totals: Control) -> Listed:
    labels = _headings(project, rows)
    what = labels.get(rows.measured, rows.measured) if rows.measured else "记录"
    measure = project.lineage(rows.figure).formula if rows.measured is None else f"{what}{HOW[rows.how]}"
    return replace(
        listed,
        table=rows.table,
        measure=measure,
        measured=rows.measured or "",
        rows=totals.rows,
        control=_amount(Amount(totals.value, rows.figure.unit)),
        figure=_amount(rows.figure.amount),
        equal=totals.equal,
        headings=labels,
    )


def _amount(amount: Amount) -> str:
    return "—" if isinstance(amount.value, Absent) else f"{amount.value:f} {amount.unit.name}".strip()


def _printed(value: Any) -> str:
    if value is None:
        return ""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)


def _headings(project: Project, rows: Behind) -> dict[str, str]:
    """A label for each column, from the view or the datasets it is made of; names where labels would repeat."""
    datasets: list[Dataset] = [
        project.registry.datasets[name] for name in project.computation.asked.tables.datasets_of(rows.table)
    ]
    view = project.registry.views.get(rows.table)
    made = view.labels if view is not None else {}
    labels = {
        name: made.get(name) or next((d.columns[name].label for d in datasets if name in d.columns), name)
        for name in rows.columns
    }
    said = list(labels.values())
    return {name: label if said.count(label) == 1 else f"{label}（{name}）" for name, label in labels.items()}


def _names(path: Path, parts: list[_Part]) -> list[Path]:
    if len(parts) == 1:
        return [path]
    return [
        path.with_name(f"{path.stem}-{number}-{part.listed.key.split('/')[0]}{path.suffix}")
        for number, part in enumerate(parts, 1)
    ]


def _export_file(part: _Part, path: Path, kind: str, limit: int | None) -> Listed:
    listed = part.listed
    assert listed.headings is not None
    if kind == ".csv":
        count = write_csv(path, part.stream(limit), listed.headings)
    else:
        backend = part.project.computation.subject.backend
        schema = backend.arrow(part.sql(0)).schema
        about = {
            "qingce.figure": listed.key,
            "qingce.value": listed.figure,
            "qingce.measure": listed.measure,
            "qingce.synthetic": str(listed.synthetic).lower(),
        }
        count = write_parquet(path, part.stream(limit), schema, about)
    return _written(listed, count, path, limit)


def _written(listed: Listed, count: int, path: Path, limit: int | None) -> Listed:
    wanted = listed.rows if limit is None else min(limit, listed.rows)
    return replace(listed, shown=count, file=str(path), equal=listed.equal and count == wanted)


def _export_book(parts: list[_Part], path: Path, limit: int | None) -> list[Listed]:
    about = [("数值", "名称", "行数", "算法", "控制数", "值", "核对", "数据")]
    sheets = []
    for number, part in enumerate(parts, 1):
        listed = part.listed
        wanted = listed.rows if limit is None else min(limit, listed.rows)
        if wanted > SHEET_ROWS:
            raise ProjectError(
                f"{listed.label} 背后有 {wanted:,} 行，Excel 一张工作表最多放 {SHEET_ROWS:,} 行；"
                "请改用 .csv 或 .parquet，或用 --limit 只取前若干行。"
            )
        assert listed.headings is not None
        made = "合成数据" if listed.synthetic else "报送数据"
        verdict = "相符" if listed.equal else "不符"
        about.append(
            (
                listed.key,
                listed.label,
                f"{listed.rows}",
                listed.measure,
                listed.control,
                listed.figure,
                verdict,
                made,
            )
        )
        name = f"{number}-{listed.key.split('/')[0]}"[:31]
        sheets.append(RowSheet(name, listed.headings, part.stream(limit)))
    counts = write_xlsx(path, about, sheets)
    return [_written(part.listed, count, path, limit) for part, count in zip(parts, counts, strict=True)]
