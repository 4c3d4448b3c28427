"""Materiality: scores, weights, decisions, sensitivity and comparison by their laws."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingce.casework.materiality import (
    CRITERIA,
    Assessment,
    Basis,
    Group,
    Item,
    Kind,
    Pillar,
    Rule,
    Thresholds,
    Topic,
    equal,
    item_line,
    placed,
    shown,
    trials_of,
)
from qingce.casework.materiality_compare import compared, ranks
from qingce.casework.materiality_sensitivity import flips, moved
from qingce.casework.materiality_weights import JUDGEMENTS, ahp, direct

SCORE = st.integers(1, 5)
FULL = st.fixed_dictionaries(dict.fromkeys((*CRITERIA, "likelihood", "magnitude", "horizon"), SCORE))
LEVEL = st.decimals("1.0", "4.5", places=1)


def half(value: str) -> Fraction:
    return Fraction(Decimal(value))


# -- one score ---------------------------------------------------------------------------------------
def test_an_impact_that_happens_already_counts_in_full():
    scores = {"likelihood": 1, "scale": 4, "scope": 2, "irremediability": 3, "horizon": 5}
    sure, perhaps = (
        item_line(Item("i", Kind.NEGATIVE, "", actual), [scores], Thresholds()) for actual in (True, False))
    weights = equal(sure.values)
    assert (sure.mean(weights), perhaps.mean(weights)) == (Fraction(3), Fraction(3, 5))


def test_what_is_far_off_counts_less_only_where_the_bank_says_so():
    far = {"likelihood": 5, "magnitude": 4, "horizon": 1}
    item, weights = Item("r", Kind.RISK, ""), {"": Fraction(1)}
    assert item_line(item, [far], Thresholds()).mean(weights) == 4
    assert item_line(item, [far], Thresholds(discount=Decimal("0.25"))).mean(weights) == 3


@settings(deadline=None)
@given(kind=st.sampled_from(Kind), scores=st.lists(FULL, min_size=1, max_size=4), actual=st.booleans())
def test_a_score_lies_within_the_scale_and_never_falls_when_an_aspect_rises(kind, scores, actual):
    item = Item("i", kind, "", actual)
    line = item_line(item, scores, Thresholds())
    weights = {**equal(line.values)}
    assert Fraction(1, 5) <= line.mean(weights) <= 5
    for aspect in item.asked:
        risen = [{**s, aspect: min(5, s[aspect] + 1)} for s in scores]
        assert item_line(item, risen, Thresholds()).mean(weights) >= line.mean(weights)


# -- weights -----------------------------------------------------------------------------------------
@st.composite
def consistent(draw):
    """Names, weights of which every ratio is one of Saaty's judgements, and those judgements."""
    powers = draw(st.lists(st.integers(0, 3), min_size=2, max_size=6))
    names = [f"g{n}" for n in range(len(powers))]
    raw = dict(zip(names, (Fraction(2) ** p for p in powers), strict=True))
    return names, raw, {(a, b): raw[a] / raw[b] for a, b in combinations(names, 2)}


@settings(deadline=None)
@given(consistent())
def test_consistent_judgements_give_back_the_exact_weights(case):
    names, raw, judged = case
    found = ahp(names, judged)
    assert found.weights == {n: raw[n] / sum(raw.values()) for n in names}
    assert (found.ratio, found.worst) == (0, None)


@settings(deadline=None)
@given(st.data(), st.integers(2, 6))
def test_weights_add_up_and_do_not_depend_on_the_order(data, size):
    names = [f"g{n}" for n in range(size)]
    judged = {pair: data.draw(st.sampled_from(JUDGEMENTS)) for pair in combinations(names, 2)}
    one, other = ahp(names, judged), ahp(names[::-1], judged)
    assert sum(one.weights.values()) == 1 and one.ratio == other.ratio >= 0
    assert all(abs(one.weights[n] - other.weights[n]) < Fraction(1, 10**12) for n in names)


def test_a_well_known_matrix_has_its_known_weights_and_ratio():
    """Three criteria judged 3, 5 and 3: priorities 0.637, 0.258, 0.105, ratio 0.033, in every textbook of AHP."""
    found = ahp("abc", {("a", "b"): Fraction(3), ("a", "c"): Fraction(5), ("b", "c"): Fraction(3)})
    assert [shown(w, 3) for w in found.weights.values()] == ["0.637", "0.258", "0.105"]
    assert f"{found.ratio:.3f}" == "0.033" and found.consistent


def test_judgements_that_contradict_each_other_are_warned_of_with_the_pair_to_look_at():
    found = ahp("abc", {("a", "b"): Fraction(5), ("b", "c"): Fraction(5), ("a", "c"): Fraction(1, 5)})
    assert not found.consistent and found.ratio > 1
    assert found.worst is not None and found.worst[:2] in set(combinations("abc", 2))


@pytest.mark.parametrize("judged", [{}, {("a", "b"): Fraction(10)}, {("a", "b"): Fraction(0)}])
def test_a_pair_without_a_judgement_of_the_scale_is_refused(judged):
    with pytest.raises(ValueError, match="每一对"):
        ahp("ab", judged)


@pytest.mark.parametrize("values", [{"a": "0", "b": "0"}, {"a": "-1", "b": "2"}, {}])
def test_direct_weights_that_cannot_be_shares_are_refused(values):
    with pytest.raises(ValueError, match="权重"):
        direct({name: Decimal(v) for name, v in values.items()})


# -- decisions ---------------------------------------------------------------------------------------
ITEMS = (Item("n", Kind.NEGATIVE, "负面"), Item("p", Kind.POSITIVE, "正面", True), Item("r", Kind.RISK, "风险"))
GROUPS = (Group("staff", "员工", True), Group("owner", "股东", True), Group("client", "客户", False),
          Group("town", "社区", False))
NAMES = [f"group:{g.id}" for g in GROUPS]


@st.composite
def assessments(draw):
    """A small round with scores, answers, weights and thresholds of any kind."""
    topics = tuple(Topic(f"t{n}", f"议题{n}", Pillar.SOCIAL, ITEMS) for n in range(draw(st.integers(1, 3))))
    shares = draw(st.lists(st.integers(1, 9), min_size=4, max_size=4))
    criteria = draw(st.lists(st.integers(1, 5), min_size=3, max_size=3))
    weights = {n: Fraction(s, sum(shares)) for n, s in zip(NAMES, shares, strict=True)}
    weights |= {f"criterion:{n}": Fraction(s, sum(criteria)) for n, s in zip(CRITERIA, criteria, strict=True)}
    limits = Thresholds(*(draw(LEVEL) for _ in range(6)), rule=draw(st.sampled_from(Rule)))
    scored = {(t.id, i.id): tuple(draw(st.lists(FULL, max_size=2))) for t in topics for i in ITEMS}
    heard = {g.id: {t.id: (n, draw(st.integers(n, 5 * n))) for t in topics if (n := draw(st.integers(0, 3)))}
             for g in GROUPS}
    return Assessment(topics, GROUPS, weights, limits, {k: v for k, v in scored.items() if v}, heard)


@settings(deadline=None)
@given(assessments())
def test_a_topic_is_material_by_one_item_and_for_the_reasons_that_its_basis_names(case):
    for one in placed(case):
        over = {i.kind for i in ITEMS if i.id in one.items and one.items[i.id] >= Fraction(case.thresholds.of(i.kind))}
        by_impact, by_money = bool(over & {Kind.POSITIVE, Kind.NEGATIVE}), Kind.RISK in over
        assert one.basis is {(1, 1): Basis.BOTH, (1, 0): Basis.IMPACT, (0, 1): Basis.FINANCIAL,
                             (0, 0): Basis.NEITHER}[by_impact, by_money]
        wide = case.thresholds.rule is Rule.EITHER and one.high
        assert one.material == (one.basis is not Basis.NEITHER or wide)


@settings(deadline=None)
@given(assessments(), st.randoms(use_true_random=False))
def test_the_order_of_topics_groups_and_assessors_decides_nothing(case, random):
    topics, groups = list(case.topics), list(case.groups)
    random.shuffle(topics)
    random.shuffle(groups)
    other = replace(case, topics=tuple(topics), groups=tuple(groups),
                    scored={k: tuple(reversed(v)) for k, v in case.scored.items()})
    assert {p.topic.id: p for p in placed(other)} == {p.topic.id: p for p in placed(case)}


def test_a_topic_of_which_nothing_was_said_is_not_material():
    topic = Topic("t", "议题", Pillar.SOCIAL)
    [one] = placed(Assessment((topic,), GROUPS, {n: Fraction(1, 4) for n in NAMES}))
    assert (one.impact, one.financial, one.inside, one.outside, one.material) == (None, None, None, None, False)


def test_a_group_of_which_nobody_answered_leaves_its_weight_to_the_others():
    topic = Topic("t", "议题", Pillar.SOCIAL)
    heard = {"staff": {"t": (2, 8)}, "client": {"t": (1, 5)}}
    [one] = placed(Assessment((topic,), GROUPS, {n: Fraction(1, 4) for n in NAMES}, heard=heard))
    assert (one.inside, one.outside, one.high) == (4, 5, True)


# -- sensitivity -------------------------------------------------------------------------------------
@settings(max_examples=60, deadline=None)
@given(assessments(), st.sampled_from([Fraction(1, 10), Fraction(1, 5), Fraction(1, 2)]))
def test_sensitivity_agrees_with_trying_every_share(case, within):
    found = flips(case, within)
    for name, share in case.weights.items():
        low, high = share * (1 - within), min(share * (1 + within), (1 + share) / 2)
        tried = {low + (high - low) * Fraction(n, 40) for n in range(41)} | {
            end for f in found if f.weight == name for end in (f.low, f.high)}
        for topic in case.topics:
            tests, now = trials_of(case, topic), trials_of(case, topic).material(case.every)
            own = [f for f in found if (f.topic, f.weight) == (topic.id, name)]
            for at in tried:
                other = tests.material(moved(case.every, name, at)) != now
                assert other == any(f.holds(at) for f in own)
            assert all(f.becomes is not now and low <= f.low <= f.high <= high for f in own)


@settings(deadline=None)
@given(assessments())
def test_weights_of_a_family_still_add_up_when_one_moves(case):
    for name in case.weights:
        there = moved(case.weights, name, Fraction(2, 5))
        family = [w for n, w in there.items() if n.partition(":")[0] == name.partition(":")[0]]
        assert sum(family) == 1 and there[name] == Fraction(2, 5)


# -- comparison --------------------------------------------------------------------------------------
def stood(topic: str, impact: str, material: bool):
    """A topic's place, as far as comparing asks for it."""
    [one] = placed(Assessment((Topic(topic, topic, Pillar.SOCIAL),), (), {}))
    return replace(one, impact=half(impact), material=material)


def test_two_rounds_tell_what_rose_what_entered_and_what_is_gone():
    before = [stood("a", "4", True), stood("b", "3", True), stood("c", "1", False), stood("x", "2", True)]
    after = [stood("a", "2", False), stood("b", "3", True), stood("c", "4", True), stood("n", "1", False)]
    found = {m.topic: (m.before, m.after, m.steps, m.change) for m in compared(before, after)}
    assert found == {"a": (1, 3, -2, "left"), "b": (2, 2, 0, ""), "c": (4, 1, 3, "entered"),
                     "n": (None, 4, 0, "new"), "x": (3, None, 0, "gone")}


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.fractions(0, 5), min_size=1, max_size=8))
def test_ranks_count_those_that_are_better(scores):
    assert ranks(scores) == {n: 1 + sum(v > scores[n] for v in scores.values()) for n in scores}


@settings(deadline=None)
@given(st.fractions(0, 5, max_denominator=1000))
def test_a_printed_score_is_the_nearest(value):
    assert abs(Fraction(Decimal(shown(value))) - value) <= Fraction(1, 200)
