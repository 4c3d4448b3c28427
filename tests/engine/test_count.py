"""Distinct counts over crowds: a walk mended after a correction says what a whole walk says."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.engine import count
from qingce.engine.count import Count, Kept
from qingce.engine.crowd import Coding, Crowd

CONDITIONS = ("green", "small", "rural")
Book = list[list[dict[int, int]]]
"""For each file its cells, each with the conditions of every customer as bits."""


class Memory(dict[str, object]):
    """A memory that lasts as long as a test."""

    get = dict.get
    put = dict.__setitem__
    recall = dict.get
    note = dict.__setitem__


@pytest.fixture(autouse=True)
def every_walk_is_long() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(count, "_LONG", 0)
        patch.setattr(count, "_FEW", 1)
        yield


def crowd_of(cells: list[dict[int, int]], words: bool = False) -> Crowd:
    """The crowd of one file."""
    entries = [(who, bits) for cell in cells for who, bits in sorted(cell.items())]
    starts = np.cumsum([0, *map(len, cells)])
    counts = [[sum(bits >> n & 1 for bits in cell.values()) for n in range(3)] for cell in cells]
    who = np.array([who for who, _ in entries], np.int64)
    bits = np.array([bits for _, bits in entries], np.uint16)
    coding = Coding("list") if words else Coding("whole")
    texts = pa.array([f"客户{n}" for n in range(60)]) if words else None
    return Crowd(CONDITIONS, coding, starts, who, bits, texts, counts)


def counted(book: Book, memory: Memory | None, words: bool = False) -> list[int]:
    """The distinct customers of the whole book by condition."""
    crowds = [crowd_of(cells, words) for cells in book]
    kept = None
    if memory is not None:
        names = [repr(cells) for cells in book]
        for name, crowd in zip(names, crowds, strict=True):
            memory.put(name, crowd.table())
        kept = Kept(memory, names, "loan", lambda: [f"cell{n}" for cells in book for n in range(len(cells))])
    cells = tuple(range(sum(map(len, book))))
    whole = Count(crowds, kept)
    return [whole.of(condition, cells) for condition in CONDITIONS]


def by_hand(book: Book) -> list[int]:
    met: dict[int, int] = {}
    for cells in book:
        for cell in cells:
            for who, bits in cell.items():
                met[who] = met.get(who, 0) | bits
    return [sum(bits >> n & 1 for bits in met.values()) for n in range(3)]


cells = st.lists(st.dictionaries(st.integers(0, 59), st.integers(1, 7), max_size=12), min_size=2, max_size=2)
books = st.lists(cells, min_size=2, max_size=5)


@given(books, cells, st.booleans())
def test_after_a_file_is_replaced_the_counts_are_those_of_a_whole_walk(
    book: Book, late: list[dict[int, int]], words: bool
):
    memory = Memory()
    assert counted(book, memory, words) == by_hand(book)
    corrected = [late, *book[1:]]
    assert counted(corrected, memory, words) == by_hand(corrected) == counted(corrected, None, words)


@given(books, cells)
def test_a_correction_taken_back_gives_the_first_counts_again(book: Book, late: list[dict[int, int]]):
    memory = Memory()
    first = counted(book, memory)
    counted([*book[:-1], late], memory)
    assert counted(book, memory) == first


BOOK: Book = [[{1: 1, 2: 3}, {3: 4}], [{2: 4, 5: 1}, {6: 2}], [{1: 2}, {7: 7}]]
LATE = [{1: 4}, {9: 7}]


def test_only_what_changed_is_walked(monkeypatch: pytest.MonkeyPatch):
    memory = Memory()
    counted(BOOK, memory)
    monkeypatch.setattr(Count, "_walk", lambda *_: pytest.fail("a whole walk was made"))
    assert counted([LATE, *BOOK[1:]], memory) == by_hand([LATE, *BOOK[1:]])
    assert counted([LATE, *BOOK[1:]], memory) == by_hand([LATE, *BOOK[1:]])


def test_without_the_crowd_that_went_the_walk_is_made_whole():
    memory = Memory()
    counted(BOOK, memory)
    del memory[repr(BOOK[0])]
    assert counted([LATE, *BOOK[1:]], memory) == by_hand([LATE, *BOOK[1:]])


def test_a_crowd_numbered_otherwise_is_not_compared():
    memory = Memory()
    counted(BOOK, memory)
    memory[repr(BOOK[0])] = crowd_of(BOOK[0], words=True).table()
    assert counted([LATE, *BOOK[1:]], memory) == by_hand([LATE, *BOOK[1:]])
