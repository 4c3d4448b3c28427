"""Data quality: what gives a level, and the laws by which levels are put together."""

from __future__ import annotations

import copy
import datetime as dt
import importlib.resources
from decimal import Decimal as D
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingce.core.amount import ABSENT
from qingce.core.errors import DeclarationError
from qingce.core.estimate import Estimate
from qingce.core.quality import Known, Quality, Way, judged, mean, rolled_up, weakest
from qingce.core.scale import Origin, Scale, read_scales, scale_at
from qingce.services.quality.scale import editions, methods
from qingce.services.yamlfile import read_yaml

SCALE = editions()[-1]
SOURCES = [
    Known(origin, evidence, reconciled, assured, D(share))
    for origin, evidence, reconciled, assured, share in product(
        Origin, (False, True), (False, True), (False, True), ("0", "0.01", "49.99", "50", "100"))
]
score = st.integers(10, 50).map(lambda n: D(n) / 10)
share = st.integers(0, 10_000).map(lambda n: D(n) / 100)
quality = st.builds(lambda s, e: Quality(s, Way.OWN, None, e), score, share)
value = st.decimals(min_value=-(10**15), max_value=10**15, places=2)
parts = st.lists(st.tuples(st.text("abcdef", min_size=1, max_size=6), value, quality), min_size=1, max_size=12,
                 unique_by=lambda part: part[0])

LEVELS = [
    (Known(Origin.RECORDS, reconciled=True), 1), (Known(Origin.RECORDS, assured=True), 1),
    (Known(Origin.RECORDS), 2), (Known(Origin.FILED, evidence=True, assured=True), 2),
    (Known(Origin.FILED, evidence=True), 3), (Known(Origin.FILED), 4), (Known(Origin.FILED, assured=True), 4),
    (Known(Origin.FILED, evidence=True, assured=True, estimated=D("0.01")), 4),
    (Known(Origin.RECORDS, reconciled=True, estimated=D("49.99")), 4),
    (Known(Origin.RECORDS, reconciled=True, estimated=D(50)), 5), (Known(Origin.FILED, estimated=D(100)), 5),
]


@pytest.mark.parametrize(("known", "level"), LEVELS)
def test_a_level_follows_from_what_is_known(known: Known, level: int):
    assert judged(SCALE, known).level == level


@pytest.mark.parametrize("known", SOURCES)
def test_whatever_is_known_gives_a_level_with_reason_and_advice(known: Known):
    made = judged(SCALE, known)
    assert 1 <= made.level <= 5 and made.rule is not None and made.rule.because and made.rule.better
    assert made.level >= 4 or not known.estimated, "no estimate is better than level 4"


@pytest.mark.parametrize("better", ["evidence", "reconciled", "assured"])
def test_knowing_more_never_makes_it_worse(better: str):
    for known in SOURCES:
        if not getattr(known, better):
            facts = {name: getattr(known, name) for name in ("evidence", "reconciled", "assured")} | {better: True}
            more = Known(known.origin, estimated=known.estimated, **facts)
            assert judged(SCALE, more).level <= judged(SCALE, known).level


def test_estimating_more_never_makes_it_better():
    for group in (SOURCES[start:start + 5] for start in range(0, len(SOURCES), 5)):
        assert all(judged(SCALE, a).level <= judged(SCALE, b).level for a, b in pairwise(group))


# -- laws ---------------------------------------------------------------------------------------------
@given(parts)
def test_a_derived_figure_is_as_weak_as_its_weakest_operand(found: list[tuple[str, D, Quality]]):
    made = weakest((key, one) for key, _, one in found)
    assert made is not None and made.score == max(one.score for *_, one in found)
    assert made.estimated == max(one.estimated for *_, one in found) and made.parts[0][1].score == made.score


@given(parts)
def test_a_sum_lies_between_its_parts(found: list[tuple[str, D, Quality]]):
    made = rolled_up(found)
    assert made is not None
    assert min(one.score for *_, one in found) <= made.score <= max(one.score for *_, one in found)
    assert made.score == made.score.quantize(D("0.1")), "one decimal place"
    low, high = (pick(one.estimated for *_, one in found) for pick in (min, max))
    assert low <= made.estimated <= high or (made.estimated == D("0.01") and high > 0)


@given(parts, st.randoms())
def test_the_order_of_children_does_not_matter(found: list[tuple[str, D, Quality]], random):
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rolled_up(found) == rolled_up(shuffled)
    assert weakest((k, q) for k, _, q in found) == weakest((k, q) for k, _, q in shuffled)


@given(parts)
def test_absent_parts_count_for_nothing(found: list[tuple[str, D, Quality]]):
    worst = Quality(D(5), Way.OWN, None, D(100))
    assert rolled_up([*found, ("zz", ABSENT, worst)]) == rolled_up(found)
    assert rolled_up([("zz", ABSENT, worst)]) is None and weakest([]) is None and mean([]) is None


def own(level: int, share: str = "0") -> Quality:
    return Quality(D(level), Way.OWN, None, D(share))


ROLLED = [
    ([("a", D(90), own(2)), ("b", D(10), own(4))], True, "2.2", Way.WEIGHTED),
    ([("a", D(-90), own(2)), ("b", D(-10), own(4))], True, "2.2", Way.WEIGHTED),
    ([("a", D(90), own(2)), ("b", D(-10), own(4))], True, "3.0", Way.COUNTED),
    ([("a", D(0), own(2)), ("b", D(0), own(4))], True, "3.0", Way.COUNTED),
    ([("a", D(90), own(2)), ("b", D(10), own(4))], False, "3.0", Way.COUNTED),
    ([("a", D(0), own(5)), ("b", D(10), own(2))], True, "2.0", Way.WEIGHTED),
    ([("a", D(1), own(2)), ("b", D(1), own(2)), ("c", D(1), own(3)), ("d", D(1), own(2))], True, "2.3", Way.WEIGHTED),
]


@pytest.mark.parametrize(("found", "additive", "text", "way"), ROLLED)
def test_means_are_weighted_by_value_only_where_values_add_up_and_have_one_sign(found, additive, text, way):
    made = rolled_up(found, additive=additive)
    assert made is not None and (made.text, made.way) == (text, way)


def test_what_is_estimated_at_all_does_not_round_to_nothing():
    made = rolled_up([("a", D(10**12), own(2)), ("b", D(1), own(5, "100"))])
    assert made is not None and made.estimated == D("0.01")


def test_the_chain_leads_to_the_source_that_decides():
    rolled = rolled_up([("x", D(1), own(4, "30")), ("y", D(1), own(3))])
    assert rolled is not None
    made = weakest([("sum", rolled), ("records", own(2))])
    assert made is not None and [key for key, _ in made.chain] == ["sum", "x"] and made.text == "3.5"
    assert [key for key, _ in made.estimates()] == ["x"] and made.level == 4


# -- the scale as data ----------------------------------------------------------------------------------
def raw() -> dict:
    folder = importlib.resources.files("qingce.standards").joinpath("quality")
    return copy.deepcopy(dict(read_yaml(folder / "scale.yaml")))


def test_the_scale_says_that_it_is_not_confirmed_and_no_pcaf_score():
    assert SCALE.trust == "unconfirmed" and "未核实" in SCALE.trust_text and "不是 PCAF 分值" in SCALE.trust_text
    assert set(methods()) == {"extrapolated", "area_headcount", "supplier_average", "engineering", "other"}


def test_an_edition_holds_from_its_day():
    later = raw()
    day = dt.date(2026, 1, 1)
    later["editions"][day] = copy.deepcopy(later["editions"][dt.date(2023, 1, 1)]) | {"mostly_from": 20}
    two = read_scales(later, "x")
    assert [scale_at(two, d).mostly_from for d in (dt.date(2020, 1, 1), dt.date(2025, 12, 31), day)] == [50, 50, 20]


def spoil(name: str) -> dict:
    made = raw()
    edition = made["editions"][dt.date(2023, 1, 1)]
    match name:
        case "level gone":
            del edition["levels"][3]
        case "rules leave a gap":
            edition["rules"] = [r for r in edition["rules"] if r["when"] != {"origin": "filed"}]
        case "unknown fact":
            edition["rules"][0]["when"] = {"weather": "fine"}
        case "unknown value":
            edition["rules"][0]["when"] = {"origin": "hearsay"}
        case "level 9":
            edition["rules"][0]["level"] = 9
        case "trust":
            edition["trust"] = "sure"
        case "no method":
            made["methods"] = {}
        case "no day":
            made["editions"] = {"now": edition}
        case "no source":
            del edition["source"]
    return made


@pytest.mark.parametrize("name", [
    "level gone", "rules leave a gap", "unknown fact", "unknown value", "level 9", "trust", "no method", "no day",
    "no source",
])
def test_a_scale_that_cannot_stand_is_refused(name: str):
    with pytest.raises(DeclarationError):
        read_scales(spoil(name), "scale.yaml")


WRONG = [
    (Estimate("other", D(0), "x"), "大于 0"), (Estimate("other", D("100.01"), "x"), "不超过 100"),
    (Estimate("other", D("-3"), "x"), "大于 0"), (Estimate("other", D("NaN"), "x"), "大于 0"),
    (Estimate("other", D("Infinity"), "x"), "不超过 100"), (Estimate("other", D("1.234"), "x"), "两位小数"),
    (Estimate("other", D(5), "  "), "理由"), (Estimate("other", D(5), "长" * 1001), "1000 字"),
    (Estimate("other", D("0.01"), "x"), ""), (Estimate("other", D(100), "x"), ""),
]


@pytest.mark.parametrize(("estimate", "said"), WRONG)
def test_an_estimate_needs_its_share_and_its_reason(estimate: Estimate, said: str):
    assert said in estimate.wrong and bool(said) == bool(estimate.wrong)


@given(share.filter(bool), st.text(max_size=20))
def test_an_estimate_is_read_as_it_was_written(part: D, words: str):
    made = Estimate("engineering", part, words)
    assert Estimate.read(made.facts) == made


def test_nothing_said_is_no_estimate():
    assert Estimate.read({}) is None and isinstance(SCALE, Scale)
