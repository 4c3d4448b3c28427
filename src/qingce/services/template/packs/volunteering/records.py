"""The volunteering ledger."""

from qingce.core.dataset import Code, Date, OrgCode, Qty, Text, Whole, dataset


@dataset(label="志愿服务台账", owner="工会办公室", grain=("activity_no",))
class volunteering:
    """每次志愿服务活动一行。"""

    activity_no = Text("活动编号")
    held_on = Date("活动日期")
    org = OrgCode("机构")
    service = Code("服务类别", of="service")
    attendances = Whole("参加人次", unit="人次", low="0")
    hours = Qty("服务时长", unit="小时", places=1, low="0")
