"""Rules on products and their limits, held against cases that pass, fail and do not apply."""

from decimal import Decimal

import pytest

from qingce.engine.compile import exact
from qingce.packs.lending import checks, records


@pytest.mark.parametrize(
    ("rule", "passes", "fails", "absent"),
    [
        (
            checks.farm_guarantee_lending_within_lending_to_date,
            ("4116 万元", "2.75 亿元"),
            ("27501 万元", "2.75 亿元"),
            ("4116 万元", "— 亿元"),
        ),
        (
            checks.startup_loan_balance_within_lending,
            ("2.51 亿元", "6.81 亿元"),
            ("6.82 亿元", "6.81 亿元"),
            ("— 亿元", "6.81 亿元"),
        ),
        (checks.startup_loan_cities_within_province, ("8 个", "14 个"), ("15 个", "14 个"), ("8 个", "— 个")),
        (
            checks.online_loan_balances_within_loans,
            ("20.02 亿元", "19.96 亿元", "2.51 亿元", "2453.69 亿元"),
            ("20.02 亿元", "19.96 亿元", "2.51 亿元", "42.48 亿元"),
            ("20.02 亿元", "— 亿元", "2.51 亿元", "2453.69 亿元"),
        ),
    ],
)
def test_a_part_is_not_larger_than_its_whole(judge, rule, passes, fails, absent):
    assert judge(rule, *passes) == "pass"
    assert judge(rule, *fails) == "fail"
    assert judge(rule, *absent) == "not applicable"


def test_a_loan_above_seventy_percent_of_its_contract_is_found(bad_rows):
    """
    loan_no | contract_amount | loan_amount
    ZC0001  |          100.00 |       70.00
    ZC0002  |          100.00 |       70.01
    """
    rows = [
        {"loan_no": "ZC0001", "contract_amount": Decimal("100"), "loan_amount": Decimal("70")},
        {"loan_no": "ZC0002", "contract_amount": Decimal("100"), "loan_amount": Decimal("70.01")},
    ]
    rule, limit = checks.procurement_loans_within_limit, exact(Decimal(70))
    assert [r["loan_no"] for r in bad_rows(rule, records.procurement_loan, rows, limit)] == ["ZC0002"]
    assert bad_rows(rule, records.procurement_loan, rows[:1], limit) == []
    assert bad_rows(rule, records.procurement_loan, [], limit) == []
