"""Emissions of the head office, from the printed consumption to the printed tonnes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

import qingce.packs.carbon as pack
from qingce.core.amount import Amount
from qingce.core.errors import DeclarationError, UnitError
from qingce.core.factor import Factor, read_factor
from qingce.core.metric import Metric
from qingce.core.period import Period
from qingce.core.unit import EXACT
from qingce.packs.carbon import metrics

ROOM = Path(str(pack.__file__)).parent / "factors"
POLICY = {"grid_electricity": {"region": "西北", "vintage": "2022"}}
USED = {
    "2024": {
        "natural_gas": "17722.50 立方米",
        "petrol": "15526.93 升",
        "diesel": "357.96 升",
        "electricity": "7277126.00 千瓦时",
    },
    "2023": {
        "natural_gas": "18312.00 立方米",
        "petrol": "16932.60 升",
        "diesel": "370.06 升",
        "electricity": "7388755.00 千瓦时",
    },
}


@cache
def factors() -> Mapping[str, Factor]:
    """Every factor of the pack, by name."""
    return {
        name: read_factor(name, raw, path.name)
        for path in sorted(ROOM.glob("*.yaml"))
        for name, raw in yaml.safe_load(path.read_text(encoding="utf-8")).items()
    }


def answer(name: str, period: str, used: Mapping[str, str]) -> Amount:
    """A metric of the pack, worked out from consumption and the factors in force."""
    if name in used:
        number, _, unit = used[name].partition(" ")
        return Amount.of(number, unit)
    known = factors()
    if name in known:
        return known[name].amount(known[name].at(Period.parse(period), POLICY.get(name)))
    metric: Metric = getattr(metrics, name)
    method = metric.methods[0]
    return Amount.to(method.body(*(answer(p, period, used) for p in method.params)), metric.unit)


@pytest.mark.parametrize(
    ("name", "this_year", "last_year"),
    [
        ("scope1_emissions", "74.86", "79.37"),
        ("scope2_emissions", "4,262.21", "4,327.59"),
        ("operational_emissions", "4,337.07", "4,406.96"),
    ],
)
def test_emissions_are_the_printed_ones_in_both_years(name, this_year, last_year):
    assert answer(name, "2024", USED["2024"]).text() == f"{this_year} 吨CO2"
    assert answer(name, "2023", USED["2023"]).text() == f"{last_year} 吨CO2"


@pytest.mark.parametrize(
    ("name", "change"),
    [("scope1_emissions", "-4.51"), ("scope2_emissions", "-65.38"), ("operational_emissions", "-69.89")],
)
def test_changes_come_from_unrounded_values(name, change):
    difference = answer(name, "2024", USED["2024"]) - answer(name, "2023", USED["2023"])
    assert difference.text() == f"{change} 吨CO2"


def test_petrol_measured_in_kilograms_is_refused():
    with pytest.raises(UnitError):
        answer("petrol_emissions", "2024", USED["2024"] | {"petrol": "15526.93 千克"})


def test_the_provincial_factor_would_give_another_total():
    electricity, grid = answer("electricity", "2024", USED["2024"]), factors()["grid_electricity"]
    provincial = grid.at(Period.parse("2024"), {"region": "甘肃", "vintage": "2022"})
    assert (electricity * grid.amount(provincial)).to("吨CO2").text() == "3,472.64 吨CO2"


def test_every_edition_names_a_known_source_and_its_trust():
    sources = yaml.safe_load((ROOM.parent / "sources.yaml").read_text(encoding="utf-8"))
    for factor in factors().values():
        for edition in factor.editions:
            assert edition.source in sources, edition.id
            assert edition.trust in {"verified", "unconfirmed"}, edition.id
            assert edition.value > 0, edition.id


def test_a_region_and_vintage_names_one_edition():
    for factor in factors().values():
        ids = [edition.id for edition in factor.editions]
        assert len(ids) == len(set(ids)), factor.name


def test_no_policy_among_many_series_is_refused():
    with pytest.raises(DeclarationError, match="chooses none"):
        factors()["grid_electricity"].at(Period.parse("2024"))


def test_the_ratio_of_molar_masses_is_kept_exactly():
    ratio = factors()["co2_per_carbon"].at(Period.parse("2024"))
    assert ratio.written == "44/12"
    assert abs(EXACT.multiply(ratio.value, Decimal(12)) - 44) < Decimal("1e-50")


def test_energy_adds_kilowatt_hours_and_heat_in_one_unit():
    """7,277,126 kWh are 26,197.65 GJ; gas, petrol and diesel add 689.95, 507.80 and 13.03."""
    assert answer("energy_consumption", "2024", USED["2024"]).text() == "27,408.43 GJ"
