"""Meetings, boards and shareholders' equity. 公司治理。"""

LABEL = "公司治理"
OWNER = "董事会办公室"
NEEDS = ()
