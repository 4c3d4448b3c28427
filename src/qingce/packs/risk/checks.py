"""Rules on the ownership of risks."""

from qingce.core.check import check


@check(each="risk", cites="报告第 1913-1942 行")
def every_risk_has_an_owner(risk_owning_departments):
    """每类风险至少有一个归口管理部门。"""
    return risk_owning_departments >= 1
