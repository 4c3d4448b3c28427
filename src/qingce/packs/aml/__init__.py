"""Anti-money-laundering: models, inspections, publicity, training. 反洗钱。"""

LABEL = "反洗钱"
OWNER = "会计结算部"
NEEDS = ("bank", "workforce")
