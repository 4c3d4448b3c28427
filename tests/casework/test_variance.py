"""When a difference from last year must be explained."""

from __future__ import annotations

from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.casework.variance import Prior, variance

CASES = [
    # value, last year, tolerance, must be explained, said
    ("120", "100", "0.20", False, "+20.00%"),
    ("120.01", "100", "0.20", True, "+20.01%"),
    ("80", "100", "0.20", False, "-20.00%"),
    ("79.99", "100", "0.20", True, "-20.01%"),
    ("100", "100", "0", False, "持平"),
    ("100.01", "100", "0", True, "+0.01%"),
    ("-130", "-100", "0.20", True, "-30.00%"),
    ("5", "0", "0.20", True, "上年为 0"),
    ("0", "0", "0.20", False, "持平"),
    ("0", "100", "0.20", True, "-100.00%"),
    ("500", "100", None, False, "+400.00%"),
]


@pytest.mark.parametrize(("value", "prior", "tolerance", "beyond", "said"), CASES)
def test_beyond_the_tolerance_a_reason_is_needed(value, prior, tolerance, beyond, said):
    found = variance(D(value), Prior(D(prior), "2023"), None if tolerance is None else D(tolerance))
    assert found is not None
    assert (found.beyond, found.text) == (beyond, said)


def test_without_last_year_there_is_no_difference():
    assert variance(D(1), None, D(0)) is None


@given(st.decimals(-10**12, 10**12, places=2), st.decimals(-10**12, 10**12, places=2))
def test_a_third_more_is_judged_by_the_product_not_by_a_rounded_quotient(value, prior):
    found = variance(value, Prior(prior, ""), D("0.2"))
    assert found is not None
    assert found.beyond == (abs(value - prior) > abs(prior) / 5)
