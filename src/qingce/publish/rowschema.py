"""JSON Schema of one row of a ledger, for programs that deliver or read rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qingce.core.code import CodeList
from qingce.core.dataset import IDENTITY, Column, Dataset

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def row_schema(dataset: Dataset, codes: Mapping[str, CodeList]) -> dict[str, Any]:
    """The schema of a row: decimals are strings, so that no reader turns them into floats.

    Bounds of decimals, which JSON Schema cannot hold against strings, stand in ``x-low`` and ``x-high``.
    """
    return {
        "$schema": DIALECT,
        "title": dataset.label,
        "description": " ".join(dataset.doc.split()),
        "type": "object",
        "properties": {name: _property(column, codes) for name, column in dataset.columns.items()},
        "required": [name for name, column in dataset.columns.items() if not column.optional],
        "additionalProperties": False,
        "x-dataset": dataset.name,
        "x-owner": dataset.owner,
        "x-grain": list(dataset.grain),
        "x-time": dataset.time,
        "x-org": dataset.org,
    }


def _property(column: Column, codes: Mapping[str, CodeList]) -> dict[str, Any]:
    made: dict[str, Any] = {"title": column.label, **_kind(column, codes)}
    if column.optional:
        made["type"] = [made["type"], "null"]
        if "enum" in made:
            made["enum"] = [*made["enum"], None]
    extra = {
        "description": column.doc,
        "x-unit": column.unit,
        "x-codes": column.of,
        "x-low": column.low,
        "x-high": column.high,
    }
    return made | {key: value for key, value in extra.items() if value}


def _kind(column: Column, codes: Mapping[str, CodeList]) -> dict[str, Any]:
    if column.type == "code":
        known = codes.get(column.of)
        return {"type": "string", "enum": [v.code for v in known.values]} if known else {"type": "string"}
    if column.type == "date":
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
    if column.type == "flag":
        return {"type": "boolean"}
    if column.type == "whole":
        low = {"minimum": int(column.low)} if column.low is not None else {}
        return {
            "type": "integer",
            **low,
            **({"maximum": int(column.high)} if column.high is not None else {}),
        }
    if column.type in ("money", "qty", "rate"):
        digits, _, places = column.dtype.removeprefix("decimal(").removesuffix(")").partition(",")
        tail = rf"(\.\d{{1,{places}}})?" if int(places) else ""
        return {"type": "string", "pattern": rf"^-?\d{{1,{int(digits) - int(places)}}}{tail}$"}
    return {
        "type": "string",
        "minLength": 1,
        **({"pattern": f"^(?:{column.pattern})$"} if column.pattern else {}),
        **({"not": {"pattern": IDENTITY}} if column.pseudonym else {}),
    }
