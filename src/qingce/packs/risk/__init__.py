"""Who owns which risk, and the frame of risk management. 风险管理。"""

LABEL = "风险管理"
OWNER = "风险管理部"
NEEDS = ()
