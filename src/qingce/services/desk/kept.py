"""What was put together once and is the same as long as what it was made of is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Made = TypeVar("Made")
_MOST = 50_000


class Kept:
    """Values by name, each with what it was made of; asked for with the same, it is the same value.

    A name has one value at a time, and where there are too many all are forgotten: they are made again.

    >>> kept = Kept()
    >>> kept.get("a", (1, 2), lambda: "one and two"), kept.get("a", (1, 2), lambda: "never made")
    ('one and two', 'one and two')
    >>> kept.get("a", (1, 3), lambda: "one and three")
    'one and three'
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[object, object]] = {}

    def get(self, name: Hashable, of: object, make: Callable[[], Made], *, keep: bool = True) -> Made:
        """The value made of ``of``.

        Args:
            make: is to give the same for the same ``of``, and what nobody changes afterwards.
            keep: ``False`` where what it is made of may yet be taken back.
        """
        there = self._found.get(name)
        if there is not None and there[0] == of:
            return there[1]  # type: ignore[return-value]
        made = make()
        if keep:
            if len(self._found) >= _MOST:
                self._found.clear()
            self._found[name] = (of, made)
        return made
