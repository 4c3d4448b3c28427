"""Agriculture, key counties and micro-credit: what is counted and what is left out."""

from __future__ import annotations

from decimal import Decimal as D


def test_inclusive_agriculture_has_one_line_for_farmers_and_another_for_firms(book):
    """
    customer
    customer_no | as_of      | kind        | firm_size | credit_line
    F1          | 2024-12-31 | personal    |           | 5000000.00
    F2          | 2024-12-31 | personal    |           | 5000000.01
    E1          | 2024-12-31 | corporate   | small     | 10000000.00
    E2          | 2024-12-31 | corporate   | small     | 10000000.01
    E3          | 2024-12-31 | corporate   | large     | 100.00
    T1          | 2024-12-31 | sole_trader |           | 9000000.00

    loan
    loan_no | as_of      | org | customer_no | balance | purpose     | agri
    L1      | 2024-12-31 | B01 | F1          | 1.00    | operating   | farmer
    L2      | 2024-12-31 | B01 | F1          | 2.00    | consumption | farmer
    L3      | 2024-12-31 | B01 | F2          | 4.00    | operating   | farmer
    L4      | 2024-12-31 | B01 | E1          | 8.00    | operating   | rural
    L5      | 2024-12-31 | B01 | E2          | 16.00   | operating   | rural
    L6      | 2024-12-31 | B01 | E3          | 32.00   | operating   | urban
    L7      | 2024-12-31 | B01 | T1          | 64.00   | operating   | urban
    L8      | 2024-12-31 | B01 | T1          | 128.00  | operating   |
    """
    assert book.value("agricultural_loan_balance") == D("127.00")
    assert book.value("agricultural_loan_balance", agri="farmer") == D("7.00")
    assert book.value("inclusive_agricultural_loan_balance") == D("73.00")
    assert book.value("farmer_business_loan_balance") == 0, "this line leaves its own amount out"


def test_key_county_loans_are_all_loans_that_went_there(book):
    """
    loan
    loan_no | as_of      | org | balance | key_county | agri
    L1      | 2024-12-31 | B01 | 10.00   | 是         |
    L2      | 2024-12-31 | B01 | 20.00   | 否         | farmer
    """
    assert book.value("key_county_loan_balance") == D("10.00")


def test_households_that_renewed_are_counted_once_and_older_loans_only_in_the_balance(book):
    """
    loan_event
    event_no | happened_on | org | customer_no | kind         | product           | amount
    E1       | 2020-12-31  | B01 | H1          | disbursement | poverty_micro     | 1.00
    E2       | 2021-01-01  | B01 | H1          | disbursement | poverty_micro     | 2.00
    E3       | 2023-05-01  | B01 | H1          | disbursement | poverty_micro     | 4.00
    E4       | 2024-05-01  | B01 | H2          | disbursement | poverty_micro     | 8.00
    E5       | 2024-06-01  | B01 | H2          | repayment    | poverty_micro     | 8.00
    E6       | 2025-01-01  | B01 | H3          | disbursement | poverty_micro     | 16.00
    E7       | 2022-01-01  | B01 | H4          | disbursement | poverty_micro_old | 32.00

    loan
    loan_no | as_of      | org | customer_no | product           | balance
    L1      | 2024-12-31 | B01 | H1          | poverty_micro     | 3.00
    L2      | 2024-12-31 | B01 | H4          | poverty_micro_old | 30.00
    L3      | 2024-12-31 | B01 | H2          | poverty_micro     | 0.00
    """
    assert (book.value("poverty_loan_households"), book.value("poverty_loan_lending")) == (2, D("14.00"))
    assert book.value("poverty_loan_households", period=2023) == 1
    assert (book.value("poverty_loan_balance"), book.value("poverty_loan_beneficiaries")) == (D("33.00"), 2)


def test_lending_of_the_year_and_to_date(book):
    """
    loan_event
    event_no | happened_on | org | customer_no | kind         | product       | amount
    E1       | 2022-05-01  | B01 | F1          | disbursement | farmer_online | 1.00
    E2       | 2024-01-01  | B01 | F1          | disbursement | farmer_online | 2.00
    E3       | 2024-12-31  | B01 | F1          | disbursement | farmer_online | 4.00
    E4       | 2024-12-31  | B01 | F1          | repayment    | farmer_online | 8.00
    E5       | 2024-03-01  | B01 | F2          | disbursement | planting      | 16.00
    E6       | 2023-03-01  | B01 | F2          | disbursement | planting      | 32.00
    """
    assert (book.value("farmer_loan_deals"), book.value("farmer_loan_lending")) == (2, D("6.00"))
    assert book.value("farmer_loan_lending_to_date") == D("7.00")
    assert book.value("planting_loan_lending") == D("16.00")
    assert book.value("planting_loan_lending_to_date") == D("48.00")
