"""Rules on inclusive finance, held against cases that pass, fail and do not apply."""

import pytest

from qingce.packs.inclusive import checks


@pytest.mark.parametrize(
    ("small", "citizens", "total", "verdict"),
    [
        ("137.94", "33.27", "2453.69", "pass"),
        ("2453.70", "33.27", "2453.69", "fail"),
        ("137.94", "2453.70", "2453.69", "fail"),
        ("137.94", "33.27", "—", "not applicable"),
    ],
)
def test_inclusive_loans_within_loans(judge, small, citizens, total, verdict):
    given = (f"{small} 亿元", f"{citizens} 亿元", f"{total} 亿元")
    assert judge(checks.inclusive_loans_within_loans, *given) == verdict


@pytest.mark.parametrize(
    ("balance", "verdict"), [("33.27|28.31", "pass"), ("28.31|33.27", "fail"), ("33.27", "not applicable")]
)
def test_new_citizen_loans_grew(judge, balance, verdict):
    assert judge(checks.new_citizen_loans_grew, f"{balance} 亿元") == verdict


@pytest.mark.parametrize(
    ("issued", "to_date", "verdict"),
    [("3.65", "40.16", "pass"), ("40.17", "40.16", "fail"), ("3.65", "—", "not applicable")],
)
def test_worker_cards_issued_within_cards_to_date(judge, issued, to_date, verdict):
    assert (
        judge(checks.worker_cards_issued_within_cards_to_date, f"{issued} 万张", f"{to_date} 万张") == verdict
    )
