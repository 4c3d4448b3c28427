"""Crowd: whose rows meet which conditions, kept so that distinct counts can be made for any org and period.

For each key (a cell's org, time and members) a crowd holds every identity (a customer, say) once, with
the conditions that any of his rows meets as bits. The distinct count of several keys together is then a
walk over their entries: a bit counts when it is set for an identity for the first time. So a count over
a branch, a bank, a year or a tree that moved in between is exact, and no row is read again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingce.engine.bits import counted
from qingce.engine.masks import WORD
from qingce.engine.mend import Span
from qingce.engine.tally import Ints, Needs, array_of, view_of, whole_numbers

_ZEROS = np.uint64(0x3030303030303030)


@dataclass(frozen=True)
class Coding:
    """How identities became numbers: ``whole`` numbers, ``digits`` after a prefix, or a ``list`` of texts."""

    kind: str
    prefix: str = ""
    width: int = 0


@dataclass
class Crowd:
    """Identities by key.

    Attributes:
        conditions: ids of the terms whose conditions the bits stand for, lowest first.
        starts: where each key's entries begin, and the end of the last.
        who: each entry's identity as a number.
        bits: each entry's conditions.
        words: for a ``list`` coding, the texts that the numbers stand for.
        counts: for each key alone, how many identities meet each condition.
        span: the lowest and the highest number.
        cells: which cell each key is, as text; empty where that is not known.
    """

    conditions: tuple[str, ...]
    coding: Coding
    starts: Ints
    who: npt.NDArray[Any]
    bits: npt.NDArray[Any]
    words: pa.Array | None = None
    counts: Sequence[Sequence[int]] = ()
    span: tuple[int, int] = (0, -1)
    cells: Sequence[str] = ()

    def __post_init__(self) -> None:
        if len(self.who) and self.span == (0, -1):
            self.span = int(self.who.min()), int(self.who.max())

    def table(self) -> pa.Table:
        """As one table that can be kept."""
        said = {"conditions": list(self.conditions), "starts": self.starts.tolist(), "counts": self.counts,
                "span": self.span, "cells": list(self.cells),
                "coding": [self.coding.kind, self.coding.prefix, self.coding.width]}
        who = array_of(self.who)
        if self.words is not None:
            who = pa.DictionaryArray.from_arrays(who, self.words)
        table = pa.table({"who": who, "bits": array_of(self.bits)})
        return table.replace_schema_metadata({"crowd": json.dumps(said)})

    @classmethod
    def load(cls, table: pa.Table) -> Crowd | None:
        """From a kept table; nothing where it is not one."""
        try:
            said = json.loads((table.schema.metadata or {})[b"crowd"])
            who, words = _column(table, "who"), None
            if pa.types.is_dictionary(who.type):
                who, words = who.indices, who.dictionary
            return cls(tuple(said["conditions"]), Coding(*said["coding"]), np.array(said["starts"], np.int64),
                       view_of(who), view_of(_column(table, "bits")), words, said["counts"],
                       tuple(said["span"]), said["cells"])
        except (KeyError, ValueError, TypeError):
            return None

    def span_of(self, key: int, who: npt.NDArray[Any]) -> Span:
        """The entries of a key; ``who`` are the identities as numbers, of this crowd or of several together."""
        entries = slice(int(self.starts[key]), int(self.starts[key + 1]))
        return Span(who[entries], self.bits[entries], self.cells[key] if self.cells else "")

    def only(self, condition: str) -> Crowd:
        """The same with the bit of one condition alone."""
        bit = self.conditions.index(condition)
        return replace(self, conditions=(condition,), bits=((self.bits >> bit) & 1).astype(np.uint16),
                       counts=[[count[bit]] for count in self.counts])


def _column(table: pa.Table, name: str) -> Any:
    column = table.column(name)
    if not column.num_chunks:
        return pa.nulls(0, column.type)
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def _narrow(numbers: Ints) -> npt.NDArray[Any]:
    if len(numbers) and (int(numbers.max()) >= 2**31 or int(numbers.min()) < -(2**31)):
        return numbers
    return numbers.astype(np.int32, copy=False)


class Gathering:
    """A crowd being made from the batches of one partition.

    Args:
        identity: the identity's column.
        terms: (id, condition) of each distinct term; at most 30 different conditions.
    """

    def __init__(self, identity: str, terms: Sequence[tuple[str, str]], needs: Needs) -> None:
        self.identity = identity
        self.terms = tuple(terms)
        self._bits = [needs.conditions.index(condition) for _, condition in terms]
        self._word = self._bits[0] // WORD
        self._low = min(self._bits)
        self._mask = sum(1 << (bit - self._low) for bit in self._bits)
        self._coding: Coding | None = None
        self._keys: list[npt.NDArray[np.int32]] = []
        self._who: list[Any] = []
        self._met: list[npt.NDArray[np.int32]] = []

    @property
    def ids(self) -> tuple[str, ...]:
        """The distinct terms that the crowd will answer."""
        return tuple(name for name, _ in self.terms)

    def take(self, batch: pa.RecordBatch, keys: Ints) -> None:
        """Add a batch; ``keys`` are its rows' key numbers."""
        met = (whole_numbers(batch.column(f"m{self._word}")) >> (self._low % WORD)) & self._mask
        chosen = np.flatnonzero(met)
        if not len(chosen):
            return
        who = batch.column(self.identity)
        if self._coding is None:
            self._coding = coding_of(who[int(chosen[0])], who.type)
        numbers = _numbers(who, self._coding) if not who.null_count else None
        if len(chosen) < len(met):
            met, keys = met[chosen], keys[chosen]
            if numbers is not None:
                numbers = numbers[chosen]
            else:
                who = who.take(array_of(chosen))
        if numbers is None:
            numbers = _numbers(who, self._coding)
        self._keys.append(keys.astype(np.int32))
        self._met.append(met.astype(np.int32))
        if numbers is None:
            # an identity of another form: from here on, and for what came before, the texts themselves
            self._who = [texts_of(each, self._coding) for each in self._who]
            self._coding = Coding("list")
        self._who.append(who if numbers is None else numbers)

    def done(self, cells: Sequence[str]) -> Crowd:
        """The crowd over the keys of some cells."""
        keys = len(cells)
        conditions = tuple(name for name, _ in self.terms)
        coding = self._coding or Coding("whole")
        if not self._who:
            nobody = np.zeros(0, np.int32)
            counts = [[0] * len(conditions)] * keys
            # bits of nobody are of the kind of everybody's: other crowds' are joined with them
            return Crowd(conditions, coding, np.zeros(keys + 1, np.int64), nobody, self._ordered(nobody), None, counts,
                         cells=cells)
        words = None
        if coding.kind == "list":
            coded = pa.chunked_array(self._who).combine_chunks().dictionary_encode()
            coded = coded.chunk(0) if isinstance(coded, pa.ChunkedArray) else coded
            who, words = whole_numbers(coded.indices), coded.dictionary
        else:
            who = np.concatenate(self._who)
        at, who, met = _once(np.concatenate(self._keys), who, np.concatenate(self._met))
        starts, bits = np.searchsorted(at, np.arange(keys + 1)), self._ordered(met)
        counts = [counted(bits[start:end], len(conditions)) for start, end in pairwise(starts.tolist())]
        return Crowd(conditions, coding, starts.astype(np.int64), _narrow(who), bits, words, counts,
                     cells=cells)

    def _ordered(self, met: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The bits of the terms in the terms' order; terms with the same condition have a bit each."""
        places = [bit - self._low for bit in self._bits]
        made = met
        if places != list(range(len(places))):
            made = np.zeros(len(met), np.int64)
            for new, old in enumerate(places):
                made |= ((met >> old) & 1) << new
        return made.astype(np.uint16 if len(places) <= 16 else np.uint32)


def _once(keys: Ints, who: Ints, met: Ints) -> tuple[Ints, Ints, Ints]:
    """Entries with the same key and identity as one, their bits joined; sorted by key and identity."""
    low, many = int(who.min()), max(1, int(met.max()).bit_length())
    spread = int(who.max()) - low + 1
    if (int(keys.max()) + 1) * spread << many < 2**63:
        # one sort of one number that holds all three
        packed = (keys.astype(np.int64) * spread + (who - low)) << many | met
        packed.sort()
        head = packed >> many
        first = _firsts(head)
        joined = np.bitwise_or.reduceat(packed & ((1 << many) - 1), first)
        at, rest = np.divmod(head[first], spread)
        return at, rest + low, joined
    order = np.lexsort((who, keys))
    keys, who, met = keys[order], who[order], met[order]
    first = np.flatnonzero(np.concatenate(([True], (keys[1:] != keys[:-1]) | (who[1:] != who[:-1]))))
    return keys[first].astype(np.int64), who[first], np.bitwise_or.reduceat(met, first).astype(np.int64)


def _firsts(head: Ints) -> Ints:
    return np.flatnonzero(np.concatenate(([True], head[1:] != head[:-1])))


# -- identities as numbers --------------------------------------------------------------------
def coding_of(one: pa.Scalar, kind: pa.DataType) -> Coding:
    """The form of one identity, to be tried on all the others."""
    if pa.types.is_integer(kind):
        return Coding("whole")
    first = str(one)
    prefix = first.rstrip("0123456789")
    if first.isascii() and 0 < len(first) - len(prefix) <= 16:
        return Coding("digits", prefix, len(first))
    return Coding("list")


def _numbers(who: pa.Array, coding: Coding) -> Any:
    """Identities as numbers, a different one for each; nothing where the form does not hold."""
    if coding.kind == "whole":
        return whole_numbers(who)
    return _digits(who, coding) if coding.kind == "digits" else None


def _digits(who: pa.Array, coding: Coding) -> Ints | None:
    offset, n, width = who.offset, len(who), coding.width
    wide = pa.types.is_large_string(who.type)
    marks = np.frombuffer(who.buffers()[1], np.int64 if wide else np.int32)[offset : offset + n + 1]
    if bool((np.diff(marks) != width).any()):
        return None
    start, end = int(marks[0]), int(marks[0]) + n * width
    text = np.frombuffer(who.buffers()[2], np.uint8)[start:end].reshape(n, width)
    head = np.frombuffer(coding.prefix.encode(), np.uint8)
    for place, byte in enumerate(head):
        if bool((text[:, place] != byte).any()):
            return None
    digits = width - len(head)
    numbers: Ints = np.zeros(n, np.int64)
    full = text[:, len(head) :] if digits % 8 == 0 else _padded(text[:, len(head) :])
    for place, eight in enumerate(np.split(full, full.shape[1] // 8, axis=1)):
        found = _eight(np.ascontiguousarray(eight).view("<u8").ravel())
        if found is None:
            return None
        numbers = numbers * 100_000_000 + found if place else found
    return numbers


def _padded(text: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Digits with zeros in front, to a multiple of eight."""
    n, width = text.shape
    full = np.full((n, -(-width // 8) * 8), ord("0"), np.uint8)
    full[:, full.shape[1] - width :] = text
    return full


def _eight(text: npt.NDArray[np.uint64]) -> Ints | None:
    """Eight digits at a time, as eight bytes of one number; nothing where a byte is no digit."""
    digits = text ^ _ZEROS
    over = digits + np.uint64(0x7676767676767676)
    over |= digits
    if int(np.bitwise_or.reduce(over)) & 0x8080808080808080:
        return None
    # pairs, fours and all eight: each number and its neighbour become one of twice the width
    for ten, shift, mask in ((10, 8, 0x00FF00FF00FF00FF), (100, 16, 0x0000FFFF0000FFFF), (10_000, 32, 0xFFFFFFFF)):
        np.right_shift(digits, np.uint64(shift), out=over)
        digits *= np.uint64(ten)
        digits += over
        digits &= np.uint64(mask)
    return digits.view(np.int64)


def texts_of(numbers: Any, coding: Coding) -> pa.Array:
    """The identities that numbers stand for."""
    if isinstance(numbers, pa.Array):
        return numbers
    digits = coding.width - len(coding.prefix)
    plain = pc.cast(pa.array(numbers), pa.string())
    if coding.kind == "whole":
        return plain
    return pc.binary_join_element_wise(coding.prefix, pc.utf8_lpad(plain, digits, "0"), "")


def gatherings(needs: Needs) -> list[Gathering]:
    """The crowds that some terms need: one for each identity and mask word."""
    found: dict[tuple[str, int], dict[str, str]] = {}
    for term in needs.terms:
        if term.how == "distinct":
            word = needs.conditions.index(term.condition) // WORD
            found.setdefault((term.value, word), {})[term.id] = term.condition
    return [Gathering(identity, tuple(terms.items()), needs) for (identity, _), terms in found.items()]

