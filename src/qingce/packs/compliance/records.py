"""Sweeps for abnormal behaviour of employees."""

from qingce.core.dataset import Date, OrgCode, Text, Whole, dataset


@dataset(label="员工异常行为集中排查台账", owner="内控合规部", grain=("sweep_no", "org"))
class behaviour_sweep:
    """每次集中排查在每家机构一行。"""

    sweep_no = Text("排查批次")
    held_on = Date("完成日期")
    org = OrgCode("机构")
    screened = Whole("排查人次", low="1", unit="人次")
