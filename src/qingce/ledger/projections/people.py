"""Accounts, grants and stand-ins as the journal left them.

Subjects: ``account/ID``. ``role_granted`` and ``stand_in_named`` carry the id of the grant they make, and
``role_revoked`` and ``stand_in_ended`` end it; nothing is deleted, so that a past day can be asked about.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, Index, Table, Text, insert, update

from qingce.core.event import Event, canonical, moment
from qingce.ledger.projections import STATE, Projection

account = Table(
    "account", STATE,
    Column("id", Text, primary_key=True), Column("post", Text, nullable=False), Column("org", Text, nullable=False),
    Column("contact", Text, nullable=False), Column("language", Text, nullable=False),
    Column("state", Text, nullable=False), Column("opened", Text, nullable=False),
    Column("identity", Text, nullable=False),
    Index("account_org", "org"), Index("account_identity", "identity"),
)
"""``post`` is how the account is called; ``identity`` is who it is at the bank's own sign-on, if anywhere;
``state`` is ``open`` or ``closed``."""

grant = Table(
    "grant_", STATE,
    Column("id", Text, primary_key=True), Column("account", Text, nullable=False), Column("role", Text, nullable=False),
    Column("org", Text, nullable=False), Column("packs", Text, nullable=False), Column("since", Text, nullable=False),
    Column("until", Text, nullable=False), Column("instead_of", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("ended", Text, nullable=False),
    Index("grant_account", "account"), Index("grant_role", "role", "org"),
)
"""``packs`` is a JSON list; ``since`` and ``until`` are days or empty; ``ended`` is when it was taken back."""

people = Projection("people", account, grant)
_CHANGEABLE = ("post", "org", "contact", "language", "identity")


def _id(event: Event) -> str:
    return event.subject.removeprefix("account/")


@people.on("account_opened")
def opened(db: Connection, event: Event) -> None:
    """An account begins."""
    said = {name: str(event.detail.get(name, "")) for name in _CHANGEABLE}
    db.execute(insert(account).values(id=_id(event), state="open", opened=moment(event.at), **said))


@people.on("account_changed")
def changed(db: Connection, event: Event) -> None:
    """An account is called otherwise, or sits elsewhere."""
    said = {name: str(event.detail[name]) for name in _CHANGEABLE if name in event.detail}
    db.execute(update(account).where(account.c.id == _id(event)).values(**said))


@people.on("account_closed")
def closed(db: Connection, event: Event) -> None:
    """An account ends, and its grants with it."""
    db.execute(update(account).where(account.c.id == _id(event)).values(state="closed"))
    db.execute(update(grant).where(grant.c.account == _id(event), grant.c.ended == "").values(ended=moment(event.at)))


@people.on("role_granted", "stand_in_named")
def granted(db: Connection, event: Event) -> None:
    """A role for a scope; of a stand-in, with whom he stands in for."""
    said = event.detail
    db.execute(insert(grant).values(
        id=said["grant"], account=_id(event), role=said["role"], org=said["org"], packs=canonical(said["packs"]),
        since=said.get("since", ""), until=said.get("until", ""), instead_of=said.get("instead_of", ""), by=event.by,
        ended="",
    ))


@people.on("role_revoked", "stand_in_ended")
def revoked(db: Connection, event: Event) -> None:
    """A role is taken back."""
    db.execute(update(grant).where(grant.c.id == event.detail["grant"]).values(ended=moment(event.at)))
