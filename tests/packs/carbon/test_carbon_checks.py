"""Rules on emissions, held against cases that pass, fail and do not apply."""

import pytest

from qingce.packs.carbon import checks


@pytest.mark.parametrize(
    ("total", "verdict"),
    [
        ("4337.07|4406.96", "pass"),
        ("4337.06|4406.96", "fail"),
        ("4337.07|4406.90", "fail"),
        ("—", "not applicable"),
    ],
)
def test_emissions_are_the_sum_of_scopes(judge, total, verdict):
    given = (f"{total} 吨CO2", "74.86|79.37 吨CO2", "4262.21|4327.59 吨CO2")
    assert judge(checks.emissions_are_the_sum_of_scopes, *given) == verdict


@pytest.mark.parametrize(
    ("scope1", "verdict"),
    [("74.86|79.37", "pass"), ("79.37|74.86", "fail"), ("74.86|74.86", "fail")],
)
def test_emissions_fell(judge, scope1, verdict):
    given = ("4337.07|4406.96 吨CO2", f"{scope1} 吨CO2", "4262.21|4327.59 吨CO2")
    assert judge(checks.emissions_fell, *given) == verdict


def test_emissions_without_a_prior_year_cannot_be_said_to_fall(judge):
    given = ("4337.07 吨CO2", "74.86 吨CO2", "4262.21 吨CO2")
    assert judge(checks.emissions_fell, *given) == "not applicable"


@pytest.mark.parametrize(
    ("scope1", "scope2", "verdict"),
    [("74.86", "4262.21", "pass"), ("748600", "4262.21", "fail"), ("—", "4262.21", "not applicable")],
)
def test_bought_electricity_dominates(judge, scope1, scope2, verdict):
    assert judge(checks.bought_electricity_dominates, f"{scope1} 吨CO2", f"{scope2} 吨CO2") == verdict


@pytest.mark.parametrize(
    ("energy", "verdict"), [("27408.43", "pass"), ("20000", "fail"), ("—", "not applicable")]
)
def test_energy_is_not_less_than_its_electricity(judge, energy, verdict):
    given = (f"{energy} GJ", "7277126 千瓦时")
    assert judge(checks.energy_is_not_less_than_its_electricity, *given) == verdict
