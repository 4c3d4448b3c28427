"""The words of a made-up book: groups of customers, segments of loans, flows of a year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

FEN_IN_YI = 10**10


def yi(text: str) -> int:
    """亿元 as fen, exactly.

    >>> yi("0.5080"), yi("24.228954")
    (5080000000, 242289540000)
    """
    whole, _, part = text.partition(".")
    return int(whole) * FEN_IN_YI + int((part + "0" * 10)[:10])


@dataclass(frozen=True, kw_only=True)
class Group:
    """Customers of one sort.

    Attributes:
        sizes: firm sizes, the first being the commonest; empty for people.
        flags: names of the customer ledger's flags that hold for all of them.
        line_at_most: ceiling of a customer's credit line in fen; nobody in the group has more than two
            loans at a time, so half of it is the ceiling of a loan.
        line_above: floor of a customer's credit line in fen.
        firms: customers with a loan at the closing date, where that number is printed.
        per_cent: customers for a hundred loans, otherwise.
        single: every loan has a customer of its own.
    """

    kind: str
    ownership: str = ""
    sizes: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    line_at_most: int = 0
    line_above: int = 0
    firms: int = 0
    per_cent: int = 60
    single: bool = False


@dataclass(frozen=True, kw_only=True)
class Heads:
    """Numbers of loans: at both dates, only at the opening, only at the closing."""

    cont: int = 0
    gone: int = 0
    new: int

    @property
    def rows(self) -> int:
        """Rows in the loan ledger."""
        return 2 * self.cont + self.gone + self.new


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Loans of one sort, disjoint from every other segment.

    Attributes:
        closing: balance in 亿元 at the closing date; ``"*"`` takes what the whole book leaves.
        opening: the same a year earlier.
        heads: numbers of loans that do not depend on the size of the ledger.
        rows: least and, behind it, greatest number of ledger rows (0 = no limit) of other segments.
        weight: share in the rows beyond the least.
        stay: per cent of opening loans that stand at the closing date too.
        keep: per cent of its opening balance that such a loan keeps.
        step: all amounts are multiples of so many fen.
        places: per cent of the balance lent in Lanzhou and in key counties.
        bad: balance in 亿元 at closing and opening that is classified as non-performing.
        days: terms in days, one of which every loan has.
        rates: lowest and highest annual rate in hundredths of a per cent.
        flow: name of the flow that counts this segment's disbursements.
    """

    group: str
    product: str
    purpose: str
    closing: str
    opening: str
    divisions: tuple[str, ...] = ()
    heads: Heads | None = None
    rows: tuple[int, int] = (60, 0)
    weight: int = 1
    stay: int = 60
    keep: int = 80
    step: int = 1
    most: int = 0
    places: tuple[int, int] = (38, 18)
    cities: tuple[str, ...] = ()
    bad: tuple[str, str] = ("0", "0")
    days: tuple[int, ...] = (365,)
    rates: tuple[int, int] = (360, 620)
    guarantees: tuple[str, ...] = ("mortgaged", "guaranteed", "credit", "pledged")
    programme: str = ""
    agri: str = ""
    use: str = ""
    tech_industry: str = ""
    elderly_care: tuple[str, ...] = ()
    digital_industry: tuple[str, ...] = ()
    online: bool = False
    flow: str = ""

    @property
    def section(self) -> str:
        """The industry section, or nothing for consumption."""
        return self.divisions[0][0] if self.divisions else ""


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Disbursements whose totals are printed.

    Attributes:
        year: fen lent in the report's year; 0 where nothing is printed and the loans decide.
        year_events: number of those, or 0.
        year_customers: distinct customers of those, or 0.
        to_date: fen lent up to the closing date since ``since``, or 0.
        events: number of those, or 0.
        customers: distinct customers of those, or 0.
        since: first year of earlier disbursements.
        typical: a usual amount in fen, from which unprinted numbers of events follow.
        most: no single disbursement that is repaid again is larger.
    """

    product: str
    programme: str = ""
    step: int = 10_000
    year: int = 0
    year_events: int = 0
    year_customers: int = 0
    to_date: int = 0
    events: int = 0
    customers: int = 0
    since: int = 2021
    typical: int = 50_000_00
    most: int = 10_000_000_00


@dataclass(frozen=True, kw_only=True)
class Book:
    """A whole bank: what its figures are and what its loans are like.

    Attributes:
        totals: the whole book in fen at closing and opening.
        key_counties: balance in key counties at both dates.
        capital_industry: balance of manufacturing in the provincial capital at both dates.
        rest: the segment that takes what the others leave, of the whole and of the key counties.
        capital_rest: the segment that takes what the others leave of manufacturing in the capital.
    """

    totals: tuple[int, int]
    key_counties: tuple[int, int]
    capital_industry: tuple[int, int]
    rest: str
    capital_rest: str
    groups: Mapping[str, Group]
    segments: Mapping[str, Segment]
    flows: Mapping[str, Flow] = field(default_factory=dict)
