"""What a sample is drawn from: the figures of an edition, or the rows behind one of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Any

from qingce.casework.sampling import Unit
from qingce.core.dataset import Dataset
from qingce.core.errors import BindingError, Missing, Refused
from qingce.core.event import canonical
from qingce.core.figure import Figure, FigureKey
from qingce.engine.rows import BATCH, Behind, behind, leaves
from qingce.services.desk.assurance import Engagement
from qingce.services.desk.desk import Desk
from qingce.services.desk.edition_records import project_of_edition
from qingce.services.desk.editions import Edition, figures_of, sealed
from qingce.services.desk.labels import org_name, pack_label
from qingce.services.explain import find
from qingce.services.overlay import LaidOver

MOST_ROWS = 1_000_000
"""Rows of a frame that is drawn from on a page; more than that is a matter for a program of one's own."""
SIZES = ("大", "中", "小")
_READING = Lock()
Record = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Frame:
    """A frame with what people read of it.

    Attributes:
        kind: ``figures`` or ``rows``.
        figure: whose rows they are; for figures the metric that was chosen, or empty.
        unit: of the amounts; empty where nothing is measured, so that no method by amount can be used.
        labels: what each unit is called.
        record: heading and value of some units by their ids, in print order.
    """

    kind: str
    figure: str
    label: str
    by: str
    unit: str
    units: tuple[Unit, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    record: Callable[[Iterable[str]], Mapping[str, Record]] = lambda wanted: {}

    @property
    def measured(self) -> bool:
        """Whether amounts may be compared with each other."""
        return bool(self.unit)


# -- figures ----------------------------------------------------------------------------------------
def figures_frame(desk: Desk, of: Engagement, about: Edition, *, metric: str = "", by: str = "") -> Frame:
    """The figures of an edition that lie in the boundary; absent ones have nothing to test.

    Args:
        metric: only this one's.
        by: strata: ``pack``, ``org``, ``size`` or nothing.
    """
    said = figures_of(sealed(desk, about))
    found = [each for each in said["figures"] if each["value"] is not None and (not metric or each["metric"] == metric)
             and of.holds(each["metric"], said["metrics"][each["metric"]]["pack"], _path(desk, each["org"]))]
    units = {each["unit"] for each in found}
    unit = units.pop() or "比值" if len(units) == 1 else ""
    amounts = {each["id"]: abs(Decimal(each["value"])) if unit else Decimal(0) for each in found}
    sizes = _sizes(amounts) if by == "size" and unit else {}

    def stratum(each: Mapping[str, Any]) -> str:
        if by == "pack":
            return pack_label(desk, said["metrics"][each["metric"]]["pack"])
        return org_name(desk, each["org"]) if by == "org" else sizes.get(each["id"], "")

    labels = {each["id"]: figure_label(desk, said, each) for each in found}
    known = {each["id"]: each for each in found}

    def record(wanted: Iterable[str]) -> dict[str, Record]:
        return {name: (("数值", known[name]["text"] or f"{known[name]['value']} {known[name]['unit']}"),
                       ("存值", f"{known[name]['value']} {known[name]['unit']}".strip()),
                       ("修订", str(known[name]["revision"]))) for name in wanted}

    label = said["metrics"][metric]["label"] if metric else "版内数值"
    return Frame("figures", metric, label, by, unit,
                 tuple(Unit(each["id"], amounts[each["id"]], stratum(each)) for each in found), labels, record)


def figure_label(desk: Desk, said: Mapping[str, Any], each: Mapping[str, Any]) -> str:
    """A frozen figure in words: 志愿服务时长（总行，2024）."""
    declared = said["metrics"][each["metric"]]
    members = [declared["members"].get(d, {}).get(code, code) for d, code in each["dims"].items()]
    tail = "，".join([*members, said["orgs"].get(each["org"]) or org_name(desk, each["org"]), each["period"]])
    return f"{declared['label']}（{tail}）"


def _path(desk: Desk, org: str) -> tuple[str, ...]:
    return desk.path(org) if org in desk.tree else (org,)


def _sizes(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    """Thirds by rank of the amount, the largest first."""
    ordered = sorted(amounts, key=lambda name: (-amounts[name], name))
    return {name: SIZES[place * 3 // len(ordered)] for place, name in enumerate(ordered)}


# -- rows -------------------------------------------------------------------------------------------
def leaves_of(desk: Desk, about: Edition, figure: str) -> list[tuple[str, str, bool]]:
    """The figures at the bottom of a figure's tree: key, words, and whether it has rows.

    Raises:
        Missing: the edition has no such figure.
    """
    with _READING:
        project = project_of_edition(desk, about)
        return [(str(leaf.key), words_of(project, leaf), bool(project.lineage(leaf).rows_sql))
                for leaf in leaves(project.computation, _found(project, figure))]


def words_of(project: LaidOver, figure: Figure) -> str:
    """A computed figure in words."""
    metric = project.registry.metrics[figure.key.metric]
    members = [project.computation.label(metric, d, code) for d, code in figure.key.dims]
    return f"{metric.label}（{'，'.join([*members, project.records.tree.name(figure.key.org), figure.key.period])}）"


def _found(project: LaidOver, text: str) -> Figure:
    try:
        return find(project, text).figure
    except BindingError as wrong:
        raise Missing(f"这一版没有数值“{text}”。") from wrong


def rows_frame(desk: Desk, of: Engagement, about: Edition, figure: str, *, by: str = "") -> Frame:
    """The rows of the ledger behind one figure of an edition, from the records it was frozen with.

    Args:
        by: strata: a column of the table, ``size``, or nothing.

    Raises:
        Missing: the edition has no such figure.
        Refused: outside the boundary; no rows are its own; not such a column; more rows than a page draws from.
    """
    key = FigureKey.parse(figure) if figure.count("/") >= 2 else None
    if key is None or not of.holds(key.metric, desk.registry.pack_of.get(key.metric, ""), _path(desk, key.org)):
        raise Refused("这个数值不在鉴证范围之内。")
    with _READING:
        project = project_of_edition(desk, about)
        found = _found(project, figure)
        if not project.lineage(found).rows_sql:
            parts = [str(leaf.key) for leaf in leaves(project.computation, found) if project.lineage(leaf).rows_sql]
            hint = f"请选它所由推导的数值：{'、'.join(parts[:5])}。" if parts else "它由填报得来，背后没有台账行。"
            raise Refused(f"这个数值没有自己的台账行。{hint}")
        table = _Table(project, behind(project.computation, found))
        if by and by != "size" and by not in table.rows.columns:
            raise Refused(f"台账没有“{by}”这一列，不能按它分层。")
        units = table.units(by if by != "size" else "")
        if by == "size" and table.measured:
            sizes = _sizes({unit.id: unit.amount for unit in units})
            units = [Unit(unit.id, unit.amount, sizes[unit.id]) for unit in units]
        label = words_of(project, found)
    return Frame("rows", figure, label, by, table.unit, tuple(units), {}, table.records)


def strata_of(desk: Desk, about: Edition, figure: str) -> list[tuple[str, str]]:
    """Columns by which the rows behind a figure may be divided: name and label."""
    with _READING:
        project = project_of_edition(desk, about)
        found = _found(project, figure)
        if not project.lineage(found).rows_sql:
            return []
        table = _Table(project, behind(project.computation, found))
    return [(name, table.headings[name]) for name, kind in table.kinds.items() if kind in ("org", "code", "flag")]


@dataclass(frozen=True)
class _Table:
    """The rows behind a figure, read once for the frame and once for what was drawn."""

    project: LaidOver
    rows: Behind

    @property
    def measured(self) -> str:
        """The column that is summed, or nothing."""
        return self.rows.measured or "" if self.rows.how == "sum" else ""

    @property
    def unit(self) -> str:
        return (self.rows.figure.unit.name or "比值") if self.measured else ""

    @property
    def datasets(self) -> list[Dataset]:
        names = self.project.computation.asked.tables.datasets_of(self.rows.table)
        return [self.project.registry.datasets[name] for name in names]

    @property
    def kinds(self) -> dict[str, str]:
        return {name: d.columns[name].type for d in reversed(self.datasets) for name in self.rows.columns
                if name in d.columns}

    @property
    def headings(self) -> dict[str, str]:
        known = {name: d.columns[name].label for d in reversed(self.datasets) for name in d.columns}
        return {name: known.get(name, name) for name in self.rows.columns}

    @property
    def grain(self) -> tuple[str, ...]:
        """The columns that name a row; nothing where the table is no dataset of its own."""
        dataset = self.project.registry.datasets.get(self.rows.table)
        return dataset.grain if dataset is not None else ()

    def units(self, stratum: str) -> list[Unit]:
        found: list[Unit] = []
        needed = tuple(dict.fromkeys(c for c in (*self.grain, self.measured, stratum) if c)) if self.grain else ()
        for name, row in self._named(needed):
            amount = row[self.measured] if self.measured else None
            found.append(Unit(name, Decimal(str(amount)) if amount is not None else Decimal(0),
                              _text(row[stratum]) if stratum else ""))
            if len(found) > MOST_ROWS:
                raise Refused(f"这个数值背后超过 {MOST_ROWS:,} 行；请用 qingce rows 导出后以程序抽样。")
        return found

    def records(self, wanted: Iterable[str]) -> dict[str, Record]:
        names, headings = set(wanted), self.headings
        with _READING:
            return {name: tuple((headings[c], _text(row[c])) for c in self.rows.columns)
                    for name, row in self._named() if name in names}

    def _named(self, needed: tuple[str, ...] = ()) -> Iterable[tuple[str, Mapping[str, Any]]]:
        """Every row with its name: its key, else a hash of its content, with a number where that stands twice.

        Args:
            needed: columns to read; default all.
        """
        grain, seen = self.grain, Counter[str]()
        backend = self.project.computation.subject.backend
        columns = ", ".join(backend.quote(column) for column in needed) or "*"
        for batch in backend.batches(f"SELECT {columns} FROM (\n{self.rows.sql}\n) AS part", BATCH):
            for row in batch.to_pylist():
                if grain:
                    name = " ".join(_text(row[column]) for column in grain)
                else:
                    text = canonical({column: _text(value) for column, value in row.items()})
                    name = hashlib.sha256(text.encode()).hexdigest()[:16]
                seen[name] += 1
                yield (f"{name}#{seen[name]}" if seen[name] > 1 else name), row


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
