"""Agriculture, villages and people lifted out of poverty. 乡村振兴。"""

LABEL = "乡村振兴"
OWNER = "普惠金融部"
NEEDS = ("bank", "economy")
