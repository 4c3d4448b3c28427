"""The loans of one unit, drawn within its plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qingce.services.sample.choices import CONT, GONE, NEW, SLOTS, Choices, Luck, Small, States
from qingce.services.sample.model import Book, Segment
from qingce.services.sample.network import Unit
from qingce.services.sample.parts import Ints, skewed, split
from qingce.services.sample.people import Customers, Held, describe, meet
from qingce.services.sample.plan import LEAST, PLACES, Plan, Share

_EPOCH = dt.date(1970, 1, 1)
OPENING = (dt.date(2023, 12, 31) - _EPOCH).days
CLOSING = (dt.date(2024, 12, 31) - _EPOCH).days
YEAR = CLOSING - OPENING
_OVERDUE_TERM = 1826
_ELSEWHERE = 5000
"""Of 65536 loans, those that another org than the customer's own has lent."""
Bools = npt.NDArray[np.bool_]


@dataclass
class Drawn:
    """The loans of a unit, one position each in every array, sorted by org and customer.

    Attributes:
        segment: position of the segment in the book.
        state: at both dates, gone or new.
        customer: position of the customer in ``people``.
        leaf: position of the org in the unit's leaves.
        luck: random bits for each loan in each of several rows, for whatever is chosen later.
    """

    unit: Unit
    segment: Small
    state: States
    bad: Bools
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
    luck: Luck
    people: Customers

    def __len__(self) -> int:
        return len(self.segment)

    def at(self, opening: bool) -> npt.NDArray[np.intp]:
        """Positions of the loans that stand at the opening date, or at the closing date."""
        return np.flatnonzero(self.state != (NEW if opening else GONE))


@dataclass
class _Lots:
    """The loans as the plan has them: by share, in each share those at both dates, gone and new."""

    segment: Small
    state: States
    bad: Bools
    place: Small
    opening: Ints
    closing: Ints

    def sorted(self, order: npt.NDArray[np.intp]) -> _Lots:
        return _Lots(
            self.segment[order], self.state[order], self.bad[order], self.place[order], self.opening[order],
            self.closing[order],
        )


def draw(plan: Plan, number: int, choices: Choices, rng: np.random.Generator) -> Drawn:
    """All loans of a unit; their sums are those of the plan, to the fen."""
    unit, lots = plan.units[number], _lots(plan, number, choices, rng)
    luck = rng.integers(0, 1 << 16, (12, len(lots.state)), dtype=np.uint16)
    customer, groups = meet(choices, plan.firms[number], lots.segment, lots.state, luck[0])
    # customers are numbered in the order of their orgs
    whims = rng.integers(0, 1 << 16, (8, len(groups)), dtype=np.uint16)
    home = _share_of(whims[0], len(unit.leaves))
    rank = np.argsort(home, kind="stable")
    place = np.empty(len(rank), np.int32)
    place[rank] = np.arange(len(rank), dtype=np.int32)
    customer, home, groups, whims = place[customer], home[rank], groups[rank], whims[:, rank]
    leaf = np.where(luck[1] < _ELSEWHERE, _share_of(luck[2], len(unit.leaves)), home[customer])
    order = np.lexsort((customer, leaf))
    lots, customer, leaf, luck = lots.sorted(order), customer[order], leaf[order], luck[:, order]
    county = _counties(unit)[lots.place, luck[3] % SLOTS]
    division = choices.division[lots.segment, luck[4] % SLOTS]
    held = Held(customer, lots.state, county, division, lots.opening, lots.closing)
    start, due = _dates(lots, choices.term[lots.segment, luck[5] % SLOTS], luck)
    return Drawn(
        unit=unit, segment=lots.segment, state=lots.state, bad=lots.bad, opening=lots.opening,
        closing=lots.closing,
        customer=customer, leaf=leaf, county=county, division=division, start=start, due=due,
        principal=_principal(choices, lots, luck[8]), rate=_rates(choices, lots.segment, luck[9]),
        five=_five(lots.bad, luck[10]), guarantee=choices.guarantee[lots.segment, luck[11] % SLOTS],
        luck=luck,
        people=describe(choices, groups, home, held, whims),
    )


def _lots(plan: Plan, number: int, choices: Choices, rng: np.random.Generator) -> _Lots:
    def at(share: Share) -> int:
        return choices.segment_at[plan.cells[share.cell].segment]

    shares = sorted(plan.shares[number], key=lambda s: (choices.group_of[at(s)], s.cell))
    states = [np.repeat(np.array([CONT, GONE, NEW], np.int8), (s.cont, s.gone, s.new)) for s in shares]
    of = np.repeat(np.arange(len(shares)), [len(s) for s in states])
    cells = [plan.cells[s.cell] for s in shares]
    amounts = [_amounts(rng, choices.segments[at(s)], plan.book, s) for s in shares]
    return _Lots(
        np.array([at(s) for s in shares], np.int32)[of], np.concatenate(states),
        np.array([c.bad for c in cells])[of],
        np.array([PLACES.index(c.place) for c in cells], np.int32)[of],
        np.concatenate([opening for opening, _ in amounts]),
        np.concatenate([closing for _, closing in amounts]),
    )


def _amounts(rng: np.random.Generator, segment: Segment, book: Book, share: Share) -> tuple[Ints, Ints]:
    """Balances at opening and closing of the loans of a share."""
    group, step = book.groups[segment.group], segment.step
    most = segment.most or (group.line_at_most if group.single else group.line_at_most // 2) or None
    spread = 0.6 if most else 1.3 if group.sizes else 0.9

    def parts(total: int, count: int) -> Ints:
        weights, least = skewed(rng, count, spread), max(LEAST // step, 1)
        made = split(total // step, weights, least=least, most=most and most // step) * step
        if total % step:
            made[int(np.argmin(made))] += total % step
        return made

    opened = kept = parts(share.opened, share.cont)
    if share.kept != share.opened:
        weights = opened // step * rng.integers(70, 128, share.cont)
        kept = split(share.kept // step, weights, least=1, most=opened // step) * step
        kept[:1] += share.kept % step
    repaid, lent = parts(share.repaid, share.gone), parts(share.lent, share.new)
    opening = np.concatenate([opened, repaid, np.zeros(share.new, np.int64)])
    return opening, np.concatenate([kept, np.zeros(share.gone, np.int64), lent])


def _share_of(luck: Luck, count: int) -> Small:
    """One of so many, evenly."""
    return (luck.astype(np.int64) * count >> 16).astype(np.int32)


def _counties(unit: Unit) -> Small:
    """For each kind of place a row of slots with counties of the unit."""
    inside = [unit.counties(place) or (0,) for place in PLACES]
    return np.array([[some[slot % len(some)] for slot in range(SLOTS)] for some in inside], np.int32)


def _dates(lots: _Lots, term: Small, luck: Luck) -> tuple[Small, Small]:
    one, two = luck[6].astype(np.int64), luck[7].astype(np.int64)
    new_start = CLOSING - (np.minimum(term, YEAR) * one >> 16)
    old_start = OPENING - (np.maximum(term - YEAR, 30) * one >> 16)
    # a loan that should have been repaid by now was extended
    old_due = np.where(old_start + term > CLOSING, old_start + term, CLOSING + 1 + (two * 180 >> 16))
    overdue = lots.bad & (term <= _OVERDUE_TERM)
    old_start = np.where(overdue, OPENING - term - (one * 300 >> 16), old_start)
    old_due = np.where(overdue, old_start + term, old_due)
    gone_due = OPENING + 1 + (one * YEAR >> 16)
    gone_start = np.minimum(gone_due - term, OPENING)
    start = np.choose(lots.state, (old_start, gone_start, new_start))
    due = np.choose(lots.state, (old_due, gone_due, new_start + term))
    return start.astype(np.int32), due.astype(np.int32)


def _principal(choices: Choices, lots: _Lots, luck: Luck) -> Ints:
    """What was lent: the balance where loans are repaid at once, otherwise more, in thousands of 元."""
    bullet = np.array([s.step > 1 or s.purpose in ("discount", "advance") for s in choices.segments])
    balance = np.maximum(lots.opening, lots.closing)
    more = balance + balance * (luck.astype(np.int64) >> 10) // 100
    return np.where(bullet[lots.segment], balance, -(-more // 100_000) * 100_000)


def _rates(choices: Choices, segment: Small, luck: Luck) -> Small:
    """Annual rates in millionths of a per cent."""
    low = np.array([s.rates[0] for s in choices.segments], np.int64)[segment]
    high = np.array([s.rates[1] for s in choices.segments], np.int64)[segment]
    return ((low + (luck.astype(np.int64) * (high - low + 1) >> 16)) * 10_000).astype(np.int32)


def _five(bad: Bools, luck: Luck) -> Small:
    ill = 2 + (luck > 33_000).astype(np.int32) + (luck > 56_000)
    return np.where(bad, ill, luck > 63_500).astype(np.int32)
