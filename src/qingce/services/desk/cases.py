"""Cases: findings that somebody must settle, complaints, reviews; opened, handed on, answered and closed by people."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, func, select

from qingce.casework import machine
from qingce.casework.machine import Ticket
from qingce.casework.rights import ROLE_LABELS, Action, Actor, Target, allowed
from qingce.casework.routing import Post, Roster
from qingce.core.case import Case, Flow
from qingce.core.errors import Denied, Missing, Refused
from qingce.core.event import Event
from qingce.ledger.journal import Writing
from qingce.ledger.look import once
from qingce.ledger.projections.cases import case as case_table
from qingce.ledger.projections.people import account
from qingce.services.desk.acting import posts, roster
from qingce.services.desk.desk import BEIJING, Desk, read_actor
from qingce.services.desk.messages import tell
from qingce.services.desk.people import plain
from qingce.services.desk.subjects import subject

CLOSED_SHOWN = 200
"""How many closed cases a list shows."""
LONGEST = dt.timedelta(days=366)
VIEWS = ("mine", "open", "late", "closed")


@dataclass(frozen=True, slots=True)
class Shown:
    """A case with who acts now.

    Attributes:
        post: who acts; ``role`` in words.
        mine: whether the reader is among them.
        late: days past its day.
    """

    ticket: Ticket
    post: Post
    role: str
    mine: bool
    late: int

    @property
    def id(self) -> str:
        """Its number."""
        return self.ticket.case.number


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case with what may be done to it.

    Attributes:
        moves: states into which the reader may move it, with their words.
        runs: whether he may name somebody and move its day.
        history: what was done, newest first.
    """

    shown: Shown
    moves: tuple[tuple[str, str], ...]
    runs: bool
    hands_on: bool
    history: tuple[Event, ...]


def flows_of(desk: Desk) -> Mapping[str, Flow]:
    """Every flow of the project, by name."""
    return machine.flows(desk.registry.flows)


# -- acts -------------------------------------------------------------------------------------------
def open_case(
    desk: Desk, actor: Actor, flow: str, *, title: str, words: str, org: str = "", pack: str = "", about: str = "",
    due: dt.date | None = None, assignee: str = "",
) -> str:
    """Open a case; returns its number.

    Args:
        flow: its name.
        about: ``item/ID`` or ``finding/CONTENT``, where it is about one; there is one open case about each.
        due: default so many days from today as the flow says.
        assignee: who is to act first; default the post.

    Raises:
        Denied, Missing, Refused: no right for that org; no such flow, org or account; no title, no words, a day
            that is over, or there is a case about it already.
    """
    kind = _flow(desk, flow)
    org = org or desk.settings.org
    target = desk.target(org, pack)
    desk.require(actor, Action.COMMENT, target)
    title, words = plain(title), machine.said(words, "请写明事由。")
    if not title:
        raise Refused("请写明标题，一句话说清是什么事。")
    day = due or desk.today + dt.timedelta(days=kind.days)
    _day_fits(desk, day)
    with desk.writing() as made:
        place_of(desk, made.db, about)
        if about and (other := open_about(made.db, (about,)).get(about)):
            raise Refused(f"这个疑点已有工单 {other}，请在该工单中办理。")
        if assignee:
            _can_handle(desk, made.db, assignee, target)
        number = _number(desk, made.db)
        made.append(actor.account, "case_opened", f"case/{number}", {
            "flow": flow, "title": title, "words": words, "state": kind.start, "org": org, "pack": pack,
            "about": about, "due": day.isoformat(), "assignee": assignee,
        })
        _tell_next(desk, made, actor, _read(desk, made.db, number), f"工单 {number}：{title}", words)
    return number


def assign(desk: Desk, actor: Actor, number: str, assignee: str, words: str = "") -> None:
    """Name who acts on a case now, or give it back to the post.

    Args:
        assignee: an account; empty for the post.

    Raises:
        Denied, Missing, Refused: neither runs cases nor acts now; no such case or account; closed.
    """
    with desk.writing() as made:
        ticket = _running(desk, made.db, number)
        _acts(desk, made.db, actor, ticket)
        if assignee:
            _can_handle(desk, made.db, assignee, _target(desk, ticket))
        if assignee == ticket.assignee:
            raise Refused("工单已由该账户办理。" if assignee else "工单未指名，已由岗位办理。")
        made.append(actor.account, "case_assigned", f"case/{number}",
                    {"assignee": assignee, "before": ticket.assignee, "words": plain(words)})
        _tell_next(desk, made, actor, replace(ticket, assignee=assignee), f"工单 {number} 请您办理：{ticket.title}",
                   plain(words) or ticket.words)


def move(desk: Desk, actor: Actor, number: str, to: str, words: str) -> None:
    """Move a case to another state of its flow; into an end it is closed.

    Raises:
        Denied, Missing, Refused: not this actor's turn, or he answered and may not close; no such case; no such
            step, or nothing is said.
    """
    with desk.writing() as made:
        ticket = _read(desk, made.db, number)
        after = machine.step(ticket, to, words)
        _acts(desk, made.db, actor, ticket, to)
        words = machine.said(words, "")
        label = after.flow.said(to)
        detail = {"from": ticket.case.state, "to": to, "label": label, "words": words}
        if after.closed:
            made.append(actor.account, "case_closed", f"case/{number}", detail)
            for name in dict.fromkeys((ticket.by, ticket.moved_by)):
                if name not in ("", actor.account):
                    tell(made, name, f"工单 {number} {label}：{ticket.title}", words)
            return
        assignee = ticket.moved_by if machine.back(ticket, to) and _is_open(made.db, ticket.moved_by) else ""
        made.append(actor.account, "case_moved", f"case/{number}", {**detail, "assignee": assignee})
        _tell_next(desk, made, actor, replace(ticket, case=after, assignee=assignee),
                   f"工单 {number} {label}：{ticket.title}", words)


def move_due(desk: Desk, actor: Actor, number: str, day: dt.date | None, words: str) -> None:
    """Let a case be due on another day.

    Raises:
        Denied, Missing, Refused: does not run cases; no such case; closed, no reason, or a day that cannot be.
    """
    words = machine.said(words, "请写明调整期限的原因。")
    _day_fits(desk, day)
    assert day is not None
    with desk.writing() as made:
        ticket = _running(desk, made.db, number)
        desk.require(actor, Action.RUN_CASES, _target(desk, ticket))
        made.append(actor.account, "case_due_moved", f"case/{number}",
                    {"due": day.isoformat(), "before": ticket.due.isoformat(), "words": words})


def give_back(made: Writing, by: str, name: str) -> int:
    """Give every open case that an account was named for back to its post; how many."""
    rows = made.db.execute(select(case_table.c.id).where(
        case_table.c.closed == "", case_table.c.assignee == name).order_by(case_table.c.id)).scalars().all()
    for number in rows:
        made.append(by, "case_assigned", f"case/{number}",
                    {"assignee": "", "before": name, "words": "账户停用，退回岗位办理。"})
    return len(rows)


# -- reading ----------------------------------------------------------------------------------------
def cases(desk: Desk, actor: Actor, *, view: str = "open", flow: str = "") -> list[Shown]:
    """Cases that the actor may see, those that are due first.

    Args:
        view: one of :data:`VIEWS`: those on which he acts now, all that run, the late ones, the closed ones.
        flow: only of this flow.

    Raises:
        Denied: no right.
    """
    found = _visible(desk, actor, closed=view == "closed")
    kept = [s for s in found if not flow or s.ticket.case.flow.name == flow]
    if view == "mine":
        return [s for s in kept if s.mine]
    return [s for s in kept if s.late] if view == "late" else kept


def case_counts(desk: Desk, actor: Actor) -> dict[str, int]:
    """How many running cases there are in each view.

    Raises:
        Denied: no right.
    """
    found = _visible(desk, actor, closed=False)
    return {"mine": sum(s.mine for s in found), "open": len(found), "late": sum(s.late > 0 for s in found)}


def case_page(desk: Desk, actor: Actor, number: str) -> CasePage:
    """One case with its history and what the actor may do.

    Raises:
        Denied, Missing: no right for its org; no such case.
    """
    with desk.reading() as db:
        ticket = _read(desk, db, number)
        everybody = roster(desk, db)
        target = _target(desk, ticket)
        desk.require(actor, Action.READ_ITEMS, target)
        shown = _shown(desk, everybody, actor, ticket)
        flow = ticket.case.flow
        moves = [] if ticket.closed else [to for to in flow.moves.get(ticket.case.state, ())
                                          if _refusal(desk, everybody, actor, ticket, to) == ""]
        hands_on = not ticket.closed and _refusal(desk, everybody, actor, ticket) == ""
    history = desk.journal.page(subject=f"case/{number}", limit=200)
    return CasePage(shown, tuple((to, flow.said(to)) for to in moves),
                    not ticket.closed and desk.may(actor, Action.RUN_CASES, target), hands_on, tuple(history))


def handlers(desk: Desk, org: str, pack: str = "") -> list[tuple[str, str]]:
    """Who may act on cases of an org: accounts with their words."""
    target = desk.target(org, pack)
    with desk.reading() as db:
        called = posts(db)
        holding = dict.fromkeys(name for name, _ in roster(desk, db).grants)
        found = [name for name in holding if desk.may(read_actor(db, name), Action.HANDLE_CASES, target)]
    return sorted(((name, f"{called.get(name, name)}（{name}）") for name in found), key=lambda pair: pair[1])


def place_of(desk: Desk, db: Connection, about: str) -> tuple[str, str]:
    """The org and the pack of what a case is about; empty where that belongs to the whole bank, or to nothing.

    Raises:
        Missing: not an item that there is, nor a finding.
    """
    if not about or re.fullmatch(r"finding/[0-9a-f]{8,64}", about):
        return "", ""
    if not about.startswith("item/"):
        raise Missing("工单只能关于填报项或疑点。")
    found = subject(desk, db, about)
    return found.target.path[0], found.target.pack


_ABOUT = select(case_table.c.about, case_table.c.id).where(case_table.c.closed == "", case_table.c.about != "")
_OPEN = select(case_table).where(case_table.c.closed == "").order_by(case_table.c.due, case_table.c.id)


def open_about(db: Connection, abouts: Iterable[str]) -> dict[str, str]:
    """The numbers of open cases by what they are about."""
    wanted = list(abouts)
    known = {row.about: row.id for row in once(db, _ABOUT)}
    return {about: known[about] for about in wanted if about in known}


def open_tickets(desk: Desk, db: Connection) -> list[Ticket]:
    """Every open case, those that are due first, from an open transaction."""
    return [_ticket(desk, row) for row in once(db, _OPEN)]


def _visible(desk: Desk, actor: Actor, *, closed: bool) -> list[Shown]:
    desk.require(actor, Action.READ_ITEMS)
    ended = select(case_table).where(case_table.c.closed != "").order_by(case_table.c.closed.desc())
    with desk.reading() as db:
        tickets = [_ticket(desk, row) for row in db.execute(ended.limit(CLOSED_SHOWN))] if closed else open_tickets(
            desk, db)
        everybody = roster(desk, db)
    seen = [t for t in tickets if desk.may(actor, Action.READ_ITEMS, _target(desk, t))]
    return [_shown(desk, everybody, actor, t) for t in machine.in_order(seen)]


def _shown(desk: Desk, everybody: Roster, actor: Actor, ticket: Ticket) -> Shown:
    post = Post() if ticket.closed else machine.acting(ticket, everybody, desk.path(ticket.org))
    return Shown(ticket, post, ROLE_LABELS[ticket.role], actor.account in post.everybody, ticket.late(desk.today))


# -- judging ----------------------------------------------------------------------------------------
def _acts(desk: Desk, db: Connection, actor: Actor, ticket: Ticket, to: str = "") -> None:
    if reason := _refusal(desk, roster(desk, db), actor, ticket, to):
        raise Denied(reason)


def _refusal(desk: Desk, everybody: Roster, actor: Actor, ticket: Ticket, to: str = "") -> str:
    """Why an actor may not act on a case now, or not take that step; empty where he may."""
    target = replace(_target(desk, ticket), hands=machine.hands(ticket, to))
    verdict = allowed(actor, Action.HANDLE_CASES, target, today=desk.today, policy=desk.policy)
    if not verdict.ok:
        return verdict.reason
    if desk.may(actor, Action.RUN_CASES, _target(desk, ticket)):
        return ""
    post = machine.acting(ticket, everybody, desk.path(ticket.org))
    return "" if actor.account in post.everybody else "这个工单现在由他人办理。"


def _can_handle(desk: Desk, db: Connection, name: str, target: Target) -> None:
    if not desk.may(read_actor(db, name), Action.HANDLE_CASES, target):
        raise Refused(f"账户“{name}”无权办理该机构的工单，请另选一人或先授予角色。")


def _is_open(db: Connection, name: str) -> bool:
    return db.execute(select(account.c.state).where(account.c.id == name)).scalar() == "open"


def _tell_next(desk: Desk, made: Writing, actor: Actor, ticket: Ticket, subject: str, words: str) -> None:
    body = f"{words}\n期限：{ticket.due}"
    for name in machine.acting(ticket, roster(desk, made.db), desk.path(ticket.org)).everybody:
        if name != actor.account:
            tell(made, name, subject, body)


def _flow(desk: Desk, name: str) -> Flow:
    found = flows_of(desk).get(name)
    if found is None:
        raise Missing(f"没有名为“{name}”的流程。")
    return found


def _day_fits(desk: Desk, day: dt.date | None) -> None:
    if day is None or day < desk.today or day > desk.today + LONGEST:
        raise Refused("请写明期限，不早于今天，也不晚于一年之后，例如 2025-06-30。")


def _number(desk: Desk, db: Connection) -> str:
    year = desk.clock().astimezone(BEIJING).year
    last = db.execute(select(func.max(case_table.c.id)).where(case_table.c.id.startswith(f"{year}-"))).scalar()
    return f"{year}-{int(last.partition('-')[2]) + 1 if last else 1:05}"


def _running(desk: Desk, db: Connection, number: str) -> Ticket:
    ticket = _read(desk, db, number)
    if ticket.closed:
        raise Refused("工单已办结。")
    return ticket


def _read(desk: Desk, db: Connection, number: str) -> Ticket:
    row = db.execute(select(case_table).where(case_table.c.id == number)).first()
    if row is None:
        raise Missing(f"没有工单“{number}”。")
    return _ticket(desk, row)


def _ticket(desk: Desk, row: Any) -> Ticket:
    # a case outlives the pack that declared its flow: it stays readable, and goes nowhere
    flow = flows_of(desk).get(row.flow) or Flow(row.flow, row.flow, row.state, {row.state: (row.state,)})
    return Ticket(Case(row.id, flow, row.state), row.title, row.org, row.pack, row.by, row.opened,
                  dt.date.fromisoformat(row.due), row.about, row.words, row.assignee, row.moved_by, row.closed,
                  row.reminded, row.escalated)


def _target(desk: Desk, ticket: Ticket) -> Target:
    return desk.target(ticket.org, ticket.pack)
