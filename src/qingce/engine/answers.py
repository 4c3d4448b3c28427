"""Answers: finished values of a table, kept between runs under everything they depend on.

A report asks a table for a few hundred of the many values its cells can give. Kept by themselves,
they spare a later run over the same records the reading and merging of cells.
"""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from qingce.core.amount import ABSENT, Absent, Value
from qingce.core.figure import FigureKey
from qingce.engine.partition import Memory


class Answers:
    """The known values of one table.

    Args:
        name: a hash over the queries, the files and the org tree; the same name means the same values.
        memory: where they are kept; without one they last as long as this object.
    """

    def __init__(self, name: str, memory: Memory | None) -> None:
        self.name, self.memory = name, memory
        self._known: dict[str, str | None] = {}
        self._fresh = False
        kept = memory.get(name) if memory is not None else None
        if kept is not None:
            self._known = dict(zip(kept.column("key").to_pylist(), kept.column("value").to_pylist(), strict=True))

    def get(self, term: str, key: FigureKey) -> Value | None:
        """The value of a term at a key, or nothing where nobody asked before."""
        name = f"{term} {key}"
        if name not in self._known:
            return None
        text = self._known[name]
        return ABSENT if text is None else Decimal(text)

    def put(self, term: str, key: FigureKey, value: Value) -> Value:
        """Note a value; returns it."""
        self._known[f"{term} {key}"] = None if isinstance(value, Absent) else str(value)
        self._fresh = True
        return value

    def keep(self) -> None:
        """Hand what is known to the memory, where something was added."""
        if self._fresh and self.memory is not None:
            self._fresh = False
            columns = {"key": list(self._known), "value": list(self._known.values())}
            self.memory.put(self.name, pa.table(columns, schema=pa.schema([("key", "string"), ("value", "string")])))
