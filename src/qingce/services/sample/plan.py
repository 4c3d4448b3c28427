"""From a book to numbers: how many loans of how much each unit holds in each cell, exactly.

A cell is a segment in one kind of place and one state of health. All of it is whole numbers: heads and fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qingce.services.sample.model import Book, Heads, Segment, yi
from qingce.services.sample.network import Unit
from qingce.services.sample.parts import Ints, split

PLACES = ("capital", "key", "other")
LEAST = 10_000
"""No balance is smaller than this many fen."""
_REST_OF = "*"


@dataclass(frozen=True, slots=True)
class Cell:
    """One segment in one kind of place, sound or non-performing; amounts in fen."""

    segment: str
    place: str
    bad: bool
    closing: int
    opening: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one unit holds of a cell: numbers of loans, and their balances in fen.

    Attributes:
        cont, gone, new: loans at both dates, at the opening only, at the closing only.
        opened: opening balance of the loans at both dates.
        kept: their closing balance.
        repaid: opening balance of the loans that are gone.
        lent: closing balance of the new loans.
    """

    cell: int
    cont: int
    gone: int
    new: int
    opened: int
    kept: int
    repaid: int
    lent: int


@dataclass(frozen=True)
class Plan:
    """Everything that is decided before the first loan is drawn.

    Attributes:
        shares: for each unit, what it holds of each cell.
        firms: for each unit, customers with a loan at the closing date, by group.
    """

    book: Book
    units: Sequence[Unit]
    cells: Sequence[Cell]
    shares: Sequence[Sequence[Share]]
    firms: Sequence[Mapping[str, int]]


def make_plan(book: Book, rows: int, units: Sequence[Unit]) -> Plan:
    """Distribute a book over units, with exactly so many rows in the loan ledger.

    Args:
        rows: at least ``least_rows(book)``.
    """
    heads = _heads(book, rows)
    cells = _cells(book)
    of_segment: dict[str, list[int]] = {}
    for at, cell in enumerate(cells):
        of_segment.setdefault(cell.segment, []).append(at)
    shares: list[list[Share]] = [[] for _ in units]
    for name, places in of_segment.items():
        for at, given in zip(places, _spread_heads(heads[name], [cells[p] for p in places]), strict=True):
            for unit, share in _over_units(book.segments[name], cells[at], at, given, units):
                shares[unit].append(share)
    return Plan(book, units, cells, shares, _firms(book, cells, shares))


def least_rows(book: Book) -> int:
    """The smallest ledger that holds every number the book fixes."""
    return sum(s.heads.rows if s.heads is not None else s.rows[0] for s in book.segments.values())


def _heads(book: Book, rows: int) -> dict[str, Heads]:
    spare = rows - least_rows(book)
    elastic = {n: s for n, s in book.segments.items() if s.heads is None}
    extra = dict.fromkeys(elastic, 0)
    open_ones = dict(elastic)
    while spare:
        parts = split(spare, np.array([s.weight for s in open_ones.values()]))
        for name, part in zip(list(open_ones), parts.tolist(), strict=True):
            least, most = open_ones[name].rows
            room = max(most - least - extra[name], 0) if most else part
            extra[name] += min(part, room)
            spare -= min(part, room)
            if part > room:
                del open_ones[name]
    fixed = {n: s.heads for n, s in book.segments.items() if s.heads is not None}
    return {**fixed, **{n: _elastic(s, s.rows[0] + extra[n]) for n, s in elastic.items()}}


def _elastic(segment: Segment, rows: int) -> Heads:
    opening = rows * 47 // 100
    cont = opening * segment.stay // 100
    return Heads(cont=cont, gone=opening - cont, new=rows - opening - cont)


def _cells(book: Book) -> list[Cell]:
    """Cut every segment by place and health, the two rests taking what the totals leave."""
    amounts = _amounts(book)
    cuts = {name: _by_place(s, amounts[name]) for name, s in book.segments.items()}
    industry = [n for n, s in book.segments.items() if s.section == "C"]
    _settle(cuts, industry, book.capital_rest, "capital", book.capital_industry)
    _settle(cuts, list(cuts), book.rest, "key", book.key_counties)
    cells = []
    for name, segment in book.segments.items():
        ills = [_bad(yi(b), [cuts[name][p][k] for p in PLACES]) for k, b in enumerate(segment.bad)]
        for number, place in enumerate(PLACES):
            closing, opening = cuts[name][place]
            ill = (ills[0][number], ills[1][number])
            for health, pair in ((False, (closing - ill[0], opening - ill[1])), (True, ill)):
                if any(pair):
                    cells.append(Cell(name, place, health, *pair))
    return cells


def _amounts(book: Book) -> dict[str, tuple[int, int]]:
    made = {n: (yi(s.closing), yi(s.opening)) for n, s in book.segments.items() if s.closing != _REST_OF}
    made[book.rest] = (
        book.totals[0] - sum(a for a, _ in made.values()),
        book.totals[1] - sum(b for _, b in made.values()),
    )
    return made


def _by_place(segment: Segment, amounts: tuple[int, int]) -> dict[str, tuple[int, int]]:
    capital, key = segment.places
    unit = 100 * segment.step
    cut = {
        place: (amounts[0] // unit * per_cent // 100 * unit, amounts[1] // unit * per_cent // 100 * unit)
        for place, per_cent in (("capital", capital), ("key", key))
    }
    rest = tuple(amounts[k] - cut["capital"][k] - cut["key"][k] for k in (0, 1))
    return {**cut, "other": (rest[0], rest[1])}


def _settle(
    cuts: dict[str, dict[str, tuple[int, int]]],
    names: Sequence[str],
    rest: str,
    place: str,
    wanted: tuple[int, int],
) -> None:
    """Let the rest segment take in that place what the others leave, at the cost of its other places."""
    cut = cuts[rest]
    missing = [wanted[k] - sum(cuts[n][place][k] for n in names) for k in (0, 1)]
    moved = (cut[place][0] + missing[0], cut[place][1] + missing[1])
    other = (cut["other"][0] - missing[0], cut["other"][1] - missing[1])
    if min(*moved, *other) <= 0:
        raise ValueError(f"segment {rest!r} cannot take {missing} in place {place!r}")
    cuts[rest] = {**cut, place: moved, "other": other}


def _bad(amount: int, places: Sequence[int]) -> list[int]:
    """What is non-performing of a segment's balance in each place."""
    if amount == sum(places):
        return list(places)
    return [int(part) for part in split(amount, _weights(places))]


def _weights(amounts: Sequence[int]) -> Ints:
    """Amounts as weights that fit a float's mantissa."""
    return np.array([a // 1_000_000 + (a > 0) for a in amounts], np.int64)


def _spread_heads(heads: Heads, cells: Sequence[Cell]) -> list[Heads]:
    def over(count: int, amounts: Sequence[int]) -> list[int]:
        there = [k for k, a in enumerate(amounts) if a]
        made = [0] * len(amounts)
        if there and count:
            parts = split(count, _weights([amounts[k] for k in there]), least=min(1, count // len(there)))
            for k, part in zip(there, parts.tolist(), strict=True):
                made[k] = part
        return made

    opening = [c.opening for c in cells]
    cont, gone = over(heads.cont, [c.opening if c.closing else 0 for c in cells]), over(heads.gone, opening)
    new = over(heads.new, [c.closing for c in cells])
    return [Heads(cont=c, gone=g, new=n) for c, g, n in zip(cont, gone, new, strict=True)]


def _over_units(
    segment: Segment, cell: Cell, at: int, heads: Heads, units: Sequence[Unit]
) -> list[tuple[int, Share]]:
    inside = [
        k
        for k, u in enumerate(units)
        if u.counties(cell.place)
        and (not segment.cities or u.city in segment.cities)
        # few loans do not get spread thinner where a branch is made in several units
        and (segment.heads is None or u.first)
    ]
    weights = np.array(
        [units[k].share if segment.heads is None else units[k].weight for k in inside], np.int64
    )
    cont, gone, new = (
        split(n, weights, least=int(n >= 3 * len(inside))) for n in (heads.cont, heads.gone, heads.new)
    )
    step = segment.step
    opened_all = 0
    if heads.cont:
        opened_all = int(split(cell.opening // step, np.array([heads.cont, heads.gone]))[0]) * step
        opened_all += 0 if heads.gone else cell.opening % step
    opened = _along(opened_all, cont, step)
    # where a segment shrinks, loans that stay lose more, so that there is something for the new ones
    kept_all = min(opened_all * segment.keep // 100, cell.closing * 9 // 10) if heads.new else cell.closing
    kept = _along(kept_all - kept_all % step, cont, step)
    lent = _along(cell.closing - int(kept.sum()), new, step)
    repaid = _along(cell.opening - opened_all, gone, step)
    return [
        (unit, Share(at, *(int(v[k]) for v in (cont, gone, new, opened, kept, repaid, lent))))
        for k, unit in enumerate(inside)
        if cont[k] or gone[k] or new[k]
    ]


def _along(total: int, heads: Ints, step: int) -> Ints:
    """A total in proportion to numbers of loans, in whole steps; less than a step goes to the most loans."""
    if total < 0 or (total and not heads.any()):
        raise ValueError(f"{total} fen cannot be spread over {int(heads.sum())} loans")
    if not heads.any():
        return np.zeros(len(heads), np.int64)
    parts = split(total // step, heads) * step
    parts[int(np.argmax(heads))] += total % step
    return parts


def _firms(book: Book, cells: Sequence[Cell], shares: Sequence[Sequence[Share]]) -> list[dict[str, int]]:
    """Customers of each group in each unit: at least so many that every loan finds one."""
    found: list[dict[str, int]] = [{} for _ in shares]
    for name, group in book.groups.items():
        loans = np.array(
            [
                sum(s.new + s.cont for s in unit if book.segments[cells[s.cell].segment].group == name)
                for unit in shares
            ],
            np.int64,
        )
        if group.single:
            counts = loans
        elif group.firms:
            least = -(-loans // 2) if group.line_at_most else np.minimum(loans, 1)
            room = loans - least
            counts = least + split(group.firms - int(least.sum()), room, most=room)
        else:
            counts = -(-loans * group.per_cent // 100)
        for unit, count in enumerate(counts.tolist()):
            found[unit][name] = count
    return found
