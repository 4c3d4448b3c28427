"""Results of the bank and what it does for the real economy. 经营业绩与服务实体经济。"""

LABEL = "经营与实体经济"
OWNER = "计划财务部"
NEEDS = ("bank",)
