"""The bank itself: its outlets and its loan ledger. 机构网点与信贷台账。"""

LABEL = "机构与台账"
OWNER = "计划财务部"
NEEDS = ()
