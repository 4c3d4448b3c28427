"""Rules on scitech loans, and the trap of overlapping classes."""

from decimal import Decimal as D

import pytest

from qingce.core.amount import Amount
from qingce.packs.scitech import checks, metrics


@pytest.mark.parametrize(
    ("total", "classes", "verdict"),
    [
        ("335 户", ("168 户", "230 户", "249 户", "7 户"), "pass"),
        ("335 户", ("168 户", "336 户", "249 户", "7 户"), "fail"),
        ("— 户", ("168 户", "230 户", "249 户", "7 户"), "not applicable"),
    ],
)
def test_firms_of_each_class_are_scitech_firms(judge, total, classes, verdict):
    assert judge(checks.firms_of_each_class_are_scitech_firms, total, *classes) == verdict


@pytest.mark.parametrize(
    ("total", "classes", "verdict"),
    [
        ("335 户", ("168 户", "230 户", "249 户", "7 户"), "pass"),
        ("335 户", ("100 户", "100 户", "100 户", "34 户"), "fail"),
        ("335 户", ("168 户", "230 户", "249 户", "— 户"), "not applicable"),
    ],
)
def test_scitech_firms_have_a_class(judge, total, classes, verdict):
    assert judge(checks.scitech_firms_have_a_class, total, *classes) == verdict


@pytest.mark.parametrize(
    ("total", "classes", "verdict"),
    [
        ("121.79 亿元", ("71.93 亿元", "25.21 亿元", "59.71 亿元", "16.08 亿元"), "pass"),
        ("121.79 亿元", ("121.80 亿元", "25.21 亿元", "59.71 亿元", "16.08 亿元"), "fail"),
        ("— 亿元", ("71.93 亿元", "25.21 亿元", "59.71 亿元", "16.08 亿元"), "not applicable"),
    ],
)
def test_balances_of_each_class_are_scitech_balances(judge, total, classes, verdict):
    assert judge(checks.balances_of_each_class_are_scitech_balances, total, *classes) == verdict


@pytest.mark.parametrize(
    ("total", "classes", "verdict"),
    [
        ("121.79 亿元", ("71.93 亿元", "25.21 亿元", "59.71 亿元", "16.08 亿元"), "pass"),
        ("121.79 亿元", ("21.93 亿元", "25.21 亿元", "59.71 亿元", "6.08 亿元"), "fail"),
        ("121.79 亿元", ("71.93 亿元", "— 亿元", "59.71 亿元", "16.08 亿元"), "not applicable"),
    ],
)
def test_scitech_balances_have_a_class(judge, total, classes, verdict):
    assert judge(checks.scitech_balances_have_a_class, total, *classes) == verdict


@pytest.mark.parametrize(
    ("firms", "balances", "verdict"),
    [
        (("5 户", "230 户"), ("5,080 万元", "252,100 万元"), "pass"),
        (("5 户", "4 户"), ("5,080 万元", "252,100 万元"), "fail"),
        (("5 户", "230 户"), ("5,080 万元", "5,079 万元"), "fail"),
        (("— 户", "230 户"), ("— 万元", "252,100 万元"), "not applicable"),
    ],
)
def test_fund_enhanced_loans_are_of_tech_smes(judge, firms, balances, verdict):
    assert judge(checks.fund_enhanced_loans_are_of_tech_smes, *firms, *balances) == verdict


@pytest.mark.parametrize(
    ("limit", "balance", "verdict"),
    [
        ("2,032 万元", "5,080 万元", "pass"),
        ("5,081 万元", "5,080 万元", "fail"),
        ("— 万元", "5,080 万元", "not applicable"),
    ],
)
def test_fund_covers_a_part_of_the_loss(judge, limit, balance, verdict):
    assert judge(checks.fund_covers_a_part_of_the_loss, limit, balance) == verdict


def test_the_fund_covers_two_fifths_of_its_loans():
    limit = metrics.fund_compensation_limit.methods[0].body(Amount.of(5080, "万元"), Amount.of(40, "%"))
    assert limit.to("万元").value == 2032


@pytest.mark.parametrize(
    ("firms", "overlap", "several", "verdict"),
    [
        ("335 户", "319 户", "212 户", "pass"),
        ("335 户", "0 户", "0 户", "pass"),
        ("335 户", "0 户", "1 户", "fail"),
        ("335 户", "637 户", "212 户", "fail"),
        ("335 户", "— 户", "— 户", "not applicable"),
    ],
)
def test_the_overlap_of_classes_is_told(judge, firms, overlap, several, verdict):
    assert judge(checks.the_overlap_of_classes_is_told, firms, overlap, several) == verdict


def test_a_firm_with_two_qualifications_is_counted_once(book):
    """
    customer
    customer_no | as_of      | org | kind      | high_tech | tech_sme | specialised | demonstration
    K1          | 2024-12-31 | B01 | corporate | 是        | 否       | 是          | 否
    K2          | 2024-12-31 | B01 | corporate | 是        | 否       | 否          | 否
    K3          | 2024-12-31 | B01 | corporate | 否        | 是       | 否          | 否
    K4          | 2024-12-31 | B01 | corporate | 否        | 否       | 否          | 否

    loan
    loan_no | as_of      | org | customer_no | balance
    L1      | 2024-12-31 | B01 | K1          | 10.00
    L2      | 2024-12-31 | B02 | K1          | 5.00
    L3      | 2024-12-31 | B01 | K2          | 1.00
    L4      | 2024-12-31 | B01 | K3          | 0.00
    L5      | 2024-12-31 | B01 | K4          | 100.00
    """
    assert book.value("scitech_firms") == 2, "K3 is listed and has drawn nothing"
    assert book.value("listed_scitech_firms") == 3
    assert book.value("scitech_loan_balance") == D("16.00")
    assert (book.value("high_tech_firms"), book.value("specialised_firms")) == (2, 1)
    assert book.value("high_tech_loan_balance") == D("16.00")
    assert book.value("specialised_loan_balance") == D("15.00")
    assert book.value("scitech_firm_overlap") == 1
    assert book.value("overlapping_scitech_firms") == 1
    assert book.value("scitech_balance_overlap") == book.value("overlapping_scitech_balance") == D("15.00")
    assert book.value("scitech_firms", org="B02") == 1, "K1 is a client of both branches"


def test_a_tech_loan_to_a_tech_firm_is_counted_once(book):
    """
    customer
    customer_no | as_of      | kind      | high_tech | tech_sme | specialised | demonstration
    K1          | 2024-12-31 | corporate | 是        | 否       | 否          | 否
    K2          | 2024-12-31 | corporate | 否        | 否       | 否          | 否

    loan
    loan_no | as_of      | org | customer_no | balance | tech_industry
    L1      | 2024-12-31 | B01 | K1          | 10.00   | high_tech_manufacturing
    L2      | 2024-12-31 | B01 | K1          | 5.00    |
    L3      | 2024-12-31 | B01 | K2          | 2.00    | strategic
    L4      | 2024-12-31 | B01 | K2          | 1.00    |
    """
    assert book.value("tech_industry_loan_balance") == D("12.00")
    assert book.value("scitech_loan_balance") == D("15.00")
    assert book.value("tech_loan_balance") == D("17.00")


def test_the_fund_pays_two_fifths_of_the_principal_lost_and_nothing_of_the_interest(book):
    """
    loan_event
    event_no | happened_on | org | loan_no | customer_no | kind         | programme   | amount
    E1       | 2022-01-10  | B01 | L1      | K1          | disbursement | lanbai_fund | 100.00
    E2       | 2024-06-30  | B01 | L1      | K1          | write_off    | lanbai_fund | 80.00
    E3       | 2024-09-30  | B01 | L1      | K1          | recovery     | lanbai_fund | 30.00
    E4       | 2023-12-20  | B01 | L1      | K1          | interest     | lanbai_fund | 9.00
    E5       | 2024-03-31  | B01 | L2      | K2          | write_off    |             | 500.00
    """
    assert book.value("fund_principal_written_off") == D("80.00")
    assert book.value("fund_compensation") == D("20.00"), "40 % of 80.00 - 30.00"


def test_supply_chain_financing_is_told_from_its_beginning(book):
    """
    supply_chain_financing
    financing_no | financed_on | org | core_no | customer_no | amount
    F1           | 2022-05-01  | B01 | C1      | S1          | 40.00
    F2           | 2024-05-01  | B01 | C1      | S1          | 60.00
    F3           | 2025-01-01  | B01 | C1      | S2          | 9.00
    """
    assert (book.value("supply_chain_finance"), book.value("supply_chain_clients")) == (D("100.00"), 1)
    assert book.value("supply_chain_finance", period=2023) == D("40.00")
