"""Who answers for which risk."""

from qingce.core.dataset import Code, Date, Text, dataset


@dataset(label="风险归口管理表", owner="风险管理部", grain=("risk", "department", "as_of"))
class risk_ownership:
    """每类风险的每个归口管理部门每个年末一行。"""

    risk = Code("风险类别", of="risk_kind")
    department = Text("归口管理部门")
    as_of = Date("数据日期")
