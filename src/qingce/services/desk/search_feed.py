"""What people made on the desk, as entries: read from the state tables, all of it or what some events touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Select, select

from qingce.casework.item import State, read_dims
from qingce.core.errors import Missing
from qingce.ledger.projections.cases import case
from qingce.ledger.projections.collecting import asked, item
from qingce.ledger.projections.comments import comment
from qingce.ledger.projections.editions import edition
from qingce.ledger.projections.evidence import evidence
from qingce.ledger.projections.materiality import assessment, topic
from qingce.ledger.projections.people import account
from qingce.ledger.tables import journal
from qingce.services.desk import subjects
from qingce.services.desk.desk import Desk
from qingce.services.desk.journal import href_of
from qingce.services.desk.labels import org_name
from qingce.services.search.entry import Entry, Kind, entry

_IN = 500
_STATES = {"frozen": "已封版", "published": "已发布", "withdrawn": "已撤回"}
Load = Callable[[Desk, Connection, "Touched"], Iterator[Entry]]


@dataclass
class Touched:
    """What events after a place of the journal were about; ``every``: all there is.

    Attributes:
        names: for the first word of a subject what follows it.
    """

    after: int = 0
    every: bool = True
    names: Mapping[str, Collection[str]] = field(default_factory=dict)

    def of(self, kind: str) -> list[str]:
        """Subjects of a kind; of no kind all of them, whole."""
        if kind:
            return sorted(self.names.get(kind, ()))
        return sorted(f"{first}/{rest}" if rest else first for first, every in self.names.items() for rest in every)


def touched(db: Connection, after: int, head: int) -> Touched:
    """What the events after a place were about, up to another."""
    names: dict[str, set[str]] = {}
    wanted = select(journal.c.subject).where(journal.c.seq > after, journal.c.seq <= head).distinct()
    for subject in db.execute(wanted).scalars():
        kind, _, rest = str(subject).partition("/")
        names.setdefault(kind, set()).add(rest)
    return Touched(after, False, names)


# -- what a row says --------------------------------------------------------------------------------
def items(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Items that campaigns ask for."""
    wanted = select(item, asked.c.pack).join(
        asked, (asked.c.campaign == item.c.campaign) & (asked.c.metric == item.c.metric)).where(
        item.c.state != State.VOIDED)
    for row in _rows(db, wanted, of, (item.c.id, "item"), (item.c.campaign, "campaign")):
        label = subjects.words(desk, row.metric, row.org, read_dims(row.dims), row.period)
        # the place is the order of the campaign; the latest campaign first, whose items were written last
        yield entry(
            Kind.ITEM, row.id, label, href_of(f"item/{row.id}"), names=(label, row.id), org=row.org, pack=row.pack,
            where=row.campaign, text=" ".join(t for t in (row.value, row.reason, row.source, row.explanation) if t),
            place=row.position)


def comments(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """What was said, the latest first."""
    found = _Subjects(desk, db)
    wanted = select(comment, account.c.post).join(account, account.c.id == comment.c.by, isouter=True)
    for row in _rows(db, wanted.where(comment.c.seq > of.after), of, (comment.c.subject, "")):
        about = found.of(row.subject)
        if about is not None:
            href = f"/evidence?about={quote(row.subject, safe='')}" if row.subject.startswith("page/") else href_of(
                row.subject)
            yield Entry(Kind.COMMENT, row.id, about.label, href, about.read, (), f"{row.post or row.by} {row.at[:10]}",
                        row.words, *_scope(about), -row.seq)


def files(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Evidence that stands, the latest first."""
    found = _Subjects(desk, db)
    wanted = select(evidence).where(evidence.c.seq > of.after, evidence.c.ended == "")
    for row in _rows(db, wanted, of, (evidence.c.subject, "")):
        about = found.of(row.subject)
        if about is not None:
            org, pack = _scope(about)
            yield entry(Kind.EVIDENCE, f"{row.subject}:{row.sha256}", row.name,
                        f"/evidence?about={quote(row.subject, safe='')}", names=(row.name, row.sha256),
                        where=about.label, text=row.note, org=org, pack=pack, place=-row.seq)


def cases(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Cases, the latest first."""
    for row in _rows(db, select(case), of, (case.c.id, "case")):
        number = int("".join(c for c in row.id if c.isdigit()) or 0)
        yield entry(Kind.CASE, row.id, f"{row.id} {row.title}", href_of(f"case/{row.id}"), org=row.org, pack=row.pack,
                    names=(f"{row.id} {row.title}", row.id, row.title), text=row.words, place=-number,
                    where=f"{org_name(desk, row.org)} · {'已办结' if row.closed else '未办结'}")


def topics(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Topics of materiality, the latest round first."""
    wanted = select(topic, assessment.c.label).join(assessment, assessment.c.id == topic.c.assessment)
    for row in _rows(db, wanted, of, (topic.c.assessment, "assessment")):
        facts = json.loads(row.facts)
        label, english = str(facts.get("label", "")), str(facts.get("label_en", ""))
        said = [str(facts.get("note", "")), *(str(i.get("label", "")) for i in facts.get("items", ()))]
        href = f"/materiality/{quote(row.assessment, safe='')}/topics/{quote(row.id, safe='')}"
        yield entry(Kind.TOPIC, f"{row.assessment}/{row.id}", label, href, where=row.label, place=row.position,
                    names=tuple(name for name in (label, english, row.id) if name), text=" ".join(said).strip())


def editions(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Editions, the latest first."""
    for row in _rows(db, select(edition), of, (edition.c.id, "edition")):
        label = f"{row.title}，第 {row.revision} 版"
        yield entry(Kind.EDITION, row.id, label, href_of(f"edition/{row.id}"), names=(label, row.id, row.period),
                    where=f"{row.period} · {_STATES.get(row.state, row.state)}", text=row.reason, place=-row.seq)


def accounts(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """Posts and their accounts."""
    for row in _rows(db, select(account), of, (account.c.id, "account")):
        state = "" if row.state == "open" else " · 已停用"
        yield entry(Kind.ACCOUNT, row.id, row.post or row.id, href_of(f"account/{row.id}"), names=(row.post, row.id),
                    where=f"{org_name(desk, row.org)} · {row.id}{state}", place=0 if row.state == "open" else 1)


def named(desk: Desk, db: Connection, of: Touched) -> Iterator[Entry]:
    """What the journal has events about."""
    if of.every:
        every: Iterator[str] = iter(db.execute(select(journal.c.subject).distinct()).scalars())
    else:
        every = iter(of.of(""))
    for subject in sorted(every):
        yield entry(Kind.SUBJECT, subject, subject, f"/journal?subject={quote(subject, safe='')}", names=(subject,))


LOADS: Mapping[Kind, Load] = {
    Kind.ITEM: items, Kind.COMMENT: comments, Kind.EVIDENCE: files, Kind.CASE: cases, Kind.TOPIC: topics,
    Kind.EDITION: editions, Kind.ACCOUNT: accounts, Kind.SUBJECT: named,
}
"""What reads the entries of a kind."""


def gone(desk: Desk, db: Connection, of: Touched) -> Iterator[tuple[Kind, str]]:
    """What is no longer there to be found: it was taken away, or may have been and is read again."""
    ended = select(evidence.c.subject, evidence.c.sha256).where(evidence.c.ended_seq > of.after)
    for row in _rows(db, ended, of, (evidence.c.subject, "")):
        yield Kind.EVIDENCE, f"{row.subject}:{row.sha256}"
    voided = select(item.c.id).where(item.c.state == State.VOIDED)
    for row in _rows(db, voided, of, (item.c.id, "item"), (item.c.campaign, "campaign")):
        yield Kind.ITEM, row.id


# -- reading ----------------------------------------------------------------------------------------
def _rows(db: Connection, wanted: Select[Any], of: Touched, *by: tuple[Any, str]) -> Iterator[Any]:
    """The rows of a query: all, or those that a subject names by one of these columns."""
    if of.every:
        yield from db.execute(wanted)
        return
    for column, kind in by:
        names = of.of(kind)
        for start in range(0, len(names), _IN):
            yield from db.execute(wanted.where(column.in_(names[start:start + _IN])))


class _Subjects:
    """What texts of subjects are about, each asked for once."""

    def __init__(self, desk: Desk, db: Connection) -> None:
        self._desk, self._db = desk, db
        self._found: dict[str, subjects.Subject | None] = {}

    def of(self, text: str) -> subjects.Subject | None:
        """The subject; nothing where there is none any more."""
        if text not in self._found:
            try:
                self._found[text] = subjects.subject(self._desk, self._db, text)
            except Missing:
                self._found[text] = None
        return self._found[text]


def _scope(about: subjects.Subject) -> tuple[str, str]:
    return (about.target.path[0] if about.target.path else ""), about.target.pack

