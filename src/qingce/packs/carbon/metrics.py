"""Scope 1 from fuels, scope 2 from bought electricity; only CO2, as the PBOC template asks.

The bodies are dimension-checked: volume × energy/volume × carbon/energy × CO2/carbon is CO2.
"""

from qingce.core.metric import FLOW, metric


# 燃料热量
@metric("天然气消耗热量", unit="GJ", kind=FLOW)
def natural_gas_heat(natural_gas, natural_gas_heat_value):
    """天然气消耗量 × 低位发热量。"""
    return natural_gas * natural_gas_heat_value


@metric("汽油消耗热量", unit="GJ", kind=FLOW)
def petrol_heat(petrol, petrol_density, petrol_heat_value):
    """汽油消耗量 × 密度 × 低位发热量。"""
    return petrol * petrol_density * petrol_heat_value


@metric("柴油消耗热量", unit="GJ", kind=FLOW)
def diesel_heat(diesel, diesel_density, diesel_heat_value):
    """柴油消耗量 × 密度 × 低位发热量。"""
    return diesel * diesel_density * diesel_heat_value


@metric("能源消耗总量", unit="GJ", kind=FLOW)
def energy_consumption(electricity, natural_gas_heat, petrol_heat, diesel_heat):
    """外购电力与天然气、汽油、柴油消耗的热量之和，电力按 1 千瓦时等于 3.6 兆焦折算。"""
    return electricity + natural_gas_heat + petrol_heat + diesel_heat


# 排放
@metric("天然气燃烧排放", unit="吨CO2", kind=FLOW)
def natural_gas_emissions(natural_gas_heat, natural_gas_carbon_content, fuel_oxidation, co2_per_carbon):
    """天然气消耗热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return natural_gas_heat * natural_gas_carbon_content * fuel_oxidation * co2_per_carbon


@metric("汽油燃烧排放", unit="吨CO2", kind=FLOW)
def petrol_emissions(petrol_heat, petrol_carbon_content, fuel_oxidation, co2_per_carbon):
    """汽油消耗热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return petrol_heat * petrol_carbon_content * fuel_oxidation * co2_per_carbon


@metric("柴油燃烧排放", unit="吨CO2", kind=FLOW)
def diesel_emissions(diesel_heat, diesel_carbon_content, fuel_oxidation, co2_per_carbon):
    """柴油消耗热量 × 单位热值含碳量 × 碳氧化率 × 44/12。"""
    return diesel_heat * diesel_carbon_content * fuel_oxidation * co2_per_carbon


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
