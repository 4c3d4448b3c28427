"""Inclusive finance: small firms, new citizens, migrant workers. 普惠金融。"""

LABEL = "普惠金融"
OWNER = "普惠金融部"
NEEDS = ("bank", "economy")
