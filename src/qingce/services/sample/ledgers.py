"""Drawn loans as the rows of the ledgers: customer, loan, guarantee."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from qingce.services.sample.arrow import days, flags, labels, money, numbered, rate, whole
from qingce.services.sample.choices import FIVE, GUARANTEES, SECTIONS, Choices, Luck, Small, positions, slots
from qingce.services.sample.loans import CLOSING, OPENING, Bools, Drawn
from qingce.services.sample.network import COUNTIES, KEY_COUNTIES, ORG_AT, ORGS
from qingce.services.sample.parts import Ints

DATES = {"2023-12-31": OPENING, "2024-12-31": CLOSING}
_KINDS = ("corporate", "institution", "sole_trader", "owner", "personal")
_OWNERSHIPS = ("state", "collective", "private")
_SIZES = ("large", "medium", "small", "micro")
_USES = ("infrastructure", "clean_production", "clean_energy", "ecology", "energy_saving", "services")
_AGRI = ("farmer", "rural", "urban")
_TECH_LISTS = ("high_tech", "tech_sme", "specialised", "demonstration")
_OTHER_FLAGS = ("green_manufacturer", "farmer", "poverty_alleviated", "new_citizen")
# 2019 年版目录中与各用途对应的二级条目
_ITEMS_OF = {
    "infrastructure": ("5.3", "5.2", "5.4", "5.1"), "clean_production": ("2.3", "2.4", "2.1", "2.2"),
    "clean_energy": ("3.2", "3.1", "3.3", "3.4"), "ecology": ("4.2", "4.1", "4.3"),
    "energy_saving": ("1.5", "1.7", "1.6", "1.1"),
}
_ITEMS = tuple(item for items in _ITEMS_OF.values() for item in items)
_ITEM_CODES = tuple(f"2019:{item}" for item in _ITEMS)
_CITIES = tuple(sorted({c[:4] for c in COUNTIES}))
_CITY_OF = np.array([_CITIES.index(c[:4]) for c in COUNTIES], np.int32)
_KEY = np.array([c in KEY_COUNTIES for c in COUNTIES])
_TECH = ("high_tech_manufacturing", "high_tech_service", "strategic", "ip_intensive")
_ELDERLY = tuple(f"{n:02d}" for n in range(1, 13))
_DIGITAL = tuple(f"{n:02d}" for n in range(1, 6))


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
    """Turns the loans of a unit into tables; what depends on the segment or group alone is looked up."""

    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        segments, groups = choices.segments, choices.groups
        self.product = positions(choices.products, [s.product for s in segments])
        self.purpose = positions(choices.purposes, [s.purpose for s in segments])
        self.programme = positions(choices.programmes, [s.programme for s in segments])
        self.agri = positions(_AGRI, [s.agri for s in segments])
        self.use = positions(_USES, [s.use for s in segments])
        self.item = slots([_ITEMS_OF.get(s.use, ()) for s in segments], _ITEMS)
        self.tech = positions(_TECH, [s.tech_industry for s in segments])
        self.elderly = slots([s.elderly_care for s in segments], _ELDERLY)
        self.digital = slots([s.digital_industry for s in segments], _DIGITAL)
        self.discounted = np.array([s.product == "discount" for s in segments])
        self.online = np.array([s.online for s in segments])
        self.firm = np.array([bool(g.sizes) for g in groups])
        self.kind = positions(_KINDS, [g.kind for g in groups])
        self.ownership = positions(_OWNERSHIPS, [g.ownership for g in groups])
        self.often = positions(_SIZES, [(g.sizes or ("",))[0] for g in groups])
        self.seldom = positions(_SIZES, [(g.sizes or ("",))[-1] for g in groups])
        self.flag = {f: np.array([f in g.flags for g in groups]) for f in (*_TECH_LISTS, *_OTHER_FLAGS)}
        self.listed_tech = np.array([bool({*_TECH_LISTS} & {*g.flags}) for g in groups])
        self.woman = np.array(["female_founder" in g.flags for g in groups])
        self.founder = np.array([g.kind in ("owner", "sole_trader") or "small" in g.sizes for g in groups])
        self.someone = np.array([g.kind in ("personal", "owner", "sole_trader") for g in groups])

    def loans(self, drawn: Drawn, numbers: Ints, customers: Ints, as_of: str) -> pa.Table:
        """The loan ledger of a unit at one date, sorted by org and customer."""
        there = drawn.at(opening=DATES[as_of] == OPENING)
        choices, luck, segment = self.choices, drawn.luck[:, there], drawn.segment[there]
        county, division = drawn.county[there], drawn.division[there]
        foreign = (luck[4] < 300) & self.firm[choices.group_of[segment]]
        return pa.table({
            "loan_no": numbered("L", numbers[there], 10),
            "as_of": _at(as_of, len(there)),
            "org": labels(_org(drawn, drawn.leaf[there]), ORGS),
            "customer_no": numbered("C", customers[drawn.customer[there]], 10),
            "product": labels(self.product[segment], choices.products),
            "purpose": labels(self.purpose[segment], choices.purposes),
            "programme": labels(self.programme[segment], choices.programmes),
            "industry": labels(choices.sections(division), SECTIONS),
            "division": labels(division, choices.divisions),
            "county": labels(county, COUNTIES),
            "city": labels(_CITY_OF[county], _CITIES),
            "key_county": flags(_KEY[county]),
            "start_on": days(drawn.start[there]),
            "due_on": days(drawn.due[there]),
            "currency": labels(foreign.astype(np.int32), ("CNY", "USD")),
            "principal": money(drawn.principal[there]),
            "balance": money((drawn.opening if DATES[as_of] == OPENING else drawn.closing)[there]),
            "rate": rate(drawn.rate[there].astype(np.int64)),
            "five_class": labels(drawn.five[there], FIVE),
            "guarantee": labels(drawn.guarantee[there], GUARANTEES),
            "agri": labels(self.agri[segment], _AGRI),
            **self._green(segment, numbers[there], drawn.start[there], luck),
            "tech_industry": labels(self.tech[segment], _TECH),
            "elderly_care": labels(self.elderly[segment, luck[1] & 63], _ELDERLY),
            "digital_industry": labels(self.digital[segment, luck[2] & 63], _DIGITAL),
            "discounted": flags(self.discounted[segment]),
            "online": flags(self.online[segment]),
        })

    def _green(self, segment: Small, numbers: Ints, start: Small, luck: Luck) -> dict[str, pa.Array]:
        """The label of green loans: under which catalogue, since when, on what evidence, until when."""
        use = self.use[segment]
        green = use >= 0
        expires = CLOSING + 30 + (luck[9].astype(np.int32) >> 5)
        return {
            "use": labels(use, _USES),
            "green_catalogue": labels(np.where(green, 0, -1), ("2019",)),
            "green_item": labels(self.item[segment, luck[0] & 63], _ITEM_CODES),
            "green_labelled_on": days(start, ~green),
            "green_evidence": _evidence(numbers, green),
            "green_expires_on": days(expires, ~green | (luck[3] < 45_000)),
        }

    def customers(self, drawn: Drawn, numbers: Ints, as_of: str) -> pa.Table:
        """The customers of a unit with a loan at one date, sorted by number."""
        people = drawn.people
        there = np.flatnonzero(people.at_opening if DATES[as_of] == OPENING else people.at_closing)
        group, luck, division = people.group[there], people.luck[:, there], people.division[there]
        size = np.where(luck[2] < 44_000, self.often[group], self.seldom[group])
        listed_on = OPENING - 30 - (luck[4].astype(np.int32) >> 6)
        founder = self.woman[group] | (self.founder[group] & (luck[5] < 14_000))
        return pa.table({
            "customer_no": numbered("C", numbers[there], 10),
            "as_of": _at(as_of, len(there)),
            "org": labels(_org(drawn, people.leaf[there]), ORGS),
            "kind": labels(self.kind[group], _KINDS),
            "ownership": labels(self.ownership[group], _OWNERSHIPS),
            "firm_size": labels(size, _SIZES),
            "industry": labels(self.choices.sections(division), SECTIONS),
            "division": labels(division, self.choices.divisions),
            "county": labels(people.county[there], COUNTIES),
            "credit_line": money(people.line[there]),
            "listed": flags((size == 0) & (luck[3] < 2000)),
            **{name: flags(self.flag[name][group]) for name in _TECH_LISTS},
            "scitech_listed_on": days(listed_on, ~self.listed_tech[group]),
            **{name: flags(self.flag[name][group]) for name in _OTHER_FLAGS},
            "female_founder": flags(founder),
            "age": whole(22 + (luck[6].astype(np.int64) * 45 >> 16), ~self.someone[group]),
        })

    def guarantees(self, drawn: Drawn, loans: Ints, numbers: Numbers, as_of: str) -> pa.Table:
        """One guarantee of every loan that is not on credit alone, at one date."""
        there = drawn.at(opening=DATES[as_of] == OPENING)
        there = there[drawn.guarantee[there] > 0]
        principal, luck = drawn.principal[there], drawn.luck[10, there].astype(np.int64)
        return pa.table({
            "guarantee_no": numbered("G", numbers.take("guarantee", len(there)), 10),
            "as_of": _at(as_of, len(there)),
            "org": labels(_org(drawn, drawn.leaf[there]), ORGS),
            "loan_no": numbered("L", loans[there], 10),
            "kind": labels(drawn.guarantee[there], GUARANTEES),
            "secured": money(principal + principal * (luck >> 10) // 100),
        })


def _at(as_of: str, count: int) -> pa.Array:
    return days(np.full(count, DATES[as_of], np.int32))


def _org(drawn: Drawn, leaf: Small) -> npt.NDArray[Any]:
    return np.array([ORG_AT[code] for code in drawn.unit.leaves], np.int32)[leaf]


def _evidence(numbers: Ints, green: Bools) -> pa.Array:
    texts = pa.nulls(len(numbers), pa.string())
    if not green.any():
        return texts
    return pc.replace_with_mask(texts, flags(green), numbered("LS", numbers[green], 10))


def sums(drawn: Drawn, amounts: Ints) -> Mapping[str, int]:
    """A balance by org; whole numbers below 2**53, so the float sums are exact."""
    found = np.bincount(drawn.leaf, amounts.astype(np.float64), len(drawn.unit.leaves))
    return {leaf: int(total) for leaf, total in zip(drawn.unit.leaves, found, strict=True)}
