"""What a subject of evidence or comments is about: for asking rights, and for saying it in words."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Target
from qingce.core.errors import Missing
from qingce.core.figure import Dims, FigureKey
from qingce.ledger.projections.cases import case as case_table
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import read_item


@dataclass(frozen=True, slots=True)
class Subject:
    """A figure of a campaign, a figure of a build, a paragraph of a page, or a case.

    Attributes:
        text: as the journal writes it.
        label: what people call it.
        read: the right that whoever sees it must have.
    """

    text: str
    label: str
    target: Target
    read: Action
    item: str = ""
    campaign: str = ""


def subject(desk: Desk, db: Connection, text: str) -> Subject:
    """What a text of the form ``item/…``, ``figure/…``, ``page/…`` or ``case/…`` is about.

    Raises:
        Missing: nothing of that kind.
    """
    kind, _, rest = text.partition("/")
    if kind == "item":
        item = read_item(desk, db, rest)
        label = words(desk, item.metric, item.org, item.dims, item.period)
        return Subject(text, label, desk.target(item.org, item.pack), Action.READ_ITEMS, item.id, item.campaign)
    if kind == "figure":
        try:
            key = FigureKey.parse(rest)
        except ValueError:
            raise Missing("没有这个数值。") from None
        if key.metric not in desk.registry.metrics:
            raise Missing(f"没有名为“{key.metric}”的指标。")
        label = words(desk, key.metric, key.org, key.dims, key.period)
        pack = desk.registry.pack_of.get(key.metric, "")
        return Subject(text, label, desk.target(key.org, pack), Action.READ_FIGURES)
    if kind == "page":
        slug, _, paragraph = rest.partition("#")
        if not slug or len(rest) > 200:
            raise Missing("没有这一页。")
        return Subject(text, f"页面“{slug}”" + (f"第 {paragraph} 段" if paragraph else ""), Target(), Action.READ_PAGES)
    if kind == "case":
        row = db.execute(select(case_table).where(case_table.c.id == rest)).first()
        if row is None:
            raise Missing("没有这个工单。")
        return Subject(text, f"工单 {row.id} {row.title}", desk.target(row.org, row.pack), Action.READ_ITEMS)
    raise Missing("没有这样的对象。")


def words(desk: Desk, metric: str, org: str, dims: Dims, period: str) -> str:
    """A figure in words: 注册志愿者 · 城东支行 · 2024."""
    declared = desk.registry.metrics.get(metric)
    parts = [declared.label if declared else metric]
    for dimension, code in dims:
        known = desk.registry.code_list(declared, dimension) if declared else None
        found = None if known is None else next((v.label for v in known.values if v.code == code), None)
        parts.append(found or code)
    return " · ".join([*parts, desk.tree.name(org) if org in desk.tree else org, period])
