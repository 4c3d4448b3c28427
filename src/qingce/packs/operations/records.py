"""Records of meters and of the bank's own cars."""

from qingce.core.dataset import Code, Date, Flag, OrgCode, Qty, Text, dataset


@dataset(label="能耗台账", owner="办公室", grain=("meter_no", "read_on"), estimate="estimated")
class meter:
    """每块表每月抄表一行，用量为上次抄表以来的消耗。"""

    meter_no = Text("表号")
    read_on = Date("抄表日期")
    org = OrgCode("机构")
    energy = Code("能源种类", of="energy")
    quantity = Qty("用量", places=2, low="0", doc="电为千瓦时，水与天然气为立方米")
    estimated = Flag("是否估读", optional=True, tacit=True, doc="没有实际抄表、按往月或容量估计的一行写是；空着为实抄")


@dataset(label="公务车加油台账", owner="办公室", grain=("slip_no",))
class refuelling:
    """每张加油单一行。"""

    slip_no = Text("加油单号")
    filled_on = Date("加油日期")
    org = OrgCode("机构")
    car_no = Text("车辆编号", doc="内部编号，不是车牌")
    fuel = Code("燃油种类", of="fuel")
    litres = Qty("加油量", places=2, low="0", unit="升")
