"""Cases on their way: who acts in a state, what may be done there, when a case is late. No store, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qingce.casework.rights import Role
from qingce.casework.routing import Post, Roster
from qingce.core.case import Case, Flow
from qingce.core.errors import DeclarationError, Refused

FINDING = Flow(
    "finding", "疑点处理", "handling",
    {"handling": ("answered", "withdrawn"), "answered": ("accepted", "handling")},
    words={"handling": "待答复", "answered": "待认可", "accepted": "已认可", "withdrawn": "已撤销"},
    posts={"handling": Role.DATA_OWNER, "answered": Role.ESG_OFFICE}, days=5,
)
"""A finding that somebody must settle: it is answered, and somebody else accepts the answer or asks again."""
LIMIT = 2000
"""Characters of what is said at a step."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """A case with the people around it.

    Attributes:
        about: what it is about, as ``finding/…``; empty where it stands for itself.
        assignee: the account named for the present state; empty where the post acts.
        moved_by: who moved it last.
        reminded, escalated: the moments at which that was done last, or empty.
    """

    case: Case
    title: str
    org: str
    pack: str
    by: str
    opened: str
    due: dt.date
    about: str = ""
    words: str = ""
    assignee: str = ""
    moved_by: str = ""
    closed: str = ""
    reminded: str = ""
    escalated: str = ""

    def late(self, today: dt.date) -> int:
        """Days past its day; 0 where it is closed or not late."""
        return 0 if self.closed else max((today - self.due).days, 0)

    @property
    def role(self) -> Role:
        """The role of the post that acts now."""
        return role_of(self.case.flow, self.case.state)


def role_of(flow: Flow, state: str) -> Role:
    """The role of the post that acts in a state; the ESG office where the flow names none.

    Raises:
        DeclarationError: the flow names a role that there is none of.
    """
    named = flow.posts.get(state, Role.ESG_OFFICE)
    if named not in set(Role):
        raise DeclarationError(f"flow {flow.name!r}: {named!r} is not a role; use one of {', '.join(Role)}.")
    return Role(named)


def flows(declared: Mapping[str, Flow]) -> Mapping[str, Flow]:
    """The flows of the desk: that of findings, then those that packs declare."""
    return {FINDING.name: FINDING, **declared}


def acting(ticket: Ticket, roster: Roster, path: tuple[str, ...]) -> Post:
    """Who acts on a case now: the account named for it with its stand-ins, else the post of the state.

    Args:
        path: the case's org and its ancestors, nearest first.
    """
    if ticket.assignee:
        return roster.named(ticket.assignee, ticket.role)
    return roster.post(ticket.role, path, ticket.pack)


def step(ticket: Ticket, to: str, words: str) -> Case:
    """The case after a step.

    Raises:
        Refused: it is closed, its flow has no such step, or nothing is said.
    """
    if ticket.closed:
        raise Refused("工单已办结，不能再推进。")
    flow, state = ticket.case.flow, ticket.case.state
    if to not in flow.moves.get(state, ()):
        raise Refused(f"“{flow.said(state)}”的工单不能转为“{flow.said(to)}”，请刷新后再办理。")
    said(words, "请写明办理的情况。")
    return ticket.case.move(to)


def back(ticket: Ticket, to: str) -> bool:
    """Whether a step leads back to where the case began: then whoever answered is asked again."""
    return to == ticket.case.flow.start and ticket.case.state != to


def hands(ticket: Ticket, to: str) -> Mapping[str, frozenset[str]]:
    """The hands that forbid a step: who answered does not close."""
    if to in ticket.case.flow.ends and ticket.moved_by:
        return {"handled": frozenset({ticket.moved_by})}
    return {}


def said(words: str, otherwise: str) -> str:
    """What somebody said at a step.

    Raises:
        Refused: nothing, or too much.
    """
    words = words.replace("\r\n", "\n").strip()
    if not words:
        raise Refused(otherwise)
    if len(words) > LIMIT:
        raise Refused(f"说明有 {len(words)} 个字，请压缩到 {LIMIT} 字以内，详细材料请作为证据上传。")
    return words


def in_order(tickets: Iterable[Ticket]) -> list[Ticket]:
    """Those that are due first, so that late ones lead; closed ones last, the latest first."""
    every = list(tickets)
    running = sorted((t for t in every if not t.closed), key=lambda t: (t.due, t.case.number))
    ended = sorted((t for t in every if t.closed), key=lambda t: (t.closed, t.case.number), reverse=True)
    return [*running, *ended]
