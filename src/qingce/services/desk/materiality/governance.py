"""ESG governance in three tiers as data: bodies, who answers for which topic, meetings, resolutions."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.core.period import Period
from qingce.ledger.projections import governance as state
from qingce.services.desk.desk import Desk
from qingce.services.desk.materiality.rounds import ID, named

TIERS: Mapping[str, str] = {"decision": "决策层", "management": "管理层", "execution": "执行层"}
PARTS: Mapping[str, str] = {"decides": "审定", "leads": "牵头", "supports": "配合"}


@dataclass(frozen=True, slots=True)
class Body:
    """A body of one tier with its duties."""

    id: str
    position: int
    label: str
    tier: str
    duties: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a meeting resolved."""

    id: str
    meeting: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting: how many of its members attended, which topics it spoke of, what it resolved."""

    id: str
    body: str
    day: str
    title: str
    members: int
    attended: int
    topics: tuple[str, ...]
    resolutions: tuple[Resolution, ...]


@dataclass(frozen=True)
class Governance:
    """Everything that is known of the governance of ESG.

    Attributes:
        parts: by topic and body, ``decides``, ``leads`` or ``supports``.
        meetings: the latest first.
    """

    bodies: tuple[Body, ...]
    parts: Mapping[tuple[str, str], str]
    meetings: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """What one body did in a period: figures that a report may print."""

    body: Body
    meetings: int
    resolutions: int
    attended: int
    members: int


def governance(desk: Desk, actor: Actor) -> Governance:
    """Bodies, responsibilities and meetings.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_MATERIALITY)
    with desk.reading() as db:
        return read_governance(db)


def read_governance(db: Connection) -> Governance:
    """Bodies by tier, responsibilities and meetings."""
    order = list(TIERS)
    bodies = [Body(**row) for row in db.execute(select(state.body)).mappings()]
    bodies.sort(key=lambda b: (order.index(b.tier), b.position))
    parts = {(row.topic, row.body): row.part for row in db.execute(select(state.responsibility))}
    resolved: dict[str, list[Resolution]] = {}
    for row in db.execute(select(state.resolution).order_by(state.resolution.c.id)).mappings():
        resolved.setdefault(row["meeting"], []).append(Resolution(**row))
    rows = db.execute(select(state.meeting).order_by(state.meeting.c.day.desc(), state.meeting.c.id)).mappings()
    meetings = [Meeting(**{**row, "topics": tuple(json.loads(row["topics"]))}, resolutions=tuple(
        resolved.get(row["id"], ()))) for row in rows]
    return Governance(tuple(bodies), parts, tuple(meetings))


def counts(found: Governance, period: Period) -> tuple[Count, ...]:
    """How often each body met in a period and what it resolved."""
    made = []
    for body in found.bodies:
        own = [m for m in found.meetings if m.body == body.id
               and period.start.isoformat() <= m.day <= period.end.isoformat()]
        made.append(Count(body, len(own), sum(len(m.resolutions) for m in own), sum(m.attended for m in own),
                          sum(m.members for m in own)))
    return tuple(made)


# -- acts -------------------------------------------------------------------------------------------
def set_body(
    desk: Desk, actor: Actor, name: str, *, label: str, tier: str, duties: str = "", ended: bool = False
) -> None:
    """Name a body, change it, or say that it is no more.

    Raises:
        Denied, Refused: no right; a name or tier is missing, or it held meetings and cannot go.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    if not ID.fullmatch(name):
        raise Refused("机构的编号用字母、数字和 _ -，例如 board。")
    said = named(label, "机构的名称", 40)
    if tier not in TIERS:
        raise Refused("请选择决策层、管理层或执行层。")
    if len(duties) > 500:
        raise Refused("职责不超过 500 字。")
    with desk.writing() as made:
        held = made.db.execute(select(state.meeting.c.id).where(state.meeting.c.body == name)).first()
        if ended and held is not None:
            raise Refused("这个机构已有会议记录，不能撤销。")
        made.append(actor.account, "governance_set", f"governance/{name}",
                    {"label": said, "tier": tier, "duties": duties.strip(), "ended": ended})


def set_responsibility(desk: Desk, actor: Actor, topic: str, parts: Mapping[str, str]) -> None:
    """Say which bodies decide, lead and support a topic.

    Raises:
        Denied, Refused: no right; no such topic, body or part, or more than one leads.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    kept = {body: part for body, part in parts.items() if part}
    if not ID.fullmatch(topic) or not set(kept.values()) <= set(PARTS):
        raise Refused("请选择审定、牵头或配合。")
    if list(kept.values()).count("leads") > 1:
        raise Refused("一个议题只能有一个牵头机构。")
    with desk.writing() as made:
        known = {b.id for b in read_governance(made.db).bodies}
        if not set(kept) <= known:
            raise Refused("没有这个机构，请刷新页面。")
        made.append(actor.account, "responsibility_set", f"topic/{topic}", {"bodies": dict(kept)})


def hold_meeting(
    desk: Desk, actor: Actor, body: str, *, day: dt.date | None, title: str, members: int, attended: int,
    topics: Sequence[str] = (),
) -> str:
    """Record a meeting; returns its id.

    Raises:
        Denied, Missing, Refused: no right; no such body; no day, one to come, or more attended than are members.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    said = named(title, "会议的名称", 120)
    if day is None or day > desk.today:
        raise Refused("请写明开会的日期，不晚于今天，例如 2024-12-20。")
    if not 0 < attended <= members <= 500:
        raise Refused("出席人数至少 1 人，不超过应到人数。")
    one = uuid.uuid4().hex[:16]
    with desk.writing() as made:
        if body not in {b.id for b in read_governance(made.db).bodies}:
            raise Missing("没有这个机构，请刷新页面。")
        made.append(actor.account, "meeting_held", f"meeting/{one}", {
            "body": body, "day": day.isoformat(), "title": said, "members": members, "attended": attended,
            "topics": list(topics),
        })
    return one


def pass_resolution(desk: Desk, actor: Actor, meeting: str, *, title: str, words: str = "") -> str:
    """Record what a meeting resolved; returns its id.

    Raises:
        Denied, Missing, Refused: no right; no such meeting; no title, or too long.
    """
    desk.require(actor, Action.RUN_MATERIALITY)
    said = named(title, "决议的名称", 120)
    if len(words) > 1000:
        raise Refused("决议的内容不超过 1000 字。")
    one = uuid.uuid4().hex[:16]
    with desk.writing() as made:
        if meeting not in {m.id for m in read_governance(made.db).meetings}:
            raise Missing("没有这次会议。")
        made.append(actor.account, "resolution_passed", f"meeting/{meeting}",
                    {"id": one, "title": said, "words": words.strip()})
    return one
