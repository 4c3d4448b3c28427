"""Reading the journal: pages of events, one event with its links, the state of the chain, verification, export."""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from sqlalchemy import select

from qingce.casework.rights import Action, Actor
from qingce.core.errors import Missing
from qingce.core.event import GENESIS, GROUPS, VERBS, Event, Json, chained, verbs_of
from qingce.ledger import checkpoints
from qingce.ledger.browse import Stretch, Wanted, browse, event_at
from qingce.ledger.jobs import Job, Jobs
from qingce.ledger.tables import journal
from qingce.services.desk.desk import BEIJING, Desk
from qingce.services.desk.jobs import Work, background, want
from qingce.services.desk.keeping import export_journal, signing_key, verify_journal
from qingce.services.desk.people import plain

VERIFY, SIGN = "verify_journal", "sign_journal"
PAGE = 50


@dataclass(frozen=True, slots=True)
class Sought:
    """What a reader looks for, as typed.

    Attributes:
        group: one of :data:`qingce.core.event.GROUPS`, or a single verb.
        since, until: days by the bank's clocks, both included.
    """

    group: str = ""
    by: str = ""
    subject: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def wanted(self) -> Wanted:
        """The same in the words of the journal."""
        dids = verbs_of(self.group) or ((self.group,) if self.group in VERBS else ())
        end = None if self.until is None else self.until + dt.timedelta(days=1)
        return Wanted(dids, plain(self.by), plain(self.subject), _midnight(self.since), _midnight(end))


def look(
    desk: Desk, actor: Actor, sought: Sought, *, before: int | None = None, after: int | None = None
) -> Stretch:
    """A page of the journal, newest first.

    Args:
        before: events before this place; ``after``: those after it, 0 for the oldest.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_JOURNAL)
    with desk.reading() as db:
        return browse(db, sought.wanted, before=before, after=after, limit=PAGE)


@dataclass(frozen=True, slots=True)
class Linked:
    """One event in its chain.

    Attributes:
        hash: what the journal keeps; ``holds`` whether it is the hash of the line after the one before.
        href: where its subject is looked at in the desk; empty where it has no page.
        last: whether it is the newest event.
    """

    event: Event
    hash: str
    holds: bool
    href: str
    last: bool


def event(desk: Desk, actor: Actor, seq: int) -> Linked:
    """One event with its hash and the one before.

    Raises:
        Denied, Missing: no right; no such event.
    """
    desk.require(actor, Action.READ_JOURNAL)
    with desk.reading() as db:
        found = event_at(db, seq)
        after = db.execute(select(journal.c.seq).where(journal.c.seq == seq + 1)).first()
    if found is None:
        raise Missing(f"日志里没有第 {seq} 条。")
    one, link = found
    return Linked(one, link, chained(one.prev, one.line) == link, href_of(one.subject), after is None)


def href_of(subject: str) -> str:
    """The page of a subject; empty where it has none.

    >>> href_of("item/2024/staff/B01"), href_of("account/clerk"), href_of("project"), href_of("page/green#3")
    ('/filing/item/2024/staff/B01', '/people/account/clerk', '', '/preview/green#p3')
    """
    kind, _, rest = subject.partition("/")
    paths: Mapping[str, str] = {
        "account": "/people/account/{}", "item": "/filing/item/{}", "campaign": "/progress/{}", "case": "/cases/{}",
        "figure": "/figures/{}", "edition": "/freeze/editions/{}", "change": "/freeze/changes/{}",
    }
    if kind in ("finding", "draft"):
        return "/freeze/waivers" if kind == "finding" else "/drafts"
    if kind == "page":
        slug, _, paragraph = rest.partition("#")
        return f"/preview/{quote(slug)}" + (f"#p{quote(paragraph)}" if paragraph else "")
    return paths[kind].format(quote(rest, safe="/")) if rest and kind in paths else ""


# -- the state of the chain -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Chain:
    """How far the journal goes and what was last said of it.

    Attributes:
        point: the newest checkpoint; ``behind`` events stand after it.
        check: the latest verification, done or under way.
    """

    seq: int
    head: str
    point: checkpoints.Checkpoint | None
    behind: int
    check: Job | None


def chain(desk: Desk, actor: Actor) -> Chain:
    """The end of the chain, its newest checkpoint, its latest verification.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_JOURNAL)
    seq, head = desk.journal.head()
    with desk.reading() as db:
        point = checkpoints.latest(db)
    checks = Jobs(desk.store).page(kind=VERIFY, limit=1)
    return Chain(seq, head if seq else GENESIS, point, seq - (point.seq if point else 0), checks[0] if checks else None)


def ask_for_verification(desk: Desk, actor: Actor) -> str:
    """Let the worker go through the whole chain; the id of the job, of the one under way where there is one.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_JOURNAL)
    latest = Jobs(desk.store).page(kind=VERIFY, limit=1)
    if latest and not latest[0].ended:
        return latest[0].id
    with desk.writing() as made:
        return want(made, VERIFY, uuid.uuid4().hex, {}, by=actor.account)


@background(VERIFY)
def go_through(desk: Desk, work: Work) -> None:
    """Verify the chain and its checkpoints; what came out stands in the job."""
    found = verify_journal(desk)
    broken: Json = {"seq": found.broken.seq, "reason": found.broken.reason} if found.broken else None
    with work.finishing({"events": found.events, "head": found.head, "checkpoints": found.checkpoints,
                         "key": found.key, "broken": broken, "ended": desk.clock().isoformat()}):
        pass


@background(SIGN, daily=0)
def sign_the_day(desk: Desk, work: Work) -> None:
    """Sign the head once a day, where more happened than the last signing itself."""
    with work.finishing() as made:
        checkpoints.sign_after(made, signing_key(desk), 2)


def exported(desk: Desk, actor: Actor) -> tuple[str, BinaryIO, int]:
    """The journal as a file that any program can verify: its name, its content and its size; the journal notes it.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_JOURNAL)
    with desk.writing() as made:
        made.append(actor.account, "journal_exported", "project", {"events": made.seq, "head": made.head})
    with tempfile.TemporaryDirectory() as room:
        out = Path(room) / "journal.jsonl"
        count = export_journal(desk, out)
        size, content = out.stat().st_size, out.open("rb")
    return f"journal-{count}.jsonl", content, size


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return None if day is None else dt.datetime.combine(day, dt.time(), BEIJING)


__all__ = ["GROUPS", "VERBS", "Chain", "Linked", "Sought", "ask_for_verification", "chain", "event", "exported",
           "href_of", "look"]
