"""Rules on donations and taxes: cases that pass, fail and do not apply."""

import datetime as dt
from decimal import Decimal

import pytest

from qingce.packs.community import checks, metrics, records


@pytest.mark.parametrize(
    ("university", "all_donations", "verdict"),
    [
        ("150 万元", "2,347.56 万元", "pass"),
        ("2,347.57 万元", "2,347.56 万元", "fail"),
        ("— 万元", "2,347.56 万元", "not applicable"),
    ],
)
def test_university_donation_is_a_donation(judge, university, all_donations, verdict):
    assert judge(checks.university_donation_is_a_donation, university, all_donations) == verdict


@pytest.mark.parametrize(
    ("agreed", "booked", "verdict"),
    [
        ("150 万元", "150 万元", "pass"),
        ("150 万元", "0 万元", "fail"),
        ("150 万元", "— 万元", "not applicable"),
    ],
)
def test_university_donation_agrees_between_ledgers(judge, agreed, booked, verdict):
    assert judge(checks.university_donation_agrees_between_ledgers, agreed, booked) == verdict


@pytest.mark.parametrize(
    ("total", "this_year", "verdict"),
    [
        ("300|150 万元", "150 万元", "pass"),
        ("300|160 万元", "150 万元", "fail"),
        ("150|— 万元", "150 万元", "not applicable"),
    ],
)
def test_university_donations_accumulate(judge, total, this_year, verdict):
    assert judge(checks.university_donations_accumulate, total, this_year) == verdict


@pytest.mark.parametrize(
    ("total", "years", "verdict"),
    [
        ("300 万元", "5 年", "pass"),
        ("750 万元", "5 年", "pass"),
        ("751 万元", "5 年", "fail"),
        ("300 万元", "— 年", "not applicable"),
    ],
)
def test_university_donations_stay_within_the_agreement(judge, total, years, verdict):
    check = checks.university_donations_stay_within_the_agreement
    assert judge(check, total, "150 万元", years) == verdict


@pytest.mark.parametrize(
    ("paid", "floor", "verdict"),
    [
        ("8.81 亿元", "8 亿元", "pass"),
        ("8.00 亿元", "8 亿元", "fail"),
        ("8.81 亿元", "— 亿元", "not applicable"),
    ],
)
def test_tax_paid_exceeds_the_floor(judge, paid, floor, verdict):
    assert judge(checks.tax_paid_exceeds_the_floor, paid, floor) == verdict


@pytest.mark.parametrize(
    ("total", "years", "verdict"),
    [("163 亿元", "11 年", "pass"), ("87 亿元", "11 年", "fail"), ("163 亿元", "— 年", "not applicable")],
)
def test_accumulated_tax_covers_the_years(judge, total, years, verdict):
    assert judge(checks.accumulated_tax_covers_the_years, total, "8 亿元", years) == verdict


@pytest.mark.parametrize(
    ("paid", "total", "verdict"),
    [
        ("8.81 亿元", "163 亿元", "pass"),
        ("164 亿元", "163 亿元", "fail"),
        ("8.81 亿元", "— 亿元", "not applicable"),
    ],
)
def test_accumulated_tax_contains_this_year(judge, paid, total, verdict):
    assert judge(checks.accumulated_tax_contains_this_year, paid, total) == verdict


def test_other_donations_are_not_the_universitys(table_of, outcome):
    """
    programme  | amount
    university | 150.00
    general    |  20.50
    """
    day = dt.date(2024, 6, 1)
    ledger = table_of(
        records.donation,
        *(
            {"donation_no": number, "donated_on": day, "programme": programme, "amount": Decimal(amount)}
            for number, programme, amount in (("D1", "university", "150.00"), ("D2", "general", "20.50"))
        ),
    )
    assert outcome(metrics.donations.methods[0].body(ledger)) == Decimal("170.50")
    assert outcome(metrics.university_donations_booked.methods[0].body(ledger)) == Decimal("150.00")
