"""Internal control and the conduct of employees. 内控合规与员工行为。"""

LABEL = "内控合规"
OWNER = "内控合规部"
NEEDS = ("workforce",)
