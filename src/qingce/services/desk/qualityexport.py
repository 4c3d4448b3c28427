"""The quality room as a workbook: packs by orgs, every figure with its level, the years."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from qingce.casework.rights import Actor
from qingce.core.estimate import plain
from qingce.publish.xlsx.cells import number_format
from qingce.publish.xlsx.graded import render_graded
from qingce.publish.xlsx.table import Cell, Column, Row, Table, fitted
from qingce.services.desk.desk import Desk
from qingce.services.desk.qualityroom import Bad, Room, room
from qingce.services.quality.targets import Measured


def export(desk: Desk, actor: Actor, *, period: str = "", pack: str = "", org: str = "") -> bytes:
    """The room with every figure instead of the worst only.

    Raises:
        Denied, Missing: as for :func:`qingce.services.desk.qualityroom.room`.
    """
    found = room(desk, actor, period=period, pack=pack, org=org, most=None)
    remark = f"{found.trust}。{found.means}"
    tables = {"主题与机构": _packs(found, remark), "数值": _figures(found, remark), "逐年": _years(found, remark)}
    return render_graded(desk.settings.organisation, f"{found.period} 数据质量", desk.today, tables)


def _packs(found: Room, remark: str) -> Table:
    names = dict(found.orgs)
    rows: list[Row] = []
    for line in found.lines:
        rows += [[line.label, names.get(org, org), *_measured(now)] for org, now in line.cells.items()]
        rows.append([Cell(line.label, "strong"), Cell("合计", "strong"), *_measured(line.total)])
    rows.append([Cell("全部", "strong"), Cell("合计", "strong"), *_measured(found.total)])
    return Table("数据质量：主题与机构", remark, [Column("主题", 20), Column("机构", 20), *_MEASURED], rows, frozen=2)


_MEASURED = (
    Column("有级别的数值", 13, "number"), Column("平均级别", 10, "number"), Column("含估算（%）", 12, "number"),
    Column("五级（%）", 12, "number"),
)


def _measured(now: Measured) -> Iterable[Cell]:
    yield Cell(Decimal(now.count), number_format="0")
    for value in (now.mean, now.estimated_share, now.worst_share):
        yield Cell("—", "absent") if value is None else Cell(value, number_format=number_format(1))


def _figures(found: Room, remark: str) -> Table:
    columns = [
        Column("指标", fitted((b.label for b in found.worst), 16, 34)), Column("机构", 18), Column("级别", 8, "number"),
        Column("估算占比（%）", 12, "number"), Column("理由", 60), Column("改进办法", 36, "muted"),
        Column("数值编号", 44, "code"),
    ]
    return Table("数据质量：数值，由差到好", remark, columns, [_figure(bad) for bad in found.worst], frozen=1)


def _figure(bad: Bad) -> Row:
    share = Cell("—", "absent")
    if bad.estimated:
        share = Cell(Decimal(plain(bad.estimated)), number_format=number_format(2))
    places = 1 if "." in bad.grade.text else 0
    return [bad.label, bad.org, Cell(Decimal(bad.grade.text), number_format=number_format(places)), share,
            "；".join(bad.grade.why), bad.grade.better, str(bad.key)]


def _years(found: Room, remark: str) -> Table:
    labels = {line.pack: line.label for line in found.lines}
    rows: list[Row] = []
    for year, packs in found.years.items():
        for pack, now in packs.items():
            rows.append([year, "全部" if pack == "*" else labels.get(pack, pack), *_measured(now)])
    columns = [Column("期间", 10, "center"), Column("主题", 20), *_MEASURED]
    return Table("数据质量：逐年", remark, columns, rows, frozen=2)
