"""Rules on totals and on manufacturing, held against cases that pass, fail and do not apply."""

import pytest

from qingce.packs.economy import checks


@pytest.mark.parametrize(
    ("given", "verdict"),
    [
        (("4862.85 亿元", "2453.69 亿元", "3561.68 亿元"), "pass"),
        (("4862.85 亿元", "2453.69 亿元", "5561.68 亿元"), "fail"),
        (("4862.85 亿元", "4862.86 亿元", "— 亿元"), "fail"),
        (("— 亿元", "2453.69 亿元", "3561.68 亿元"), "not applicable"),
    ],
)
def test_loans_and_deposits_within_assets(judge, given, verdict):
    assert judge(checks.loans_and_deposits_within_assets, *given) == verdict


@pytest.mark.parametrize(
    ("rule", "part", "whole"),
    [
        (checks.net_profit_within_revenue, "18.88", "78.54"),
        (checks.manufacturing_loans_within_loans, "211.65", "2453.69"),
        (checks.private_enterprise_loans_within_loans, "710.14", "2453.69"),
    ],
)
def test_a_part_is_not_larger_than_its_whole(judge, rule, part, whole):
    assert judge(rule, f"{part} 亿元", f"{whole} 亿元") == "pass"
    assert judge(rule, f"{whole} 亿元", f"{part} 亿元") == "fail"
    assert judge(rule, "— 亿元", f"{whole} 亿元") == "not applicable"


@pytest.mark.parametrize(
    ("gain", "opening", "verdict"),
    [
        # 年末 20 ÷ 200 = 10.00%，年初 16 ÷ 160 = 10.00%
        ("0.00 百分点", "20|16 亿元", "pass"),
        ("1.25 百分点", "20|14 亿元", "pass"),
        ("1.26 百分点", "20|14 亿元", "fail"),
        ("1.25 百分点", "20 亿元", "not applicable"),
        ("— 百分点", "20|14 亿元", "not applicable"),
    ],
)
def test_manufacturing_share_gain_follows_from_balances(judge, gain, opening, verdict):
    given = (opening, "200|160 亿元", gain)
    assert judge(checks.manufacturing_share_gain_follows_from_balances, *given) == verdict


def test_shares_rounded_before_they_are_subtracted_are_found(judge):
    """8.63 less 8.18 is 0.45, but the balances behind them make 0.44."""
    given = ("211.65|194.84 亿元", "2453.69|2380.61 亿元", "0.45 百分点")
    assert judge(checks.manufacturing_share_gain_follows_from_balances, *given) == "fail"


@pytest.mark.parametrize(
    ("high_end", "lanzhou", "long_term", "verdict"),
    [
        ("50.98", "114.61", "98.00", "pass"),
        ("50.98", "211.66", "98.00", "fail"),
        ("—", "—", "—", "not applicable"),
    ],
)
def test_kinds_of_manufacturing_are_manufacturing(judge, high_end, lanzhou, long_term, verdict):
    given = [f"{part} 亿元" for part in (high_end, lanzhou, long_term, "211.65")]
    assert judge(checks.kinds_of_manufacturing_are_manufacturing, *given) == verdict


@pytest.mark.parametrize(
    ("bad", "verdict"), [("44.90", "pass"), ("44.91", "fail"), ("—", "not applicable")]
)
def test_npl_balance_is_the_sum_of_its_classes(judge, operand, bad, verdict):
    classes = {"substandard": ("20.00", "—"), "doubtful": ("14.90", "—"), "loss": ("10.00", "—")}
    whole = operand("2453.69 亿元", "five_class", classes)
    assert judge(checks.npl_balance_is_the_sum_of_its_classes, f"{bad} 亿元", whole) == verdict
