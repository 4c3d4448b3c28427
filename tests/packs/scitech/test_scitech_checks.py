"""Rules on scitech loans, and the trap of overlapping classes."""

import datetime as dt
from decimal import Decimal

import pytest

from qingce.core.amount import Amount
from qingce.packs.scitech import checks, metrics, records

DAY = dt.date(2024, 12, 31)


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


def firm(number, **flags):
    off = {"high_tech": False, "tech_sme": False, "specialised": False, "demonstration": False}
    return {"firm_no": number, "as_of": DAY, **off, **flags}


def loan(number, borrower, balance, enhanced=False):
    return {
        "loan_no": number,
        "as_of": DAY,
        "org": "S001",
        "firm_no": borrower,
        "balance": Decimal(balance),
        "fund_enhanced": enhanced,
    }


def exposure(table_of, loans, firms):
    return records.scitech_exposure.body(
        table_of(records.scitech_loan, *loans), table_of(records.scitech_firm, *firms)
    )


def test_a_firm_with_two_qualifications_is_counted_once(table_of, outcome):
    """
    firm | high-tech | specialised | loans
    K1   | yes       | yes         | 10.00 + 5.00
    K2   | yes       |             |  1.00
    """
    firms = [firm("K1", high_tech=True, specialised=True), firm("K2", high_tech=True)]
    loans = [loan("L1", "K1", "10.00"), loan("L2", "K1", "5.00"), loan("L3", "K2", "1.00")]
    joined, ledger = exposure(table_of, loans, firms), table_of(records.scitech_loan, *loans)
    assert outcome(metrics.scitech_firms.methods[0].body(joined)) == 2
    assert outcome(metrics.scitech_loan_balance.methods[0].body(ledger)) == Decimal("16.00")
    assert outcome(metrics.high_tech_loan_balance.methods[0].body(joined)) == Decimal("16.00")
    assert outcome(metrics.specialised_firms.methods[0].body(joined)) == 1
    assert outcome(metrics.specialised_loan_balance.methods[0].body(joined)) == Decimal("15.00")


@pytest.mark.parametrize(("listed", "bad"), [(["K1", "K2"], []), (["K1"], ["L2"])])
def test_every_scitech_loan_has_a_listed_firm(table_of, outcome, listed, bad):
    loans = table_of(records.scitech_loan, loan("L1", "K1", "1.00"), loan("L2", "K2", "1.00"))
    firms = table_of(records.scitech_firm, *(firm(number, tech_sme=True) for number in listed))
    assert [
        r["loan_no"] for r in outcome(checks.every_scitech_loan_has_a_listed_firm.body(loans, firms))
    ] == bad


def test_a_firm_without_any_qualification_is_found(table_of, outcome):
    firms = table_of(records.scitech_firm, firm("K1", demonstration=True), firm("K2"))
    assert [r["firm_no"] for r in outcome(checks.every_listed_firm_has_a_qualification.body(firms))] == ["K2"]


def test_the_fund_used_by_another_firm_is_found(table_of, outcome):
    firms = [firm("K1", tech_sme=True), firm("K2", high_tech=True)]
    loans = [loan("L1", "K1", "1.00", True), loan("L2", "K2", "1.00", True), loan("L3", "K2", "1.00")]
    found = outcome(checks.only_tech_smes_use_the_fund.body(exposure(table_of, loans, firms)))
    assert [r["loan_no"] for r in found] == ["L2"]
