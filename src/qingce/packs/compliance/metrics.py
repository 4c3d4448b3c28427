"""Compliance risk, conduct of employees, and what followed from the sweeps."""

from qingce.core.metric import FLOW, STOCK, filed, metric

compliance_risk_criteria = filed(
    "合规风险评估标准", unit="个", kind=STOCK, doc="合规风险管理办法确定的评估标准个数。",
)
behaviour_screening_aspects = filed(
    "员工异常行为排查方面", unit="个", kind=STOCK,
    doc="日常排查的方面个数：工作表现、投资消费、社会活动和其他。",
)
behaviour_risk_points = filed("员工异常行为排查风险点", unit="个", kind=STOCK, doc="日常排查的风险点个数。")
sweep_risk_notices = filed(
    "排查风险提示", unit="份", kind=FLOW, doc="报告期内就排查抽查结果下发的风险提示份数。",
)
sweep_supervision_letters = filed(
    "排查督办函", unit="份", kind=FLOW, doc="报告期内就排查抽查结果下发的督办函份数。",
)


@metric("员工异常行为集中排查", unit="次", kind=FLOW)
def behaviour_sweeps(behaviour_sweep):
    """报告期内全行集中排查的批次数。"""
    return behaviour_sweep.sweep_no.nunique()


@metric("集中排查覆盖人次", unit="人次", kind=FLOW)
def behaviour_sweep_coverage(behaviour_sweep):
    """报告期内各批次、各机构排查人次合计。"""
    return behaviour_sweep.screened.sum()
