"""Campaigns: opened by the ESG office, rolled forward from last year, changed, handed to people, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import product

from sqlalchemy import func, select

from qingce.casework.campaign import Asked, Campaign, Draft, forward, switched
from qingce.casework.clock import wrong_order
from qingce.casework.item import Mode, Step
from qingce.casework.rights import Action, Actor
from qingce.core.errors import BindingError, Missing, PeriodError, Refused
from qingce.core.event import Json
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.ledger.projections.collecting import campaign as campaign_table
from qingce.ledger.projections.collecting import item as item_table
from qingce.services.desk.assigning import able
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import read_campaign, read_campaigns, scope_of
from qingce.services.desk.materiality.switching import metrics_on
from qingce.services.desk.materiality.switching import switched as decision_switches

Material = Callable[[Desk, str], Mapping[str, bool] | None]
"""Says for a period which metrics the materiality decision switches on or off; ``None``: no decision yet."""
_MEMBERS = 200


def everything(desk: Desk, period: str) -> Mapping[str, bool] | None:
    """No decision: every figure is asked for."""
    return None


def offered(desk: Desk, period: str) -> tuple[tuple[Asked, ...], dict[str, str]]:
    """Filed metrics that a campaign may ask for; and by label what the materiality decision leaves out, and why."""
    with desk.reading() as db:
        said = decision_switches(desk, db, period)
    off = {name: s.reason for name, s in said.items() if not s.on}
    scope = filed_scope(desk)
    return (tuple(a for a in scope if a.metric not in off),
            {desk.registry.metrics[a.metric].label: off[a.metric] for a in scope if a.metric in off})


# -- reading ----------------------------------------------------------------------------------------
def campaigns(desk: Desk, actor: Actor) -> list[Campaign]:
    """Every campaign, the latest first."""
    desk.require(actor, Action.READ_ITEMS)
    with desk.reading() as db:
        return read_campaigns(db, desk.kept)


def campaign(desk: Desk, actor: Actor, name: str) -> Campaign:
    """One campaign with what it asks of whom.

    Raises:
        Denied, Missing: no right; no such campaign.
    """
    desk.require(actor, Action.READ_ITEMS)
    with desk.reading() as db:
        return _with_scope(read_campaign(db, name), scope_of(db, name))


def _with_scope(found: Campaign, scope: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> Campaign:
    nothing: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    asked = tuple(
        replace(a, orgs=scope.get(a.metric, nothing)[0], dims=scope.get(a.metric, nothing)[1] or ("",))
        for a in found.asked
    )
    return replace(found, asked=asked)


# -- what may be asked ------------------------------------------------------------------------------
def ask(desk: Desk, metric: str, orgs: Sequence[str], *, members: bool = False, **said: object) -> Asked:
    """What a campaign asks of a metric, as declared: entered where people file it, confirmed where it is computed.

    Args:
        members: of a family, its members instead of its total.
        said: other fields of :class:`qingce.casework.campaign.Asked`.

    Raises:
        Refused: no such metric or org.
    """
    try:
        declared = desk.registry.metric(metric)
    except BindingError as wrong:
        raise Refused(f"没有名为“{metric}”的指标。") from wrong
    for org in orgs:
        desk_path(desk, org)
    mode = Mode.FILE if declared.filed else Mode.CONFIRM
    made = Asked(metric, declared.shown.name, tuple(dict.fromkeys(orgs)),
                 _members(desk, declared) if members else ("",), mode, desk.registry.pack_of.get(metric, ""))
    return replace(made, **said)  # type: ignore[arg-type]


def desk_path(desk: Desk, org: str) -> tuple[str, ...]:
    """An org's place in the tree, or words.

    Raises:
        Refused: no such org.
    """
    try:
        return desk.path(org)
    except Missing as wrong:
        raise Refused(str(wrong)) from wrong


def _members(desk: Desk, metric: Metric) -> tuple[str, ...]:
    lists = []
    for dimension in metric.by:
        codes = desk.registry.code_list(metric, dimension)
        if codes is None:
            return ("",)
        lists.append([f"{dimension}={code}" for code in (value.code for value in codes.values)])
    found = tuple(",".join(parts) for parts in product(*lists)) if lists else ("",)
    return found if len(found) <= _MEMBERS else ("",)


def filed_scope(desk: Desk, orgs: Sequence[str] = (), packs: Sequence[str] = ()) -> tuple[Asked, ...]:
    """Every filed metric, of the bank as a whole or of the orgs given.

    Args:
        packs: only these; none for all.
    """
    where = orgs or (desk.settings.org,)
    names = [m.name for m in desk.registry.metrics.values()
             if m.filed and (not packs or desk.registry.pack_of.get(m.name) in packs)]
    return tuple(ask(desk, name, where, members=bool(desk.registry.metrics[name].by)) for name in names)


def subtree(desk: Desk, top: str) -> tuple[str, ...]:
    """An org and everything below it today, in the order of the tree."""
    return tuple(code for code in desk.tree if top in desk.path(code))


def roll_forward(desk: Desk, actor: Actor, before: str) -> Draft:
    """Next year's campaign as last year's was: the same metrics, orgs, defaults; days a year later.

    Raises:
        Denied, Missing: no right; no such campaign.
    """
    last = campaign(desk, actor, before)
    desk.require(actor, Action.RUN_CAMPAIGN)
    period = Period.parse(last.period)
    following = _following(period)
    orgs = frozenset(code for code in desk.tree if desk.tree.path(code, following.end))
    known = tuple(a for a in last.asked if a.metric in desk.registry.metrics)
    later = {step: _year_later(day) for step, day in last.due.items()}
    name = last.id.replace(last.period, str(following)) if last.period in last.id else f"{following}"
    label = last.label.replace(last.period, str(following))
    return Draft(name, label, str(following), later, forward(known, orgs), last.calendar, last.id, False, True)


def _following(period: Period) -> Period:
    text = str(period)
    return Period.parse(f"{int(text[:4]) + 1}{text[4:]}")


def _year_later(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


# -- opening, changing, closing ---------------------------------------------------------------------
def open_campaign(desk: Desk, actor: Actor, draft: Draft, *, material: Material = metrics_on) -> Campaign:
    """Begin to collect: every figure of the draft becomes an item.

    Args:
        material: what the materiality decision switches on and off; default the confirmed one.

    Raises:
        Denied, Refused: no right; the draft cannot stand.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    try:
        period = str(Period.parse(draft.period))
    except PeriodError as wrong:
        raise Refused(f"“{draft.period}”不是期间，请写 2024、2024H1、2024Q3 或 2024-06。") from wrong
    draft = replace(draft, period=period, asked=switched(draft.asked, material(desk, period)))
    if wrong_draft := draft.wrong:
        raise Refused(wrong_draft)
    for asked in draft.asked:
        _known(desk, asked)
    with desk.writing() as made:
        if made.db.execute(select(campaign_table.c.id).where(campaign_table.c.id == draft.id)).first():
            raise Refused(f"已有编号为“{draft.id}”的收集，请换一个编号。")
        if draft.before:
            read_campaign(made.db, draft.before)
        for asked in draft.asked:
            able(desk, made, asked)
        made.append(actor.account, "campaign_opened", f"campaign/{draft.id}", {
            "label": draft.label.strip(), "period": period, "due": _days(draft.due),
            "clock": draft.calendar.facts, "metrics": [a.facts for a in draft.asked],
            "before": draft.before, "texts": draft.texts, "people": draft.people,
        })
        return _with_scope(read_campaign(made.db, draft.id), scope_of(made.db, draft.id))


def _known(desk: Desk, asked: Asked) -> None:
    if asked.metric not in desk.registry.metrics:
        raise Refused(f"没有名为“{asked.metric}”的指标。")
    if asked.tolerance is not None and asked.tolerance < 0:
        raise Refused(f"“{desk.registry.metrics[asked.metric].label}”的容许差异不能是负数。")
    for org in asked.orgs:
        desk_path(desk, org)


def _days(due: Mapping[Step, dt.date]) -> dict[str, Json]:
    return {str(step): due[step].isoformat() for step in Step}


def change_due(desk: Desk, actor: Actor, name: str, due: Mapping[Step, dt.date]) -> Campaign:
    """Other due days for all items that have no day of their own.

    Raises:
        Denied, Missing, Refused: no right; no such campaign; the days cannot stand.
    """
    if wrong := wrong_order(due):
        raise Refused(wrong)
    return _change(desk, actor, name, {"due": _days(due)})


def extend(desk: Desk, actor: Actor, name: str, asked: Sequence[Asked]) -> Campaign:
    """Ask for more figures; those already asked for stay as they are.

    Raises:
        Denied, Missing, Refused: no right; no such campaign; a metric or org does not exist.
    """
    for one in asked:
        _known(desk, one)
    return _change(desk, actor, name, {"metrics": [a.facts for a in asked]})


def drop(desk: Desk, actor: Actor, name: str, items: Sequence[str], words: str) -> Campaign:
    """No longer ask for some figures; what was said about them stays on the journal.

    Raises:
        Denied, Missing, Refused: no right; no such campaign; no reason given.
    """
    if not words.strip():
        raise Refused("请写明不再收集的原因。")
    return _change(desk, actor, name, {"drop": list(items), "words": words.strip()})


def set_defaults(
    desk: Desk, actor: Actor, name: str, metric: str, *, owner: str | None = None, reviewer: str | None = None,
    approver: str | None = None, tolerance: Decimal | str | None = "", overrides: str = "ask",
) -> Campaign:
    """Other defaults for one metric.

    Args:
        owner, reviewer, approver: an account; ``""`` for the post; ``None`` to leave it.
        tolerance: a share, ``None`` for any difference, ``""`` to leave it.
        overrides: what happens to items for which somebody was named one by one: ``ask`` refuses and says how
            many there are, ``keep`` leaves them, ``clear`` gives them the default too.

    Raises:
        Denied, Missing, Refused: no right; no such campaign or metric; nobody said what becomes of overrides.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    said = {hand: given for hand, given in (("owner", owner), ("reviewer", reviewer), ("approver", approver))
            if given is not None}
    values: dict[str, Json] = {**said}
    if tolerance is None or isinstance(tolerance, Decimal):
        values["tolerance"] = "" if tolerance is None else f"{tolerance:f}"
    with desk.writing() as made:
        asked = _with_scope(read_campaign(made.db, name), scope_of(made.db, name)).of(metric)
        if asked is None:
            raise Missing(f"收集“{name}”不含指标“{metric}”。")
        able(desk, made, replace(asked, **said))  # type: ignore[arg-type]
        others = [getattr(item_table.c, hand) != "" for hand in said]
        count = sum(made.db.execute(select(func.count()).select_from(item_table).where(
            item_table.c.campaign == name, item_table.c.metric == metric, one)).scalar_one() for one in others)
        if count and overrides == "ask":
            raise Refused(f"有 {count} 项单独指定过人员。请选择：保留单独指定，或一并改为新的默认。")
        _closed(read_campaign(made.db, name))
        made.append(actor.account, "campaign_changed", f"campaign/{name}",
                    {"defaults": {metric: values}, "overrides": "clear" if overrides == "clear" else "keep"})
        return _with_scope(read_campaign(made.db, name), scope_of(made.db, name))


def close_campaign(desk: Desk, actor: Actor, name: str) -> Campaign:
    """Nothing is filed any more; changes go by change request.

    Raises:
        Denied, Missing, Refused: no right; no such campaign; it is closed.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    with desk.writing() as made:
        _closed(read_campaign(made.db, name))
        made.append(actor.account, "campaign_closed", f"campaign/{name}")
        return read_campaign(made.db, name)


def _closed(found: Campaign) -> None:
    if not found.open:
        raise Refused("这次收集已结束。")


def _change(desk: Desk, actor: Actor, name: str, detail: Mapping[str, Json]) -> Campaign:
    desk.require(actor, Action.RUN_CAMPAIGN)
    with desk.writing() as made:
        _closed(read_campaign(made.db, name))
        made.append(actor.account, "campaign_changed", f"campaign/{name}", detail)
        return _with_scope(read_campaign(made.db, name), scope_of(made.db, name))


__all__ = [
    "Campaign", "Draft", "Material", "ask", "campaign", "campaigns", "change_due", "close_campaign", "drop",
    "everything", "extend", "filed_scope", "offered", "open_campaign", "roll_forward", "set_defaults", "subtree",
]
