"""Alembic's environment: it runs on the connection, and in the transaction, that the store hands it."""

from alembic import context

from qingce.ledger.tables import DURABLE

connection = context.config.attributes["connection"]
# one transaction for all steps: a migration that is interrupted leaves the database as it was
context.configure(
    connection=connection, target_metadata=DURABLE, transactional_ddl=True, transaction_per_migration=False,
)
context.run_migrations()
