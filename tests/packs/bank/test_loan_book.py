"""Figures of the whole book on ledgers small enough to add up by hand."""

from __future__ import annotations

from decimal import Decimal as D

from qingce.core.amount import ABSENT


def test_a_weighted_rate_is_exact_where_floats_are_not(book):
    """
    loan
    loan_no | as_of      | org | customer_no | balance          | rate
    L1      | 2024-12-31 | B01 | C1          | 9999999999999.99 | 3.333333
    L2      | 2024-12-31 | B01 | C2          | 0.01             | 7.000001
    L3      | 2024-12-31 | B02 | C3          | 100.00           |
    """
    mass = D("9999999999999.99") * D("3.333333") + D("0.01") * D("7.000001")
    assert book.value("loan_rate_mass") == mass
    assert book.value("rated_loans") == D("10000000000000.00"), "a loan without a rate weighs nothing"
    assert book.value("total_loans") == D("10000000000100.00")
    rate = book.value("loan_rate")
    assert abs(rate - mass / D("10000000000000.00")) < D("1e-20")


def test_terms_are_counted_to_the_day(book):
    """
    loan
    loan_no | as_of      | org | start_on   | due_on     | balance | industry
    L1      | 2024-12-31 | B01 | 2023-01-01 | 2024-12-30 | 1.00    | C
    L2      | 2024-12-31 | B01 | 2024-12-31 | 2024-12-31 | 2.00    | C
    L3      | 2024-12-31 | B01 | 2024-12-31 | 2025-12-31 | 4.00    | C
    L4      | 2024-12-31 | B01 | 2024-12-30 | 2025-12-31 | 8.00    | C
    L5      | 2024-12-31 | B01 | 2020-01-01 | 2026-01-01 | 16.00   | F
    L6      | 2024-12-31 | B01 | 2020-01-01 | 2029-12-31 | 32.00   | F
    L7      | 2024-12-31 | B01 | 2020-01-01 | 2030-01-01 | 64.00   | F
    """
    bucket = {
        code: book.value("loans_by_maturity", maturity=code)
        for code in ("overdue", "within_1y", "within_3y", "within_5y", "beyond_5y")
    }
    assert bucket == {"overdue": 1, "within_1y": 14, "within_3y": 16, "within_5y": 32, "beyond_5y": 64}
    assert book.value("manufacturing_long_term_balance") == 9, "a loan of exactly one year is short"


def test_the_largest_borrower_is_the_one_with_most_over_all_loans_and_branches(book):
    """
    loan
    loan_no | as_of      | org | customer_no | balance
    L1      | 2024-12-31 | B01 | C1          | 60.00
    L2      | 2024-12-31 | B01 | C2          | 50.00
    L3      | 2024-12-31 | B02 | C2          | 30.00
    L4      | 2023-12-31 | B02 | C3          | 99.00
    """
    assert book.value("largest_borrower_balance") == D("80.00")
    assert book.value("borrowers") == 2
    share = book.value("largest_borrower_share")
    assert f"{share:.4f}" == "57.1429"


def test_a_customer_of_two_branches_is_one_of_the_bank(book):
    """
    loan
    loan_no | as_of      | org | customer_no | balance
    L1      | 2024-12-31 | B01 | C1          | 60.00
    L2      | 2024-12-31 | B02 | C1          | 50.00
    L3      | 2024-12-31 | B02 | C2          | 0.00
    """
    assert [book.value("borrowers", org=org) for org in ("LZB", "B01", "B02")] == [1, 1, 1]


def test_asset_quality_counts_the_three_lower_classes(book):
    """
    loan
    loan_no | as_of      | org | balance | five_class
    L1      | 2024-12-31 | B01 | 900.00  | normal
    L2      | 2024-12-31 | B01 | 82.00   | special_mention
    L3      | 2024-12-31 | B01 | 10.00   | substandard
    L4      | 2024-12-31 | B01 | 5.00    | doubtful
    L5      | 2024-12-31 | B01 | 3.00    | loss

    filed
    metric          | value
    loan_provisions | 36.00
    """
    assert book.value("npl_balance") == D("18.00")
    assert book.value("npl_ratio") == D("1.8")
    assert book.value("provision_coverage") == D("200")
    assert book.value("provision_coverage", period=2023) is ABSENT


def test_growth_comes_from_the_opening_snapshot(book):
    """
    loan
    loan_no | as_of      | org | balance | industry | division | city
    L1      | 2023-12-31 | B01 | 100.00  | C        | C39      | 6201
    L1      | 2024-12-31 | B01 | 127.45  | C        | C39      | 6201
    L2      | 2023-12-31 | B01 | 300.00  | C        | C25      | 6204
    L2      | 2024-12-31 | B01 | 320.00  | C        | C25      | 6204
    """
    assert book.value("high_end_manufacturing_growth") == D("27.45")
    assert book.value("lanzhou_manufacturing_growth") == D("27.45")
    assert book.value("manufacturing_loan_balance") == D("447.45")
    assert book.value("total_loans_growth", period=2023) is ABSENT


def test_private_enterprises_are_firms_in_private_hands(book):
    """
    customer
    customer_no | as_of      | kind        | ownership
    C1          | 2024-12-31 | corporate   | private
    C2          | 2024-12-31 | corporate   | state
    C3          | 2024-12-31 | sole_trader | private
    C1          | 2023-12-31 | corporate   | state

    loan
    loan_no | as_of      | org | customer_no | balance
    L1      | 2024-12-31 | B01 | C1          | 10.00
    L2      | 2024-12-31 | B01 | C2          | 20.00
    L3      | 2024-12-31 | B01 | C3          | 40.00
    L1      | 2023-12-31 | B01 | C1          | 80.00
    L4      | 2024-12-31 | B01 | C9          | 160.00
    """
    assert book.value("private_enterprise_loan_balance") == D("10.00")
    assert book.value("private_enterprise_loan_balance", period=2023) == 0, "ownership is that of the day"
    assert book.value("total_loans") == D("230.00"), "a loan whose borrower is unknown still counts"


def test_projects_are_counted_once_however_often_they_are_listed(book):
    """
    project
    project_no | as_of      | org | roster | investment | credit | drawn
    P1         | 2024-12-31 | B01 | major  | 100.00     | 50.00  | 10.00
    P1         | 2024-12-31 | B01 | rural  | 100.00     | 20.00  | 10.00
    P2         | 2024-12-31 | B01 | rural  | 40.00      | 30.00  | 20.00
    """
    assert (book.value("major_projects"), book.value("major_project_credit")) == (1, D("50.00"))
    names = ("rural_projects", "rural_project_investment", "rural_project_credit", "rural_project_lending")
    assert [book.value(name) for name in names] == [2, D("140.00"), D("50.00"), D("30.00")]
