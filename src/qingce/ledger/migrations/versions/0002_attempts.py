"""How often somebody tried to sign in."""

import sqlalchemy as sa
from alembic import op

revision = "0002_attempts"
down_revision = "0001"


def upgrade() -> None:
    """Make the table of attempts."""
    op.create_table(
        "attempt", sa.Column("key", sa.Text, primary_key=True, nullable=False),
        sa.Column("count", sa.Integer, nullable=False), sa.Column("at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
    )
