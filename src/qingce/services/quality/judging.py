"""Judging: the quality of any figure, from its lineage, its operands and what the desk knows of its sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from qingce.core.amount import Absent, Value
from qingce.core.estimate import Estimate
from qingce.core.figure import Figure, FigureKey
from qingce.core.quality import Known, Quality, judged, known_parts, rolled_up, weakest
from qingce.core.scale import Origin, Scale
from qingce.services.quality.behind import Behind

Ask = Callable[[FigureKey], Figure | None]
Record = Callable[[Figure], Mapping[str, Any]]


class Qualities:
    """The qualities of figures, each judged once.

    Args:
        ask: the figure of a key, or nothing.
        record: a figure's lineage as plain values.
        behind: what the desk knows.
    """

    def __init__(self, scale: Scale, ask: Ask, record: Record, behind: Behind) -> None:
        self.scale, self._ask, self._record, self._behind = scale, ask, record, behind
        self._known: dict[FigureKey | str, Quality | None] = {}

    def of(self, key: FigureKey | str) -> Quality | None:
        """The quality of a figure; nothing where it is absent, for what is not there has no level."""
        if key not in self._known:
            name = str(key)
            if name not in self._known:
                self._known[name] = None  # a figure that would rest on itself has no level of its own
                self._known[name] = self._judged(FigureKey.parse(name))
            found = self._known[name]
            if found is None:
                return None
            self._known[key] = found  # the next time the key is not made into text
        return self._known[key]

    def _judged(self, key: FigureKey) -> Quality | None:
        figure = self._ask(key)
        if figure is None or isinstance(figure.value, Absent):
            return None
        record = self._record(figure)
        operands: Sequence[str] = tuple(record.get("operands", ()))
        if record.get("origin") == "derived":
            # without operands it is made of dated factors alone, which are records of their kind
            return weakest(known_parts(operands, self.of)) or judged(self.scale, Known(Origin.RECORDS))
        if record.get("origin") == "filed" and operands:
            parts = [(name, self._value(name), one) for name, one in known_parts(operands, self.of)]
            return rolled_up(parts)
        return judged(self.scale, self._source(figure, record))

    def _value(self, name: str) -> Value:
        found = self._ask(FigureKey.parse(name))
        assert found is not None
        return found.value

    def _source(self, figure: Figure, record: Mapping[str, Any]) -> Known:
        said: Mapping[str, Any] = record.get("extra", {})
        if record.get("origin") == "computed":
            files = [str(one["sha256"]) for one in record.get("inputs", ())]
            made_up = any(one.get("synthetic") for one in record.get("inputs", ()))
            return Known(
                Origin.RECORDS, made_up=made_up,
                reconciled=bool(files) and all(one in self._behind.reconciled for one in files),
                assured=self._behind.tested(figure), estimated=Decimal(said.get("estimate_share") or 0))
        estimate = Estimate.read(said)
        return Known(
            Origin.FILED, evidence=bool(self._behind.evidence.get(str(figure.key))),
            assured=self._behind.tested(figure), estimated=estimate.share if estimate else Decimal(0),
            estimate=estimate)
