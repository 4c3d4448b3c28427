"""Stored values for people: whole where they end, twelve digits where they do not."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qingce.core.unit import EXACT, legible


@pytest.mark.parametrize(("value", "told"), [
    (Decimal("4337.074184801514800000000000000000000000000000000000000000"), ("4337.0741848015148", True)),
    (Decimal("0.964995469468800000000000000000000000000000000000000000000001"), ("0.9649954694688", True)),
    (Decimal("15218000000.00"), ("15218000000", True)),
    (Decimal("-0.10"), ("-0.1", True)),
    (Decimal("0E+2"), ("0", True)),
    (EXACT.divide(Decimal(1), Decimal(3)), ("0.333333333333", False)),
    (EXACT.divide(Decimal("1e15"), Decimal(7)), ("142857142857143", False)),
    (EXACT.divide(Decimal("-2e-9"), Decimal(3)), ("-0.000000000666666666667", False)),
])
def test_a_stored_value_is_told_legibly(value, told):
    assert legible(value) == told
