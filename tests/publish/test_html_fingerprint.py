"""What the web edition is made anew for: whatever a figure says."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from qingce.publish.html import FactorCard, FigureCard, FileCard, OperandCard
from qingce.publish.html.site import metric_fingerprint
from tests.publish import html_case as case


def altered(card: FigureCard, name: str) -> FigureCard:
    """The card with something else in one of its fields."""
    old = getattr(card, name)
    return replace(card, **{name: old[1:] if isinstance(old, tuple) else f"{old}改"})


@pytest.mark.parametrize("name", [field.name for field in fields(FigureCard) if field.name not in ("key", "metric")])
def test_whatever_a_figure_says_makes_its_metric_anew(name: str) -> None:
    site = case.site()
    factor, file = FactorCard("因子", "1", "吨", "出处", "verified"), FileCard("loan.csv", "ab")
    operand = OperandCard(case.TONNES, "电力", "1 吨")
    figures = {key: replace(card, factors=(factor,), files=(file,), operands=(operand,))
               for key, card in site.figures.items()}
    whole = replace(site, figures=figures)
    other = replace(site, figures={**figures, case.TONNES: altered(figures[case.TONNES], name)})
    card = site.metrics[figures[case.TONNES].metric]
    assert metric_fingerprint(card, whole) == metric_fingerprint(card, replace(site, figures=dict(figures)))
    assert metric_fingerprint(card, other) != metric_fingerprint(card, whole)
