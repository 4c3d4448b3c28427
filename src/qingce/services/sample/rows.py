"""Rows written one by one, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
CLOSING, OPENING = dt.date(2024, 12, 31), dt.date(2023, 12, 31)
_TYPES = {
    "text": pa.string(), "date": pa.date32(), "flag": pa.bool_(), "money": pa.decimal128(18, 2),
    "rate": pa.decimal128(18, 6), "qty": pa.decimal128(18, 4), "whole": pa.int64(),
}
_COLUMNS = {
    "linked_loan": "loan_no:text as_of:date org:text indicator:text target:qty observed:qty "
    "lower_is_better:flag balance:money base_rate:rate step:rate applied_rate:rate",
    "bond_holding": "bond_no:text as_of:date org:text face:money carrying:money green:flag "
    "green_catalogue:text due_on:date",
    "project": "project_no:text as_of:date org:text roster:text city:text investment:money credit:money "
    "drawn:money",
    "card_issue": "batch_no:text issued_on:date org:text kind:text cards:whole",
    "platform_deal": "deal_no:text closed_on:date org:text customer_no:text amount:money",
    "supply_chain_financing": "financing_no:text financed_on:date org:text core_no:text customer_no:text "
    "amount:money",
    "supply_chain_limit": "core_no:text as_of:date org:text credit_limit:money drawn:money",
    "gl_balance": "as_of:date org:text subject:text balance:money",
    "key_county_list": "county:text level:text listed_on:date delisted_on:date",
}


def table(dataset: str, rows: Sequence[Row]) -> pa.Table:
    """Rows of a small ledger."""
    columns = [part.split(":") for part in _COLUMNS[dataset].split()]
    return like(pa.schema([(name, _TYPES[kind]) for name, kind in columns]), rows)


def like(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Rows with the columns of another table; a cell that a row lacks is empty."""
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )
