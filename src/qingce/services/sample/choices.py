"""What the loans of each segment may be, as tables of slots, so that a draw is one look-up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qingce.services.sample.model import Book, Group, Segment

Small = npt.NDArray[np.int32]
Luck = npt.NDArray[np.uint16]
"""Random bits, sixteen for each loan or customer."""
States = npt.NDArray[np.int8]
CONT, GONE, NEW = 0, 1, 2
FIVE = ("normal", "special_mention", "substandard", "doubtful", "loss")
GUARANTEES = ("credit", "guaranteed", "mortgaged", "pledged", "ip_pledged")
SECTIONS = tuple("ABCDEFGHIJKLMNOPQRST")
SLOTS = 64


class Choices:
    """A book's segments and groups by position, and what may be chosen in each."""

    def __init__(self, book: Book) -> None:
        self.segments: Sequence[Segment] = list(book.segments.values())
        self.groups: Sequence[Group] = list(book.groups.values())
        self.segment_at = {name: k for k, name in enumerate(book.segments)}
        self.group_names = tuple(book.groups)
        self.group_of = np.array([self.group_names.index(s.group) for s in self.segments], np.int32)
        self.divisions = tuple(sorted({d for s in self.segments for d in s.divisions}))
        self.products = tuple(dict.fromkeys(s.product for s in self.segments))
        self.purposes = tuple(dict.fromkeys(s.purpose for s in self.segments))
        self.programmes = tuple(dict.fromkeys(s.programme for s in self.segments if s.programme))
        self.division = slots([s.divisions for s in self.segments], self.divisions)
        self.guarantee = slots([s.guarantees for s in self.segments], GUARANTEES)
        terms = tuple(sorted({d for s in self.segments for d in s.days}))
        self.term = np.array(terms, np.int32)[slots([s.days for s in self.segments], terms)]
        self.section_of_division = np.array([SECTIONS.index(d[0]) for d in self.divisions], np.int32)

    def sections(self, division: Small) -> Small:
        """The section above each division, -1 where there is none."""
        return np.where(division >= 0, self.section_of_division[division], -1).astype(np.int32)


def positions(words: Sequence[str], of: Sequence[str]) -> Small:
    """The position of each of some words, -1 where a word is none of them."""
    at = {word: k for k, word in enumerate(words)}
    return np.array([at.get(word, -1) for word in of], np.int32)


def slots(options: Sequence[Sequence[object]], words: Sequence[object]) -> Small:
    """For each list of options a row of slots with positions of words, earlier options in more slots.

    >>> slots([("a", "b"), ()], ("a", "b"))[:, ::21].tolist()
    [[0, 0, 1, 1], [-1, -1, -1, -1]]
    """
    at = {word: k for k, word in enumerate(words)}
    rows = [[at[given[k]] for k in _first_heavy(len(given))] if given else [-1] * SLOTS for given in options]
    return np.array(rows, np.int32)


def _first_heavy(count: int) -> list[int]:
    weights = [count - k for k in range(count)]
    ends = np.cumsum(weights) * SLOTS // sum(weights)
    return [int(np.searchsorted(ends, slot, side="right")) for slot in range(SLOTS)]
