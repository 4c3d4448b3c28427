"""Tally: one pass over rows to exact sums for every (key, condition, value).

A row's conditions come as the bits of a mask. A sum over the rows that meet a condition is got
without looking at conditions one by one: the values are added up by (key, a few bits of the mask) into
a table small enough for the processor's cache, and that table times a matrix of bits gives the sum
of each condition. The additions are of whole numbers in float64, each total below 2**53, so they are
exact in any order; a value too large for that is added in parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qingce.engine.masks import WORD, Unfit
from qingce.engine.script import TermText

Ints = npt.NDArray[np.int64]
_EXACT = 2.0**52
_TABLE = 1 << 16
_PART = 22
_CROWDED = 0.25
"""Keys to rows beyond which a table of keys is no summary."""


@dataclass(frozen=True)
class Needs:
    """What a pass has to find out, by column names of the row select.

    Attributes:
        conditions: their order is the order of the bits in the masks.
    """

    keys: tuple[str, ...]
    terms: tuple[TermText, ...]
    conditions: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    extremes: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()

    @classmethod
    def of(cls, keys: Sequence[str], terms: Sequence[TermText]) -> Needs:
        """The needs of some terms; conditions that go with the same values stand side by side."""
        users: dict[str, set[str]] = {}
        for term in terms:
            if term.condition:
                users.setdefault(term.condition, set()).add(f"{term.how}:{term.value}" if term.value else "")
        distinct = {t.condition for t in terms if t.how == "distinct"}
        order = sorted(users, key=lambda c: (c not in distinct, sorted(users[c], reverse=True), c))

        def values(*hows: str) -> tuple[str, ...]:
            return tuple(dict.fromkeys(t.value for t in terms if t.how in hows))

        return cls(
            tuple(keys), tuple(terms), tuple(order), values("sum"), values("min", "max"), values("distinct")
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The value and identity columns."""
        return tuple(dict.fromkeys((*self.sums, *self.extremes, *self.identities)))


@dataclass
class Sums:
    """Running totals of one (condition, value) by key; parts are weighted 2**22 apart."""

    parts: list[Ints] = field(default_factory=list)
    found: Ints | None = None


@dataclass
class Column:
    """A value column of a batch: its numbers, and which are there."""

    numbers: Ints
    there: npt.NDArray[np.bool_] | None


class Tally:
    """Totals of one partition.

    Args:
        needs: what has to be found out.

    Attributes:
        keys: each with its number, in the order of the numbers.
        first: the key columns of the rows with which each key came up.
    """

    def __init__(self, needs: Needs) -> None:
        self.needs = needs
        self.rows = 0
        self.keys: dict[tuple[Any, ...], int] = {}
        self.first: list[pa.RecordBatch] = []
        self.places = dict.fromkeys((*needs.sums, *needs.extremes), 0)
        self._bit = {name: bit for bit, name in enumerate(needs.conditions)}
        self._counts = np.zeros((0, len(needs.conditions) + 1), np.int64)
        self._sums: dict[str, Ints] = {}
        self._there: dict[str, Ints] = {}
        self._extremes: dict[str, list[int | None]] = {}

    # -- reading ----------------------------------------------------------------------------
    def take(self, batch: pa.RecordBatch) -> Ints:
        """Add a batch; returns each row's key number."""
        local, keys = key_numbers(batch, self.needs.keys)
        known = len(self.keys)
        numbers = np.array([self.keys.setdefault(key, len(self.keys)) for key in keys], np.int64)
        if self.needs.keys and len(self.keys) > known:
            fresh = array_of(_first_rows(local, len(keys))[numbers >= known])
            self.first.append(batch.select(list(self.needs.keys)).take(fresh))
        self.rows += batch.num_rows
        for name in self.places:
            kind = batch.column(name).type
            self.places[name] = kind.scale if pa.types.is_decimal(kind) else 0
        if len(self.keys) > 1000 and len(self.keys) > self.rows * _CROWDED:
            raise Unfit(f"{self.rows:,} 行分成 {len(self.keys):,} 个单元，按单元汇总不省力")
        self._grow()
        self._count_and_sum(batch, local, numbers)
        for term in self.needs.terms:
            if term.how in ("min", "max"):
                self._extreme(term, batch, numbers[local])
        return numbers[local]

    def _grow(self) -> None:
        def grown(old: Ints) -> Ints:
            fresh = np.zeros((len(self.keys), *old.shape[1:]), np.int64)
            fresh[: len(old)] = old
            return fresh

        if len(self._counts) < len(self.keys):
            self._counts = grown(self._counts)
            self._sums = {name: grown(old) for name, old in self._sums.items()}
            self._there = {name: grown(old) for name, old in self._there.items()}

    def _count_and_sum(self, batch: pa.RecordBatch, local: Ints, numbers: Ints) -> None:
        width = len(self._bit) + 1
        values = {name: column_of(batch, name) for name in self.needs.sums}
        weighted = {name: list(parts_of(column)) for name, column in values.items()}
        wanted: dict[str, set[int]] = {name: set() for name in self.needs.sums}
        for term in self.needs.terms:
            if term.how == "sum":
                wanted[term.value].add(self._bit[term.condition] if term.condition else -1)
        for name in self.needs.sums:
            self._sums.setdefault(name, np.zeros((len(self.keys), 3, width), np.int64))
            self._there.setdefault(name, np.zeros((len(self.keys), width), np.int64))
        for first, many, index in self._blocks(batch, local, len(numbers)):
            fold = _Fold(index, len(numbers), many)
            bits = slice(first, first + many)
            counts = fold.sums(None)
            self._counts[numbers, bits] += counts[:, :-1]
            if first == 0:
                self._counts[numbers, -1] += counts[:, -1]
            for name, column in values.items():
                asked = wanted[name]
                if not asked.intersection(range(first, first + many)) and not (first == 0 and -1 in asked):
                    continue
                there = counts if column.there is None else fold.sums(column.there.astype(np.float64))
                folded = [(k, fold.sums(weights)) for k, weights in weighted[name]]
                # keys of a batch are told apart, so adding by index adds each once
                self._there[name][numbers, bits] += there[:, :-1]
                for k, totals in folded:
                    self._sums[name][numbers, k, bits] += totals[:, :-1]
                if first == 0:
                    self._there[name][numbers, -1] += there[:, -1]
                    for k, totals in folded:
                        self._sums[name][numbers, k, -1] += totals[:, -1]

    def _blocks(self, batch: pa.RecordBatch, local: Ints, keys: int) -> Iterator[tuple[int, int, Ints]]:
        """Runs of bits: the first, how many, and for each row its place in a table of (key, those bits)."""
        most = max(1, min(12, (_TABLE // max(1, keys)).bit_length() - 1))
        if not self._bit:
            yield 0, 0, local
        for word in range(0, len(self._bit), WORD):
            inside = min(WORD, len(self._bit) - word)
            mask = whole_numbers(batch.column(f"m{word // WORD}"))
            runs = -(-inside // most)
            for run in range(runs):
                start, end = inside * run // runs, inside * (run + 1) // runs
                many = end - start
                yield word + start, many, (local << many) | ((mask >> start) & ((1 << many) - 1))

    def _extreme(self, term: TermText, batch: pa.RecordBatch, keys: Ints) -> None:
        column = column_of(batch, term.value)
        chosen = self.met(batch, term.condition)
        if column.there is not None:
            chosen = column.there if chosen is None else chosen & column.there
        numbers = column.numbers if chosen is None else column.numbers[chosen]
        at = keys if chosen is None else keys[chosen]
        kept = self._extremes.setdefault(term.id, [])
        kept += [None] * (len(self.keys) - len(kept))
        order = np.lexsort((numbers, at))
        at, numbers = at[order], numbers[order]
        last = np.append(at[1:] != at[:-1], True) if len(at) else np.zeros(0, bool)
        first = np.insert(at[1:] != at[:-1], 0, True) if len(at) else np.zeros(0, bool)
        ends = np.flatnonzero(first if term.how == "min" else last)
        better = min if term.how == "min" else max
        for key, number in zip(at[ends].tolist(), numbers[ends].tolist(), strict=True):
            old = kept[key]
            kept[key] = number if old is None else better(old, number)

    def met(self, batch: pa.RecordBatch, condition: str) -> npt.NDArray[np.bool_] | None:
        """Which rows meet a condition; nothing where there is none."""
        if not condition:
            return None
        bit = self._bit[condition]
        mask: Ints = whole_numbers(batch.column(f"m{bit // WORD}"))
        return np.asarray((mask >> (bit % WORD)) & 1, bool)

    # -- telling ----------------------------------------------------------------------------
    def counts(self, condition: str) -> Ints:
        """Rows that meet a condition, by key."""
        self._grow()
        return self._counts[:, self._bit[condition] if condition else -1]

    def totals(self, term: TermText) -> list[int | None]:
        """A sum's or extreme's unscaled value by key; nothing where no row had one."""
        self._grow()
        if term.how in ("min", "max"):
            kept = self._extremes.get(term.id, [])
            return kept + [None] * (len(self.keys) - len(kept))
        if term.value not in self._sums:
            return [None] * len(self.keys)
        bit = self._bit[term.condition] if term.condition else -1
        parts, found = self._sums[term.value][:, :, bit].tolist(), self._there[term.value][:, bit].tolist()
        return [
            low + (mid << _PART) + (high << 2 * _PART) if n else None
            for (low, mid, high), n in zip(parts, found, strict=True)
        ]


def _first_rows(local: Ints, keys: int) -> Ints:
    """For each key the first of its rows."""
    rows = np.zeros(keys, np.int64)
    rows[local[::-1]] = np.arange(len(local) - 1, -1, -1)
    return rows


class _Fold:
    """Adds weights up by index and turns the table into totals: one column a bit, the last for all rows."""

    def __init__(self, index: Ints, keys: int, many: int) -> None:
        self.index, self.keys, self.many = index, keys, many

    def sums(self, weights: npt.NDArray[np.float64] | None) -> Ints:
        """The totals, of shape (keys, bits + 1)."""
        table = np.bincount(self.index, weights, self.keys << self.many).reshape(self.keys, -1)
        made: Ints = np.rint(table.astype(np.float64, copy=False) @ _bits(self.many)).astype(np.int64)
        return made


@cache
def _bits(many: int) -> npt.NDArray[np.float64]:
    """The bits of all numbers of so many bits as columns, and a column of ones."""
    codes = np.arange(1 << many)
    matrix = np.ones((1 << many, many + 1), np.float64)
    for bit in range(many):
        matrix[:, bit] = (codes >> bit) & 1
    return matrix


def parts_of(column: Column) -> Iterator[tuple[int, npt.NDArray[np.float64]]]:
    """A column as float64 weights whose totals stay exact: whole, or where large in parts of 22 bits."""
    floats = column.numbers.astype(np.float64)
    if float(np.abs(floats).sum()) < _EXACT:
        yield 0, floats
        return
    # shifting rounds down, so low parts are never negative and only the high part carries the sign
    mask = (1 << _PART) - 1
    yield 0, (column.numbers & mask).astype(np.float64)
    yield 1, ((column.numbers >> _PART) & mask).astype(np.float64)
    yield 2, (column.numbers >> 2 * _PART).astype(np.float64)


def array_of(numbers: npt.NDArray[Any], there: npt.NDArray[np.bool_] | None = None) -> pa.Array:
    """Whole numbers as Arrow keeps them; ``pa.array`` would load pandas to see whether it is asked about a series."""
    gaps = pa.py_buffer(np.packbits(there, bitorder="little")) if there is not None else None
    kind = pa.from_numpy_dtype(numbers.dtype)
    return pa.Array.from_buffers(kind, len(numbers), [gaps, pa.py_buffer(np.ascontiguousarray(numbers))])


def decimals_of(numbers: Sequence[int | None], places: int) -> pa.Array:
    """Unscaled numbers as decimals of 38 digits."""
    words = b"".join((number or 0).to_bytes(16, "little", signed=True) for number in numbers)
    there = np.array([number is not None for number in numbers], bool)
    buffers = [pa.py_buffer(np.packbits(there, bitorder="little")), pa.py_buffer(words)]
    return pa.Array.from_buffers(pa.decimal128(38, places), len(numbers), buffers)


def view_of(array: pa.Array) -> npt.NDArray[Any]:
    """An integer array as it stands in memory, anything where nothing is; ``to_numpy`` would load pandas."""
    if not len(array):
        return np.zeros(0, array.type.to_pandas_dtype())
    whole = np.frombuffer(array.buffers()[1], array.type.to_pandas_dtype())
    return whole[array.offset : array.offset + len(array)]


def there_of(array: pa.Array) -> npt.NDArray[np.bool_] | None:
    """Which of an array's values are there; nothing where all are."""
    if not array.null_count:
        return None
    bits = np.unpackbits(np.frombuffer(array.buffers()[0], np.uint8), bitorder="little")
    return bits[array.offset : array.offset + len(array)].astype(bool)


def whole_numbers(array: pa.Array) -> Ints:
    """An integer array in 64 bits."""
    return view_of(array).astype(np.int64, copy=False)


def column_of(batch: pa.RecordBatch, name: str) -> Column:
    """A decimal or integer column as unscaled 64-bit numbers, 0 where nothing is.

    Raises:
        Unfit: a value does not fit.
    """
    column = numbers_of(batch.column(name))
    if column is None:
        raise Unfit(f"{name} 的数值超过 64 位整数")
    return column


def numbers_of(array: pa.Array) -> Column | None:
    """Decimals or integers as unscaled 64-bit numbers, 0 where nothing is; nothing where one does not fit."""
    there = there_of(array)
    if pa.types.is_decimal(array.type):
        words = np.frombuffer(array.buffers()[1], np.int64).reshape(-1, 2)
        words = words[array.offset : array.offset + len(array)]
        numbers = np.ascontiguousarray(words[:, 0])
        if array.type.precision > 18:
            wide = words[:, 1] != (numbers >> 63)
            if bool((wide if there is None else wide & there).any()):
                return None
    else:
        numbers = whole_numbers(array)
    return Column(numbers if there is None else np.where(there, numbers, 0), there)


def key_numbers(batch: pa.RecordBatch, keys: Sequence[str]) -> tuple[Ints, list[tuple[Any, ...]]]:
    """Each row's place in the list of different keys of a batch, and that list."""
    mixed = np.zeros(batch.num_rows, np.int64)
    words: list[list[Any]] = []
    size = 1
    for name in keys:
        codes, said = _encoded(batch.column(name))
        words.append(said)
        if len(said) > 1:
            mixed = mixed * len(said) + codes
        size *= max(1, len(said))
    if size <= max(4096, 4 * batch.num_rows):
        present = np.flatnonzero(np.bincount(mixed, minlength=size))
        place = np.zeros(size, np.int64)
        place[present] = np.arange(len(present))
        local = place[mixed]
    else:
        present, local = np.unique(mixed, return_inverse=True)
    found = []
    for code in present.tolist() if batch.num_rows else []:
        key, rest = [], code
        for said in reversed(words):
            rest, at = divmod(rest, len(said))
            key.append(said[at])
        found.append(tuple(reversed(key)))
    return local, found


def _encoded(array: pa.Array) -> tuple[Ints, list[Any]]:
    if len(array) and not array.null_count and pa.types.is_date(array.type):
        days = view_of(array.view(pa.int32())) if pa.types.is_date32(array.type) else None
        if days is not None and bool((days == days[0]).all()):
            return np.zeros(len(array), np.int64), [array[0].as_py()]
    coded = array.dictionary_encode(null_encoding="encode")
    return whole_numbers(coded.indices), coded.dictionary.to_pylist()
