"""Drawn loans as the rows of the ledgers: customer, loan, guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from qingce.services.sample.arrow import days, labels, money, numbered, rate
from qingce.services.sample.loans import (
    CLOSING,
    FIVE,
    GONE,
    GUARANTEES,
    NEW,
    OPENING,
    SECTIONS,
    Choices,
    Drawn,
    Small,
)
from qingce.services.sample.network import COUNTIES, KEY_COUNTIES, ORG_AT, ORGS
from qingce.services.sample.parts import Ints

DATES = {"2023-12-31": OPENING, "2024-12-31": CLOSING}
KINDS = ("corporate", "institution", "sole_trader", "owner", "personal")
OWNERSHIPS = ("state", "collective", "private")
SIZES = ("large", "medium", "small", "micro")
USES = ("infrastructure", "clean_production", "clean_energy", "ecology", "energy_saving", "services")
CURRENCIES = ("CNY", "USD")
_FLAGS = (
    "high_tech",
    "tech_sme",
    "specialised",
    "demonstration",
    "green_manufacturer",
    "farmer",
    "poverty_alleviated",
    "new_citizen",
)
# 2019 年版目录中与各用途对应的二级条目
_ITEMS = {
    "infrastructure": ("5.3", "5.2", "5.4", "5.1"),
    "clean_production": ("2.3", "2.4", "2.1", "2.2"),
    "clean_energy": ("3.2", "3.1", "3.3", "3.4"),
    "ecology": ("4.2", "4.1", "4.3"),
    "energy_saving": ("1.5", "1.7", "1.6", "1.1"),
    "services": ("6.1", "6.2"),
}
ITEMS = tuple(f"2019:{item}" for items in _ITEMS.values() for item in items)
_CITIES = tuple(sorted({c[:4] for c in COUNTIES}))
_CITY_OF = np.array([_CITIES.index(c[:4]) for c in COUNTIES], np.int32)
_KEY = np.array([c in KEY_COUNTIES for c in COUNTIES])
_TAGS = {
    "tech_industry": ("high_tech_manufacturing", "high_tech_service", "strategic", "ip_intensive"),
    "elderly_care": tuple(f"{n:02d}" for n in range(1, 13)),
    "digital_industry": tuple(f"{n:02d}" for n in range(1, 6)),
}
Bools = npt.NDArray[np.bool_]


@dataclass
class Numbers:
    """The next free number of each kind of thing."""

    loan: int = 1
    customer: int = 1
    event: int = 1
    guarantee: int = 1

    def take(self, kind: str, count: int) -> Ints:
        """So many numbers in a row."""
        first = int(getattr(self, kind))
        setattr(self, kind, first + count)
        return np.arange(first, first + count, dtype=np.int64)


class Sheets:
    """Turns the loans of a unit into tables; what depends on the segment alone is looked up."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        segments = choices.segments
        of = choices.codes
        self.product = of(choices.products, [s.product for s in segments])
        self.purpose = of(choices.purposes, [s.purpose for s in segments])
        self.programme = of(choices.programmes, [s.programme for s in segments])
        self.agri = of(("farmer", "rural", "urban"), [s.agri for s in segments])
        self.use = of(USES, [s.use for s in segments])
        self.discounted = np.array([s.product == "discount" for s in segments])
        self.online = np.array([s.online for s in segments])
        self.firm = np.array([bool(choices.groups[g].sizes) for g in choices.group_of])
        self.tech = of(_TAGS["tech_industry"], [s.tech_industry for s in segments])
        self.elderly = Choices._table([s.elderly_care for s in segments], _TAGS["elderly_care"])
        self.digital = Choices._table([s.digital_industry for s in segments], _TAGS["digital_industry"])
        self.item = Choices._table([[f"2019:{i}" for i in _ITEMS.get(s.use, ())] for s in segments], ITEMS)

    def loans(self, drawn: Drawn, numbers: Ints, customers: Ints, as_of: str) -> pa.Table:
        """The loan ledger of a unit at one date, sorted by org and customer."""
        there = np.flatnonzero(drawn.state != (NEW if DATES[as_of] == OPENING else GONE))
        segment, county = drawn.segment[there], drawn.county[there]
        slots = drawn.draws[:, there] & 63
        division = drawn.division[there]
        use = self.use[segment]
        green = use >= 0
        start, due = drawn.start[there], drawn.due[there]
        balance = (drawn.opening if DATES[as_of] == OPENING else drawn.closing)[there]
        expires = (drawn.draws[3, there] > 45_000) & green
        section = np.where(division >= 0, self.choices.section_of_division[division], -1)
        return pa.table(
            {
                "loan_no": numbered("L", numbers[there], 10),
                "as_of": days(np.full(len(there), DATES[as_of], np.int32)),
                "org": orgs_of(drawn, there),
                "customer_no": numbered("C", customers[drawn.customer[there]], 10),
                "product": labels(self.product[segment], self.choices.products),
                "purpose": labels(self.purpose[segment], self.choices.purposes),
                "programme": labels(self.programme[segment], self.choices.programmes),
                "industry": labels(section, SECTIONS),
                "division": labels(division, self.choices.divisions),
                "county": labels(county, COUNTIES),
                "city": labels(_CITY_OF[county], _CITIES),
                "key_county": pa.array(_KEY[county]),
                "start_on": days(start),
                "due_on": days(due),
                "currency": labels(
                    ((drawn.draws[4, there] < 300) & self.firm[segment]).astype(np.int32), CURRENCIES
                ),
                "principal": money(drawn.principal[there]),
                "balance": money(balance),
                "rate": rate(drawn.rate[there].astype(np.int64)),
                "five_class": labels(drawn.five[there], FIVE),
                "guarantee": labels(drawn.guarantee[there], GUARANTEES),
                "agri": labels(self.agri[segment], ("farmer", "rural", "urban")),
                "use": labels(use, USES),
                "green_catalogue": labels(np.where(green, 0, -1), ("2019",)),
                "green_item": labels(self.item[segment, slots[0]], ITEMS),
                "green_labelled_on": days(start, ~green),
                "green_evidence": _evidence(numbers[there], green),
                "green_expires_on": days(
                    (CLOSING + 30 + (drawn.draws[9, there] >> 5)).astype(np.int32), ~expires
                ),
                "tech_industry": labels(self.tech[segment], _TAGS["tech_industry"]),
                "elderly_care": labels(self.elderly[segment, slots[1]], _TAGS["elderly_care"]),
                "digital_industry": labels(self.digital[segment, slots[2]], _TAGS["digital_industry"]),
                "discounted": pa.array(self.discounted[segment]),
                "online": pa.array(self.online[segment]),
            }
        )

    def customers(self, drawn: Drawn, numbers: Ints, as_of: str) -> pa.Table:
        """The customers of a unit with a loan at one date, sorted by number."""
        people = drawn.people
        there = np.flatnonzero(people.at_opening if DATES[as_of] == OPENING else people.at_closing)
        groups = self.choices.groups
        of = people.group[there]
        luck = people.draws[:, there]
        division = people.division[there]
        tech = np.array([bool({*_FLAGS[:4]} & {*g.flags}) for g in groups])[of]
        firm = np.array([bool(g.sizes) for g in groups])[of]
        woman = np.array(["female_founder" in g.flags for g in groups])[of]
        small = np.array([g.kind in ("owner", "sole_trader") or "small" in g.sizes for g in groups])[of]
        someone = np.array([g.kind in ("personal", "owner", "sole_trader") for g in groups])[of]
        large = np.array([g.sizes[:1] == ("large",) for g in groups])[of]
        flags = {name: pa.array(np.array([name in g.flags for g in groups])[of]) for name in _FLAGS}
        return pa.table(
            {
                "customer_no": numbered("C", numbers[there], 10),
                "as_of": days(np.full(len(there), DATES[as_of], np.int32)),
                "org": labels(_leaves(drawn)[people.leaf[there]], ORGS),
                "kind": labels(np.array([KINDS.index(g.kind) for g in groups])[of], KINDS),
                "ownership": labels(
                    np.array([OWNERSHIPS.index(g.ownership) if g.ownership else -1 for g in groups])[of],
                    OWNERSHIPS,
                ),
                "firm_size": labels(np.where(firm, self._size(of, luck[2]), -1), SIZES),
                "industry": labels(
                    np.where(division >= 0, self.choices.section_of_division[division], -1), SECTIONS
                ),
                "division": labels(division, self.choices.divisions),
                "county": labels(people.county[there], COUNTIES),
                "credit_line": money(people.line[there]),
                "listed": pa.array(large & (luck[3] < 2000)),
                **{name: flags[name] for name in _FLAGS[:4]},
                "scitech_listed_on": days((OPENING - 30 - (luck[4] >> 6)).astype(np.int32), ~tech),
                **{name: flags[name] for name in _FLAGS[4:]},
                "female_founder": pa.array(woman | (small & (luck[5] < 14_000))),
                "age": pa.array(22 + (luck[6].astype(np.int64) * 45 >> 16), mask=~someone),
            }
        )

    def _size(self, of: Small, luck: npt.NDArray[np.uint16]) -> npt.NDArray[Any]:
        sizes = [[SIZES.index(size) for size in g.sizes] or [0] for g in self.choices.groups]
        first = np.array([s[0] for s in sizes])
        second = np.array([s[-1] for s in sizes])
        return np.where(luck < 44_000, first[of], second[of])

    def guarantees(self, drawn: Drawn, loans: Ints, numbers: Numbers, as_of: str) -> pa.Table:
        """One guarantee of every loan that is not on credit alone, at one date."""
        there = np.flatnonzero(
            (drawn.guarantee > 0) & (drawn.state != (NEW if DATES[as_of] == OPENING else GONE))
        )
        principal = drawn.principal[there]
        return pa.table(
            {
                "guarantee_no": numbered("G", numbers.take("guarantee", len(there)), 10),
                "as_of": days(np.full(len(there), DATES[as_of], np.int32)),
                "org": orgs_of(drawn, there),
                "loan_no": numbered("L", loans[there], 10),
                "kind": labels(drawn.guarantee[there], GUARANTEES),
                "secured": money(
                    principal + principal * (drawn.draws[10, there].astype(np.int64) >> 10) // 100
                ),
            }
        )


def _leaves(drawn: Drawn) -> Small:
    return np.array([ORG_AT[leaf] for leaf in drawn.unit.leaves], np.int32)


def orgs_of(drawn: Drawn, positions: npt.NDArray[Any]) -> pa.Array:
    """The lending orgs of some of a unit's loans."""
    return labels(_leaves(drawn)[drawn.leaf[positions]], ORGS)


def _evidence(numbers: Ints, green: Bools) -> pa.Array:
    texts = labels(np.full(len(numbers), -1), ("",)).cast(pa.string())
    if not green.any():
        return texts
    return pa.compute.replace_with_mask(texts, pa.array(green), numbered("LS", numbers[green], 10))


def sums(drawn: Drawn, amounts: Ints) -> Mapping[str, int]:
    """A balance by org; whole numbers below 2**53, so the float sums are exact."""
    found = np.bincount(drawn.leaf, amounts.astype(np.float64), len(drawn.unit.leaves))
    return {leaf: int(total) for leaf, total in zip(drawn.unit.leaves, found, strict=True)}
