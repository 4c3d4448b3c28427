"""Lending to the elderly-care industry and to the elderly, and to the digital economy."""

from __future__ import annotations

from decimal import Decimal as D


def test_an_industry_is_told_by_where_the_money_goes_and_age_by_who_owes_it(book):
    """
    customer
    customer_no | as_of      | kind      | age
    C1          | 2024-12-31 | corporate |
    C2          | 2024-12-31 | personal  | 60
    C3          | 2024-12-31 | personal  | 59

    loan
    loan_no | as_of      | org | customer_no | balance | elderly_care | digital_industry
    L1      | 2024-12-31 | B01 | C1          | 10.00   | 01           |
    L2      | 2024-12-31 | B01 | C1          | 20.00   | 12           | 03
    L3      | 2024-12-31 | B01 | C2          | 40.00   |              | 05
    L4      | 2024-12-31 | B01 | C3          | 80.00   |              |
    """
    assert book.value("elderly_care_loan_balance") == D("30.00")
    assert book.value("elderly_care_loan_balance", elderly_care="12") == D("20.00")
    assert book.value("elderly_care_borrowers") == 1
    assert book.value("senior_borrower_balance") == D("40.00")
    assert book.value("digital_industry_loan_balance") == D("60.00")
    assert book.value("digital_core_loan_balance") == D("20.00")
