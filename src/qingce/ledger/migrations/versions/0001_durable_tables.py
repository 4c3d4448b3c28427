"""The journal, secrets, sessions, files, jobs and the outbox."""

import sqlalchemy as sa
from alembic import op

from qingce.ledger.tables import CODE, LineField

revision = "0001"
down_revision = None

SEQ = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _text(name: str, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=False)


def upgrade() -> None:
    """Make every durable table."""
    _chain()
    op.create_table("once", _text("key", key=True), _text("at"), _text("result"))
    op.create_table("projection", _text("name", key=True), _text("edition"))
    op.create_table("secret", _text("kind", key=True), _text("owner", key=True), _text("value"), _text("at"))
    op.create_table(
        "session", _text("token", key=True),
        *(_text(name) for name in ("account", "kind", "label", "scopes", "created", "seen", "expires")),
    )
    op.create_index("session_account", "session", ["account"])
    op.create_table(
        "blob", _text("sha256", key=True), sa.Column("size", SEQ, nullable=False), _text("kind"), _text("at"),
        sa.Column("data", sa.LargeBinary),
    )
    op.create_table(
        "job", _text("id", key=True), *(_text(name) for name in ("kind", "key", "by", "state", "input", "result")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("done", "total", "tries")),
        *(_text(name) for name in ("at", "due", "lease")), sa.UniqueConstraint("kind", "key"),
    )
    op.create_index("job_state", "job", ["state", "due"])
    op.create_table(
        "outbox", _text("id", key=True), *(_text(name) for name in ("channel", "to", "body", "state")),
        sa.Column("tries", sa.Integer, nullable=False), *(_text(name) for name in ("at", "due", "error")),
    )
    op.create_index("outbox_state", "outbox", ["state", "due"])


def _chain() -> None:
    op.create_table(
        "journal", sa.Column("seq", SEQ, primary_key=True, autoincrement=False), _text("line"), _text("hash"),
        *(sa.Column(name, CODE, sa.Computed(LineField(name), persisted=True))
          for name in ("at", "by", "did", "subject")),
    )
    for name in ("by", "did", "subject"):
        op.create_index(f"journal_{name}", "journal", [name, "seq"])
    op.create_index("journal_at", "journal", ["at"])
    op.create_table(
        "checkpoint", sa.Column("seq", SEQ, primary_key=True, autoincrement=False),
        *(_text(name) for name in ("head", "at", "key", "signature")),
    )
