"""Rules on rural lending and bursaries, held against cases that pass, fail and do not apply."""

import datetime as dt

import pytest

from qingce.packs.rural import checks, records


@pytest.mark.parametrize(
    ("rule", "passes", "fails", "absent"),
    [
        (
            checks.inclusive_agricultural_loans_within_agricultural_loans,
            ("45.69 亿元", "200.95 亿元"),
            ("200.96 亿元", "200.95 亿元"),
            ("— 亿元", "200.95 亿元"),
        ),
        (
            checks.rural_loans_within_loans,
            ("200.95 亿元", "457.81 亿元", "2453.69 亿元"),
            ("200.95 亿元", "2457.81 亿元", "2453.69 亿元"),
            ("200.95 亿元", "457.81 亿元", "— 亿元"),
        ),
        (
            checks.rural_project_lending_within_credit,
            ("14.70 亿元", "19.76 亿元", "344.35 亿元"),
            ("19.77 亿元", "19.76 亿元", "344.35 亿元"),
            ("14.70 亿元", "— 亿元", "344.35 亿元"),
        ),
        (
            checks.farmer_loans_within_lending_to_date,
            ("1.81 亿元", "1.27 亿元", "4.39 亿元"),
            ("1.81 亿元", "4.40 亿元", "4.39 亿元"),
            ("1.81 亿元", "1.27 亿元", "— 亿元"),
        ),
        (
            checks.planting_loans_within_lending_to_date,
            ("1.10 亿元", "1.70 亿元"),
            ("1.71 亿元", "1.70 亿元"),
            ("1.10 亿元", "— 亿元"),
        ),
        (
            checks.poverty_loan_stock_within_lending,
            ("5.86 亿元", "6.38 亿元", "1.90 万户", "2.12 万户"),
            ("5.86 亿元", "6.38 亿元", "2.13 万户", "2.12 万户"),
            ("5.86 亿元", "— 亿元", "1.90 万户", "— 万户"),
        ),
        (
            checks.bursaries_within_bursaries_to_date,
            ("5 名", "36 名", "20000 元", "13.20 万元"),
            ("5 名", "36 名", "20000 元", "1.99 万元"),
            ("— 名", "36 名", "— 元", "13.20 万元"),
        ),
    ],
)
def test_a_part_is_not_larger_than_its_whole(judge, rule, passes, fails, absent):
    assert judge(rule, *passes) == "pass"
    assert judge(rule, *fails) == "fail"
    assert judge(rule, *absent) == "not applicable"


def test_rural_credit_beyond_the_investment_is_found(judge):
    given = ("14.70 亿元", "344.36 亿元", "344.35 亿元")
    assert judge(checks.rural_project_lending_within_credit, *given) == "fail"


def test_a_bursary_paid_in_another_year_is_found(bad_rows):
    """
    student_no | paid_on    | school_year
    X001       | 2024-08-28 | 2024
    X002       | 2025-01-03 | 2024
    """
    rows = [
        {"student_no": "X001", "paid_on": dt.date(2024, 8, 28), "school_year": 2024},
        {"student_no": "X002", "paid_on": dt.date(2025, 1, 3), "school_year": 2024},
    ]
    rule = checks.bursaries_are_paid_in_their_school_year
    assert [r["student_no"] for r in bad_rows(rule, records.bursary, rows)] == ["X002"]
    assert bad_rows(rule, records.bursary, rows[:1]) == []
    assert bad_rows(rule, records.bursary, []) == []
