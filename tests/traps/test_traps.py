"""Named wrong answers: each test is a mistake that a reporting system could make and this one must not."""

from __future__ import annotations

from decimal import Decimal as D

from qingce.core.amount import ABSENT, Amount
from qingce.core.figure import FigureKey, Reading


def test_a_balance_is_not_summed_over_months(figures):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2024-11-30 | B01 |  100.00 | infra
    L1      | 2024-12-31 | B01 |   90.00 | infra
    """
    assert figures(2024)["green_loan_balance"] == D("90.00")


def test_a_loan_with_two_labels_is_counted_once(figures):
    """
    loan
    loan_no | as_of      | org | balance | use   | label_no
    L1      | 2024-12-31 | B01 |  100.00 | infra | 1
    L1      | 2024-12-31 | B01 |  100.00 | clean | 2
    """
    assert figures(2024)["loan_balance"] == D("100.00")


def test_nothing_recorded_is_absent_not_zero(figures):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2023-12-31 | B01 |  100.00 | infra
    """
    assert figures(2024)["green_loan_balance"] is ABSENT
    assert figures(2024)["borrowers"] is ABSENT
    assert figures(2024)["readings"] is ABSENT


def test_a_category_without_loans_is_zero_where_the_ledger_was_delivered(figures):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2024-12-31 | B01 |  100.00 | infra
    """
    assert figures(2024)["green_loan_balance/use=svc"] == 0
    assert figures(2023)["green_loan_balance/use=svc"] is ABSENT


def test_a_value_that_was_not_recorded_is_not_zero(figures):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2024-12-31 | B01 |         | infra
    """
    assert figures(2024)["green_loan_balance"] is ABSENT


def test_growth_from_zero_and_from_nothing_is_absent(computation):
    """
    loan
    loan_no | as_of      | org | balance | use
    L1      | 2023-12-31 | B01 |    0.00 | infra
    L1      | 2024-12-31 | B01 |   10.00 | infra
    """
    green = Reading(
        computation, computation.metric("green_loan_balance"), FigureKey("green_loan_balance", "LZB", "2024")
    )
    assert green.growth.text == "—"
    assert green.change.in_unit("元").text == "10.00 元"
    assert green.prior.growth.text == "—"


def test_parts_may_differ_from_the_total_by_rounding_only():
    """211.65 filed in 亿元 stands for anything from 211.645 to 211.655."""
    half = D("500000")
    total = Amount(D("21165000000"), Amount.of(1, "元").unit, half)
    parts = [Amount(D("10582000000"), total.unit, half), Amount(D("10582000000"), total.unit, half)]
    assert total == sum(parts)
    assert (total == parts[0] + parts[1] - Amount.of(2_000_000, "元")).holds is False


def test_an_org_that_moved_branch_mid_year_counts_where_it_then_was(figures):
    """
    org
    code | parent | valid_from | valid_to
    LZB  |        |            |
    B01  | LZB    |            |
    B02  | LZB    |            |
    S01  | B01    |            | 2024-06-14
    S01  | B02    | 2024-06-15 |

    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2024-06-10 | S01 | electricity | 10
    M2       | 2024-06-20 | S01 | electricity | 3
    """
    assert figures(2024, "B01")["electricity"] == 10
    assert figures(2024, "B02")["electricity"] == 3
    assert figures(2024)["electricity"] == 13


def test_distinct_customers_do_not_add_up_over_branches(figures):
    """
    loan
    loan_no | as_of      | org | balance | customer | use
    L1      | 2024-12-31 | B01 |  10.00  | C1       | infra
    L2      | 2024-12-31 | B02 |  10.00  | C1       | clean
    L3      | 2024-12-31 | B02 |   0.00  | C2       | clean
    """
    assert figures(2024, "B01")["borrowers"] == 1
    assert figures(2024, "B02")["borrowers"] == 1
    assert figures(2024)["borrowers"] == 1
    assert figures(2024)["borrowers/use=clean"] == 1


def test_the_largest_of_the_branches_is_not_their_sum(figures):
    """
    loan
    loan_no | as_of      | org | balance
    L1      | 2024-12-31 | B01 |  10.00
    L2      | 2024-12-31 | B02 |  30.00
    """
    assert figures(2024)["largest_loan"] == 30


def test_money_keeps_every_fen(figures):
    """
    loan
    loan_no | as_of      | org | balance          | use
    L1      | 2024-12-31 | B01 | 9999999999999.99 | infra
    L2      | 2024-12-31 | B02 |             0.01 | infra
    """
    assert figures(2024)["green_loan_balance"] == D("10000000000000.00")


def test_a_factor_of_a_later_edition_does_not_reach_back(figures):
    """
    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2023-03-01 | B01 | electricity | 1000
    M1       | 2024-03-01 | B01 | electricity | 1000
    """
    assert figures(2023)["power_emissions"] == D("0.57")
    assert figures(2024)["power_emissions"] == D("0.5")


def test_a_threshold_that_changed_is_applied_by_its_own_year(figures):
    """
    meter
    meter_no | read_on    | org | energy      | quantity
    M1       | 2023-03-01 | B01 | electricity | 60
    M1       | 2024-03-01 | B01 | electricity | 60
    """
    assert figures(2023)["heavy_readings"] == 0
    assert figures(2024)["heavy_readings"] == 1


def test_filed_totals_of_branches_roll_up_only_where_the_parent_has_none(figures):
    """
    filed
    metric    | org | period | value
    headcount | B01 | 2024   | 10
    headcount | B02 | 2024   | 20
    headcount | B01 | 2023   | 5
    headcount | LZB | 2023   | 40
    """
    assert figures(2024)["headcount"] == 30
    assert figures(2023)["headcount"] == 40
