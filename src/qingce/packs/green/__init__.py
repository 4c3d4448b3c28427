"""Green finance: green loans by use, bonds, carbon-reduction loans. 绿色金融。"""

LABEL = "绿色金融"
OWNER = "公司金融部"
NEEDS = ("bank", "economy")
