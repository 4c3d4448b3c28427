"""Who is reached, and how."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed

inclusive_small_loan_balance = filed("普惠型小微贷款余额", unit="元", shown="亿元", kind=STOCK)
coordination_measures = filed(
    "小微企业融资协调机制实施方面",
    unit="个",
    kind=STOCK,
    doc="支持小微企业融资协调工作机制实施方案涉及的方面个数。",
)
ip_pledge_departments = filed(
    "知识产权质押融资办法发文部门",
    unit="个",
    kind=STOCK,
    doc="联合印发甘肃省中小微企业知识产权质押融资办法的部门个数。",
)

# 新市民
new_citizen_loan_balance = filed("新市民贷款余额", unit="元", shown="亿元", kind=STOCK, owner="零售金融部")
worker_card_waivers = filed(
    "陇明公卡费用减免",
    unit="项",
    kind=STOCK,
    owner="零售金融部",
    doc="农民工工资专属卡“陇明公”享受的费用减免项数。",
)
worker_cards_issued = filed("陇明公卡新增发放", unit="张", shown="万张", kind=FLOW, owner="零售金融部")
worker_cards_to_date = filed("陇明公卡累计发行", unit="张", shown="万张", kind=CUMULATIVE, owner="零售金融部")
card_machine_cities = filed(
    "布放社保卡制发卡设备的地州市",
    unit="个",
    kind=STOCK,
    owner="零售金融部",
    doc="已布放社保卡一站式制发卡设备的甘肃省地、州、市个数。",
)
social_card_generation = filed(
    "社保卡系统代际",
    unit="代",
    kind=STOCK,
    owner="零售金融部",
    doc="所对接的甘肃省社会保障卡系统的代次。",
)
