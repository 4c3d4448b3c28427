"""The small ledgers: bonds, projects, cards, deals, supply chains, the general ledger, the org tree."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal

import numpy as np

from qingce.services.sample.model import yi
from qingce.services.sample.network import BRANCHES, CITIES, HEAD, KEY_COUNTIES, SUB_BRANCHES, orgs
from qingce.services.sample.parts import Ints, skewed, split
from qingce.services.sample.rows import CLOSING, OPENING, Row

_DATES = (OPENING, CLOSING)
_LISTED_ON = dt.date(2021, 8, 27)


def bonds(rng: np.random.Generator) -> list[Row]:
    """Forty bonds at both dates, nine of them green."""
    made: list[Row] = []
    for as_of, green, other in ((OPENING, "10.20", "921.70"), (CLOSING, "13.79", "968.40")):
        parts = [*_parts(rng, yi(green), 9), *_parts(rng, yi(other), 31)]
        made += [
            {
                "bond_no": f"ZQ{number:03d}", "as_of": as_of, "org": HEAD, "carrying": _yuan(part),
                "face": _yuan(part // 10_000_00 * 10_000_00), "green": number <= 9,
                "green_catalogue": "2021" if number <= 9 else None,
                "due_on": dt.date(2026 + number % 9, 1 + number % 12, 15),
            }
            for number, part in enumerate(parts, 1)
        ]
    return made


def projects(rng: np.random.Generator) -> list[Row]:
    """The rosters of major projects and of projects in agriculture at the closing date."""
    made: list[Row] = []
    totals = {"major": (508, "4126.00", "305.60", "188.40"), "rural": (41, "344.35", "19.76", "14.70")}
    for roster, (count, investment, credit, drawn) in totals.items():
        lines = np.array(_parts(rng, yi(credit), count), np.int64)
        used = split(yi(drawn), lines // 1000, most=lines)
        own = split(yi(investment) - yi(credit), skewed(rng, count))
        made += [
            {
                "project_no": f"{roster[0].upper()}P{k + 1:03d}", "as_of": CLOSING,
                "org": f"B{1 + k % BRANCHES:02d}", "roster": roster, "city": CITIES[k % BRANCHES],
                "investment": _yuan(lines[k] + own[k]), "credit": _yuan(lines[k]), "drawn": _yuan(used[k]),
            }
            for k in range(count)
        ]
    return made


def cards(rng: np.random.Generator) -> list[Row]:
    """Cards issued by month and branch: the wage cards of migrant workers since 2018, and others."""
    made: list[Row] = []
    totals = {
        "longminggong": (365_100, 36_500), "social_security": (820_000, 96_000),
        "debit": (2_100_000, 235_000),
    }
    for kind, (before, within) in totals.items():
        for total, years in ((before, range(2018, 2024)), (within, range(2024, 2025))):
            cells = [(y, m, b) for y in years for m in range(1, 13) for b in range(1, BRANCHES + 1)]
            parts = split(total, skewed(rng, len(cells), 0.5)).tolist()
            made += [
                {"issued_on": dt.date(year, month, 25), "org": f"B{branch:02d}", "kind": kind, "cards": part}
                for (year, month, branch), part in zip(cells, parts, strict=True)
            ]
    return [{"batch_no": f"K{number:05d}", **row} for number, row in enumerate(made, 1)]


def deals(rng: np.random.Generator, firms: Ints) -> list[Row]:
    """216 deals of 108 firms over the platform of the reform zone."""
    return [
        {
            "deal_no": f"LJT{k + 1:04d}", "closed_on": dt.date(2020 + k % 5, 1 + k % 12, 1 + k % 28),
            "org": "B15", "customer_no": _customer(firms[k % 108]), "amount": _yuan(amount),
        }
        for k, amount in enumerate(_parts(rng, yi("108.03"), 216))
    ]


def supply_chain(rng: np.random.Generator, cores: Ints, suppliers: Ints) -> list[Row]:
    """Financings of suppliers on the credit of core firms, from 2019 to 2024."""
    amounts = _parts(rng, yi("133.67"), 2600)
    luck = rng.integers(0, 1 << 30, (2, len(amounts)))
    first = dt.date(2019, 1, 5)
    span = (CLOSING - first).days
    return [
        {
            "financing_no": f"GYL{k + 1:05d}", "financed_on": first + dt.timedelta(k * span // len(amounts)),
            "org": f"S{1 + k % SUB_BRANCHES:03d}", "core_no": _customer(cores[luck[0, k] % len(cores)]),
            "customer_no": _customer(suppliers[luck[1, k] % len(suppliers)]), "amount": _yuan(amount),
        }
        for k, amount in enumerate(amounts)
    ]


def limits(rng: np.random.Generator, cores: Ints) -> list[Row]:
    """What each core firm lets its suppliers use, and what they use, at both dates."""
    limit = rng.integers(20, 400, len(cores)) * 1_000_000_00
    return [
        {
            "core_no": _customer(core), "as_of": as_of, "org": f"B{1 + k % BRANCHES:02d}",
            "credit_limit": _yuan(limit[k]), "drawn": _yuan(limit[k] * share // 100),
        }
        for as_of in _DATES
        for k, (core, share) in enumerate(zip(cores, rng.integers(30, 100, len(cores)), strict=True))
    ]


def general_ledger(by_org: Mapping[str, Mapping[str, int]], bonds: Sequence[Row]) -> list[Row]:
    """Loans and their provisions by lending org, bonds at the head office, at both dates."""
    made: list[tuple[dt.date, str, str, Decimal]] = []
    for as_of, allowance in ((OPENING, "81.37"), (CLOSING, "90.5184")):
        balances = dict(sorted(by_org[as_of.isoformat()].items()))
        held = split(yi(allowance), np.array([fen // 1000 for fen in balances.values()]))
        made += [(as_of, org, "loans", _yuan(fen)) for org, fen in balances.items()]
        made += [(as_of, org, "provision", _yuan(fen)) for org, fen in zip(balances, held, strict=True)]
        carried = sum((bond["carrying"] for bond in bonds if bond["as_of"] == as_of), Decimal(0))
        made.append((as_of, HEAD, "bonds", carried))
    return [dict(zip(("as_of", "org", "subject", "balance"), row, strict=True)) for row in made]


def key_counties() -> list[Row]:
    """The counties that count as key ones."""
    return [{"county": code, "level": "national", "listed_on": _LISTED_ON} for code in sorted(KEY_COUNTIES)]


def org_csv(mark: str) -> str:
    """The org tree as a CSV file that says of itself what it is."""
    text = io.StringIO()
    text.write(f"# synthetic: {mark}\n")
    out = csv.writer(text, lineterminator="\n")
    out.writerow(("code", "name", "level", "parent", "valid_from", "valid_to"))
    out.writerows((*row, "1997-06-01", "") for row in orgs())
    return text.getvalue()


def _parts(rng: np.random.Generator, total: int, count: int) -> list[int]:
    return [int(part) for part in split(total, skewed(rng, count, 0.8), least=1_000_00)]


def _yuan(fen: int | np.int64) -> Decimal:
    return Decimal(int(fen)).scaleb(-2)


def _customer(number: int | np.int64) -> str:
    return f"C{int(number):010d}"
