"""The bank's own use of energy, water and fuel, and paperless work. 绿色运营。"""

LABEL = "绿色运营"
OWNER = "办公室"
NEEDS = ("bank",)
