"""Labels across versions of the catalogue: two series, and no growth between them."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from qingce.core.amount import ABSENT
from qingce.core.check import Status

RULE = "green_growth_compares_one_catalogue"
LEDGER = """
loan
loan_no | as_of      | org | balance | use        | green_catalogue | green_item
L1      | 2023-12-31 | B01 | 100.00  | {use_then} | {then}          | {item_then}
L1      | 2024-12-31 | B01 | 90.00   | {use_now}  | {now}           | {item_now}
"""
OLD = ("ecology", "2019", "2019:4.2")
BOTH = ("ecology", "2025", "2025:5")
NEW = ("", "2025", "2025:5")


@pytest.mark.parametrize(
    ("then", "now", "status"),
    [
        (OLD, OLD, Status.PASS),
        (NEW, NEW, Status.PASS),
        (BOTH, NEW, Status.PASS),
        (OLD, NEW, Status.FAIL),
        (OLD, BOTH, Status.FAIL),
        (("", "", ""), NEW, Status.NOT_APPLICABLE),
    ],
)
def test_growth_across_a_break_is_refused_until_the_opening_is_restated(ledgers, then, now, status):
    bank = ledgers(LEDGER.format(
        use_then=then[0], then=then[1], item_then=then[2], use_now=now[0], now=now[1], item_now=now[2]
    ))
    finding = bank.finding(RULE)
    assert finding.status is status
    assert finding.blocks is (status is Status.FAIL)


def test_the_two_series_stand_side_by_side(book):
    """
    loan
    loan_no | as_of      | org | balance | industry | use     | green_catalogue | green_item
    L1      | 2024-12-31 | B01 | 10.00   | N        | ecology | 2019            | 2019:4.2
    L2      | 2024-12-31 | B01 | 20.00   | N        | ecology | 2025            | 2025:5
    L3      | 2024-12-31 | B01 | 40.00   | F        |         | 2025            | 2025:8
    L4      | 2024-12-31 | B01 | 80.00   | F        |         |                 |
    L2      | 2023-12-31 | B01 | 16.00   | N        | ecology | 2025            | 2025:5
    """
    assert book.value("green_loan_balance") == D("30.00"), "the series by the 2019 catalogue"
    assert book.value("green_loans_by_industry", industry="N") == D("30.00")
    assert book.value("recatalogued_green_loan_balance") == D("60.00"), "the series by the 2025 catalogue"
    assert book.value("recatalogued_green_loan_balance", green_category="8") == D("40.00")
    assert book.value("recatalogued_green_loans_by_industry", industry="F") == D("40.00")
    assert book.value("recatalogued_green_loan_share") == D("40")
    assert book.value("labelled_green_loan_balance") == D("70.00")
    assert book.value("bridged_green_loan_balance") == D("20.00")
    assert book.value("catalogue_bridge") == D("300")
    assert book.value("recatalogued_green_loan_growth") == D("275")


def test_growth_by_the_new_catalogue_is_absent_where_the_opening_was_not_restated(book):
    """
    loan
    loan_no | as_of      | org | balance | use     | green_catalogue | green_item
    L1      | 2024-12-31 | B01 | 10.00   |         | 2025            | 2025:5
    L1      | 2023-12-31 | B01 | 10.00   | ecology | 2019            | 2019:4.2
    """
    assert book.value("recatalogued_green_loan_growth") is ABSENT


def test_bonds_held_deals_done_and_firms_reached(book):
    """
    bond_holding
    bond_no | as_of      | org | carrying | green
    Z1      | 2024-12-31 | B01 | 13.00    | 是
    Z2      | 2024-12-31 | B01 | 50.00    | 否

    platform_deal
    deal_no | closed_on  | org | customer_no | amount
    D1      | 2021-05-01 | B01 | C1          | 10.00
    D2      | 2024-05-01 | B01 | C1          | 20.00
    D3      | 2024-06-01 | B01 | C2          | 40.00

    loan_event
    event_no | happened_on | org | customer_no | kind         | programme           | amount
    E1       | 2024-06-01  | B01 | C1          | disbursement | green_manufacturing | 7.00
    E2       | 2024-07-01  | B01 | C1          | disbursement | green_manufacturing | 8.00
    E3       | 2023-07-01  | B01 | C2          | disbursement | green_manufacturing | 9.00
    """
    assert book.value("green_bond_balance") == D("13.00")
    names = ("firms", "clients", "deals", "financing")
    assert [book.value(f"green_platform_{name}") for name in names] == [2, 2, 3, D("70.00")]
    assert (book.value("green_manufacturers"), book.value("green_manufacturing_lending")) == (1, D("15.00"))


def test_listed_firms_without_a_loan_lower_the_coverage(book):
    """
    customer
    customer_no | as_of      | org | kind      | green_manufacturer
    C1          | 2024-12-31 | B01 | corporate | 是
    C2          | 2024-12-31 | B01 | corporate | 是

    loan
    loan_no | as_of      | org | customer_no | balance
    L1      | 2024-12-31 | B01 | C1          | 5.00
    """
    assert book.value("green_manufacturer_coverage") == D("50")


@pytest.mark.parametrize(
    ("observed", "lower", "applied", "outcome"),
    [
        ("1.1", "是", "4.20", (Status.PASS, 1)),
        ("1.1", "是", "4.30", (Status.FAIL, 1)),
        ("1.3", "是", "4.30", (Status.PASS, 0)),
        ("1.3", "否", "4.20", (Status.PASS, 1)),
        ("", "是", "4.30", (Status.PASS, 0)),
        ("", "是", "4.20", (Status.FAIL, 0)),
    ],
)
def test_a_linked_loan_is_cheaper_only_when_its_target_is_met(ledgers, observed, lower, applied, outcome):
    status, on_target = outcome
    bank = ledgers(f"""
linked_loan
loan_no | as_of      | org | target | observed   | lower_is_better | balance | base_rate | step | applied_rate
L1      | 2024-12-31 | B01 | 1.2    | {observed} | {lower}         | 200.00  | 4.30      | 0.10 | {applied}
""")
    assert bank.finding("linked_rates_follow_the_target").status is status
    assert bank.value("linked_loans_on_target") == on_target
    assert (bank.value("linked_loans"), bank.value("linked_loan_balance")) == (1, D("200.00"))
