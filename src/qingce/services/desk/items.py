"""Items and campaigns read from the state tables, with last year's values beside them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from qingce.casework.campaign import Asked, Campaign
from qingce.casework.clock import Calendar
from qingce.casework.item import (
    Answer,
    Back,
    Explained,
    Explanation,
    Item,
    Mode,
    Seal,
    State,
    Step,
    read_dims,
)
from qingce.casework.variance import Prior
from qingce.core.check import Finding
from qingce.core.errors import Missing
from qingce.core.estimate import Estimate
from qingce.core.figure import Answered, Dims, Figure, FigureKey, Qualifier
from qingce.core.period import Period
from qingce.core.unit import unit
from qingce.ledger.figures import FigureStore
from qingce.ledger.itemrows import item_rows
from qingce.ledger.look import once
from qingce.ledger.projections.collecting import asked as asked_table
from qingce.ledger.projections.collecting import campaign as campaign_table
from qingce.ledger.projections.collecting import item as item_table
from qingce.services.desk.desk import Desk
from qingce.services.desk.kept import Kept

_IN = 500
_CAMPAIGN = select(campaign_table).where(campaign_table.c.id == bindparam("name"))
_CAMPAIGNS = select(campaign_table).order_by(campaign_table.c.opened.desc(), campaign_table.c.id)
_ASKED = select(asked_table).where(asked_table.c.campaign == bindparam("name")).order_by(asked_table.c.position)
_ITEM = select(item_table).where(item_table.c.id == bindparam("name"))


# -- campaigns --------------------------------------------------------------------------------------
def read_campaign(db: Connection, name: str, kept: Kept | None = None) -> Campaign:
    """A campaign with what it asks; the orgs of what it asks are those of its items.

    Args:
        kept: where it may still be from an earlier time.

    Raises:
        Missing: no such campaign.
    """
    row = next(iter(once(db, _CAMPAIGN, {"name": name})), None)
    if row is None:
        raise Missing(f"没有收集“{name}”。")
    if kept is None:
        return _campaign(db, row)
    # an act that is not committed may be taken back, and another event then has its place in the journal
    settled = not db.get_execution_options().get("qingce_write", False)
    return kept.get(("campaign", name), tuple(row), lambda: _campaign(db, row), keep=settled)


def read_campaigns(db: Connection, kept: Kept | None = None) -> list[Campaign]:
    """Every campaign, the latest first.

    Args:
        kept: where they may still be from an earlier time.
    """
    rows = once(db, _CAMPAIGNS)
    if kept is None:
        return [_campaign(db, row) for row in rows]
    return [read_campaign(db, row.id, kept) for row in rows]


def _campaign(db: Connection, row: Any) -> Campaign:
    said = json.loads(row.due)
    rows = once(db, _ASKED, {"name": row.id})
    return Campaign(
        row.id, row.label, row.period, {Step(step): dt.date.fromisoformat(day) for step, day in said.items()},
        Calendar.read(json.loads(row.clock)), row.before, row.state, row.opened_by, row.opened, row.closed,
        tuple(_asked(r) for r in rows),
    )


def _asked(row: Any) -> Asked:
    return Asked(row.metric, row.unit, (), (), Mode(row.mode), row.pack,
                 Decimal(row.tolerance) if row.tolerance else None, row.owner, row.reviewer, row.approver)


def scope_of(db: Connection, name: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """For each metric of a campaign the orgs and the members that it is asked for."""
    rows = db.execute(
        select(item_table.c.metric, item_table.c.org, item_table.c.dims)
        .where(item_table.c.campaign == name, item_table.c.state != State.VOIDED).order_by(item_table.c.position))
    found: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for metric, org, dims in rows:
        orgs, members = found.setdefault(metric, ({}, {}))
        orgs[org], members[dims] = None, None
    return {metric: (tuple(orgs), tuple(members)) for metric, (orgs, members) in found.items()}


# -- items ------------------------------------------------------------------------------------------
def read_item(desk: Desk, db: Connection, name: str) -> Item:
    """One item.

    Raises:
        Missing: no such item.
    """
    held = item_rows(db, name.partition("/")[0])
    rows = once(db, _ITEM, {"name": name}) if held is None else [held.rows[name]] if name in held.rows else []
    found = next(iter(_items(desk, db, rows)), None)
    if found is None:
        raise Missing(f"没有填报项“{name}”。")
    return found


def read_named(desk: Desk, db: Connection, names: Iterable[str]) -> list[Item]:
    """Items by their ids, in the order asked for; those that do not exist are left out."""
    wanted = list(dict.fromkeys(names))
    found: dict[str, Item] = {}
    for start in range(0, len(wanted), _IN):
        block = wanted[start:start + _IN]
        query = select(item_table).where(item_table.c.id.in_(block))
        found |= {one.id: one for one in read_items(desk, db, query)}
    return [found[name] for name in wanted if name in found]


def asked_for(row: Row[Any]) -> bool:
    """Whether an item is still asked for, by its row."""
    return bool(row.state != State.VOIDED)


def items_of(
    desk: Desk, db: Connection, campaign: str, wanted: Callable[[Row[Any]], bool] = asked_for,
    orgs: Sequence[str] | None = None,
) -> list[Item]:
    """The items of a campaign that are wanted, in their order.

    Args:
        wanted: judges a row of the item table, of items that are no longer asked for, too.
        orgs: only of these.
    """
    held = item_rows(db, campaign)
    rows = held.of(orgs) if held is not None else db.execute(_every(campaign, orgs)).all()
    return _items(desk, db, [row for row in rows if wanted(row)])


def items_behind(
    desk: Desk, db: Connection, metric: str, period: str, dims: Dims, orgs: Collection[str]
) -> list[Item]:
    """What campaigns of a period asked of some orgs for one figure each, the latest campaign first."""
    member = dims_text(dims)
    return [one for asked in read_campaigns(db, desk.kept) if asked.period == period and asked.of(metric) is not None
            for one in items_of(desk, db, asked.id, lambda row: row.metric == metric and row.dims == member,
                                sorted(orgs))]


def _every(campaign: str, orgs: Sequence[str] | None) -> Select[Any]:
    query = select(item_table).where(item_table.c.campaign == campaign).order_by(item_table.c.position)
    return query if orgs is None else query.where(item_table.c.org.in_(orgs))


def read_items(desk: Desk, db: Connection, query: Select[Any]) -> list[Item]:
    """The items of a query over the item table."""
    return _items(desk, db, db.execute(query).all())


def _items(desk: Desk, db: Connection, rows: Sequence[Any]) -> list[Item]:
    campaigns = {name: read_campaign(db, name, desk.kept) for name in {row.campaign for row in rows}}
    stored = latest_figures(desk)
    before = {name: _approved_before(desk, db, c, rows) for name, c in campaigns.items()}
    years = {name: str(Period.parse(c.period).year_ago) for name, c in campaigns.items()}
    return [_kept(
        desk, row, campaigns[row.campaign],
        stored.get(FigureKey(row.metric, row.org, years[row.campaign], read_dims(row.dims))),
        before[row.campaign](row)) for row in rows]


Approved = tuple[str, str]
"""A value that the campaign before approved, and its unit."""


def _kept(desk: Desk, row: Any, campaign: Campaign, figure: Figure | None, approved: Approved | None) -> Item:
    """The item of a row, put together again only where the row or what it is compared with has changed.

    Args:
        figure, approved: last year's value as builds stored it, and as the campaign before approved it.
    """

    def make() -> Item:
        asked = campaign.of(row.metric)
        assert asked is not None
        prior = _prior(campaign, asked, *approved) if approved else _stored_before(asked, figure)
        return _item(row, campaign, asked, prior)

    return desk.kept.get(("item", row.id), (row, campaign, figure, approved), make)


def _item(row: Any, campaign: Campaign, asked: Asked, prior: Prior | None) -> Item:
    due = dict(campaign.due)
    due |= {Step(step): dt.date.fromisoformat(day) for step, day in json.loads(row.due).items()}
    hands = {hand: getattr(row, hand) or getattr(asked, hand) for hand in ("owner", "reviewer", "approver")}
    return Item(
        id=row.id, campaign=row.campaign, metric=row.metric, org=row.org, period=row.period, unit=asked.unit,
        dims=read_dims(row.dims), mode=asked.mode, pack=asked.pack, state=State(row.state), version=row.version,
        answer=Answer(Answered(row.answered) if row.answered else None, Decimal(row.value) if row.value else None,
                      Qualifier(row.qualifier), row.reason, row.source,
                      Estimate.read(json.loads(row.estimate)) if row.estimate else None),
        explanation=Explanation(row.explanation, Explained(row.explained), row.remark),
        evidence=tuple(json.loads(row.evidence)), **hands,
        named=frozenset(hand for hand in hands if getattr(row, hand)), due=due,
        filers=frozenset(json.loads(row.filers)), submitted=_seal(row.submitted), reviewed=_seal(row.reviewed),
        approved=_seal(row.approved), returned=_back(row.returned), void=_back(row.voided), seq=row.seq,
        changed=row.changed, prior=prior, tolerance=asked.tolerance,
        reminded=row.reminded, escalated=row.escalated,
    )


def _seal(text: str) -> Seal | None:
    return Seal(**json.loads(text)) if text else None


def _back(text: str) -> Back | None:
    return Back(**json.loads(text)) if text else None


# -- last year --------------------------------------------------------------------------------------
def _stored_before(asked: Asked, figure: Figure | None) -> Prior | None:
    """Last year's value as builds stored it."""
    if figure is None or not isinstance(figure.value, Decimal):
        return None
    value = figure.unit.to(unit(asked.unit), figure.value)
    return Prior(_plain(value), f"{figure.key.period} 年度编制值，第 {figure.revision} 版")


def _approved_before(
    desk: Desk, db: Connection, campaign: Campaign, rows: Iterable[Any]
) -> Callable[[Any], Approved | None]:
    """What finds last year's value of an item, where the campaign before approved it."""
    if not campaign.before:
        return lambda row: None
    held = item_rows(db, campaign.before)
    if held is None:
        found = _approved(db, campaign.before, {row.metric for row in rows if row.campaign == campaign.id})
        return lambda row: found.get((row.metric, row.org, row.dims))
    units = {asked.metric: asked.unit for asked in read_campaign(db, campaign.before, desk.kept).asked}

    def of(row: Any) -> Approved | None:
        there = held.rows.get(f"{campaign.before}/{row.id.partition('/')[2]}")
        good = there is not None and there.state == State.APPROVED and there.answered == Answered.VALUE
        return (there.value, units[there.metric]) if good and there is not None else None

    return of


def _approved(db: Connection, before: str, metrics: Collection[str]) -> dict[tuple[str, str, str], Approved]:
    """Approved values of another campaign."""
    query = select(item_table, asked_table.c.unit).join(
        asked_table,
        (asked_table.c.campaign == item_table.c.campaign) & (asked_table.c.metric == item_table.c.metric),
    ).where(item_table.c.campaign == before, item_table.c.state == State.APPROVED,
            item_table.c.answered == Answered.VALUE)
    if len(metrics) <= _IN:
        query = query.where(item_table.c.metric.in_(sorted(metrics)))
    return {(r.metric, r.org, r.dims): (r.value, r.unit) for r in db.execute(query)}


def _prior(campaign: Campaign, asked: Asked, value: str, unit_text: str) -> Prior:
    return Prior(_plain(unit(unit_text).to(unit(asked.unit), Decimal(value))), f"收集 {campaign.before} 的审批值")


def _plain(value: Decimal) -> Decimal:
    """Without the zeros that a change of unit leaves behind the point."""
    short = value.normalize()
    return short.quantize(Decimal(1)) if int(short.as_tuple().exponent) > 0 else short


def latest_figures(desk: Desk) -> Mapping[FigureKey, Figure]:
    """What builds stored last, read again only after another build."""
    path = desk.figures.path
    return _latest(str(path), tuple(_stamp(path)))


def latest_findings(desk: Desk) -> Sequence[Finding]:
    """What the checks of the latest build found, read again only after another build."""
    path = desk.figures.path
    return _found(str(path), tuple(_stamp(path)))


@lru_cache(maxsize=8)
def _found(path: str, stamp: tuple[int, ...]) -> Sequence[Finding]:
    return tuple(FigureStore(Path(path)).findings())


def _stamp(path: Path) -> Iterator[int]:
    for name in (path, path.with_name(path.name + "-wal")):
        try:
            found = name.stat()
        except OSError:
            continue
        if found.st_size:  # who only reads may leave an empty log behind
            yield found.st_mtime_ns
            yield found.st_size


@lru_cache(maxsize=8)
def _latest(path: str, stamp: tuple[int, ...]) -> Mapping[FigureKey, Figure]:
    return FigureStore(Path(path)).latest()


def dims_text(dims: Dims) -> str:
    """Dimensions as an id writes them."""
    return ",".join(f"{name}={code}" for name, code in dims)
