"""Disclosure, investor relations and dividends. 信息披露与投资者关系。"""

LABEL = "信息披露"
OWNER = "董事会办公室"
NEEDS = ("economy",)
