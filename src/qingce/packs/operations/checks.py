"""Rules on consumption."""

from qingce.core.check import ERROR, WARNING, check


@check(severity=WARNING, cites="报告第 612-615 行")
def building_consumption_fell(electricity, water, natural_gas):
    """用电量、用水量、天然气消耗量均较上年下降。"""
    return [
        electricity < electricity.prior,
        water < water.prior,
        natural_gas < natural_gas.prior,
    ]


@check(severity=WARNING, cites="报告第 583-584 行")
def car_fuel_fell(petrol, diesel):
    """公务车汽油、柴油消耗量均较上年下降。"""
    return [petrol < petrol.prior, diesel < diesel.prior]


@check(severity=ERROR)
def meters_never_run_backwards(meter):
    """能耗台账中每次抄表的用量不小于零。"""
    return meter.filter(meter.quantity < 0)


@check(severity=ERROR)
def refuelling_slips_have_litres(refuelling):
    """每张加油单的加油量大于零。"""
    return refuelling.filter(refuelling.litres <= 0)


@check(severity=WARNING, cites="报告第 563-564 行")
def processes_leave_records(online_processes, online_process_records):
    """线上流程均已使用，流程条数不大于流程记录条数。"""
    return online_processes <= online_process_records
