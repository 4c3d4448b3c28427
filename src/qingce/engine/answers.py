"""Answers: finished values of a table, kept between runs under everything they depend on.

A report asks a table for a few hundred of the many values its cells can give. Kept by themselves,
they spare a later run over the same records the reading and merging of cells.
"""

from __future__ import annotations

import json
from decimal import Decimal

from qingce.core.amount import ABSENT, Absent, Value
from qingce.core.figure import FigureKey
from qingce.engine.memory import Memory


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
        kept = memory.recall(name) if memory is not None else None
        if kept is not None:
            self._known = json.loads(kept)

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
            self.memory.note(self.name, json.dumps(self._known, ensure_ascii=False))
