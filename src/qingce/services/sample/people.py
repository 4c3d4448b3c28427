"""Customers: who holds which of a unit's loans, and what the customers are like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qingce.services.sample.choices import CONT, GONE, NEW, Choices, Luck, Small, States
from qingce.services.sample.model import Group
from qingce.services.sample.parts import Ints

_TEN_THOUSAND_YUAN = 1_000_000
_ABOVE_THE_FLOOR = 100 * _TEN_THOUSAND_YUAN


@dataclass
class Customers:
    """The customers of a unit, sorted by home org.

    Attributes:
        group: position of the group in the book.
        leaf: position of the home org in the unit's leaves.
        line: credit line in fen.
        at_opening: whether it has a loan at that date.
        luck: random bits for each customer in each of several rows, for whatever is chosen later.
    """

    group: Small
    leaf: Small
    county: Small
    division: Small
    line: Ints
    at_opening: npt.NDArray[np.bool_]
    at_closing: npt.NDArray[np.bool_]
    luck: Luck

    def __len__(self) -> int:
        return len(self.group)


def meet(
    choices: Choices, firms: Mapping[str, int], segment: Small, state: States, luck: Luck
) -> tuple[Small, Small]:
    """The customer of each loan, and the group of each customer.

    Args:
        firms: customers with a loan at the closing date, by group.
        segment: of each loan; loans come sorted by the group of their segment.
    """
    edges = np.searchsorted(choices.group_of[segment], np.arange(len(choices.groups) + 1))
    customer = np.empty(len(segment), np.int32)
    groups, base = [], 0
    for k, name in enumerate(choices.group_names):
        own = slice(int(edges[k]), int(edges[k + 1]))
        if own.start == own.stop:
            continue
        count = _meet(choices.groups[k], firms[name], state[own], luck[own], customer[own])
        customer[own] += base
        base += count
        groups.append(np.full(count, k, np.int32))
    return customer, np.concatenate(groups)


def _meet(group: Group, firms: int, state: States, luck: Luck, customer: Small) -> int:
    """Give every loan of a group a customer, the first loans one each; returns the number of customers."""
    present = np.concatenate([np.flatnonzero(state == NEW), np.flatnonzero(state == CONT)])
    gone = np.flatnonzero(state == GONE)
    customer[present[:firms]] = np.arange(min(firms, len(present)))
    more = present[firms:]
    if group.line_at_most:
        customer[more] = np.arange(len(more))
    else:
        # small numbers are drawn more often, so that a few firms have many loans
        drawn = luck[more].astype(np.int64)
        customer[more] = (drawn * drawn >> 16) * firms >> 16
    known = 0 if group.line_at_most or not firms else len(gone) // 2
    customer[gone[:known]] = luck[gone[:known]].astype(np.int64) * firms >> 16
    left = gone[known:]
    fresh = len(left) if group.single else -(-len(left) * 3 // 5)
    customer[left] = firms + np.arange(len(left)) % max(fresh, 1)
    return firms + fresh


@dataclass
class Held:
    """What customers are described by: their loans, one position each in every array."""

    customer: Small
    state: States
    county: Small
    division: Small
    opening: Ints
    closing: Ints


def describe(choices: Choices, groups: Small, home: Small, held: Held, luck: Luck) -> Customers:
    """The customers behind some loans; where they live and what they do follows from their first loan."""
    count, customer = len(groups), held.customer
    county, division = np.zeros(count, np.int32), np.full(count, -1, np.int32)
    county[customer[::-1]] = held.county[::-1]
    division[customer[::-1]] = held.division[::-1]
    division[np.array([g.kind == "personal" for g in choices.groups])[groups]] = -1
    at_opening, at_closing = np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    at_opening[customer[held.state != NEW]] = True
    at_closing[customer[held.state != GONE]] = True
    line = _lines(choices, groups, held, luck[1])
    return Customers(groups, home, county, division, line, at_opening, at_closing, luck)


def _lines(choices: Choices, groups: Small, held: Held, luck: Luck) -> Ints:
    # every float here is a whole number below 2**53, so these sums are exact
    opening, closing = (
        np.bincount(held.customer, balance.astype(np.float64), len(groups))
        for balance in (held.opening, held.closing)
    )
    owed = np.maximum(opening, closing).astype(np.int64)
    wide = owed + owed * (luck.astype(np.int64) >> 8) // 512
    line = -(-wide // _TEN_THOUSAND_YUAN) * _TEN_THOUSAND_YUAN
    most = np.array([g.line_at_most or (1 << 60) for g in choices.groups])[groups]
    least = np.array([g.line_above and g.line_above + _ABOVE_THE_FLOOR for g in choices.groups])[groups]
    lines: Ints = np.minimum(np.maximum(line, least), most)
    return lines
