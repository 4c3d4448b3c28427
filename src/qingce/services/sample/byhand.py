"""Rows written one by one: loans that the report or another register names, bonds, projects, cards, the tree."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa

from qingce.services.sample.model import yi
from qingce.services.sample.network import BRANCHES, HEAD, KEY_COUNTIES, OFFICE, SUB_BRANCHES, orgs
from qingce.services.sample.parts import Ints, skewed, split

Row = dict[str, Any]
CLOSING, OPENING = dt.date(2024, 12, 31), dt.date(2023, 12, 31)

# 借据号、经办机构、县区、金额、利率：与碳减排贷款披露台账一致
_CARBON = (
    ("CR001", "S001", "620102", "20000000.00", "4.35", "CP01"),
    ("CR002", "S001", "620102", "12104600.00", "4.30", "CP01"),
    ("CR003", "S017", "620201", "18000000.00", "4.25", "CP02"),
    ("CR004", "S017", "620201", "12000000.00", "4.30", "CP02"),
)
# 借据号、经办机构、县区、余额、指标、目标、观测、基准利率、下调幅度
_LINKED = (
    (
        "KL001",
        "S016",
        "620104",
        "300000000.00",
        "单位产值能耗（吨标准煤/万元）",
        "0.5200",
        "0.5080",
        "4.10",
        "0.10",
    ),
    ("KL002", "S031", "620111", "120000000.00", "再生水利用率（%）", "32.0000", "30.5000", "4.25", "0.15"),
)
HAND_TOTAL = sum(int(Decimal(row[3]) * 100) for row in (*_CARBON, *_LINKED))
"""Fen of these loans at either date."""


def loans(as_of: dt.date) -> list[Row]:
    """Carbon-reduction loans, sustainability-linked loans, and a signed green loan that is not yet drawn."""
    made = [
        _loan(
            no,
            org,
            county,
            customer,
            as_of,
            amount,
            Decimal(rate),
            programme="carbon_reduction",
            industry="D",
            division="D44",
            use="clean_energy",
            green_item="2019:3.2",
        )
        for no, org, county, amount, rate, customer in _CARBON
    ]
    made += [
        _loan(
            no,
            org,
            county,
            f"LK{no[-2:]}",
            as_of,
            amount,
            _applied(row),
            programme="sustainability_linked",
            industry="L",
            division="L72",
        )
        for row in _LINKED
        for no, org, county, amount in [row[:4]]
    ]
    undrawn = _loan(
        "GS001",
        OFFICE,
        "620102",
        "GS01",
        as_of,
        "0.00",
        Decimal("4.20"),
        industry="M",
        division="M74",
        use="services",
        green_item="2019:6.1",
    )
    return [*made, {**undrawn, "principal": Decimal("5000000.00")}]


def _loan(
    no: str, org: str, county: str, customer: str, as_of: dt.date, amount: str, rate: Decimal, **given: Any
) -> Row:
    row: Row = {
        "loan_no": no,
        "as_of": as_of,
        "org": org,
        "customer_no": customer,
        "product": "fixed_asset",
        "purpose": "fixed",
        "county": county,
        "city": county[:4],
        "key_county": False,
        "currency": "CNY",
        "start_on": dt.date(2023, 6, 20),
        "due_on": dt.date(2033, 6, 20),
        "principal": Decimal(amount),
        "balance": Decimal(amount),
        "rate": rate,
        "five_class": "normal",
        "guarantee": "mortgaged",
        "discounted": False,
        "online": False,
    }
    if "use" in given:
        given |= {
            "green_catalogue": "2019",
            "green_labelled_on": dt.date(2023, 6, 20),
            "green_evidence": f"LS-{no}",
        }
    return {**row, **given}


def _applied(row: Sequence[str]) -> Decimal:
    target, observed, base, step = (Decimal(row[k]) for k in (5, 6, 7, 8))
    met = observed <= target if "能耗" in row[4] else observed >= target
    return base - step if met else base


def customers(as_of: dt.date) -> list[Row]:
    """The customers of these loans."""
    return [
        {
            "customer_no": row["customer_no"],
            "as_of": as_of,
            "org": row["org"],
            "kind": "corporate",
            "ownership": "state",
            "firm_size": "large",
            "industry": row["industry"],
            "division": row["division"],
            "county": row["county"],
            "credit_line": Decimal("400000000.00"),
            "listed": False,
            "high_tech": False,
            "tech_sme": False,
            "specialised": False,
            "demonstration": False,
            "green_manufacturer": False,
            "farmer": False,
            "poverty_alleviated": False,
            "new_citizen": False,
            "female_founder": False,
        }
        for row in {r["customer_no"]: r for r in loans(as_of)}.values()
    ]


def events() -> list[Row]:
    """Their disbursements."""
    return [
        {
            "event_no": f"H{number:03d}",
            "happened_on": row["start_on"],
            "org": row["org"],
            "loan_no": row["loan_no"],
            "customer_no": row["customer_no"],
            "kind": "disbursement",
            "product": row["product"],
            "programme": row.get("programme"),
            "amount": row["balance"],
        }
        for number, row in enumerate(loans(CLOSING), 1)
        if row["balance"]
    ]


def linked(as_of: dt.date) -> list[Row]:
    """What was agreed on for the sustainability-linked loans."""
    return [
        {
            "loan_no": row[0],
            "as_of": as_of,
            "org": row[1],
            "indicator": row[4],
            "target": Decimal(row[5]),
            "observed": Decimal(row[6]),
            "lower_is_better": "能耗" in row[4],
            "balance": Decimal(row[3]),
            "base_rate": Decimal(row[7]),
            "step": Decimal(row[8]),
            "applied_rate": _applied(row),
        }
        for row in _LINKED
    ]


def bonds(rng: np.random.Generator, as_of: dt.date) -> list[Row]:
    """Forty bonds, nine of them green."""
    green = yi("13.79") if as_of == CLOSING else yi("10.20")
    other = yi("968.40") if as_of == CLOSING else yi("921.70")
    parts = [*_parts(rng, green, 9), *_parts(rng, other, 31)]
    return [
        {
            "bond_no": f"ZQ{number:03d}",
            "as_of": as_of,
            "org": HEAD,
            "face": _yuan(part // 10_000_00 * 10_000_00),
            "carrying": _yuan(part),
            "green": number <= 9,
            "green_catalogue": "2021" if number <= 9 else None,
            "due_on": dt.date(2026 + number % 9, 1 + number % 12, 15),
        }
        for number, part in enumerate(parts, 1)
    ]


def projects(rng: np.random.Generator) -> list[Row]:
    """The rosters of major projects and of projects in agriculture at the closing date."""
    made = []
    totals = {"major": (508, "4126.00", "305.60", "188.40"), "rural": (41, "344.35", "19.76", "14.70")}
    for roster, (count, investment, credit, drawn) in totals.items():
        credits = np.array(_parts(rng, yi(credit), count), np.int64)
        drawns = split(yi(drawn), credits // 1000, most=credits)
        rest = split(yi(investment) - yi(credit), skewed(rng, count))
        for k in range(count):
            number = k + 1
            made.append(
                {
                    "project_no": f"{roster[0].upper()}P{number:03d}",
                    "as_of": CLOSING,
                    "org": f"B{1 + k % BRANCHES:02d}",
                    "roster": roster,
                    "city": _CITY_OF_BRANCH[k % BRANCHES],
                    "investment": _yuan(int(credits[k] + rest[k])),
                    "credit": _yuan(int(credits[k])),
                    "drawn": _yuan(int(drawns[k])),
                }
            )
    return made


_CITY_OF_BRANCH = (
    "6201",
    "6202",
    "6203",
    "6204",
    "6205",
    "6206",
    "6207",
    "6208",
    "6209",
    "6210",
    "6211",
    "6212",
    "6229",
    "6230",
    "6201",
)


def cards(rng: np.random.Generator) -> list[Row]:
    """Cards issued by month and branch: the wage cards of migrant workers since 2018, and others."""
    totals = {
        "longminggong": (365_100, 36_500),
        "social_security": (820_000, 96_000),
        "debit": (2_100_000, 235_000),
    }
    made = []
    for kind, (before, within) in totals.items():
        for total, years in ((before, range(2018, 2024)), (within, range(2024, 2025))):
            cells = [(y, m, b) for y in years for m in range(1, 13) for b in range(1, BRANCHES + 1)]
            parts = split(total, skewed(rng, len(cells), 0.5))
            for (year, month, branch), part in zip(cells, parts.tolist(), strict=True):
                made.append(
                    {
                        "batch_no": f"K{len(made) + 1:05d}",
                        "issued_on": dt.date(year, month, 25),
                        "org": f"B{branch:02d}",
                        "kind": kind,
                        "cards": part,
                    }
                )
    return made


def deals(rng: np.random.Generator, firms: Ints) -> list[Row]:
    """216 deals of 108 firms over the platform of the reform zone."""
    amounts = _parts(rng, yi("108.03"), 216)
    return [
        {
            "deal_no": f"LJT{k + 1:04d}",
            "closed_on": dt.date(2020 + k % 5, 1 + k % 12, 1 + k % 28),
            "org": "B15",
            "customer_no": f"C{int(firms[k % 108]):010d}",
            "amount": _yuan(amount),
        }
        for k, amount in enumerate(amounts)
    ]


def supply_chain(rng: np.random.Generator, cores: Ints, suppliers: Ints) -> list[Row]:
    """Financings of suppliers on the credit of twelve core firms."""
    amounts = _parts(rng, yi("133.67"), 2600)
    luck = rng.integers(0, 1 << 30, (2, len(amounts)))
    return [
        {
            "financing_no": f"GYL{k + 1:05d}",
            "financed_on": dt.date(2019, 1, 5) + dt.timedelta(k * 2185 // 2600),
            "org": f"S{1 + k % SUB_BRANCHES:03d}",
            "core_no": f"C{int(cores[luck[0, k] % len(cores)]):010d}",
            "customer_no": f"C{int(suppliers[luck[1, k] % len(suppliers)]):010d}",
            "amount": _yuan(amount),
        }
        for k, amount in enumerate(amounts)
    ]


def limits(rng: np.random.Generator, cores: Ints, as_of: dt.date) -> list[Row]:
    """What each core firm lets its suppliers use, and what they use."""
    most = (rng.integers(20, 400, len(cores)) * 10_000_000_00 // 10).tolist()
    used = rng.integers(30, 100, len(cores)).tolist()
    return [
        {
            "core_no": f"C{int(core):010d}",
            "as_of": as_of,
            "org": f"B{1 + k % BRANCHES:02d}",
            "credit_limit": _yuan(most[k]),
            "drawn": _yuan(most[k] * used[k] // 100),
        }
        for k, core in enumerate(cores)
    ]


def general_ledger(by_org: Mapping[str, int], bonds_total: int, as_of: dt.date) -> list[Row]:
    """Loans and their provisions by lending org, bonds at the head office."""
    codes = list(by_org)
    allowance = yi("90.5184") if as_of == CLOSING else yi("81.37")
    held = split(allowance, np.array([by_org[c] // 1000 for c in codes]))
    subjects = [(code, "loans", by_org[code]) for code in codes]
    subjects += [(code, "provision", int(part)) for code, part in zip(codes, held, strict=True)]
    subjects.append((HEAD, "bonds", bonds_total))
    return [
        {"as_of": as_of, "org": org, "subject": subject, "balance": _yuan(amount)}
        for org, subject, amount in subjects
    ]


def key_counties() -> list[Row]:
    """The counties that count as key ones."""
    return [
        {"county": county, "level": "national", "listed_on": dt.date(2021, 8, 27), "delisted_on": None}
        for county in sorted(KEY_COUNTIES)
    ]


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


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)


_TYPES = {
    "text": pa.string(),
    "date": pa.date32(),
    "flag": pa.bool_(),
    "money": pa.decimal128(18, 2),
    "rate": pa.decimal128(18, 6),
    "qty": pa.decimal128(18, 4),
    "whole": pa.int64(),
}
_SCHEMAS = {
    "linked_loan": (
        "loan_no:text as_of:date org:text indicator:text target:qty observed:qty lower_is_better:flag balance:money "
        "base_rate:rate step:rate applied_rate:rate"
    ),
    "bond_holding": "bond_no:text as_of:date org:text face:money carrying:money green:flag green_catalogue:text due_on:date",
    "project": "project_no:text as_of:date org:text roster:text city:text investment:money credit:money drawn:money",
    "card_issue": "batch_no:text issued_on:date org:text kind:text cards:whole",
    "platform_deal": "deal_no:text closed_on:date org:text customer_no:text amount:money",
    "supply_chain_financing": "financing_no:text financed_on:date org:text core_no:text customer_no:text amount:money",
    "supply_chain_limit": "core_no:text as_of:date org:text credit_limit:money drawn:money",
    "gl_balance": "as_of:date org:text subject:text balance:money",
    "key_county_list": "county:text level:text listed_on:date delisted_on:date",
}


def table(dataset: str, rows: Sequence[Row]) -> pa.Table:
    """Rows of a small ledger as a table."""
    fields = [part.split(":") for part in _SCHEMAS[dataset].split()]
    return like(pa.schema([(name, _TYPES[kind]) for name, kind in fields]), rows)


def like(schema: pa.Schema, rows: Sequence[Row]) -> pa.Table:
    """Rows as a table with the columns of another; a cell that a row lacks is empty."""
    return pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.names} for row in rows], schema=schema
    )
