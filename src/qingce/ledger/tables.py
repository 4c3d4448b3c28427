"""Tables that are not made from events: the journal itself, secrets, files, jobs, the outbox.

State tables live in :mod:`qingce.ledger.projections`; they can be made again from the journal and so
are never migrated. These here hold what cannot be made again; every change of theirs is a migration.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Computed,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DURABLE = MetaData()
"""Every durable table."""
CODE = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is compared by code point on every database."""
_SEQ = BigInteger().with_variant(Integer, "sqlite")


class LineField(FunctionElement[str]):
    """A field of the journal's line, in the words of the database at hand."""

    inherit_cache = True
    type = Text()

    def __init__(self, name: str) -> None:
        self.field = name
        super().__init__()


@compiles(LineField)
def _sqlite(element: LineField, compiler: Any, **_: Any) -> str:
    return f"json_extract(line, '$.{element.field}')"


@compiles(LineField, "postgresql")
def _postgresql(element: LineField, compiler: Any, **_: Any) -> str:
    return f"(line::jsonb ->> '{element.field}')"


def _from_line(name: str) -> Column[str]:
    # what a journal is searched by is generated from the line, so that it can say nothing else
    return Column(name, CODE, Computed(LineField(name), persisted=True))


journal = Table(
    "journal", DURABLE,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("line", Text, nullable=False),
    Column("hash", Text, nullable=False),
    *(_from_line(name) for name in ("at", "by", "did", "subject")),
    Index("journal_by", "by", "seq"), Index("journal_did", "did", "seq"), Index("journal_subject", "subject", "seq"),
    Index("journal_at", "at"),
)
"""``line`` is the canonical JSON of an event, ``hash`` its link of the chain."""

checkpoint = Table(
    "checkpoint", DURABLE,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("head", Text, nullable=False), Column("at", Text, nullable=False),
    Column("key", Text, nullable=False), Column("signature", Text, nullable=False),
)
"""Signed heads: what the chain was at ``seq``; ``key`` is the public key, hexadecimal."""

once = Table(
    "once", DURABLE,
    Column("key", Text, primary_key=True), Column("at", Text, nullable=False), Column("result", Text, nullable=False),
)
"""Acts that carry a key are done once; a repetition gets the first result."""

projection = Table(
    "projection", DURABLE,
    Column("name", Text, primary_key=True), Column("edition", Text, nullable=False),
)
"""Which edition of each projection the state tables were made by."""

secret = Table(
    "secret", DURABLE,
    Column("kind", Text, primary_key=True), Column("owner", Text, primary_key=True),
    Column("value", Text, nullable=False), Column("at", Text, nullable=False),
)
"""What proves who somebody is, never in clear: password hashes, keys of webhooks."""

session = Table(
    "session", DURABLE,
    Column("token", Text, primary_key=True), Column("account", Text, nullable=False),
    Column("kind", Text, nullable=False), Column("label", Text, nullable=False), Column("scopes", Text, nullable=False),
    Column("created", Text, nullable=False), Column("seen", Text, nullable=False),
    Column("expires", Text, nullable=False),
    Index("session_account", "account"),
)
"""Browser sessions, API tokens and one-time links by the sha256 of their token."""

attempt = Table(
    "attempt", DURABLE,
    Column("key", Text, primary_key=True), Column("count", Integer, nullable=False), Column("at", Text, nullable=False),
    Column("until", Text, nullable=False),
)
"""How often somebody tried, by account or address; ``until`` is how long he must wait."""

blob = Table(
    "blob", DURABLE,
    Column("sha256", Text, primary_key=True), Column("size", _SEQ, nullable=False),
    Column("kind", Text, nullable=False),
    Column("at", Text, nullable=False), Column("data", LargeBinary),
)
"""Files by their hash; large ones lie beside the store and have no ``data`` here."""

job = Table(
    "job", DURABLE,
    Column("id", Text, primary_key=True), Column("kind", Text, nullable=False), Column("key", Text, nullable=False),
    Column("by", Text, nullable=False), Column("state", Text, nullable=False), Column("input", Text, nullable=False),
    Column("result", Text, nullable=False), Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("tries", Integer, nullable=False), Column("at", Text, nullable=False), Column("due", Text, nullable=False),
    Column("lease", Text, nullable=False),
    UniqueConstraint("kind", "key"), Index("job_state", "state", "due"),
)
"""Work in the background; ``lease`` is until when a worker holds it."""

outbox = Table(
    "outbox", DURABLE,
    Column("id", Text, primary_key=True), Column("channel", Text, nullable=False), Column("to", Text, nullable=False),
    Column("body", Text, nullable=False), Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Text, nullable=False), Column("due", Text, nullable=False), Column("error", Text, nullable=False),
    Index("outbox_state", "state", "due"),
)
"""Messages that leave: mail and webhooks; written with the event that causes them, sent afterwards."""
CHANGED_BY = {session: frozenset({
    "signed_in", "signed_out", "signed_out_everywhere", "password_set", "account_closed", "link_issued", "link_used",
    "token_issued", "token_revoked", "restored",
})}
"""Durable tables that have another row, or one less, only in the transaction of an event of these verbs.

``seen`` of a session moves without an event, and sessions that have expired are swept away.
"""
