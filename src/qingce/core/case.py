"""Case (工单): something that moves through declared states between people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from qingce.core.errors import DeclarationError, did_you_mean


@dataclass(frozen=True, slots=True)
class Flow:
    """The states a case may be in and where it may go from each.

    >>> flow = Flow("complaint", "客户投诉", "received", {"received": ("handling",), "handling": ("closed",)})
    >>> Case("TS-1", flow, flow.start).move("handling").state
    'handling'
    """

    name: str
    label: str
    start: str
    moves: Mapping[str, tuple[str, ...]]

    @property
    def states(self) -> frozenset[str]:
        """Every state that occurs."""
        return frozenset(self.moves) | {to for targets in self.moves.values() for to in targets}


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint, alert, breach or review on its way."""

    number: str
    flow: Flow
    state: str

    def move(self, to: str) -> Case:
        """The case in its next state.

        Raises:
            DeclarationError: the flow has no such move.
        """
        allowed = self.flow.moves.get(self.state, ())
        if to not in allowed:
            raise DeclarationError(
                f"{self.flow.name} {self.number}: no move from {self.state!r} to {to!r}; "
                f"allowed: {', '.join(allowed) or 'none'}.{did_you_mean(to, allowed)}"
            )
        return replace(self, state=to)
