"""The frame of risk management and the owners of risks."""

from qingce.core.metric import STOCK, filed, metric

risk_principles = filed("风险管理理念", unit="条", kind=STOCK, doc="期末有效的风险管理理念条数。")
risk_policy_components = filed(
    "风险管理政策和程序", unit="条", kind=STOCK, doc="期末已制定的风险管理政策和程序的内容条数。",
)
operational_risk_tools = filed(
    "操作风险管理工具", unit="个", kind=STOCK, owner="内控合规部",
    doc="期末已上线的操作风险管理工具个数：损失数据库、自评估、关键风险指标。",
)


@metric("归口管理的风险类别", unit="类", kind=STOCK)
def risk_types_owned(risk_ownership):
    """期末归口管理表中的风险类别数。"""
    return risk_ownership.risk.nunique()


@metric("风险归口管理部门", unit="个", kind=STOCK, by=("risk",))
def risk_owning_departments(risk_ownership):
    """期末承担风险归口管理职责的部门个数，同一部门只计一次。"""
    return risk_ownership.department.nunique()
