"""Material topics and their matrix. 实质性议题。"""

LABEL = "实质性议题"
OWNER = "董事会办公室"
NEEDS = ()
