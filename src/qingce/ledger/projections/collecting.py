"""Campaigns and their items as the journal left them.

Subjects: ``campaign/ID`` and ``item/CAMPAIGN/METRIC/ORG[/dims]``. An item is one row; what was said earlier
stands in the journal. ``attached`` and ``detached`` change an item's evidence where their subject is one, or
where they name some under ``items``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, delete, insert, select, update

from qingce.core.estimate import FIELDS
from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

campaign = Table(
    "campaign", STATE,
    Column("id", Text, primary_key=True), Column("label", Text, nullable=False), Column("period", Text, nullable=False),
    Column("state", Text, nullable=False), Column("opened_by", Text, nullable=False),
    Column("opened", Text, nullable=False), Column("closed", Text, nullable=False),
    Column("due", Text, nullable=False), Column("clock", Text, nullable=False), Column("before", Text, nullable=False),
    Column("seq", Integer, nullable=False),
)
"""``due`` and ``clock`` are JSON: days by step, and when to remind and escalate; ``before`` is last year's campaign;
``seq`` is the last event that changed the campaign or what it asks.
"""

asked = Table(
    "campaign_metric", STATE,
    Column("campaign", Text, primary_key=True), Column("metric", Text, primary_key=True),
    Column("position", Integer, nullable=False), Column("mode", Text, nullable=False),
    Column("pack", Text, nullable=False), Column("unit", Text, nullable=False),
    Column("tolerance", Text, nullable=False), Column("owner", Text, nullable=False),
    Column("reviewer", Text, nullable=False), Column("approver", Text, nullable=False),
)
"""What is asked of each metric; ``owner``, ``reviewer`` and ``approver`` are defaults, empty where the post decides."""

item = Table(
    "item", STATE,
    Column("id", Text, primary_key=True), Column("campaign", Text, nullable=False),
    Column("metric", Text, nullable=False), Column("org", Text, nullable=False), Column("dims", Text, nullable=False),
    Column("period", Text, nullable=False), Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False), Column("version", Integer, nullable=False),
    Column("answered", Text, nullable=False), Column("value", Text, nullable=False),
    Column("qualifier", Text, nullable=False), Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False), Column("estimate", Text, nullable=False),
    Column("explanation", Text, nullable=False), Column("explained", Text, nullable=False),
    Column("remark", Text, nullable=False), Column("evidence", Text, nullable=False),
    Column("owner", Text, nullable=False), Column("reviewer", Text, nullable=False),
    Column("approver", Text, nullable=False), Column("due", Text, nullable=False),
    Column("filers", Text, nullable=False), Column("submitted", Text, nullable=False),
    Column("reviewed", Text, nullable=False), Column("approved", Text, nullable=False),
    Column("returned", Text, nullable=False), Column("voided", Text, nullable=False),
    Column("seq", Integer, nullable=False), Column("changed", Text, nullable=False),
    Column("reminded", Text, nullable=False), Column("escalated", Text, nullable=False),
    Index("item_campaign", "campaign", "position"), Index("item_state", "campaign", "state"),
    Index("item_org", "campaign", "org"),
)
"""``estimate``, ``submitted``, ``reviewed``, ``approved``, ``returned`` and ``voided`` are JSON or empty."""

collecting = Projection("collecting", campaign, asked, item)
_EMPTY = (
    "answered", "value", "reason", "source", "estimate", "explanation", "explained", "remark", "owner", "reviewer",
    "approver", "submitted", "reviewed", "approved", "returned", "voided", "changed", "reminded", "escalated",
)
_NEW: dict[str, Any] = {
    **dict.fromkeys(_EMPTY, ""), "state": "to_start", "version": 0, "qualifier": "exact", "evidence": "[]",
    "due": "{}", "filers": "[]", "seq": 0,
}
_HANDS = ("owner", "reviewer", "approver")
ONE_ITEM = frozenset({
    "item_assigned", "item_reassigned", "item_taken_over", "item_due_moved", "filed", "explained",
    "explanation_accepted", "explanation_returned", "submitted", "reviewed", "approved", "returned", "voided",
    "withdrawn",
})
"""Verbs that change no item but the one that their subject names, and no campaign."""
_CHUNK = 2000


def _id(event: Event) -> str:
    return event.subject.split("/", 1)[1]


def _set(db: Connection, event: Event, **values: Any) -> None:
    db.execute(update(item).where(item.c.id == _id(event)).values(**values))


def _seal(event: Event) -> str:
    """Who did a step, when and for which content."""
    said = event.detail
    return canonical({"by": event.by, "at": moment(event.at), "content": said.get("content", ""),
                      "instead_of": said.get("instead_of", "")})


def _back(event: Event) -> str:
    said = event.detail
    return canonical({"by": event.by, "at": moment(event.at), "code": said.get("code", ""),
                      "words": said.get("words", "")})


# -- campaigns --------------------------------------------------------------------------------------
@collecting.on("campaign_opened")
def opened(db: Connection, event: Event) -> None:
    """A campaign begins with its items; those of the year before may give their text and the people named."""
    said: Mapping[str, Any] = event.detail
    db.execute(insert(campaign).values(
        id=_id(event), label=said["label"], period=said["period"], state="open", opened_by=event.by,
        opened=moment(event.at), closed="", due=canonical(said["due"]), clock=canonical(said.get("clock", {})),
        before=said.get("before", ""), seq=event.seq,
    ))
    _ask(db, event, said["metrics"], 0)
    if said.get("before") and (said.get("texts") or said.get("people")):
        _roll(db, _id(event), said["before"], bool(said.get("texts")), bool(said.get("people")))


def _ask(db: Connection, event: Event, metrics: Iterable[Mapping[str, Any]], position: int) -> None:
    name = _id(event)
    period = db.execute(select(campaign.c.period).where(campaign.c.id == name)).scalar_one()
    known = {row.id: row.state for row in db.execute(select(item.c.id, item.c.state).where(item.c.campaign == name))}
    rows = []
    for offset, one in enumerate(metrics):
        db.execute(delete(asked).where(asked.c.campaign == name, asked.c.metric == one["metric"]))
        db.execute(insert(asked).values(
            campaign=name, metric=one["metric"], position=position + offset, mode=one.get("mode", "file"),
            pack=one.get("pack", ""), unit=one["unit"], tolerance=one.get("tolerance", ""),
            **{hand: one.get(hand, "") for hand in _HANDS},
        ))
        for org in one["orgs"]:
            for dims in one.get("dims") or ("",):
                made = "/".join(part for part in (name, one["metric"], org, dims) if part)
                if known.get(made) == "voided":
                    # what is asked for again goes on where it stood, but nothing that was signed holds
                    state = "in_progress"
                    db.execute(update(item).where(item.c.id == made).values(
                        state=state, submitted="", reviewed="", approved="", voided=""))
                if made not in known:
                    rows.append({**_NEW, "id": made, "campaign": name, "metric": one["metric"], "org": org,
                                 "dims": dims, "period": period, "position": 0})
    place = len(known)
    for row in rows:
        place += 1
        row["position"] = place
    for block in _chunks(rows):
        db.execute(insert(item), block)


def _chunks(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while block := list(islice(source, _CHUNK)):
        yield block


def _roll(db: Connection, name: str, before: str, texts: bool, people: bool) -> None:
    """Take over what last year's items said, and who was named for them."""
    wanted = {row.id for row in db.execute(select(item.c.id).where(item.c.campaign == name))}
    for row in db.execute(select(item).where(item.c.campaign == before)).all():
        made = f"{name}/{row.id.split('/', 1)[1]}"
        if made not in wanted:
            continue
        values: dict[str, str] = {"source": row.source, "reason": row.reason} if texts else {}
        if people:
            values |= {hand: getattr(row, hand) for hand in _HANDS}
        db.execute(update(item).where(item.c.id == made).values(**values))


@collecting.on("campaign_changed")
def changed(db: Connection, event: Event) -> None:
    """Other days, other defaults, more or fewer figures."""
    said: Mapping[str, Any] = event.detail
    name = _id(event)
    plain: dict[str, Any] = {key: said[key] for key in ("label",) if key in said}
    plain |= {key: canonical(said[key]) for key in ("due", "clock") if key in said}
    plain["seq"] = event.seq
    db.execute(update(campaign).where(campaign.c.id == name).values(**plain))
    for metric, values in said.get("defaults", {}).items():
        db.execute(update(asked).where(asked.c.campaign == name, asked.c.metric == metric).values(**values))
        if said.get("overrides") == "clear":
            hands = {hand: "" for hand in _HANDS if hand in values}
            if hands:
                db.execute(update(item).where(item.c.campaign == name, item.c.metric == metric).values(**hands))
    if said.get("metrics"):
        there = db.execute(select(asked.c.position).where(asked.c.campaign == name)).scalars().all()
        _ask(db, event, said["metrics"], max(there, default=-1) + 1)
    for block in _chunks([{"id": one} for one in said.get("drop", ())]):
        db.execute(update(item).where(item.c.id.in_([row["id"] for row in block])).values(
            state="voided", voided=_back(event)))


@collecting.on("campaign_closed")
def ended(db: Connection, event: Event) -> None:
    """Nothing is asked for any more."""
    db.execute(update(campaign).where(campaign.c.id == _id(event)).values(
        state="closed", closed=moment(event.at), seq=event.seq))


# -- people -----------------------------------------------------------------------------------------
@collecting.on("item_assigned", "item_reassigned", "item_taken_over", only=item)
def assigned(db: Connection, event: Event) -> None:
    """Somebody was named for a step, or the naming was taken back."""
    said = {hand: str(event.detail[hand]) for hand in _HANDS if hand in event.detail}
    if said:
        _set(db, event, **said)


@collecting.on("item_due_moved", only=item)
def moved(db: Connection, event: Event) -> None:
    """Another day for a step of one item."""
    due = json.loads(db.execute(select(item.c.due).where(item.c.id == _id(event))).scalar() or "{}")
    due[event.detail["step"]] = event.detail["day"]
    _set(db, event, due=canonical(due))


@collecting.on("reminded", "escalated", only=item)
def called(db: Connection, event: Event) -> None:
    """Somebody was told that an item waits."""
    column = event.did
    items: list[str] = list(event.detail.get("items", ()))  # type: ignore[arg-type]
    for start in range(0, len(items), _CHUNK):
        db.execute(update(item).where(item.c.id.in_(items[start:start + _CHUNK])).values({column: moment(event.at)}))


# -- content ----------------------------------------------------------------------------------------
def _touched(db: Connection, event: Event, name: str) -> dict[str, Any] | None:
    """What every change of content changes."""
    row = db.execute(select(item.c.filers, item.c.version, item.c.state).where(item.c.id == name)).first()
    if row is None:
        return None
    hands = {event.by, str(event.detail.get("instead_of", ""))} - {"", "system"}
    state = "in_progress" if row.state in ("to_start", "returned") else row.state
    return {"version": row.version + 1, "seq": event.seq, "changed": moment(event.at), "state": state,
            "filers": canonical(sorted({*json.loads(row.filers), *hands}))}


@collecting.on("filed", only=item)
def filed(db: Connection, event: Event) -> None:
    """An answer was given."""
    touched = _touched(db, event, _id(event))
    if touched is None:
        return
    said = event.detail
    answer = {name: str(said.get(name) or "") for name in ("answered", "value", "qualifier", "reason", "source")}
    estimate = {name: str(said[name]) for name in FIELDS if said.get(name)}
    _set(db, event, **touched, **answer, estimate=canonical(estimate) if estimate else "")


@collecting.on("explained", only=item)
def explained(db: Connection, event: Event) -> None:
    """A difference from last year was given its reason."""
    touched = _touched(db, event, _id(event))
    if touched is not None:
        _set(db, event, **touched, explanation=event.detail["words"], explained="given", remark="")


@collecting.on("explanation_accepted", only=item)
def accepted(db: Connection, event: Event) -> None:
    """The reason is good enough to be printed."""
    _set(db, event, explained="accepted", remark="")


@collecting.on("explanation_returned", only=item)
def refused(db: Connection, event: Event) -> None:
    """The reason is not good enough."""
    _set(db, event, explained="returned", remark=event.detail.get("words", ""))


@collecting.on("attached", "detached", only=item)
def evidence(db: Connection, event: Event) -> None:
    """A file came to stand behind an item, or no longer does."""
    sha256 = str(event.detail.get("sha256", ""))
    named: list[str] = list(event.detail.get("items", ()))  # type: ignore[arg-type]
    if event.subject.startswith("item/"):
        named.append(_id(event))
    for name in dict.fromkeys(named):
        touched = _touched(db, event, name)
        if touched is None or not sha256:
            continue
        held = json.loads(db.execute(select(item.c.evidence).where(item.c.id == name)).scalar_one())
        there = {*held, sha256} if event.did == "attached" else {*held} - {sha256}
        db.execute(update(item).where(item.c.id == name).values(**touched, evidence=canonical(sorted(there))))


# -- steps ------------------------------------------------------------------------------------------
@collecting.on("submitted", only=item)
def submitted(db: Connection, event: Event) -> None:
    """The owner says that it is complete."""
    _set(db, event, state="submitted", submitted=_seal(event), reviewed="", approved="", returned="", voided="")


@collecting.on("reviewed", only=item)
def reviewed(db: Connection, event: Event) -> None:
    """A reviewer found it right."""
    _set(db, event, state="reviewed", reviewed=_seal(event), approved="")


@collecting.on("approved", only=item)
def approved(db: Connection, event: Event) -> None:
    """An approver signed it."""
    _set(db, event, state="approved", approved=_seal(event))


@collecting.on("returned", only=item)
def returned(db: Connection, event: Event) -> None:
    """It goes back to its owner."""
    _set(db, event, state="returned", returned=_back(event), submitted="", reviewed="", approved="")


@collecting.on("voided", "withdrawn", only=item)
def voided(db: Connection, event: Event) -> None:
    """What was signed no longer holds; the owner works on it again."""
    if event.subject.startswith("item/"):
        _set(db, event, state="in_progress", voided=_back(event) if event.did == "voided" else "",
             submitted="", reviewed="", approved="")
