"""Mending a distinct count: what some entries that went and others that came change about it.

Only the identities with an entry that went without coming back, or came without having gone, can be
counted otherwise than before. They are few when a file is delivered again with some rows corrected, and
are sought in the other entries instead of looking at all of these.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qingce.engine.bits import counted

_SEEK = 16
"""Entries to wanted identities beyond which each of these is sought rather than all entries looked at."""

Who = npt.NDArray[Any]
"""Identities as whole numbers."""


class Span(NamedTuple):
    """Entries of one key of a crowd, in the order of their identities.

    Attributes:
        bits: the conditions that each meets.
        cell: which cell the key is, as text; spans of the same cell are best compared.
    """

    who: Who
    bits: npt.NDArray[Any]
    cell: str = ""


_NOBODY = Span(np.zeros(0, np.int32), np.zeros(0, np.uint16))


def changed(gone: Sequence[Span], fresh: Sequence[Span]) -> Who:
    """Who has an entry that went without coming back or came without having gone, in order.

    Everybody else meets the same conditions before and after, whichever spans are set against each other.
    """
    found = [_NOBODY.who]
    for old, new in _pairs(gone, fresh):
        if not len(old.who) or not len(new.who):
            found += [old.who, new.who]
            continue
        at = np.minimum(np.searchsorted(new.who, old.who), len(new.who) - 1)
        stayed = (new.who[at] == old.who) & (new.bits[at] == old.bits)
        known = np.zeros(len(new.who), bool)
        known[at[stayed]] = True
        found += [old.who[~stayed], new.who[~known]]
    return np.unique(np.concatenate(found))


def _pairs(gone: Sequence[Span], fresh: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Spans of the same cell side by side; one that has no fellow, beside nobody."""
    waiting: dict[str, deque[Span]] = {}
    for span in fresh:
        waiting.setdefault(span.cell, deque()).append(span)
    for span in gone:
        fellows = waiting.get(span.cell)
        yield span, fellows.popleft() if fellows else _NOBODY
    for rest in waiting.values():
        for span in rest:
            yield _NOBODY, span


def mended(
    counts: Sequence[int], whom: Who, same: Sequence[Span], gone: Sequence[Span], fresh: Sequence[Span], dtype: Any
) -> list[int]:
    """Counts after some entries went and others came.

    Args:
        counts: those before, one a condition.
        whom: who changed.
        same: the entries that stayed.
    """
    if not len(whom):
        return list(counts)
    base = np.zeros(len(whom), dtype)
    _meet(base, whom, same)
    sums = []
    for spans in (gone, fresh):
        met = base.copy()
        _meet(met, whom, spans)
        sums.append(counted(met, len(counts)))
    before, after = sums
    return [count - was + now for count, was, now in zip(counts, before, after, strict=True)]


def _meet(met: npt.NDArray[Any], whom: Who, spans: Sequence[Span]) -> None:
    """Add to the conditions of some identities those that they meet in some spans."""
    low, high = int(whom[0]), int(whom[-1])
    place: npt.NDArray[np.int32] | None = None
    for who, bits, _ in spans:
        if len(whom) * _SEEK < len(who):
            at = np.minimum(np.searchsorted(who, whom), len(who) - 1)
            there = np.flatnonzero(who[at] == whom)
            met[there] |= bits[at[there]]
            continue
        if place is None:
            place = np.full(high - low + 1, -1, np.int32)
            place[np.subtract(whom, low, dtype=np.int64)] = np.arange(len(whom))
        first, last = np.searchsorted(who, low), np.searchsorted(who, high, "right")
        at = place[np.subtract(who[first:last], low, dtype=np.int64)]
        there = np.flatnonzero(at >= 0)
        met[at[there]] |= bits[first:last][there]
