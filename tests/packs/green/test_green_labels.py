"""Labels across versions of the catalogue: two series, and no growth between them."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from tests.conftest import computation_of

from qingce.core.amount import ABSENT
from qingce.core.check import Status
from qingce.core.figure import FigureKey
from qingce.engine.judge import run_check

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


MIXED = """
loan
loan_no | as_of      | org | balance      | start_on   | green_catalogue | green_item | green_labelled_on
K1      | 2025-12-31 | B01 | 500000000.00 | 2023-05-01 | 2019            | 2019:4.2   | 2023-05-01
K2      | 2025-12-31 | B01 | 0.00         | 2025-11-01 | 2019            | 2019:4.2   | 2025-06-30
K1      | 2024-12-31 | B01 | {opening}    | 2023-05-01 | {catalogue}     | {item}     | {labelled}
N1      | 2025-12-31 | B01 | 300000000.00 | 2023-03-01 | 2025            | 2025:5     | 2025-11-01
{more}"""
KEPT = {"opening": "500000000.00", "catalogue": "2019", "item": "2019:4.2", "labelled": "2023-05-01"}
N1_BEFORE = "N1 | 2024-12-31 | B01 | {} | 2023-03-01 | 2025 | 2025:5 | 2025-11-01\n"


@pytest.fixture
def change_of_catalogue(content, tmp_path):
    """What comes of the rule at the ends of 2024 and 2025."""
    def found(text):
        computation = computation_of(text, tmp_path, content, periods=("2025", "2024"))
        return run_check(content.checks[RULE], computation, "LZB", computation.periods)
    return found


def test_old_labels_that_the_transition_keeps_at_both_dates_do_not_block(change_of_catalogue):
    finding = change_of_catalogue(MIXED.format(**KEPT, more=N1_BEFORE.format("310000000.00")))
    assert finding.status is Status.PASS
    said = [row["算式"] for row in finding.rows]
    assert said[0] == (
        "期末 2019 年版 5.00 亿元、2025 年版 3.00 亿元；期初 2019 年版 5.00 亿元、2025 年版 3.10 亿元。两期同一口径 ✓"
    )


def test_an_old_label_that_is_drawn_only_after_the_new_catalogue_is_no_break(change_of_catalogue):
    """Approved before the catalogue, nothing drawn at the opening: the rules of transition keep the old label."""
    opened = {"opening": "310000000.00", "catalogue": "2025", "item": "2025:5", "labelled": "2025-11-01"}
    assert change_of_catalogue(MIXED.format(**opened, more="")).status is Status.PASS


def test_a_break_says_what_stands_under_each_catalogue_and_what_to_do(change_of_catalogue):
    finding = change_of_catalogue(MIXED.format(**KEPT, more=""))
    assert finding.blocks
    (said,) = [row["算式"] for row in finding.rows]
    assert said.startswith(
        "期末 2019 年版 5.00 亿元、2025 年版 3.00 亿元；期初 2019 年版 5.00 亿元。2025 年版在期初没有认定"
    )
    assert "期初台账" in said
    assert "元/元" not in said


def test_an_opening_restated_in_part_only_is_refused(change_of_catalogue):
    finding = change_of_catalogue(MIXED.format(**KEPT, more=N1_BEFORE.format("0.01")))
    assert finding.blocks
    assert "期末存量 3.00 亿元，期初重述 0.01 元。存量大于重述的期初数" in finding.rows[0]["算式"]


def test_labels_that_went_back_to_an_old_catalogue_are_refused(ledgers):
    bank = ledgers(LEDGER.format(
        use_then="", then="2025", item_then="2025:5", use_now="ecology", now="2019", item_now="2019:4.2"
    ))
    finding = bank.finding(RULE)
    assert finding.blocks
    assert "退回旧版" in finding.rows[0]["算式"]


@pytest.mark.parametrize(
    ("as_of", "status"), [("2024-12-31", Status.PASS), ("2025-10-31", Status.FAIL)],
)
def test_a_restated_row_carries_the_later_day_on_which_it_was_labelled(ledgers, as_of, status):
    bank = ledgers(f"""
loan
loan_no | as_of   | org | balance | green_catalogue | green_item | green_labelled_on
L1      | {as_of} | B01 | 1.00    | 2025            | 2025:5     | 2025-11-01
""")
    assert bank.finding("green_labels_use_a_catalogue_in_force").status is status


def test_the_standards_in_force_count_what_the_transition_keeps(book):
    """
    loan
    loan_no | as_of      | org | balance | industry | start_on   | green_catalogue | green_item | green_labelled_on
    L1      | 2024-12-31 | B01 | 10.00   | N        | 2023-01-01 | 2019            | 2019:4.2   | 2025-09-30
    L2      | 2024-12-31 | B01 | 20.00   | N        | 2024-02-01 | 2025            | 2025:5     | 2024-02-01
    L3      | 2024-12-31 | B01 | 40.00   | F        | 2024-02-01 | 2019            | 2019:4.2   | 2025-10-01
    L4      | 2024-12-31 | B01 | 50.00   | F        | 2024-02-01 |                 |            |
    L1      | 2023-12-31 | B01 | 12.00   | N        | 2023-01-01 | 2019            | 2019:4.2   | 2023-01-01
    L2      | 2023-12-31 | B01 | 8.00    | N        | 2023-02-01 | 2025            | 2025:5     | 2023-02-01
    """
    assert book.value("retained_green_loan_balance") == D("10.00")
    assert book.value("current_green_loan_balance") == D("30.00"), "an old label of October 2025 has no standing"
    assert book.value("current_green_loan_growth") == D("50")
    assert book.value("current_green_loan_share") == D("25")
    assert book.value("current_green_loans_by_industry", industry="N") == D("30.00")
    assert book.value("recatalogued_green_loans_by_origin", green_origin="restated") == D("20.00")


def test_bad_green_loans_by_each_series(book):
    """
    loan
    loan_no | as_of      | org | balance | five_class  | use     | green_catalogue | green_item | green_labelled_on
    L1      | 2024-12-31 | B01 | 10.00   | loss        | ecology | 2019            | 2019:4.2   | 2023-01-01
    L2      | 2024-12-31 | B01 | 30.00   | special_mention | ecology | 2019            | 2019:4.2   | 2023-01-01
    L3      | 2024-12-31 | B01 | 40.00   | doubtful    |         | 2025            | 2025:5     | 2025-11-01
    L4      | 2024-12-31 | B01 | 80.00   | substandard |         |                 |            |
    """
    assert (book.value("green_npl_balance"), book.value("green_npl_ratio")) == (D("10.00"), D("25"))
    assert book.value("current_green_npl_balance") == D("50.00")
    assert book.value("current_green_npl_ratio") == D("62.5")
    for rule in ("green_npls_within_green_loans", "green_npls_within_npls"):
        assert book.finding(rule).status is Status.PASS


def test_growth_of_the_standards_in_force_is_absent_across_the_break(book):
    """
    loan
    loan_no | as_of      | org | balance | green_catalogue | green_item | green_labelled_on
    L1      | 2024-12-31 | B01 | 10.00   | 2025            | 2025:5     | 2025-11-01
    L1      | 2023-12-31 | B01 | 10.00   | 2019            | 2019:4.2   | 2023-01-01
    """
    assert book.value("current_green_loan_growth") is ABSENT


def test_two_years_after_the_change_with_the_same_mix_of_labels_are_one_basis(content, tmp_path):
    rows = "".join(
        f"O{day} | {day} | B01 | 70.00 | 2022-01-01 | 2019 | 2019:4.2 | 2022-01-01 |\n"
        f"N{day} | {day} | B01 | 30.00 | {day} | 2025 | 2025:5 | {day} |\n" for day in ("2025-12-31", "2026-12-31")
    )
    text = (
        "loan\nloan_no | as_of | org | balance | start_on | green_catalogue | green_item | green_labelled_on | use\n"
        + rows
    )
    computation = computation_of(text, tmp_path, content, periods=("2026", "2025"))
    rule = computation.registry.checks[RULE]
    assert run_check(rule, computation, "LZB", computation.periods).status is Status.PASS
    growth = computation.figure(FigureKey("current_green_loan_growth", "LZB", "2026", ()))
    assert growth.value == 0


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
