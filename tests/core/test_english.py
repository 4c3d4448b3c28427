"""The English print: the same digits, the same interval, read back by the reader that judges foreign reports."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.audit.number import find
from qingce.core.english import Moved, UnitWord, heading, joined, power_of, rounded
from qingce.core.unit import Unit, unit

UNITS = {
    "元": UnitWord(before="RMB", head="RMB"), "千瓦时": UnitWord(after="kWh", head="kWh"),
    "户": UnitWord(head="clients"),
}
VALUES = st.decimals(min_value="-99999999999", max_value="99999999999", places=9)


def interval(number: Decimal, places: int, scale: Decimal) -> tuple[Decimal, Decimal]:
    """Between which true values a print stands: half a step of its last digit either way, in ones."""
    half = Decimal(5).scaleb(-places - 1)
    return (number - half) * scale, (number + half) * scale


def read(text: str) -> tuple[Decimal, int, Decimal]:
    """What a stranger reads in an English print: number, places, scale."""
    sign = -1 if text.startswith("-") else 1
    words = text.lstrip("-").removeprefix("RMB").split()
    scale = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}.get(words[1] if len(words) > 1 else "", 0)
    digits = words[0].replace(",", "")
    return sign * Decimal(digits), len(digits.partition(".")[2]), Decimal(1).scaleb(scale)


@given(value=VALUES, places=st.integers(0, 6), column=st.booleans(),
       name=st.sampled_from(["亿元", "万元", "元", "万户", "亿户", "户", "万千瓦时"]))
def test_the_english_print_stands_for_exactly_the_interval_of_the_chinese_print(value, places, column, name):
    shown: Unit = unit(name)
    printed = rounded(value, places)
    counted, power = power_of(shown)
    chinese = interval(printed, places, Decimal(10) ** power)
    english = joined(Moved.of(printed, places, power, column), UNITS[counted])
    assert interval(*read(english)) == chinese
    assert [c for c in english if c.isdigit() and c != "0"] == [
        c for c in f"{printed:f}" if c.isdigit() and c != "0"], "digits are moved, not made or lost"


@given(value=st.integers(1, 10**6), places=st.integers(1, 3), name=st.sampled_from(["亿元", "万元"]))
def test_the_reader_of_foreign_reports_reads_both_prints_alike(value, places, name):
    number = Decimal(value).scaleb(-places)
    _, power = power_of(unit(name))
    english = joined(Moved.of(number, places, power), UNITS["元"])
    (left,) = find(f"余额 {unit(name).print(number, places)} {name}。")
    (right,) = find(f"The balance was {english}.")
    assert (left.value * left.scale, left.dimension) == (right.value * right.scale, right.dimension)
    if right.step:  # a print without decimals at scale one is read as a count, which is exact
        assert (left.low, left.high) == (right.low, right.high)


@given(said=st.integers(1, 10**9), name=st.sampled_from(["亿元", "万户", "户"]))
def test_a_threshold_is_the_same_number(said, name):
    _, power = power_of(unit(name))
    number, _, scale = read(Moved.exact(Decimal(said), power).text)
    assert number * scale == Decimal(said) * 10**power


@pytest.mark.parametrize(("printed", "places", "power", "text"), [
    ("305.60", 2, 8, "30.560 billion"), ("108.03", 2, 8, "10.803 billion"), ("4.80", 2, 8, "480 million"),
    ("4.8", 1, 8, "0.48 billion"), ("23.50", 2, 4, "235.0 thousand"), ("0.00", 2, 8, "0.000 billion"),
    ("-0.30", 2, 8, "-30 million"), ("12345.67", 2, 8, "1.234567 trillion"), ("5", 0, 4, "0.05 million"),
])
def test_prints_as_they_stand_in_the_guide(printed, places, power, text):
    assert Moved.of(Decimal(printed), places, power).text == text


def test_a_column_has_one_scale():
    texts = [Moved.of(Decimal(v), 2, 8, column=True).text for v in ("0.01", "3.42", "4862.85")]
    assert texts == ["0.001 billion", "0.342 billion", "486.285 billion"]
    assert heading(unit("亿元"), 2, UNITS) == "RMB billion"
    assert heading(unit("万户"), 2, UNITS) == "thousand clients"
