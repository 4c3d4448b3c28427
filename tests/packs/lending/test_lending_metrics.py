"""What each product lent: by events for flows, by snapshots for balances."""

from __future__ import annotations

from decimal import Decimal as D


def test_online_products_are_told_by_amount_deals_and_balance(book):
    """
    loan_event
    event_no | happened_on | org | loan_no | customer_no | kind         | product       | amount
    E1       | 2024-02-01  | B01 | L1      | C1          | disbursement | quick         | 10.00
    E2       | 2024-03-01  | B01 | L1      | C1          | disbursement | quick         | 20.00
    E3       | 2023-03-01  | B01 | L2      | C2          | disbursement | quick         | 40.00
    E4       | 2024-03-01  | B01 | L3      | C3          | disbursement | tax           | 5.00
    E5       | 2024-03-01  | B01 | L4      | C4          | disbursement | merchant_loan | 1.00
    E6       | 2024-04-01  | B01 | L5      | C4          | disbursement | merchant_loan | 1.00

    loan
    loan_no | as_of      | org | customer_no | product | balance | online
    L1      | 2024-12-31 | B01 | C1          | quick   | 25.00   | 是
    L3      | 2024-12-31 | B01 | C3          | tax     | 5.00    | 否
    """
    assert (book.value("quick_loan_lending"), book.value("quick_loan_deals")) == (D("30.00"), 2)
    assert (book.value("tax_loan_lending"), book.value("tax_loan_deals")) == (D("5.00"), 1)
    assert (book.value("merchant_loan_lending"), book.value("merchant_loan_clients")) == (D("2.00"), 1)
    assert (book.value("quick_loan_balance"), book.value("tax_loan_balance")) == (D("25.00"), D("5.00"))
    assert book.value("online_loan_balance") == D("25.00")
    assert f"{book.value('online_loan_share'):.4f}" == "83.3333"


def test_guaranteed_lending_is_told_from_its_beginning(book):
    """
    loan_event
    event_no | happened_on | org | loan_no | customer_no | kind         | product | programme         | amount
    E1       | 2022-02-01  | B01 | L1      | C1          | disbursement | startup | startup_guarantee | 10.00
    E2       | 2024-02-01  | B01 | L2      | C1          | disbursement | startup | startup_guarantee | 20.00
    E3       | 2024-02-01  | B01 | L3      | C1          | disbursement | working | farm_guarantee    | 40.00
    E4       | 2023-02-01  | B01 | L4      | C1          | disbursement | working | farm_guarantee    | 80.00

    loan
    loan_no | as_of      | org | customer_no | programme         | city | balance
    L1      | 2024-12-31 | B01 | C1          | startup_guarantee | 6201 | 5.00
    L2      | 2024-12-31 | B01 | C1          | startup_guarantee | 6204 | 6.00
    L5      | 2024-12-31 | B01 | C1          | startup_guarantee | 6210 | 0.00
    L6      | 2024-12-31 | B01 | C1          |                   | 6211 | 7.00
    """
    assert (book.value("startup_loan_deals"), book.value("startup_loan_lending")) == (2, D("30.00"))
    assert (book.value("startup_loan_cities"), book.value("startup_loan_balance")) == (2, D("11.00"))
    assert book.value("farm_guarantee_lending") == D("40.00")
    assert book.value("farm_guarantee_lending_to_date") == D("120.00")


def test_half_of_the_interest_paid_on_pledged_patents_is_subsidised(book):
    """
    loan_event
    event_no | happened_on | org | loan_no | customer_no | kind         | programme | amount
    E1       | 2024-03-31  | B01 | L1      | C1          | interest     | ip_pledge | 12.00
    E2       | 2024-06-30  | B01 | L1      | C1          | interest     | ip_pledge | 13.00
    E3       | 2024-01-02  | B01 | L1      | C1          | disbursement | ip_pledge | 550.00
    E4       | 2024-06-30  | B01 | L2      | C1          | interest     |           | 99.00
    """
    assert book.value("ip_pledge_interest_paid") == D("25.00")
    assert book.value("ip_pledge_subsidy") == D("12.50")
