"""Case (工单): something that moves through declared states between people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from qingce.core.errors import DeclarationError, did_you_mean


@dataclass(frozen=True, slots=True)
class Flow:
    """The states a case may be in and where it may go from each.

    Attributes:
        words: how each state is called; a state without words is called by its name.
        posts: the role of the post that acts in a state, by state.
        days: calendar days after opening on which a case is due.

    Raises:
        DeclarationError: the start leads nowhere, or something is said of a state that does not occur.

    >>> flow = Flow("complaint", "客户投诉", "received", {"received": ("handling",), "handling": ("closed",)},
    ...             words={"received": "待受理"})
    >>> Case("TS-1", flow, flow.start).move("handling").state
    'handling'
    >>> sorted(flow.ends), flow.said("received"), flow.said("closed")
    (['closed'], '待受理', 'closed')
    """

    name: str
    label: str
    start: str
    moves: Mapping[str, tuple[str, ...]]
    words: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    days: int = 15

    def __post_init__(self) -> None:
        if not self.moves.get(self.start):
            raise DeclarationError(f"flow {self.name!r}: its start {self.start!r} leads nowhere.")
        for state in (*self.words, *self.posts):
            if state not in self.states:
                raise DeclarationError(
                    f"flow {self.name!r}: {state!r} is not one of its states.{did_you_mean(state, self.states)}")

    @property
    def states(self) -> frozenset[str]:
        """Every state that occurs."""
        return frozenset(self.moves) | {to for targets in self.moves.values() for to in targets}

    @property
    def ends(self) -> frozenset[str]:
        """States from which nothing goes on."""
        return frozenset(state for state in self.states if not self.moves.get(state))

    def said(self, state: str) -> str:
        """How a state is called."""
        return self.words.get(state, state)


@dataclass(frozen=True, slots=True)
class Case:
    """One complaint, alert, breach or review on its way."""

    number: str
    flow: Flow
    state: str

    @property
    def closed(self) -> bool:
        """Whether it has come to an end."""
        return self.state in self.flow.ends

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
