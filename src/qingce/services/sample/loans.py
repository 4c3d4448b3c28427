"""The loans and customers of one unit, drawn within its plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from qingce.services.sample.model import Book, Group, Segment
from qingce.services.sample.network import COUNTIES, Unit
from qingce.services.sample.parts import Ints, skewed, split
from qingce.services.sample.plan import LEAST, PLACES, Cell, Plan, Share

_EPOCH = dt.date(1970, 1, 1)
OPENING = (dt.date(2023, 12, 31) - _EPOCH).days
CLOSING = (dt.date(2024, 12, 31) - _EPOCH).days
YEAR = CLOSING - OPENING
CONT, GONE, NEW = 0, 1, 2
FIVE = ("normal", "special_mention", "substandard", "doubtful", "loss")
GUARANTEES = ("credit", "guaranteed", "mortgaged", "pledged", "ip_pledged")
SECTIONS = tuple("ABCDEFGHIJKLMNOPQRST")
_SLOTS = 64
_OVERDUE_TERM = 1826
Small = npt.NDArray[np.int32]


def _first_heavy(count: int) -> list[int]:
    """Which of several choices stands in each of the slots: the earlier, the more often."""
    weights = [count - k for k in range(count)]
    ends = np.cumsum(weights) * _SLOTS // sum(weights)
    return [int(np.searchsorted(ends, slot, side="right")) for slot in range(_SLOTS)]


class Choices:
    """What each segment's loans may be, as tables of slots, so that a draw is one look-up."""

    def __init__(self, book: Book) -> None:
        self.segments: Sequence[Segment] = list(book.segments.values())
        self.groups: Sequence[Group] = list(book.groups.values())
        group_at = {name: k for k, name in enumerate(book.groups)}
        self.group_of = np.array([group_at[s.group] for s in self.segments], np.int32)
        self.divisions = tuple(sorted({d for s in self.segments for d in s.divisions}))
        self.products = tuple(dict.fromkeys(s.product for s in self.segments))
        self.purposes = tuple(dict.fromkeys(s.purpose for s in self.segments))
        self.programmes = tuple(dict.fromkeys(s.programme for s in self.segments if s.programme))
        self.division = self._table([s.divisions for s in self.segments], self.divisions)
        self.guarantee = self._table([s.guarantees for s in self.segments], GUARANTEES)
        terms = tuple(sorted({d for s in self.segments for d in s.days}))
        self.term = np.array(terms, np.int32)[self._table([s.days for s in self.segments], terms)]
        self.section_of_division = np.array([SECTIONS.index(d[0]) for d in self.divisions], np.int32)

    @staticmethod
    def _table(options: Sequence[Sequence[object]], words: Sequence[object]) -> Small:
        at = {word: k for k, word in enumerate(words)}
        return np.array(
            [
                [at[given[k]] for k in _first_heavy(len(given))] if given else [-1] * _SLOTS
                for given in options
            ],
            np.int32,
        )

    def codes(self, words: Sequence[str], of: Sequence[str]) -> Small:
        """For each segment, the position of its word, or -1."""
        at = {word: k for k, word in enumerate(words)}
        return np.array([at.get(word, -1) for word in of], np.int32)


@dataclass
class Drawn:
    """The loans of a unit, one position each in every array, sorted by org and customer.

    Attributes:
        segment: position of the segment in the book.
        state: at both dates, gone or new.
        customer: position of the customer in the unit.
        leaf: position of the org in the unit's leaves.
        draws: 16 random bits for each loan in each of several rows, for whatever is chosen later.
    """

    unit: Unit
    segment: Small
    state: npt.NDArray[np.int8]
    bad: npt.NDArray[np.bool_]
    opening: Ints
    closing: Ints
    customer: Small
    leaf: Small
    county: Small
    division: Small
    start: Small
    due: Small
    principal: Ints
    rate: Small
    five: Small
    guarantee: Small
    draws: npt.NDArray[np.uint16]
    people: Customers

    def __len__(self) -> int:
        return len(self.segment)


@dataclass
class Customers:
    """The customers of a unit, sorted by home org.

    Attributes:
        group: position of the group in the book.
        line: credit line in fen.
        at_opening: whether it has a loan at that date.
        draws: random bits as for loans.
    """

    group: Small
    leaf: Small
    county: Small
    division: Small
    line: Ints
    at_opening: npt.NDArray[np.bool_]
    at_closing: npt.NDArray[np.bool_]
    draws: npt.NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.group)

    @cached_property
    def everyone(self) -> Small:
        """All positions."""
        return np.arange(len(self.group), dtype=np.int32)


def draw(plan: Plan, number: int, choices: Choices, rng: np.random.Generator) -> Drawn:
    """All loans of a unit; their sums are those of the plan, to the fen."""
    cells = plan.cells
    names = {name: k for k, name in enumerate(plan.book.segments)}
    shares = sorted(
        plan.shares[number], key=lambda s: (choices.group_of[names[cells[s.cell].segment]], s.cell)
    )
    state = np.concatenate(
        [np.repeat(np.array([CONT, GONE, NEW], np.int8), (s.cont, s.gone, s.new)) for s in shares]
    )
    sizes = [s.cont + s.gone + s.new for s in shares]
    at = np.repeat(np.arange(len(shares)), sizes)
    segment = np.array([names[cells[s.cell].segment] for s in shares], np.int32)[at]
    bad = np.array([cells[s.cell].bad for s in shares])[at]
    place = np.array([PLACES.index(cells[s.cell].place) for s in shares], np.int32)[at]
    amounts = [
        _amounts(rng, choices.segments[names[cells[s.cell].segment]], plan.book, cells[s.cell], s)
        for s in shares
    ]
    opening, closing = np.concatenate([a for a, _ in amounts]), np.concatenate([b for _, b in amounts])
    draws = rng.integers(0, 1 << 16, (12, len(state)), dtype=np.uint16)
    customer, groups = _customers(plan, number, choices, segment, state, draws)
    made = _Raw(plan.units[number], choices, segment, state, bad, place, opening, closing, customer, draws)
    return _finish(made, groups, rng)


def _amounts(
    rng: np.random.Generator, segment: Segment, book: Book, cell: Cell, share: Share
) -> tuple[Ints, Ints]:
    group = book.groups[segment.group]
    most = segment.most or (group.line_at_most if group.single else group.line_at_most // 2) or None
    spread = 0.6 if most else 1.3 if group.sizes else 0.9

    def parts(total: int, count: int) -> Ints:
        return _stepped(total, skewed(rng, count, spread), segment.step, most)

    opened = parts(share.opened, share.cont)
    kept = opened
    if share.kept != share.opened:
        weights = opened // segment.step * rng.integers(70, 128, share.cont)
        kept = split(share.kept // segment.step, weights, least=1, most=opened // segment.step) * segment.step
        kept[:1] += share.kept % segment.step
    none = np.zeros(share.gone, np.int64)
    repaid, lent = parts(share.repaid, share.gone), parts(share.lent, share.new)
    return (
        np.concatenate([opened, repaid, np.zeros(share.new, np.int64)]),
        np.concatenate([kept, none, lent]),
    )


def _stepped(total: int, weights: Ints, step: int, most: int | None) -> Ints:
    parts = split(total // step, weights, least=max(LEAST // step, 1), most=most and most // step) * step
    if total % step:
        parts[int(np.argmin(parts))] += total % step
    return parts


def _customers(
    plan: Plan,
    number: int,
    choices: Choices,
    segment: Small,
    state: npt.NDArray[np.int8],
    draws: npt.NDArray[np.uint16],
) -> tuple[Small, Small]:
    """The customer of each loan, and the group of each customer; loans come sorted by group."""
    names = list(plan.book.groups)
    of_loan = choices.group_of[segment]
    edges = np.searchsorted(of_loan, np.arange(len(names) + 1))
    customer = np.empty(len(segment), np.int32)
    groups = []
    base = 0
    for k, name in enumerate(names):
        low, high = int(edges[k]), int(edges[k + 1])
        if low == high:
            continue
        count = _meet(
            choices.groups[k],
            plan.firms[number][name],
            state[low:high],
            draws[0, low:high],
            customer[low:high],
        )
        customer[low:high] += base
        base += count
        groups.append(np.full(count, k, np.int32))
    return customer, np.concatenate(groups)


def _meet(
    group: Group, firms: int, state: npt.NDArray[np.int8], luck: npt.NDArray[np.uint16], customer: Small
) -> int:
    """Give every loan of a group a customer, the first loans one each; returns the number of customers."""
    present = np.concatenate([np.flatnonzero(state == NEW), np.flatnonzero(state == CONT)])
    gone = np.flatnonzero(state == GONE)
    customer[present[:firms]] = np.arange(min(firms, len(present)))
    more = present[firms:]
    if group.line_at_most:
        customer[more] = np.arange(len(more))
    else:
        # small numbers are drawn more often, so that a few firms have many loans
        first = luck[more].astype(np.int64)
        customer[more] = (first * first >> 16) * firms >> 16
    known = 0 if group.line_at_most or not firms else len(gone) // 2
    customer[gone[:known]] = luck[gone[:known]].astype(np.int64) * firms >> 16
    left = gone[known:]
    fresh = len(left) if group.single else -(-len(left) * 3 // 5)
    customer[left] = firms + np.arange(len(left)) % max(fresh, 1)
    return firms + fresh


@dataclass
class _Raw:
    unit: Unit
    choices: Choices
    segment: Small
    state: npt.NDArray[np.int8]
    bad: npt.NDArray[np.bool_]
    place: Small
    opening: Ints
    closing: Ints
    customer: Small
    draws: npt.NDArray[np.uint16]


def _finish(raw: _Raw, groups: Small, rng: np.random.Generator) -> Drawn:
    unit, draws, choices = raw.unit, raw.draws, raw.choices
    luck = rng.integers(0, 1 << 16, (8, len(groups)), dtype=np.uint16)
    home = (luck[0].astype(np.int64) * len(unit.leaves) >> 16).astype(np.int32)
    # customers are numbered in the order of their orgs
    order = np.argsort(home, kind="stable")
    place_of = np.empty(len(order), np.int32)
    place_of[order] = np.arange(len(order), dtype=np.int32)
    customer = place_of[raw.customer]
    home, groups = home[order], groups[order]
    away = draws[1] < 5000
    leaf = np.where(away, draws[2].astype(np.int64) * len(unit.leaves) >> 16, home[customer]).astype(np.int32)
    sort = np.lexsort((customer, leaf))
    segment, state, bad, draws = raw.segment[sort], raw.state[sort], raw.bad[sort], draws[:, sort]
    opening, closing, customer = raw.opening[sort], raw.closing[sort], customer[sort]
    counties = np.array(
        [[(c or (0,))[slot % len(c or (0,))] for slot in range(_SLOTS)] for c in map(unit.counties, PLACES)],
        np.int32,
    )
    county = counties[raw.place[sort], draws[3] % _SLOTS]
    division = choices.division[segment, draws[4] % _SLOTS]
    term = choices.term[segment, draws[5] % _SLOTS]
    start, due = _dates(state, bad, term, draws)
    people = _people(
        choices, groups, home, customer, county, division, opening, closing, state, luck[:, order]
    )
    return Drawn(
        unit,
        segment,
        state,
        bad,
        opening,
        closing,
        customer,
        leaf[sort],
        county,
        division,
        start,
        due,
        _principal(choices, segment, opening, closing, draws[8]),
        _rates(choices, segment, draws[9]),
        _five(bad, draws[10]),
        choices.guarantee[segment, draws[11] % _SLOTS],
        draws,
        people,
    )


def _dates(
    state: npt.NDArray[np.int8], bad: npt.NDArray[np.bool_], term: Small, draws: npt.NDArray[np.uint16]
) -> tuple[Small, Small]:
    one, two = draws[6].astype(np.int64), draws[7].astype(np.int64)
    new_start = CLOSING - (np.minimum(term, YEAR) * one >> 16)
    old_start = OPENING - (np.maximum(term - YEAR, 30) * one >> 16)
    # a loan that should have been repaid by now was extended
    old_due = np.where(old_start + term > CLOSING, old_start + term, CLOSING + 1 + (two * 180 >> 16))
    overdue = bad & (term <= _OVERDUE_TERM)
    old_start = np.where(overdue, OPENING - term - (one * 300 >> 16), old_start)
    old_due = np.where(overdue, old_start + term, old_due)
    gone_due = OPENING + 1 + (one * YEAR >> 16)
    gone_start = np.minimum(gone_due - term, OPENING)
    start = np.choose(state, (old_start, gone_start, new_start))
    due = np.choose(state, (old_due, gone_due, new_start + term))
    return start.astype(np.int32), due.astype(np.int32)


def _principal(
    choices: Choices, segment: Small, opening: Ints, closing: Ints, luck: npt.NDArray[np.uint16]
) -> Ints:
    """What was lent: the balance where disbursements are counted, otherwise somewhat more in whole thousands."""
    counted = np.array(
        [bool(s.flow) or s.step > 1 or s.purpose in ("discount", "advance") for s in choices.segments]
    )[segment]
    balance = np.maximum(opening, closing)
    more = balance + balance * (luck.astype(np.int64) >> 10) // 100
    return np.where(counted, balance, -(-more // 100_000) * 100_000)


def _rates(choices: Choices, segment: Small, luck: npt.NDArray[np.uint16]) -> Small:
    low = np.array([s.rates[0] for s in choices.segments], np.int64)[segment]
    high = np.array([s.rates[1] for s in choices.segments], np.int64)[segment]
    return ((low + (luck.astype(np.int64) * (high - low + 1) >> 16)) * 10_000).astype(np.int32)


def _five(bad: npt.NDArray[np.bool_], luck: npt.NDArray[np.uint16]) -> Small:
    ill = 2 + (luck > 33_000).astype(np.int32) + (luck > 56_000)
    return np.where(bad, ill, (luck > 63_500).astype(np.int32)).astype(np.int32)


def _people(
    choices: Choices,
    groups: Small,
    home: Small,
    customer: Small,
    county: Small,
    division: Small,
    opening: Ints,
    closing: Ints,
    state: npt.NDArray[np.int8],
    luck: npt.NDArray[np.uint16],
) -> Customers:
    count = len(groups)
    first_county, first_division = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    first_county[customer[::-1]] = county[::-1]
    first_division[customer[::-1]] = division[::-1]
    # every float here is a whole number below 2**53, so these sums are exact
    owed = np.maximum(
        np.bincount(customer, opening.astype(np.float64), count),
        np.bincount(customer, closing.astype(np.float64), count),
    ).astype(np.int64)
    line = -(-(owed + owed * (luck[1].astype(np.int64) >> 8) // 512) // 1_000_000) * 1_000_000
    most = np.array([g.line_at_most or (1 << 60) for g in choices.groups])[groups]
    floor = np.array([g.line_above + 100_000_000 if g.line_above else 0 for g in choices.groups])[groups]
    at_opening, at_closing = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    at_opening[customer[state != NEW]] = True
    at_closing[customer[state != GONE]] = True
    person = np.array([g.kind == "personal" for g in choices.groups])[groups]
    return Customers(
        groups,
        home,
        first_county,
        np.where(person, -1, first_division).astype(np.int32),
        np.minimum(np.maximum(line, floor), most),
        at_opening,
        at_closing,
        luck,
    )


def county_code(position: int) -> str:
    """The code of a county by its position."""
    return COUNTIES[position]
