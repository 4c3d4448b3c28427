"""Figures that people filed on the desk, for whoever computes: approved ones, or any for a preview."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from qingce.casework.item import Item, Mode, State
from qingce.core.amount import ABSENT, Value
from qingce.core.check import Finding, Place, Severity, Status
from qingce.core.figure import Answered, Figure, FigureKey
from qingce.core.metric import Metric
from qingce.core.unit import unit
from qingce.ledger.projections.collecting import campaign
from qingce.ledger.projections.collecting import item as item_table
from qingce.ledger.records.filednumber import slack_of
from qingce.services.desk.desk import open_desk
from qingce.services.desk.items import read_items
from qingce.services.feed import Fed

_PLACE = re.compile(r"([^（）:]+):(\d+)）?$")


def desk_figures(
    folder: Path, url: str, drafts: bool, filed: Mapping[FigureKey, Figure], metrics: Mapping[str, Metric]
) -> Fed:
    """Filed figures of files and desk together; of one that is in both, the desk's.

    Args:
        url: of the desk's database; empty for the project's own file.
        drafts: take what was answered, approved or not.
    """
    findings: list[Finding] = []
    figures = dict(filed)
    for item in _items(folder, url, drafts):
        metric = metrics.get(item.metric)
        if metric is None or not metric.filed:
            findings.append(_unusable(item, metric))
            continue
        figure = figure_of(item, metric)
        if item.key in filed:
            findings.append(_both(filed[item.key], figure, item))
        figures[item.key] = figure
    return Fed(figures, tuple(findings))


def _items(folder: Path, url: str, drafts: bool) -> list[Item]:
    desk = open_desk(folder, url=url)
    try:
        # of two campaigns for one period the later one says what holds
        query = select(item_table).join(campaign, campaign.c.id == item_table.c.campaign).where(
            item_table.c.answered != "", item_table.c.state != State.VOIDED,
        ).order_by(campaign.c.opened, item_table.c.position)
        if not drafts:
            query = query.where(item_table.c.state == State.APPROVED)
        with desk.reading() as db:
            found = read_items(desk, db, query)
    finally:
        desk.close()
    return [i for i in found if i.mode is Mode.FILE and (drafts or i.holds)]


def asked_for(folder: Path, url: str, period: str) -> tuple[str, ...]:
    """The metrics that the campaigns of a period ask for.

    Args:
        url: of the desk's database; empty for the project's own file.
    """
    desk = open_desk(folder, url=url)
    try:
        query = select(item_table.c.metric).where(
            item_table.c.period == period, item_table.c.state != State.VOIDED).distinct()
        with desk.reading() as db:
            return tuple(sorted(db.execute(query).scalars()))
    finally:
        desk.close()


def figure_of(item: Item, metric: Metric) -> Figure:
    """The figure that an item says, in the metric's unit."""
    answer = item.answer
    state = "" if item.holds else "，尚未审批"
    where = f"青册填报项 {item.id}，事项 {item.seq}{state}"
    source = f"{answer.source}（{where}）" if answer.source else where
    value: Value = ABSENT
    slack = Decimal(0)
    if answer.answered is Answered.VALUE and answer.value is not None:
        given = unit(item.unit)
        value = given.to(metric.unit, answer.value)
        slack = given.to(metric.unit, slack_of(answer.value, given, answer.qualifier))
    return Figure(item.key, value, metric.unit, slack, answer.qualifier, answer.answered or Answered.VALUE,
                  answer.reason, source, estimate=answer.estimate)


def _unusable(item: Item, metric: Metric | None) -> Finding:
    what = "已由台账计算，不取填报值" if metric is not None else "已不在指标声明中，没有取用"
    return Finding("filed_desk", Status.FAIL, Severity.WARNING, f"填报项 {item.id} 的指标{what}。",
                   place=Place(file="青册", value=item.id), advice="在收集设置中撤下此项。")


def _both(file: Figure, desk: Figure, item: Item) -> Finding:
    same = (file.value, file.answered, file.qualifier) == (desk.value, desk.answered, desk.qualifier)
    said = "两处相同" if same else f"文件为 {_said(file)}，青册为 {_said(desk)}"
    match = _PLACE.search(file.source)
    place = Place(file=match[1], row=int(match[2]), column="value") if match else Place(file="records/filed")
    return Finding(
        "filed_desk", Status.FAIL, Severity.NOTE if same else Severity.WARNING,
        f"数值 {item.key} 既在文件中，也在青册填报项 {item.id}；{said}，取青册的值。",
        place=place, advice="只在青册填报，并从文件中删去这一行。",
    )


def _said(figure: Figure) -> str:
    if figure.answered is not Answered.VALUE or not isinstance(figure.value, Decimal):
        return {Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "暂缺"}.get(figure.answered, "—")
    return f"{figure.value:f} {figure.unit.name}"
