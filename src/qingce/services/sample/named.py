"""Loans that another register or the report speaks of one by one, with their customers and events."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qingce.services.sample.network import OFFICE
from qingce.services.sample.rows import CLOSING, OPENING, Row

_LENT_ON = dt.date(2023, 6, 20)


@dataclass(frozen=True)
class _Loan:
    """A loan that stands at both dates with the same balance."""

    no: str
    org: str
    county: str
    customer: str
    division: str
    balance: str
    rate: str
    programme: str = ""
    use: str = ""
    item: str = ""
    principal: str = ""


@dataclass(frozen=True)
class _Linked:
    """What was agreed on for a sustainability-linked loan."""

    no: str
    indicator: str
    target: str
    observed: str
    lower_is_better: bool
    base: str
    step: str

    @property
    def applied(self) -> Decimal:
        """The base rate, less the step where the target was met."""
        target, observed = Decimal(self.target), Decimal(self.observed)
        met = observed <= target if self.lower_is_better else observed >= target
        return Decimal(self.base) - (Decimal(self.step) if met else 0)


_LINKS = (
    _Linked("KL001", "单位产值能耗（吨标准煤/万元）", "0.5200", "0.5080", True, "4.10", "0.10"),
    _Linked("KL002", "再生水利用率（%）", "32.0000", "30.5000", False, "4.25", "0.15"),
)
_GREEN = {"programme": "carbon_reduction", "use": "clean_energy", "item": "2019:3.2"}
_LINK = {"programme": "sustainability_linked"}
_RATES = {link.no: str(link.applied) for link in _LINKS}
# 碳减排贷款与碳减排贷款披露台账一致；绿色服务一笔已签约、尚未用款
_LOANS = (
    _Loan("CR001", "S001", "620102", "CP01", "D44", "20000000.00", "4.35", **_GREEN),
    _Loan("CR002", "S001", "620102", "CP01", "D44", "12104600.00", "4.30", **_GREEN),
    _Loan("CR003", "S017", "620201", "CP02", "D44", "18000000.00", "4.25", **_GREEN),
    _Loan("CR004", "S017", "620201", "CP02", "D44", "12000000.00", "4.30", **_GREEN),
    _Loan("KL001", "S016", "620104", "LK01", "L72", "300000000.00", _RATES["KL001"], **_LINK),
    _Loan("KL002", "S031", "620111", "LK02", "L72", "120000000.00", _RATES["KL002"], **_LINK),
    _Loan(
        "GS001", OFFICE, "620102", "GS01", "M74", "0.00", "4.20", use="services", item="2019:6.1",
        principal="5000000.00",
    ),
)
TOTAL = sum(int(Decimal(loan.balance) * 100) for loan in _LOANS)
"""Fen of these loans at either date."""
ROWS = 2 * len(_LOANS)
"""Their rows in the loan ledger."""
IDLE_FIRMS = 41
"""Firms on a list of science and technology that have no loan at the closing date."""
_LISTS = ("high_tech", "tech_sme", "specialised")
_NO_FLAGS = dict.fromkeys((
    "listed", "high_tech", "tech_sme", "specialised", "demonstration", "green_manufacturer", "farmer",
    "poverty_alleviated", "new_citizen", "female_founder",
), False)


def loans(as_of: dt.date) -> list[Row]:
    """Carbon-reduction loans, sustainability-linked loans, and a green loan signed but not yet drawn."""
    return [{**_row(loan), "as_of": as_of} for loan in _LOANS]


def _row(loan: _Loan) -> Row:
    row: dict[str, Any] = {
        "loan_no": loan.no, "org": loan.org, "customer_no": loan.customer, "product": "fixed_asset",
        "purpose": "fixed", "programme": loan.programme or None, "industry": loan.division[0],
        "division": loan.division, "county": loan.county, "city": loan.county[:4], "key_county": False,
        "start_on": _LENT_ON, "due_on": _LENT_ON.replace(year=_LENT_ON.year + 10), "currency": "CNY",
        "principal": Decimal(loan.principal or loan.balance), "balance": Decimal(loan.balance),
        "rate": Decimal(loan.rate), "five_class": "normal", "guarantee": "mortgaged", "discounted": False,
        "online": False,
    }
    if loan.use:
        row |= {
            "use": loan.use, "green_catalogue": "2019", "green_item": loan.item,
            "green_labelled_on": _LENT_ON, "green_evidence": f"LS-{loan.no}",
        }
    return row


def customers(as_of: dt.date) -> list[Row]:
    """The customers of these loans, and firms on the lists of science and technology that have no loan."""
    borrowers = {loan.customer: loan for loan in _LOANS}.values()
    made = [
        {
            "customer_no": loan.customer, "org": loan.org, "ownership": "state", "firm_size": "large",
            "industry": loan.division[0], "division": loan.division, "county": loan.county,
            "credit_line": Decimal("400000000.00"), **_NO_FLAGS,
        }
        for loan in borrowers
    ]
    made += [
        {
            "customer_no": f"KJ{number:04d}", "org": f"S{number:03d}", "ownership": "private",
            "firm_size": "small", "industry": "I", "division": "I65", "county": "620102",
            "credit_line": Decimal("0.00"), **_NO_FLAGS,
            _LISTS[number % 3]: True, "scitech_listed_on": dt.date(2022, 1 + number % 12, 15),
        }
        for number in range(1, (IDLE_FIRMS if as_of == CLOSING else IDLE_FIRMS - 5) + 1)
    ]
    return [{"as_of": as_of, "kind": "corporate", **row} for row in made]


def events() -> list[Row]:
    """Their disbursements."""
    return [
        {
            "event_no": f"H{number:03d}", "happened_on": row["start_on"], "org": row["org"],
            "loan_no": row["loan_no"], "customer_no": row["customer_no"], "kind": "disbursement",
            "product": row["product"], "programme": row["programme"], "amount": row["balance"],
        }
        for number, row in enumerate(loans(CLOSING), 1) if row["balance"]
    ]


def linked() -> list[Row]:
    """What was agreed on for the sustainability-linked loans, at both dates."""
    of = {loan.no: loan for loan in _LOANS}
    return [
        {
            "loan_no": link.no, "as_of": as_of, "org": of[link.no].org, "indicator": link.indicator,
            "target": Decimal(link.target), "observed": Decimal(link.observed),
            "lower_is_better": link.lower_is_better, "balance": Decimal(of[link.no].balance),
            "base_rate": Decimal(link.base), "step": Decimal(link.step), "applied_rate": link.applied,
        }
        for as_of in (OPENING, CLOSING) for link in _LINKS
    ]
