"""Who counts as small: the line per customer, summed over products, and what is left out."""

from __future__ import annotations

from decimal import Decimal as D

import pytest

from qingce.services.forms.declare import known_forms

LEDGER = """
customer
customer_no | as_of      | kind   | firm_size | credit_line | new_citizen | female_founder
C1          | 2024-12-31 | {kind} | {size}    | {line}      | 是          | 否

loan
loan_no | as_of      | org | customer_no | balance | purpose   | rate
L1      | 2024-12-31 | B01 | C1          | 100.00  | {purpose} | 4.00
"""


@pytest.mark.parametrize(
    ("who", "line", "purpose", "counted"),
    [
        ("corporate small", "9999999.99", "operating", (100, 100)),
        ("corporate micro", "10000000.00", "operating", (100, 0)),
        ("corporate micro", "10000000.01", "operating", (0, 0)),
        ("corporate medium", "100.00", "operating", (0, 0)),
        ("sole_trader ", "100.00", "operating", (100, 100)),
        ("owner ", "100.00", "fixed", (100, 100)),
        ("owner ", "100.00", "consumption", (0, 0)),
        ("corporate small", "100.00", "discount", (0, 0)),
        ("personal ", "100.00", "operating", (0, 0)),
    ],
)
def test_the_line_includes_its_own_amount_for_one_regulator_and_not_for_the_other(
    ledgers, who, line, purpose, counted
):
    kind, _, size = who.partition(" ")
    bank = ledgers(LEDGER.format(kind=kind, size=size, line=line, purpose=purpose))
    names = ("inclusive_small_loan_balance", "pboc_inclusive_small_balance")
    assert tuple(bank.value(name) for name in names) == counted
    assert bank.value("inclusive_small_borrowers") == (1 if counted[0] else 0)


FARMER = """
customer
customer_no | as_of      | kind   | credit_line | farmer
C1          | 2024-12-31 | {kind} | 100.00      | 是

loan
loan_no | as_of      | org | customer_no | balance | purpose   | agri   | five_class
L1      | 2024-12-31 | B01 | C1          | 100.00  | operating | farmer | loss
"""


@pytest.mark.parametrize(("kind", "counted"), [("sole_trader", 100), ("owner", 100), ("personal", 0)])
def test_a_farmer_is_counted_where_the_customer_is_a_trader(ledgers, kind, counted):
    bank = ledgers(FARMER.format(kind=kind))
    names = ("inclusive_small_loan_balance", "pboc_inclusive_small_balance", "inclusive_small_npl_balance")
    assert [bank.value(name) for name in names] == [counted] * 3
    assert bank.value("inclusive_small_borrowers") == (1 if counted else 0)
    assert bank.value("farmer_business_loan_balance") == 100, "both hold at once: they are not to be added"


def test_card_and_form_say_that_traders_who_farm_are_counted_and_not_confirmed(content):
    rows = {row.code: row for row in known_forms(None)["five-articles"].rows}
    for code, name in (("3.1", "pboc_inclusive_small_balance"), ("3.2", "inclusive_small_loan_balance")):
        for told in (content.metrics[name].doc, rows[code].counts):
            assert "登记为农户贷款的也计入" in told
            assert "未核实" in told


def test_two_small_loans_over_the_line_together_are_not_small(book):
    """
    customer
    customer_no | as_of      | kind      | firm_size | credit_line
    C1          | 2024-12-31 | corporate | small     | 12000000.00
    C2          | 2024-12-31 | corporate | small     | 6000000.00

    loan
    loan_no | as_of      | org | customer_no | balance    | purpose   | rate | five_class
    L1      | 2024-12-31 | B01 | C1          | 6000000.00 | operating | 5.00 | normal
    L2      | 2024-12-31 | B02 | C1          | 6000000.00 | operating | 5.00 | normal
    L3      | 2024-12-31 | B02 | C2          | 4000000.00 | operating | 4.00 | normal
    L4      | 2024-12-31 | B02 | C2          | 1000000.00 | operating | 6.00 | loss
    """
    assert book.value("inclusive_small_loan_balance") == D("5000000.00")
    assert book.value("inclusive_small_rate") == D("4.4")
    assert book.value("inclusive_small_npl_ratio") == D("20")


def test_new_citizens_keep_all_their_loans_and_women_s_products_are_products(book):
    """
    customer
    customer_no | as_of      | kind     | new_citizen | female_founder
    C1          | 2024-12-31 | personal | 是          | 否
    C2          | 2024-12-31 | owner    | 否          | 是

    loan
    loan_no | as_of      | org | customer_no | balance | purpose     | product
    L1      | 2024-12-31 | B01 | C1          | 10.00   | consumption | consumer
    L2      | 2024-12-31 | B01 | C1          | 20.00   | housing     | mortgage
    L3      | 2024-12-31 | B01 | C2          | 40.00   | operating   | women_startup
    L4      | 2024-12-31 | B01 | C2          | 80.00   | operating   | working
    L5      | 2024-12-31 | B01 | C2          | 160.00  | consumption | car
    """
    assert (book.value("new_citizen_loan_balance"), book.value("new_citizen_borrowers")) == (D("30.00"), 1)
    assert book.value("women_loan_balance") == D("40.00")
    assert book.value("female_founder_loan_balance") == D("120.00")
    assert book.value("consumer_loan_balance") == D("170.00"), "housing is not consumption"


def test_cards_of_the_year_and_to_date(book):
    """
    card_issue
    batch_no | issued_on  | org | kind            | cards
    K1       | 2019-05-31 | B01 | longminggong    | 300
    K2       | 2024-05-31 | B01 | longminggong    | 36
    K3       | 2024-05-31 | B01 | social_security | 5
    """
    names = ("worker_cards_issued", "worker_cards_to_date", "social_cards_issued")
    assert [book.value(name) for name in names] == [36, 336, 5]
