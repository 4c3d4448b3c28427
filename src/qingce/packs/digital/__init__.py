"""Digital finance: platforms, channels, merchants, cyber security.

数字金融：平台、渠道、商户与网络安全。
"""

LABEL = "数字金融"
OWNER = "数字银行部"
NEEDS = ("bank", "economy", "lending", "workforce")
