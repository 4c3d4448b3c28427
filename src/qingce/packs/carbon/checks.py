"""Rules on emissions."""

from qingce.core.check import ERROR, NOTE, WARNING, check


@check(severity=ERROR, cites="报告第 618-628 行")
def emissions_are_the_sum_of_scopes(operational_emissions, scope1_emissions, scope2_emissions):
    """自身运营碳排放总量应等于范围 1 与范围 2 之和，当年、上年与变动都成立。"""
    change = operational_emissions - operational_emissions.prior
    return [
        operational_emissions == scope1_emissions + scope2_emissions,
        operational_emissions.prior == scope1_emissions.prior + scope2_emissions.prior,
        change == (scope1_emissions - scope1_emissions.prior) + (scope2_emissions - scope2_emissions.prior),
    ]


@check(severity=WARNING, cites="报告第 624-628 行")
def emissions_fell(operational_emissions, scope1_emissions, scope2_emissions):
    """碳排放总量、范围 1 与范围 2 均较上年下降。"""
    return [
        operational_emissions < operational_emissions.prior,
        scope1_emissions < scope1_emissions.prior,
        scope2_emissions < scope2_emissions.prior,
    ]


@check(severity=NOTE)
def bought_electricity_dominates(scope1_emissions, scope2_emissions):
    """办公楼以购入电力为主，范围 2 应大于范围 1；相反时请复核用量单位。"""
    return scope2_emissions > scope1_emissions


@check(severity=ERROR)
def energy_is_not_less_than_its_electricity(energy_consumption, electricity):
    """能源消耗总量包含外购电力，不小于用电量折算的热量。"""
    return energy_consumption >= electricity
