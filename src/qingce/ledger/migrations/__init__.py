"""Migrations of the durable tables, by Alembic; state tables are made again from the journal instead."""
