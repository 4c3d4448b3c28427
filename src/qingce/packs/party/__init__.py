"""Party building and discipline education. 党建与党风廉政。"""

LABEL = "党建与廉政"
OWNER = "党委组织部"
NEEDS = ("workforce",)
