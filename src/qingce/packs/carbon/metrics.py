"""Scope 1 from fuels, scope 2 from bought electricity; only CO2, as the PBOC template asks.

The bodies are dimension-checked: volume × energy/volume × carbon/energy × CO2/carbon is CO2.
"""

from qingce.core.metric import FLOW, metric


@metric("天然气燃烧排放", unit="吨CO2", kind=FLOW)
def natural_gas_emissions(natural_gas, natural_gas_heat_value, natural_gas_carbon_content, fuel_oxidation, co2_per_carbon):
    """天然气消耗量 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return natural_gas * natural_gas_heat_value * natural_gas_carbon_content * fuel_oxidation * co2_per_carbon


@metric("汽油燃烧排放", unit="吨CO2", kind=FLOW)
def petrol_emissions(petrol, petrol_density, petrol_heat_value, petrol_carbon_content, fuel_oxidation, co2_per_carbon):
    """汽油消耗量 × 密度 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return petrol * petrol_density * petrol_heat_value * petrol_carbon_content * fuel_oxidation * co2_per_carbon


@metric("柴油燃烧排放", unit="吨CO2", kind=FLOW)
def diesel_emissions(diesel, diesel_density, diesel_heat_value, diesel_carbon_content, fuel_oxidation, co2_per_carbon):
    """柴油消耗量 × 密度 × 低位发热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return diesel * diesel_density * diesel_heat_value * diesel_carbon_content * fuel_oxidation * co2_per_carbon


@metric("直接碳排放（范围 1）", unit="吨CO2", kind=FLOW)
def scope1_emissions(natural_gas_emissions, petrol_emissions, diesel_emissions):
    """天然气、公务车汽油与柴油燃烧产生的二氧化碳排放之和。"""
    return natural_gas_emissions + petrol_emissions + diesel_emissions


@metric("间接碳排放（范围 2）", unit="吨CO2", kind=FLOW)
def scope2_emissions(electricity, grid_electricity):
    """用电量 × 电力二氧化碳排放因子；两年采用项目选定的同一因子。"""
    return electricity * grid_electricity


@metric("自身运营碳排放总量", unit="吨CO2", kind=FLOW)
def operational_emissions(scope1_emissions, scope2_emissions):
    """直接碳排放（范围 1）与间接碳排放（范围 2）之和。"""
    return scope1_emissions + scope2_emissions
