"""Behind: what is known of the sources of figures besides their lineage: evidence, control totals, assurance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qingce.core.amount import Absent
from qingce.core.figure import Figure


@dataclass(frozen=True, slots=True)
class Behind:
    """What the desk knows of where values come from; nothing for a project without a desk.

    Attributes:
        evidence: how many files stand behind a figure, by its key.
        assured: by a figure's key the value with its unit that an assurer tested and found right.
        reconciled: sha256 of the delivered ledger files whose rows were held against their control number.
    """

    evidence: Mapping[str, int] = field(default_factory=dict)
    assured: Mapping[str, str] = field(default_factory=dict)
    reconciled: frozenset[str] = frozenset()

    def tested(self, figure: Figure) -> bool:
        """Whether exactly this value was found right; another value of the same figure was not."""
        return self.assured.get(str(figure.key)) == value_text(figure)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"evidence": dict(self.evidence), "assured": dict(self.assured), "reconciled": sorted(self.reconciled)}

    @classmethod
    def read(cls, said: Mapping[str, Any] | None) -> Behind:
        """What :meth:`as_dict` wrote."""
        return cls() if not said else cls(said["evidence"], said["assured"], frozenset(said["reconciled"]))


def value_text(figure: Figure) -> str:
    """A value with its unit, as a tested value is remembered; empty where absent."""
    if isinstance(figure.value, Absent):
        return ""
    value = f"{figure.value:f}"
    short = value.rstrip("0").rstrip(".") if "." in value else value
    return f"{short} {figure.unit.name}".strip()
