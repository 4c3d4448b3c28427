"""Rules on green finance, held against cases that pass, fail and do not apply."""

from decimal import Decimal

import pytest

from qingce.packs.green import checks, records

PRINTED = {
    "infrastructure": ("43.94", "40.52"),
    "clean_production": ("42.50", "26.55"),
    "clean_energy": ("32.85", "29.80"),
    "ecology": ("23.03", "20.80"),
    "energy_saving": ("9.86", "9.99"),
    "services": ("0.00", "0.00"),
}


@pytest.fixture
def green(operand):
    """Green loans as printed, with some members replaced."""
    return lambda total="152.18|127.66", **other: operand(f"{total} 亿元", "use", PRINTED | other)


@pytest.mark.parametrize(
    "rule", [checks.green_loans_by_use_add_up, checks.green_loan_increases_by_use_add_up]
)
def test_uses_add_up_to_the_total(judge, green, rule):
    assert judge(rule, green()) == "pass"
    assert judge(rule, green(ecology=("23.03", "20.81"))) == "fail"
    assert judge(rule, green(ecology=("23.04", "20.80"))) == "fail"
    nothing = dict.fromkeys(PRINTED, ("—", "—"))
    assert judge(rule, green("—|—", **nothing)) == "not applicable"


def test_a_shift_at_both_year_ends_leaves_the_increase_right_and_the_balances_wrong(judge, green):
    shifted = green(services=("1.00", "1.00"))
    assert judge(checks.green_loan_increases_by_use_add_up, shifted) == "pass"
    assert judge(checks.green_loans_by_use_add_up, shifted) == "fail"


def test_a_use_without_a_balance_is_noted_by_name(judge, green, ledgers):
    services, nothing = ("0.01", "0.00"), dict.fromkeys(PRINTED, ("—", "—"))
    rule = checks.every_green_use_has_a_balance
    assert judge(rule, green().at(use="services")) == "fail"
    assert judge(rule, green(services=services).at(use="services")) == "pass"
    assert judge(rule, green(**nothing).at(use="services")) == "not applicable"
    loan = "loan\nloan_no | as_of | org | balance | use\nL1 | 2024-12-31 | B01 | 1.00 | ecology"
    found = [row["范围"] for row in ledgers(loan).finding("every_green_use_has_a_balance").rows]
    assert "2024 绿色服务" in found
    assert "2024 生态环境产业" not in found


@pytest.mark.parametrize(("count", "verdict"), [("6", "pass"), ("7", "fail"), ("—", "not applicable")])
def test_green_uses_are_within_the_catalogue(judge, count, verdict):
    assert judge(checks.green_uses_are_within_the_catalogue, f"{count} 个") == verdict


@pytest.mark.parametrize(
    ("rule", "part", "whole"),
    [
        (checks.green_loans_within_loans, "152.18 亿元", "2453.69 亿元"),
        (checks.green_bonds_within_assets, "13.79 亿元", "4862.85 亿元"),
        (checks.platform_firms_within_deals, "108 家", "216 笔"),
    ],
)
def test_a_part_is_not_larger_than_its_whole(judge, rule, part, whole):
    unit = part.split()[1]
    assert judge(rule, part, whole) == "pass"
    assert judge(rule, f"99999 {unit}", whole) == "fail"
    assert judge(rule, f"— {unit}", whole) == "not applicable"


@pytest.mark.parametrize(
    ("firms", "clients", "verdict"),
    [("108", "108", "pass"), ("108", "109", "fail"), ("108", "—", "not applicable")],
)
def test_platform_clients_are_the_platform_firms(judge, firms, clients, verdict):
    assert judge(checks.platform_clients_are_the_platform_firms, f"{firms} 家", f"{clients} 户") == verdict


@pytest.mark.parametrize(
    ("projects", "lent", "verdict"),
    [("2", "6210.46", "pass"), ("2", "0", "fail"), ("0", "6210.46", "fail"), ("—", "—", "not applicable")],
)
def test_carbon_reduction_projects_have_lending(judge, projects, lent, verdict):
    assert judge(checks.carbon_reduction_projects_have_lending, f"{projects} 个", f"{lent} 万元") == verdict


def test_a_carbon_reduction_loan_without_amount_or_effect_is_found(bad_rows):
    """
    loan_no | amount | reduction
    CR001   | 100.00 |      3.20
    CR002   |   0.00 |      3.20
    CR003   | 100.00 |      0.00
    """
    rows = [
        {"loan_no": no, "amount": Decimal(amount), "reduction": Decimal(reduction)}
        for no, amount, reduction in (("CR001", "100", "3.2"), ("CR002", "0", "3.2"), ("CR003", "100", "0"))
    ]
    rule = checks.carbon_reduction_loans_have_a_positive_amount
    assert {r["loan_no"] for r in bad_rows(rule, records.carbon_reduction_loan, rows)} == {"CR002", "CR003"}
    assert bad_rows(rule, records.carbon_reduction_loan, rows[:1]) == []
    assert bad_rows(rule, records.carbon_reduction_loan, []) == []


@pytest.mark.parametrize(
    ("rule", "amount", "other"),
    [
        (checks.carbon_reduction_register_agrees_with_the_ledger, "6,210.46 万元", "6,210.45 万元"),
        (checks.green_series_by_industry_and_use_agree, "152.18 亿元", "152.17 亿元"),
    ],
)
def test_two_tellings_of_the_same_lending_agree(judge, rule, amount, other):
    assert judge(rule, amount, amount) == "pass"
    assert judge(rule, amount, other) == "fail"
    assert judge(rule, amount, "— 元") == "not applicable"


@pytest.mark.parametrize(
    ("bad", "bad_now", "verdict"),
    [
        ("2", "3", "pass"), ("10", "20", "pass"), ("10.01", "3", "fail"), ("2", "20.01", "fail"),
        ("—", "—", "not applicable"),
    ],
)
def test_bad_green_loans_are_within_green_loans(judge, bad, bad_now, verdict):
    given = (f"{bad}| 亿元", "10| 亿元", f"{bad_now}| 亿元", "20| 亿元")
    assert judge(checks.green_npls_within_green_loans, *given) == verdict


@pytest.mark.parametrize(
    ("bad", "bad_now", "verdict"), [("5", "5", "pass"), ("5.01", "4", "fail"), ("4", "5.01", "fail")],
)
def test_bad_green_loans_are_within_bad_loans(judge, bad, bad_now, verdict):
    assert judge(checks.green_npls_within_npls, f"{bad}| 亿元", f"{bad_now}| 亿元", "5| 亿元") == verdict
