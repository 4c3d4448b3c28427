"""Metric cards, and a registry in which a pack was left out."""

from __future__ import annotations

import re

import pytest

from qingce.core.errors import DeclarationError
from qingce.services.cards import metric_cards
from qingce.services.content import load_registry


def test_a_card_names_what_it_needs_in_chinese_with_the_identifier():
    [card] = metric_cards(None, "diesel_emissions")
    assert card.facts()["依赖"].startswith("柴油消耗热量（diesel_heat）、柴油单位热值含碳量（diesel_carbon_content）")


def test_a_card_prints_every_edition_of_its_factors_with_day_source_and_trust():
    [card] = metric_cards(None, "diesel_emissions")
    lines = card.factor_lines()
    assert any(line.startswith("柴油单位热值含碳量 20.2 tC/TJ（自 2013-10-15 起），") for line in lines)
    assert {line.rpartition("，")[2] for line in lines} == {"来源已核实", "来源待核实"}


def test_a_factor_without_a_unit_leaves_no_gap():
    [card] = metric_cards(None, "diesel_emissions")
    assert any(line.startswith("碳氧化率 1（自") for line in card.factor_lines())


def test_every_column_in_a_formula_has_a_chinese_label():
    assert [(c.name, found) for c in metric_cards(None) if (found := re.findall(r"\[[a-z_]+\]", c.formula))] == []


def test_the_pack_that_was_left_out_is_named():
    everything = tuple(load_registry(None).packs)
    named = r"Built-in pack 'workforce' \(.+\) declares it: add 'workforce' to packs"
    with pytest.raises(DeclarationError, match=named):
        load_registry(None, tuple(name for name in everything if name != "workforce"))


def test_a_name_that_no_pack_has_names_none(tmp_path):
    pack = tmp_path / "packs" / "own"
    pack.mkdir(parents=True)
    (pack / "__init__.py").write_text('"""Own. 自有。"""\nLABEL = "自有"\n', encoding="utf-8")
    (pack / "metrics.py").write_text(
        'from qingce.core.metric import metric\n\n@metric("甲", unit="元")\ndef alpha(no_such_thing):\n'
        '    """甲。"""\n    return no_such_thing\n', encoding="utf-8",
    )
    with pytest.raises(DeclarationError) as refused:
        load_registry(tmp_path, ())
    assert "asks for 'no_such_thing'" in str(refused.value)
    assert "Built-in" not in str(refused.value)
