"""The org table: rows of a CSV become a tree, or findings that say why not."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from qingce.core.check import Finding, Place
from qingce.core.dataset import Column, Date, Text
from qingce.core.errors import ProjectError
from qingce.core.org import Org, OrgTree
from qingce.ledger.records.collect import Collector, near, shown
from qingce.ledger.records.hits import day_meant
from qingce.ledger.records.smalltable import Row, read_table, table

COLUMNS: Mapping[str, Column] = {
    "code": Text("机构代码"), "name": Text("机构名称"), "level": Text("层级"),
    "parent": Text("上级机构", optional=True), "valid_from": Date("起始日期", optional=True),
    "valid_to": Date("截止日期", optional=True),
}
ORG_TABLE = table("org", "机构表", COLUMNS)


def load_orgs(path: Path, root: Path) -> tuple[OrgTree | None, tuple[Finding, ...]]:
    """The org tree of a project, or nothing with findings that say why.

    Args:
        path: a CSV with the columns of ``ORG_TABLE``; an org that was moved or renamed has one row
            for each span of time.
    """
    collector = Collector()
    rows, given = read_table(path, root, ORG_TABLE, collector)
    read = [(row, org) for row in rows if (org := _org(row, collector)) is not None]
    if rows and not collector.blocked:
        _judge_spans(read, collector)
        _judge_parents(read, collector)
        if not collector.blocked:
            _judge_circles(read, collector)
    elif not rows and not collector.blocked:
        collector.add("file_empty", "机构表没有机构。", Place(given.path))
    if collector.blocked:
        return None, collector.findings()
    latest_last = sorted((org for _, org in read), key=lambda org: org.valid_from or dt.date.min)
    order = {org.code: number for number, (_, org) in reversed(list(enumerate(read)))}
    try:
        return OrgTree(sorted(latest_last, key=lambda org: order[org.code])), collector.findings()
    except ProjectError:
        collector.add("org_circle", "机构表连不成一棵树。", Place(given.path))
        return None, collector.findings()


def _org(row: Row, collector: Collector) -> Org | None:
    sound = True
    for name in ("code", "name", "level"):
        if not row[name]:
            collector.add("value_required", f"必填列“{COLUMNS[name].label}”为空。", row.place(name))
            sound = False
    days = {}
    for name in ("valid_from", "valid_to"):
        days[name], fine = _day(row, name, collector)
        sound = sound and fine
    start, end = days["valid_from"], days["valid_to"]
    if start is not None and end is not None and end < start:
        reason = f"机构 {shown(row['code'])} 的截止日期早于起始日期。"
        collector.add("org_dates", reason, row.place("valid_to"))
        sound = False
    return Org(row["code"], row["name"], row["level"], row["parent"] or None, start, end) if sound else None


def _day(row: Row, name: str, collector: Collector) -> tuple[dt.date | None, bool]:
    text = row[name]
    if not text:
        return None, True
    written = len(text) == 10 and text.isascii() and text[4] == text[7] == "-"
    written = written and (text[:4] + text[5:7] + text[8:]).isdecimal()
    try:
        if written:
            return dt.date.fromisoformat(text), True
    except ValueError:
        collector.add("date_unreal", f"“{shown(text)}”：没有这一天。", row.place(name))
        return None, False
    collector.add("date_form", f"“{shown(text)}”不是日期的写法。{day_meant(text)}", row.place(name))
    return None, False


def _judge_spans(read: Sequence[tuple[Row, Org]], collector: Collector) -> None:
    by_code: dict[str, list[tuple[Row, Org]]] = {}
    for row, org in read:
        by_code.setdefault(org.code, []).append((row, org))
    for code, spans in by_code.items():
        spans.sort(key=lambda each: each[1].valid_from or dt.date.min)
        for (first, before), (row, after) in itertools.pairwise(spans):
            if (before.valid_to or dt.date.max) >= (after.valid_from or dt.date.min):
                reason = f"机构 {shown(code)} 与第 {first.line} 行的有效期重叠。"
                collector.add("org_overlap", reason, row.place("valid_from"))


def _judge_parents(read: Sequence[tuple[Row, Org]], collector: Collector) -> None:
    codes = {org.code for _, org in read}
    roots = sorted({org.code for _, org in read if org.parent is None})
    if len(roots) != 1:
        said = "、".join(map(shown, roots[:5])) or "没有一个"
        first = next((row for row, org in read if org.parent is None), read[0][0])
        reason = f"应当只有一个没有上级的机构，这里有 {len(roots)} 个：{said}。"
        collector.add("org_root", reason, first.place("parent"))
    for row, org in read:
        if org.parent is not None and org.parent not in codes:
            reason = f"上级机构“{shown(org.parent)}”不在表中。{near(org.parent, codes)}"
            collector.add("org_parent", reason, row.place("parent"))


def _judge_circles(read: Sequence[tuple[Row, Org]], collector: Collector) -> None:
    """On every day on which the tree changes, climb from each org to the root."""
    days = {org.valid_from for _, org in read if org.valid_from}
    days |= {o.valid_to + dt.timedelta(days=1) for _, o in read if o.valid_to and o.valid_to < dt.date.max}
    told: set[str] = set()
    for day in [dt.date.min, *sorted(days)]:
        above = {org.code: (row, org.parent) for row, org in read if org.valid_on(day)}
        safe: set[str] = set()
        for code in above:
            seen: list[str] = []
            current: str | None = code
            while current in above and current not in safe and current not in seen:
                seen.append(current)
                current = above[current][1]
            if current in seen and current not in told:
                told.update(seen)
                row = above[current][0]
                reason = f"机构 {shown(current)} 的上级绕回了它自己。"
                collector.add("org_circle", reason, row.place("parent"))
            elif current not in told:
                safe.update(seen)
