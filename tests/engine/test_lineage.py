"""A lineage record's text: canonical JSON, whatever is in it, so that its id tells records apart."""

from __future__ import annotations

import json

import pytest

from qingce.engine.lineage import Input, Lineage, UsedFactor, name_of

FILE = Input("records/loan.csv", "ab" * 32, 3, True, "loan")
FACTOR = UsedFactor("grid", "电网", "2022", "0.5366", "吨CO2/MWh", "公告", "2024-12", "verified")


@pytest.mark.parametrize("record", [
    Lineage("loan", "computed", "余额", "“余额”\n合计", sql='SELECT "a" FROM t\\x', inputs=(FILE, FILE)),
    Lineage("loan", "derived", "余额\u2028", "a ÷ b", factors=(FACTOR,), operands=("a/H/2024", "b/H/2024/use=x")),
    Lineage("loan", "filed", "", "填报", extra={"method": "other", "a": "先"}, source="\ud800 登记册"),
])
def test_the_text_is_that_of_plain_json(record: Lineage):
    plain = json.dumps(record.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert record.text == plain


def test_records_that_differ_in_one_word_have_different_ids():
    one, two = (Lineage("loan", "computed", "余额", "合计", sql=f"SELECT {n}") for n in (1, 2))
    assert name_of(one.text) != name_of(two.text)
