"""Parts of pages that are drawn once and shown again while all that they are made of is the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

_MOST = 10_000


class Same:
    """A thing that is taken for another only where it is that very one: what nobody changes and that has no hash.

    >>> figures = {"a": 1}
    >>> Same(figures) == Same(figures), Same(figures) == Same({"a": 1})
    (True, False)
    """

    __slots__ = ("of",)

    def __init__(self, of: object) -> None:
        self.of = of

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.of is other.of

    def __hash__(self) -> int:
        return id(self.of)


class Fragments:
    """Drawn parts by everything that they show; those longest unused go first.

    What a part shows of its reader belongs to what it is asked for by: nobody is shown another's.

    >>> kept = Fragments()
    >>> kept.get(("head", "clerk"), lambda: "<p>clerk"), kept.get(("head", "clerk"), lambda: "never drawn")
    ('<p>clerk', '<p>clerk')
    """

    def __init__(self) -> None:
        self._drawn: OrderedDict[Hashable, str] = OrderedDict()
        self._turn = Lock()

    def get(self, shows: Hashable, draw: Callable[[], str]) -> str:
        """The part that shows this."""
        with self._turn:
            found = self._drawn.get(shows)
            if found is not None:
                self._drawn.move_to_end(shows)
                return found
        drawn = draw()
        with self._turn:
            self._drawn[shows] = drawn
            while len(self._drawn) > _MOST:
                self._drawn.popitem(last=False)
        return drawn
