"""Editions, what stood in their way and what changed after them, as the journal left it.

Subjects: ``edition/HASH``, ``finding/CONTENT``, ``change/ID``, ``restatement/CHANGE/KEY``, ``clause/STANDARD/CODE``,
``footnote/KEY``, ``signoff/DEPARTMENT``. An edition is never changed: it is published, withdrawn, or succeeded.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, delete, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

edition = Table(
    "edition", STATE,
    Column("id", Text, primary_key=True), Column("report", Text, nullable=False), Column("title", Text, nullable=False),
    Column("period", Text, nullable=False), Column("revision", Integer, nullable=False),
    Column("succeeds", Text, nullable=False), Column("change", Text, nullable=False),
    Column("content", Text, nullable=False), Column("seq", Integer, nullable=False),
    Column("state", Text, nullable=False), Column("at", Text, nullable=False), Column("by", Text, nullable=False),
    Column("published", Text, nullable=False), Column("reason", Text, nullable=False),
    Index("edition_period", "period", "revision"),
)
"""``id`` is the hash of the manifest, ``content`` the one over pages and figures; ``state`` is ``frozen``,
``published`` or ``withdrawn``; ``seq`` is the event that froze it."""

waiver = Table(
    "waiver", STATE,
    Column("id", Text, primary_key=True), Column("finding", Text, nullable=False), Column("rule", Text, nullable=False),
    Column("words", Text, nullable=False), Column("reason", Text, nullable=False), Column("by", Text, nullable=False),
    Column("at", Text, nullable=False), Column("until", Text, nullable=False), Column("ended", Text, nullable=False),
    Index("waiver_finding", "finding"),
)
"""``finding`` is the content of what was found, ``words`` its sentence; ``until`` the last day of the waiver."""

change = Table(
    "change", STATE,
    Column("id", Text, primary_key=True), Column("edition", Text, nullable=False),
    Column("reason", Text, nullable=False), Column("asked_by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("state", Text, nullable=False), Column("decided_by", Text, nullable=False),
    Column("decided", Text, nullable=False), Column("words", Text, nullable=False),
    Column("used", Text, nullable=False),
)
"""``state`` is ``asked``, ``granted`` or ``refused``; ``used`` is the edition that was made under it."""

restatement = Table(
    "restatement", STATE,
    Column("id", Text, primary_key=True), Column("change", Text, nullable=False), Column("key", Text, nullable=False),
    Column("label", Text, nullable=False), Column("old", Text), Column("new", Text),
    Column("old_text", Text, nullable=False), Column("new_text", Text, nullable=False),
    Column("unit", Text, nullable=False), Column("reason", Text, nullable=False),
    Column("threshold", Text, nullable=False), Column("beyond", Integer, nullable=False),
    Column("footnote", Text, nullable=False), Column("bridge", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False), Column("approved_by", Text, nullable=False),
    Column("approved", Text, nullable=False),
    Index("restatement_change", "change"), Index("restatement_key", "key"),
)
"""``old`` and ``new`` are decimals as text, null where absent; ``threshold`` a percentage, ``beyond`` whether the
difference reaches it; ``bridge`` the JSON of the way from one to the other."""

omission = Table(
    "omission", STATE,
    Column("standard", Text, primary_key=True), Column("code", Text, primary_key=True),
    Column("reason", Text, nullable=False), Column("because", Text, nullable=False), Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What a clause leaves out, given on the desk."""

footnote = Table(
    "footnote", STATE,
    Column("key", Text, primary_key=True), Column("words", Text, nullable=False), Column("by", Text, nullable=False),
    Column("at", Text, nullable=False),
)
"""What stands beside a figure in print."""

leader = Table(
    "leader", STATE,
    Column("department", Text, primary_key=True), Column("post", Text, nullable=False),
    Column("by", Text, nullable=False), Column("at", Text, nullable=False),
)
"""Which leader a department answers to, by post."""

editions = Projection("editions", edition, waiver, change, restatement, omission, footnote, leader)


def _after(event: Event, head: str) -> str:
    return event.subject.removeprefix(head)


@editions.on("frozen")
def frozen(db: Connection, event: Event) -> None:
    """An edition stands; the change it was made under is used up."""
    said = event.detail
    db.execute(insert(edition).values(
        id=_after(event, "edition/"), report=said["report"], title=said["title"], period=said["period"],
        revision=said["revision"], succeeds=said["succeeds"], change=said["change"], content=said["content"],
        seq=event.seq, state="frozen", at=moment(event.at), by=event.by, published="", reason="",
    ))
    if said["change"]:
        db.execute(update(change).where(change.c.id == said["change"]).values(used=_after(event, "edition/")))


@editions.on("published")
def published(db: Connection, event: Event) -> None:
    """An edition is for everybody."""
    db.execute(update(edition).where(edition.c.id == _after(event, "edition/"))
               .values(state="published", published=moment(event.at)))


@editions.on("edition_withdrawn")
def withdrawn(db: Connection, event: Event) -> None:
    """An edition is no longer served."""
    db.execute(update(edition).where(edition.c.id == _after(event, "edition/"))
               .values(state="withdrawn", reason=event.detail["reason"]))


@editions.on("finding_waived")
def waived(db: Connection, event: Event) -> None:
    """A finding may stand until a day."""
    said = event.detail
    db.execute(insert(waiver).values(
        id=said["waiver"], finding=_after(event, "finding/"), rule=said["rule"], words=said["words"],
        reason=said["reason"], by=event.by, at=moment(event.at), until=said["until"], ended="",
    ))


@editions.on("waiver_ended")
def ended(db: Connection, event: Event) -> None:
    """A waiver ends before its day."""
    db.execute(update(waiver).where(waiver.c.id == event.detail["waiver"]).values(ended=moment(event.at)))


@editions.on("change_requested")
def requested(db: Connection, event: Event) -> None:
    """Somebody asks to change what was frozen."""
    db.execute(insert(change).values(
        id=_after(event, "change/"), edition=event.detail["edition"], reason=event.detail["reason"],
        asked_by=event.by, at=moment(event.at), state="asked", decided_by="", decided="", words="", used="",
    ))


@editions.on("change_decided")
def decided(db: Connection, event: Event) -> None:
    """Somebody else says yes or no; to a change, or to the restatements made under it."""
    said = event.detail
    number = _after(event, "change/")
    if said["about"] == "restatements":
        keys = said["keys"]
        assert isinstance(keys, list)
        for key in keys:
            db.execute(update(restatement).where(restatement.c.id == f"{number}/{key}")
                       .values(approved_by=event.by, approved=moment(event.at)))
        return
    db.execute(update(change).where(change.c.id == number).values(
        state="granted" if said["granted"] else "refused", decided_by=event.by, decided=moment(event.at),
        words=said["words"],
    ))


@editions.on("restated")
def restated(db: Connection, event: Event) -> None:
    """A figure that was published is to be another one; said again, it replaces what was said, approval included."""
    said = event.detail
    number = _after(event, "restatement/")
    db.execute(delete(restatement).where(restatement.c.id == number))
    db.execute(insert(restatement).values(
        id=number, change=said["change"], key=said["key"], label=said["label"], old=said["old"], new=said["new"],
        old_text=said["old_text"], new_text=said["new_text"], unit=said["unit"], reason=said["reason"],
        threshold=said["threshold"], beyond=int(bool(said["beyond"])), footnote=said["footnote"],
        bridge=canonical(said["bridge"]), by=event.by, at=moment(event.at), approved_by="", approved="",
    ))


@editions.on("omission_set")
def omitted(db: Connection, event: Event) -> None:
    """A clause is left out, with a reason."""
    standard, _, code = _after(event, "clause/").partition("/")
    db.execute(delete(omission).where(omission.c.standard == standard, omission.c.code == code))
    db.execute(insert(omission).values(standard=standard, code=code, reason=event.detail["reason"],
                                       because=event.detail["because"], by=event.by, at=moment(event.at)))


@editions.on("omission_removed")
def answered(db: Connection, event: Event) -> None:
    """A clause is left out no longer."""
    standard, _, code = _after(event, "clause/").partition("/")
    db.execute(delete(omission).where(omission.c.standard == standard, omission.c.code == code))


@editions.on("footnote_set")
def noted(db: Connection, event: Event) -> None:
    """Words beside a figure; none takes them away."""
    key = _after(event, "footnote/")
    db.execute(delete(footnote).where(footnote.c.key == key))
    if event.detail["words"]:
        db.execute(insert(footnote).values(key=key, words=event.detail["words"], by=event.by, at=moment(event.at)))


@editions.on("leader_named")
def named(db: Connection, event: Event) -> None:
    """A department answers to a leader."""
    department = _after(event, "signoff/")
    db.execute(delete(leader).where(leader.c.department == department))
    db.execute(insert(leader).values(department=department, post=event.detail["post"], by=event.by,
                                     at=moment(event.at)))
