"""Distinct counts over several crowds together: walks over their entries, and what changed since the last one.

A walk over many entries is kept with the crowds it was made of. When a few of them are replaced, by a late
correction or a new month, only the identities in those can be counted otherwise than before: they alone
are looked for in the others, and the difference is added to what was counted then.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from qingce.engine.bits import Bits
from qingce.engine.crowd import Coding, Crowd, texts_of
from qingce.engine.memory import Memory
from qingce.engine.mend import Span, Who, changed, mended
from qingce.engine.names import fingerprint
from qingce.engine.tally import Ints, whole_numbers

_DENSE = 4
"""Numbers to entries beyond which identities are numbered anew."""
_LONG = 20_000
"""Entries from which a walk takes longer than reading its result."""
_FEW = 4
"""A walk is mended when no more than one in so many of its entries changed."""


@dataclass(frozen=True)
class Kept:
    """Where long walks are kept.

    Attributes:
        names: of the crowds' contents.
        shape: of the table they come from.
        cells: makes the texts that say which cell each key of all crowds in a row is.
    """

    memory: Memory
    names: Sequence[str]
    shape: str
    cells: Callable[[], Sequence[str]]


class Count:
    """Distinct counts over the crowds of all partitions.

    Args:
        crowds: one a partition; all of the same conditions.
        kept: where long walks are kept; without it each is made anew.
    """

    def __init__(self, crowds: Sequence[Crowd], kept: Kept | None = None) -> None:
        self.conditions = crowds[0].conditions
        self._bit = {condition: bit for bit, condition in enumerate(self.conditions)}
        self._crowds, self._kept = crowds, kept
        self._who, self._low, size, self._coding = _numbered(crowds)
        self._seen = np.zeros(size, crowds[0].bits.dtype)
        self._keys = [(part, key) for part, crowd in enumerate(crowds) for key in range(len(crowd.starts) - 1)]
        self._known: dict[tuple[int, ...], list[int]] = {}
        self._cells: Sequence[str] | None = None
        self._changes: dict[str, Who] = {}

    def of(self, condition: str, cells: tuple[int, ...]) -> int:
        """How many identities meet a condition in any of some cells, the keys of all partitions in a row."""
        counts = self._known.get(cells)
        if counts is None:
            counts = self._known[cells] = self._counts(cells)
        return counts[self._bit[condition]]

    def _counts(self, cells: tuple[int, ...]) -> list[int]:
        keys = [self._keys[cell] for cell in cells]
        if len(keys) == 1:
            part, key = keys[0]
            return list(self._crowds[part].counts[key])
        entries = sum(int(self._crowds[p].starts[k + 1] - self._crowds[p].starts[k]) for p, k in keys)
        if self._kept is None or entries < _LONG:
            return self._walk(keys)
        place = self._place(self._kept, cells)
        parts = _parts(keys, self._kept.names)
        earlier = _Earlier.load(self._kept.memory.recall(place), len(self.conditions))
        if earlier is not None and earlier.parts == parts:
            return earlier.counts
        made = self._mended(keys, parts, entries, earlier) if earlier is not None else None
        made = made or self._walk(keys)
        self._kept.memory.note(place, _Earlier(parts, made).dump())
        return made

    def _place(self, kept: Kept, cells: tuple[int, ...]) -> str:
        """What a walk over some cells is kept under, whatever stands in them."""
        if self._cells is None:
            self._cells = kept.cells()
        told = self._cells
        return fingerprint("walk", kept.shape, *self.conditions, "", *sorted(told[cell] for cell in cells))

    def _walk(self, keys: Sequence[tuple[int, int]]) -> list[int]:
        sums = Bits(len(self.conditions))
        touched: list[Ints] = []
        for number, (who, bits, _) in enumerate(self._spans(keys)):
            at = np.subtract(who, self._low, dtype=np.int64)
            old = self._seen[at] if number else np.zeros(len(bits), bits.dtype)
            sums.add(bits & ~old)
            self._seen[at] = old | bits
            touched.append(at)
        for at in touched:
            self._seen[at] = 0
        return sums.totals()

    def _spans(self, keys: Sequence[tuple[int, int]]) -> Iterator[Span]:
        for part, key in keys:
            yield self._crowds[part].span_of(key, self._who[part])

    def _mended(
        self, keys: Sequence[tuple[int, int]], parts: Mapping[str, list[int]], entries: int, earlier: _Earlier
    ) -> list[int] | None:
        """The counts from an earlier walk's and what changed since; nothing where a whole walk is no dearer."""
        assert self._kept is not None
        names = self._kept.names
        same = [(part, key) for part, key in keys if earlier.parts.get(names[part]) == parts[names[part]]]
        if self._coding is None or not same:
            return None
        left = {name: keys for name, keys in earlier.parts.items() if parts.get(name) != keys}
        gone = self._gone(left)
        if gone is None:
            return None
        stay = set(same)
        came = [each for each in keys if each not in stay]
        fresh = list(self._spans(came))
        if sum(len(span.who) for span in (*gone, *fresh)) * _FEW > entries:
            return None
        # every org above the same cells sees the same change
        at = repr((left, came))
        if at not in self._changes:
            self._changes[at] = changed(gone, fresh)
        return mended(earlier.counts, self._changes[at], list(self._spans(same)), gone, fresh, self._seen.dtype)

    def _gone(self, parts: Mapping[str, list[int]]) -> list[Span] | None:
        """Entries that an earlier walk saw; nothing where one cannot be read or numbers identities otherwise."""
        assert self._kept is not None
        found: list[Span] = []
        for name, keys in parts.items():
            table = self._kept.memory.get(name)
            crowd = Crowd.load(table) if table is not None else None
            if crowd is None or crowd.conditions != self.conditions or max(keys) + 1 >= len(crowd.starts):
                return None
            if len(crowd.who) and (crowd.words is not None or crowd.coding != self._coding):
                return None
            found += [crowd.span_of(key, crowd.who) for key in keys]
        return found


@dataclass(frozen=True)
class _Earlier:
    """A walk that was made: the keys of each crowd, by its content's name, and what was counted."""

    parts: dict[str, list[int]]
    counts: list[int]

    def dump(self) -> str:
        return json.dumps([self.parts, self.counts])

    @classmethod
    def load(cls, text: str | None, many: int) -> _Earlier | None:
        if text is None:
            return None
        parts, counts = json.loads(text)
        return cls(parts, counts) if len(counts) == many else None


def _parts(keys: Sequence[tuple[int, int]], names: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for part, key in keys:
        found.setdefault(names[part], set()).add(key)
    return {name: sorted(each) for name, each in found.items()}


def _numbered(crowds: Sequence[Crowd]) -> tuple[list[Ints], int, int, Coding | None]:
    """Identities as numbers that mean the same in each crowd, the lowest, how many, and what they stand for.

    The coding is nothing where the numbers were given for these crowds alone.
    """
    who, coding = _together(crowds)
    spans = [crowd.span for crowd in crowds if len(crowd.who)] if coding else _spans_of(who)
    low, high = min((low for low, _ in spans), default=0), max((high for _, high in spans), default=0)
    if high - low > _DENSE * sum(map(len, who)) + 1_000_000:
        _, flat = np.unique(np.concatenate(who), return_inverse=True)
        who = np.split(flat, np.cumsum([len(each) for each in who])[:-1])
        return who, 0, int(flat.max()) + 1, None
    return who, low, high - low + 1, coding


def _spans_of(who: Sequence[Ints]) -> list[tuple[int, int]]:
    return [(int(each.min()), int(each.max())) for each in who if len(each)]


def _together(crowds: Sequence[Crowd]) -> tuple[list[Ints], Coding | None]:
    """The identities of all partitions as numbers that mean the same in each."""
    used = [crowd for crowd in crowds if len(crowd.who)]
    if len({crowd.coding for crowd in used}) <= 1 and all(crowd.words is None for crowd in used):
        return [crowd.who for crowd in crowds], used[0].coding if used else None
    place: list[pa.Array] = [
        crowd.words if crowd.words is not None else texts_of(crowd.who, crowd.coding) for crowd in crowds
    ]
    coded = pa.chunked_array([each.cast(pa.string()) for each in place]).combine_chunks().dictionary_encode()
    coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
    codes = np.split(whole_numbers(coded.indices), np.cumsum([len(each) for each in place])[:-1])
    return [
        code[crowd.who] if crowd.words is not None else code for code, crowd in zip(codes, crowds, strict=True)
    ], None
