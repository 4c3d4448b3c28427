"""What the head office consumes."""

from qingce.core.metric import CUMULATIVE, FLOW, filed, metric


@metric("用电量", unit="千瓦时", kind=FLOW)
def electricity(meter):
    """报告期内各电表抄表用量合计。"""
    return meter.quantity.sum(where=meter.energy == "electricity")


@metric("用水量", unit="立方米", kind=FLOW)
def water(meter):
    """报告期内各水表抄表用量合计。"""
    return meter.quantity.sum(where=meter.energy == "water")


@metric("天然气消耗量", unit="立方米", kind=FLOW)
def natural_gas(meter):
    """报告期内各天然气表抄表用量合计。"""
    return meter.quantity.sum(where=meter.energy == "natural_gas")


@metric("公务车汽油消耗量", unit="升", kind=FLOW)
def petrol(refuelling):
    """报告期内公务车加注汽油合计。"""
    return refuelling.litres.sum(where=refuelling.fuel == "petrol")


@metric("公务车柴油消耗量", unit="升", kind=FLOW)
def diesel(refuelling):
    """报告期内公务车加注柴油合计。"""
    return refuelling.litres.sum(where=refuelling.fuel == "diesel")


online_processes = filed(
    "线下转线上流程",
    unit="条",
    kind=CUMULATIVE,
    owner="信息科技部",
    doc="办公系统上线以来由线下改为线上的审批流程条数。",
)
online_process_records = filed(
    "线上流程记录",
    unit="条",
    kind=CUMULATIVE,
    owner="信息科技部",
    doc="上述线上流程自上线以来产生的记录条数。",
)
