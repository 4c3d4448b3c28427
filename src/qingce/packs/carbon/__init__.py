"""Emissions of the bank's own operations, scope 1 and scope 2. 自身运营碳排放。"""

LABEL = "自身运营碳排放"
OWNER = "办公室"
NEEDS = ("operations",)
