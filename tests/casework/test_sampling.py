"""A sample anybody can draw again: the same everywhere, of exactly its size, and true to its chances."""

from __future__ import annotations

import doctest
import random
from collections import Counter
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qingce.casework import projection, sampling
from qingce.casework.projection import Outcome, Result, project
from qingce.casework.sampling import LARGEST, Draw, Method, Unit, draw, frame_hash
from qingce.core.errors import Refused

AMOUNTS = st.decimals(min_value=D("0.01"), max_value=D("10000000"), places=2, allow_nan=False, allow_infinity=False)
UNITS = st.lists(st.tuples(AMOUNTS, st.sampled_from(["B01", "B02", "B03"])), min_size=1, max_size=60)


@st.composite
def frames(draws: st.DrawFn) -> list[Unit]:
    """A frame of loans with amounts and branches."""
    return [Unit(f"L{n}", amount, branch) for n, (amount, branch) in enumerate(draws(UNITS))]


def taken(frame: list[Unit], method: Method, size: int, seed: str = "1") -> Draw:
    return draw(frame, method, size, seed, top=max(1, size // 3))


def ids(made: Draw) -> list[str]:
    return [each.unit.id for each in made.drawn]


def least(frame: list[Unit], method: Method) -> int:
    return len({unit.stratum for unit in frame}) if method is Method.STRATIFIED else 1


@pytest.mark.parametrize("module", [sampling, projection], ids=lambda m: m.__name__)
def test_the_examples_run(module):
    assert doctest.testmod(module).failed == 0 and doctest.testmod(module).attempted > 3


@pytest.mark.parametrize("method", Method)
@settings(max_examples=60, deadline=None)
@given(data=st.data(), frame=frames(), seed=st.text(alphabet="0123456789ab", min_size=1, max_size=8))
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_frame(method, data, frame, seed):
    size = data.draw(st.integers(least(frame, method), len(frame))) if len(frame) >= least(frame, method) else 1
    mixed = data.draw(st.permutations(frame))
    first = taken(frame, method, size, seed)
    assert taken(list(mixed), method, size, seed) == first
    assert first.frame == frame_hash(mixed)


@pytest.mark.parametrize("method", Method)
@settings(max_examples=80, deadline=None)
@given(data=st.data(), frame=frames())
def test_a_sample_has_exactly_its_size_and_nothing_twice(method, data, frame):
    size = data.draw(st.integers(least(frame, method), len(frame)))
    made = taken(frame, method, size)
    wanted = len(frame) if method is Method.ALL else size
    assert len(made.drawn) == wanted == len(set(ids(made)))
    assert set(ids(made)) <= {unit.id for unit in frame}


@settings(max_examples=150, deadline=None)
@given(data=st.data(), frame=frames())
def test_of_monetary_units_everything_at_or_above_the_interval_is_in(data, frame):
    size = data.draw(st.integers(1, len(frame)))
    made = taken(frame, Method.MONETARY_UNIT, size)
    interval = Fraction(sum(u.amount for u in frame)) / size
    assert {u.id for u in frame if Fraction(u.amount) >= interval} <= {d.unit.id for d in made.drawn if d.certain}
    assert all(d.weight == 1 if d.certain else d.weight > 1 for d in made.drawn)


@settings(max_examples=80, deadline=None)
@given(data=st.data(), frame=frames())
def test_what_a_sample_of_monetary_units_speaks_for_is_the_whole_amount(data, frame):
    made = taken(frame, Method.MONETARY_UNIT, data.draw(st.integers(1, len(frame))))
    assert sum(d.weight * Fraction(d.unit.amount) for d in made.drawn) == Fraction(made.total)


@pytest.mark.parametrize("method", [Method.RANDOM, Method.SYSTEMATIC, Method.STRATIFIED, Method.TOP])
@settings(max_examples=60, deadline=None)
@given(data=st.data(), frame=frames())
def test_the_weights_add_up_to_the_number_of_units(method, data, frame):
    made = taken(frame, method, data.draw(st.integers(least(frame, method), len(frame))))
    rest_is_drawn = method is not Method.TOP or made.size > made.top or made.count == made.top
    assert not rest_is_drawn or sum(d.weight for d in made.drawn) == made.count


def test_over_many_seeds_each_unit_comes_as_often_as_its_chance():
    frame = [Unit(f"L{n}", D(n)) for n in range(1, 11)]
    rounds = 2000
    for method in (Method.RANDOM, Method.SYSTEMATIC, Method.MONETARY_UNIT):
        seen = Counter(each for seed in range(rounds) for each in ids(draw(frame, method, 3, str(seed))))
        chance = {d.unit.id: 1 / d.weight for seed in range(40) for d in draw(frame, method, 3, str(seed)).drawn}
        for name, count in seen.items():
            # five standard deviations: the seeds are fixed, so this either holds or does not
            spread = 5 * (rounds * float(chance[name]) * (1 - float(chance[name]))) ** 0.5
            assert abs(count - rounds * float(chance[name])) <= spread, (method, name)


def test_what_has_no_positive_amount_stands_outside_of_monetary_units():
    frame = [Unit("a", D(5)), Unit("b", D(0)), Unit("c", D(-3)), Unit("d", D(7))]
    made = draw(frame, Method.MONETARY_UNIT, 2, "1")
    assert sorted(ids(made)) == ["a", "d"] and made.outside == 2


def test_the_frame_hash_moves_with_any_id_amount_or_stratum():
    frame = [Unit("a", D(5), "x"), Unit("b", D(6), "x")]
    others = ([Unit("a", D("5.01"), "x"), frame[1]], [Unit("A", D(5), "x"), frame[1]], [Unit("a", D(5), "y"), frame[1]])
    assert len({frame_hash(frame), *map(frame_hash, others)}) == 4
    assert frame_hash([Unit("a", D("5.00"), "x"), frame[1]]) == frame_hash(frame)


@pytest.mark.parametrize(("frame", "method", "size", "seed", "words"), [
    ([], Method.RANDOM, 1, "1", "总体是空的"),
    ([Unit("a"), Unit("a")], Method.RANDOM, 1, "1", "编号相同"),
    ([Unit("a"), Unit("b")], Method.RANDOM, 1, "  ", "种子"),
    ([Unit("a"), Unit("b")], Method.RANDOM, 3, "1", "样本量"),
    ([Unit("a"), Unit("b")], Method.RANDOM, 0, "1", "样本量"),
    ([Unit("a"), Unit("b")], Method.MONETARY_UNIT, 1, "1", "金额为正"),
    ([Unit("a", stratum="x"), Unit("b", stratum="y")], Method.STRATIFIED, 1, "1", "每层至少一项"),
    ([Unit(str(n)) for n in range(LARGEST + 1)], Method.ALL, 0, "1", "一次最多"),
])
def test_what_cannot_be_drawn_is_refused_in_words(frame, method, size, seed, words):
    with pytest.raises(Refused, match=words):
        draw(frame, method, size, seed)


def test_strata_of_very_different_size_each_get_one():
    frame = [Unit(f"a{n}", stratum="a") for n in range(98)] + [Unit("b", stratum="b"), Unit("c", stratum="c")]
    made = draw(frame, Method.STRATIFIED, 10, "1")
    assert Counter(d.unit.stratum for d in made.drawn) == {"a": 8, "b": 1, "c": 1}


# -- projection -------------------------------------------------------------------------------------
def test_the_estimate_is_right_on_the_average_of_all_seeds():
    """Half of the loans are overstated by a tenth: over many samples the estimates lie around the truth."""
    made = random.Random(7)
    frame = [Unit(f"L{n}", D(made.randrange(100, 90_000))) for n in range(60)]
    wrong = {u.id: (u.amount / 10).quantize(D("0.01")) for u in frame if int(u.id[1:]) % 2}
    truth = sum(wrong.values())
    for method in (Method.RANDOM, Method.SYSTEMATIC, Method.MONETARY_UNIT):
        rounds = 400
        total = D(0)
        for seed in range(rounds):
            found = draw(frame, method, 12, str(seed))
            total += project([_tested(d, wrong) for d in found.drawn], method, found.interval).projected
        assert abs(total / rounds - truth) < truth * D("0.06"), method


def _tested(each: sampling.Drawn, wrong: dict[str, D]) -> Result:
    outcome = Outcome.EXCEPTION if each.unit.id in wrong else Outcome.AGREE
    return Result(each.unit.amount, each.weight, each.certain, outcome, wrong.get(each.unit.id, D(0)))


def test_the_limit_of_a_clean_sample_is_three_intervals():
    clean = [Result(D(10), Fraction(10), False, Outcome.AGREE) for _ in range(5)]
    said = project(clean, Method.MONETARY_UNIT, Fraction(100))
    assert (said.projected, said.upper, said.rate, said.whole) == (D("0.00"), D("300.00"), D("0.00"), True)


def test_where_all_was_looked_at_nothing_is_estimated():
    each = [Result(D(10), Fraction(1), True, Outcome.EXCEPTION, D(4)), Result(D(9), Fraction(1), True, Outcome.AGREE)]
    said = project(each, Method.MONETARY_UNIT, Fraction(5))
    assert said.projected == said.upper == said.known == D(4)


def test_an_understatement_lowers_the_estimate_and_not_the_limit():
    each = [Result(D(10), Fraction(10), False, Outcome.EXCEPTION, D(-5))]
    said = project(each, Method.MONETARY_UNIT, Fraction(100))
    assert (said.projected, said.upper) == (D("-50.00"), D("300.00"))


def test_what_was_not_tested_leaves_the_estimate_open():
    said = project([Result(D(10), Fraction(2), False, None), Result(D(10), Fraction(2), False, Outcome.NOT_TESTED)],
                   Method.RANDOM)
    assert said.open == 2 and not said.whole and said.tested == 0
