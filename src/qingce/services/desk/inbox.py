"""Everything that waits for one account, of whatever kind, and how much of it there is for each screen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection, bindparam, func, select

from qingce.casework.item import STEP_LABELS, Step
from qingce.casework.rights import Action, Actor, Target
from qingce.core.check import Severity, Status
from qingce.core.errors import Missing
from qingce.core.figure import FigureKey
from qingce.ledger.look import moment_of, once
from qingce.ledger.projections.comments import comment
from qingce.ledger.projections.editions import change, restatement, waiver
from qingce.ledger.projections.materiality import assessment, assessor
from qingce.ledger.tables import journal
from qingce.services.desk.assurance_requests import asked_of
from qingce.services.desk.cases import cases
from qingce.services.desk.desk import Desk
from qingce.services.desk.items import latest_findings
from qingce.services.desk.journal import href_of
from qingce.services.desk.labels import org_name
from qingce.services.desk.subjects import subject
from qingce.services.desk.tasks import Tasks, my_tasks

FRESH = dt.timedelta(seconds=30)
"""How long counts beside the navigation may be behind what others did; one's own acts count at once."""


class Kind(StrEnum):
    """What waits."""

    ITEM = "item"
    CASE = "case"
    REQUEST = "request"
    SCORING = "scoring"
    CONFIRMATION = "confirmation"
    CHANGE = "change"
    RESTATEMENT = "restatement"
    MENTION = "mention"


DECISIONS = (Kind.CONFIRMATION, Kind.CHANGE, Kind.RESTATEMENT)
"""What is to be decided, as reviewing and approving are."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for an account.

    Attributes:
        words: what is to be done, or what was asked for.
        due: its day; nothing where it has none.
        late: days beyond it.
        instead_of: for whom the account stands in; ``shared``: how many others could do it as well.
        step: of an item.
    """

    kind: Kind
    id: str
    label: str
    words: str
    href: str
    org: str = ""
    due: dt.date | None = None
    late: int = 0
    step: str = ""
    instead_of: str = ""
    shared: int = 0


@dataclass(frozen=True)
class Inbox:
    """Everything that waits for an account: figures step by step, and the rest, late first."""

    tasks: Tasks
    others: tuple[Waiting, ...]

    @property
    def counts(self) -> dict[Kind, int]:
        """How much there is of each kind."""
        found = {kind: sum(one.kind is kind for one in self.others) for kind in Kind}
        return found | {Kind.ITEM: sum(self.tasks.counts.values())}

    @property
    def everything(self) -> list[Waiting]:
        """All of it in one form, late first, then by day."""
        made = [Waiting(Kind.ITEM, t.item.id, t.label, STEP_LABELS[t.step], href_of(f"item/{t.item.id}"), t.org,
                        t.due, t.late, str(t.step), t.instead_of, t.shared) for t in self.tasks.tasks]
        return sorted([*made, *self.others], key=_urgency)


_TO_SCORE = (
    select(assessment.c.id, assessment.c.label, assessor.c.state, assessor.c.words)
    .join(assessor, assessor.c.assessment == assessment.c.id)
    .where(assessment.c.state == "open", assessor.c.account == bindparam("account"), assessor.c.state != "submitted")
    .order_by(assessment.c.id)
)
_PROPOSED = select(assessment).where(assessment.c.state == "proposed").order_by(assessment.c.id)
_CHANGES = select(change).where(change.c.state == "asked").order_by(change.c.at)
_RESTATED = (
    select(restatement, change.c.asked_by).join(change, change.c.id == restatement.c.change)
    .where(restatement.c.approved == "").order_by(restatement.c.change, restatement.c.at, restatement.c.key)
)
_FIRST = comment.alias("first")
_CALLED = (
    select(comment).join(_FIRST, _FIRST.c.id == comment.c.thread)
    .where(_FIRST.c.resolved == "", comment.c.mentions.contains(bindparam("name"))).order_by(comment.c.seq)
)
_STANDING = select(waiver.c.finding, waiver.c.until).where(waiver.c.ended == "")


def _urgency(one: Waiting) -> tuple[int, dt.date]:
    return -one.late, one.due or dt.date.max


def inbox(desk: Desk, actor: Actor, *, campaign: str = "", step: str = "") -> Inbox:
    """Everything that waits for this account; a token sees what its scopes allow it to do.

    Args:
        campaign, step: only such figures.
    """
    with desk.store.glancing() as db:
        found = [*_materiality(desk, db, actor), *_editions(desk, db, actor), *_mentions(desk, db, actor)]
    others = sorted([*_cases(desk, actor), *_requests(desk, actor), *found], key=_urgency)
    return Inbox(my_tasks(desk, actor, campaign=campaign, step=step), tuple(others))


def _cases(desk: Desk, actor: Actor) -> Iterator[Waiting]:
    if not desk.may(actor, Action.HANDLE_CASES) or not desk.may(actor, Action.READ_ITEMS):
        return
    for one in cases(desk, actor, view="mine"):
        ticket = one.ticket
        yield Waiting(Kind.CASE, one.id, f"{one.id} {ticket.title}", ticket.case.flow.said(ticket.case.state),
                      f"/cases/{one.id}", org_name(desk, ticket.org), ticket.due, one.late)


def _requests(desk: Desk, actor: Actor) -> Iterator[Waiting]:
    if not desk.may(actor, Action.ATTACH):
        return
    for one in asked_of(desk, actor):
        yield Waiting(Kind.REQUEST, one.id, one.label, one.words, f"/assurance-requests/{one.id}",
                      org_name(desk, FigureKey.parse(one.figure).org), dt.date.fromisoformat(one.due),
                      one.late(desk.today))


def _materiality(desk: Desk, db: Connection, actor: Actor) -> Iterator[Waiting]:
    if desk.may(actor, Action.SCORE_TOPICS):
        for row in once(db, _TO_SCORE, {"account": actor.account}):
            words = f"退回：{row.words}" if row.state == "returned" else "为议题打分"
            yield Waiting(Kind.SCORING, row.id, row.label, words, f"/materiality/{row.id}/scoring")
    if desk.may(actor, Action.CONFIRM_MATERIALITY):
        for row in once(db, _PROPOSED):
            hands = Target(hands={"proposed": frozenset({row.proposed_by})})
            if desk.may(actor, Action.CONFIRM_MATERIALITY, hands):
                yield Waiting(Kind.CONFIRMATION, row.id, row.label, row.words, f"/materiality/{row.id}/confirm")


def _editions(desk: Desk, db: Connection, actor: Actor) -> Iterator[Waiting]:
    """Change requests to decide, and restatements to approve; never one's own."""
    if not desk.may(actor, Action.DECIDE_CHANGE):
        return
    for row in once(db, _CHANGES):
        if desk.may(actor, Action.DECIDE_CHANGE, Target(hands={"asked": frozenset({row.asked_by})})):
            yield Waiting(Kind.CHANGE, row.id, f"变更申请 {row.id}", row.reason, href_of(f"change/{row.id}"))
    made: dict[str, list[tuple[str, str, str]]] = {}
    for row in once(db, _RESTATED):
        made.setdefault(row.change, []).append((row.label, row.by, row.asked_by))
    for number, entries in made.items():
        hands = frozenset(hand for _, *both in entries for hand in both)
        if desk.may(actor, Action.DECIDE_CHANGE, Target(hands={"asked": hands})):
            words = "、".join(dict.fromkeys(label for label, *_ in entries))
            yield Waiting(Kind.RESTATEMENT, number, f"追溯调整 {number}", words, href_of(f"change/{number}"))


def _mentions(desk: Desk, db: Connection, actor: Actor) -> Iterator[Waiting]:
    """Open threads in which the account was called and has said nothing since, the latest call of each."""
    last = {row.thread: row for row in once(db, _CALLED, {"name": f'"{actor.account}"'})
            if actor.account in json.loads(row.mentions) and row.by != actor.account}
    if not last:
        return
    own = {str(thread): int(seq) for thread, seq in db.execute(
        select(comment.c.thread, func.max(comment.c.seq)).where(
            comment.c.by == actor.account, comment.c.thread.in_(list(last))).group_by(comment.c.thread))}
    for row in last.values():
        if own.get(row.thread, 0) > row.seq:
            continue
        try:
            about = subject(desk, db, row.subject)
        except Missing:
            continue
        if desk.may(actor, about.read, about.target):
            yield Waiting(Kind.MENTION, row.id, about.label, row.words, href_of(row.subject))


# -- counts beside the navigation -------------------------------------------------------------------
Counts = Mapping[str, int]
_HEADS = select(
    select(func.max(journal.c.seq)).scalar_subquery(),
    # a value that is filed waits for its filer as it did before
    select(func.max(journal.c.seq)).where(
        journal.c.by == bindparam("account"), journal.c.did != "filed").scalar_subquery(),
)


def waiting_counts(desk: Desk, actor: Actor) -> Counts:
    """How much waits for this account, by screen; screens with nothing are left out.

    Every page asks, so that most times one look at the journal's indexes has to do: what was counted holds until
    the account itself does something, the day or its rights change, or somebody else did something and
    :data:`FRESH` is over.
    """
    with desk.store.glancing() as db:
        seen = moment_of(db)
        # a value that is filed waits for its filer as it did before
        head, own = (seen.seq, (seen.begun, seen.last_by(actor.account, ("filed",)))) if seen is not None else tuple(
            db.execute(_HEADS, {"account": actor.account}).one())
    kept: dict[str, tuple[object, object, dt.datetime, Counts]] = desk.__dict__.setdefault("_waiting", {})
    of, at = (actor.grants, actor.scopes, desk.today, own, latest_findings(desk)), desk.clock()
    there = kept.get(actor.account)
    if there is not None and there[0] == of and (there[1] == head or at - there[2] < FRESH):
        return there[3]
    made = _counted(desk, actor)
    kept[actor.account] = of, head, at, made
    return made


def _counted(desk: Desk, actor: Actor) -> Counts:
    found = inbox(desk, actor)
    counts, steps = found.counts, found.tasks.counts
    decisions = sum(counts[kind] for kind in DECISIONS)
    made = {
        "tasks": sum(counts.values()), "filing": steps.get(Step.FILE, 0), "cases": counts[Kind.CASE],
        "materiality": counts[Kind.SCORING] + counts[Kind.CONFIRMATION],
        "freeze": counts[Kind.CHANGE] + counts[Kind.RESTATEMENT], "findings": _contradictions(desk, actor),
        "approvals": steps.get(Step.REVIEW, 0) + steps.get(Step.APPROVE, 0) + decisions,
    }
    return {area: count for area, count in made.items() if count}


def _contradictions(desk: Desk, actor: Actor) -> int:
    """Rules of the latest build that do not hold and that nobody let stand; notes are not counted."""
    if not desk.may(actor, Action.READ_FINDINGS):
        return 0
    failed = [f for f in latest_findings(desk) if f.status is Status.FAIL and f.severity is not Severity.NOTE]
    if not failed:
        return 0
    with desk.store.glancing() as db:
        stand = {row.finding for row in once(db, _STANDING) if row.until >= desk.today.isoformat()}
    return sum(finding.content not in stand for finding in failed)
