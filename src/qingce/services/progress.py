"""Progress: who is told what a longer piece of work is doing."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told what is being done, and where the length is known, how far it is."""

    def __call__(self, text: str, done: int = 0, total: int = 0) -> None:
        """A step begins: a short Chinese phrase, steps done so far, steps in all (0: unknown)."""


def silent(text: str, done: int = 0, total: int = 0) -> None:
    """Nobody watches."""
