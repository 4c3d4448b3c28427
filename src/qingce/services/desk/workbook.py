"""The workbook of an owner: what it holds, and the keys by which its rows are known when it comes back."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.item import QUALIFIER_LABELS, STATE_LABELS, Item, Mode, State, Step
from qingce.casework.rights import Action, Actor, Role
from qingce.core.amount import ABSENT
from qingce.core.errors import Refused
from qingce.core.event import canonical, moment
from qingce.core.figure import Answered
from qingce.core.unit import unit
from qingce.ledger.journal import Writing
from qingce.ledger.tables import secret
from qingce.publish.xlsx.collect import CollectBook, CollectRow, render_collect
from qingce.services.desk.acting import may, posts, roster
from qingce.services.desk.collecting import SIGNED, computed_value, items
from qingce.services.desk.desk import Desk
from qingce.services.desk.grading import scale_of
from qingce.services.desk.items import read_campaign
from qingce.services.quality.scale import methods

LAYOUT = "2"
"""Of the workbook; a later layout can still tell an earlier one."""
ANSWER_WORDS = {Answered.VALUE: "填数", Answered.NOT_APPLICABLE: "不适用", Answered.NOT_AVAILABLE: "暂缺"}
ROWS = 5000


@dataclass(frozen=True, slots=True)
class Labels:
    """How a row calls its item."""

    metric: str
    member: str
    org: str
    unit: str

    @property
    def words(self) -> tuple[str, str, str, str]:
        """In the order of the columns."""
        return (self.metric, self.member, self.org, self.unit)


@dataclass(frozen=True, slots=True)
class Issued:
    """A workbook on its way out."""

    name: str
    content: bytes
    rows: int


def issue(desk: Desk, actor: Actor, campaign: str, *, owner: str = "") -> Issued:
    """The workbook of an owner, with what is known so far; the journal notes that it went out.

    Args:
        owner: the account whose workbook it is; another than one's own needs the right to run campaigns.

    Raises:
        Denied, Missing, Refused: no right; no such campaign or account; it has nothing to file.
    """
    holder = actor
    if owner and owner != actor.account:
        desk.require(actor, Action.RUN_CAMPAIGN)
        holder = desk.actor(owner)
    mine = fileable(desk, holder, campaign)
    if not mine:
        raise Refused("这次收集没有要由该岗位填报的指标。")
    if len(mine) > ROWS:
        raise Refused(f"要填 {len(mine):,} 项，一个工作簿至多 {ROWS:,} 项；请按机构分派后再下载。")
    with desk.writing() as made:
        key = sealing_key(made)
        named = read_campaign(made.db, campaign)
        due = named.due.get(Step.FILE)
        book = CollectBook(
            named.label, desk.settings.organisation, named.period, holder.post or holder.account,
            due.isoformat() if due else "", desk.today, tuple(_row(desk, key, item) for item in mine),
            {"layout": LAYOUT, "campaign": campaign, "owner": holder.account},
            tuple(one.label for one in methods().values()),
        )
        content = render_collect(book)
        made.append(actor.account, "workbook_issued", f"campaign/{campaign}", {
            "owner": holder.account, "rows": len(mine), "sha256": hashlib.sha256(content).hexdigest(),
        })
    return Issued(f"{named.label} {holder.post or holder.account}.xlsx", content, len(mine))


def fileable(desk: Desk, actor: Actor, campaign: str) -> list[Item]:
    """Items of a campaign whose filing falls to this account: it was named, or holds the nearest post."""
    able = [item for item in items(desk, actor, campaign=campaign)
            if item.state is not State.VOIDED and may(desk, actor, Step.FILE, item)]
    with desk.reading() as db:
        routed = roster(desk, db)
    return [i for i in able if actor.account in routed.of(i, Step.FILE, desk.path(i.org)).everybody]


def labels(desk: Desk, item: Item) -> Labels:
    """How an item is called on its row."""
    metric = desk.registry.metric(item.metric)
    members = []
    for dimension, code in item.dims:
        known = desk.registry.code_list(metric, dimension)
        found = None if known is None else next((v.label for v in known.values if v.code == code), None)
        members.append(found or code)
    return Labels(metric.label, "、".join(members), desk.tree.name(item.org), item.unit)


def row_key(key: bytes, item: Item, called: Labels) -> str:
    """What identifies a row: the item, its version, and a seal over both and over how the row calls it."""
    return f"{item.id}@{item.version}#{seal(key, item.id, item.version, called)}"


def seal(key: bytes, name: str, version: int, called: Labels) -> str:
    """Proves that a row was issued with these words."""
    said = canonical([name, version, *called.words])
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:20]


def sealing_key(made: Writing) -> bytes:
    """The desk's key for workbooks, made when it is first needed."""
    known = known_key(made.db)
    if known:
        return known
    fresh = secrets.token_hex(32)
    made.db.execute(secret.insert().values(kind="workbook", owner="rows", value=fresh, at=moment(made.at)))
    return bytes.fromhex(fresh)


def known_key(db: Connection) -> bytes:
    """The desk's key for workbooks, or nothing where none was ever issued."""
    found = db.execute(select(secret.c.value).where(secret.c.kind == "workbook", secret.c.owner == "rows")).scalar()
    return bytes.fromhex(found) if found else b""


def _row(desk: Desk, key: bytes, item: Item) -> CollectRow:
    metric, called, answer = desk.registry.metric(item.metric), labels(desk, item), item.answer
    value = answer.value
    if value is None and answer.answered is None and item.mode is Mode.CONFIRM:
        value = computed_value(desk, item)
    prior = ABSENT if item.prior is None else item.prior.value
    estimate = answer.estimate
    estimated: dict[str, Any] = {} if estimate is None else {
        "estimate_method": scale_of(desk).method_label(estimate.method), "estimate_share": estimate.share,
        "estimate_reason": estimate.reason}
    return CollectRow(
        row_key(key, item, called), called.metric, called.member, called.org, called.unit,
        definition=definition(metric.doc, item), places=metric.places, counts=metric.counted and unit(item.unit).counts,
        prior=prior, tolerance=item.tolerance, value=ABSENT if value is None else value,
        answer=ANSWER_WORDS[answer.answered] if answer.answered else "",
        qualifier=QUALIFIER_LABELS[answer.qualifier], source=answer.source, reason=answer.reason,
        explanation=item.explanation.words, state=STATE_LABELS[item.state], locked=item.state in SIGNED, **estimated,
    )


def definition(doc: str, item: Item) -> str:
    """The 口径, with what an owner does with a figure that records give."""
    return f"{doc}\n（由台账计算，只需核对：无误选“填数”。）" if item.mode is Mode.CONFIRM else doc


def owners(desk: Desk, actor: Actor, campaign: str) -> list[tuple[str, str, int]]:
    """Accounts that have something to file, with their posts and how much: to whom the office sends workbooks.

    Raises:
        Denied: not the office.
    """
    desk.require(actor, Action.RUN_CAMPAIGN)
    with desk.reading() as db:
        called = posts(db)
        holders = sorted({
            name for name, grant in roster(desk, db).grants
            if grant.role is Role.DATA_OWNER and grant.holds(desk.today)
        })
    counted = ((name, len(fileable(desk, desk.actor(name), campaign))) for name in holders)
    return [(name, called.get(name, name), count) for name, count in counted if count]


__all__ = ["Issued", "Labels", "fileable", "issue", "known_key", "labels", "owners", "row_key", "seal", "sealing_key"]
