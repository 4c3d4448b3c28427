"""Loan products and the rules they follow. 信贷产品与规则。"""

LABEL = "信贷产品"
OWNER = "普惠金融部"
NEEDS = ("bank", "economy", "inclusive")
