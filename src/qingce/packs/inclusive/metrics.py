"""Who is reached, and how."""

from qingce.core.dataset import weighted
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

SMALL_FIRMS = ("small", "micro")
TRADERS = ("sole_trader", "owner")
BUSINESS = ("operating", "fixed")


def _inclusive_small(exposure, line):
    firm = (exposure.kind == "corporate") & exposure.firm_size.isin(SMALL_FIRMS)
    borrower = firm | exposure.kind.isin(TRADERS)
    return borrower & exposure.purpose.isin(BUSINESS) & (exposure.credit_line <= line)


# 普惠型小微
@metric("普惠型小微贷款余额", unit="元", shown="亿元", kind=STOCK)
def inclusive_small_loan_balance(exposure, inclusive_small_line):
    """期末单户授信总额不超过标准的小型、微型企业法人以及个体工商户、小微企业主的经营性贷款余额。

    单户授信按本行各产品额度合计，含等于标准的户；贴现、消费与住房贷款不计，客户类型为个人的农户不计。
    个体工商户、小微企业主的经营性贷款登记为农户贷款的也计入，由本行对照监管报表确认（未核实）。
    """
    return exposure.balance.sum(where=_inclusive_small(exposure, inclusive_small_line))


@metric("普惠型小微贷款户数", unit="户", kind=STOCK)
def inclusive_small_borrowers(exposure, inclusive_small_line):
    """期末有余额的普惠型小微贷款借款户数，口径同余额；一户多笔只计一次，已结清的户不计。"""
    return exposure.customer_no.nunique(
        where=_inclusive_small(exposure, inclusive_small_line) & (exposure.balance > 0)
    )


@metric("普惠型小微贷款余额与利率乘积", unit="元", kind=STOCK)
def inclusive_small_rate_mass(exposure, inclusive_small_line):
    """各笔普惠型小微贷款余额 × 年利率（百分数）之和，仅用于计算加权平均利率。"""
    return weighted(exposure.balance, exposure.rate).sum(
        where=_inclusive_small(exposure, inclusive_small_line)
    )


@metric("普惠型小微贷款加权平均利率", unit="%")
def inclusive_small_rate(inclusive_small_rate_mass, inclusive_small_loan_balance):
    """以期末余额为权数的年利率平均数。"""
    return inclusive_small_rate_mass / inclusive_small_loan_balance / 100


@metric("普惠型小微不良贷款余额", unit="元", shown="亿元", kind=STOCK)
def inclusive_small_npl_balance(exposure, inclusive_small_line):
    """期末普惠型小微贷款中五级分类为次级、可疑、损失的余额；关注类不计。"""
    bad = exposure.five_class.isin(("substandard", "doubtful", "loss"))
    return exposure.balance.sum(where=_inclusive_small(exposure, inclusive_small_line) & bad)


@metric("普惠型小微贷款不良率", unit="%")
def inclusive_small_npl_ratio(inclusive_small_npl_balance, inclusive_small_loan_balance):
    """普惠型小微不良贷款余额 ÷ 普惠型小微贷款余额。"""
    return inclusive_small_npl_balance / inclusive_small_loan_balance


@metric("普惠小微贷款余额（人民银行口径）", unit="元", shown="亿元", kind=STOCK)
def pboc_inclusive_small_balance(exposure, inclusive_small_line):
    """口径同普惠型小微贷款，但单户授信须小于标准，等于标准的户不计。

    个体工商户、小微企业主的经营性贷款登记为农户贷款的也计入，由本行对照监管报表确认（未核实）。
    """
    firm = (exposure.kind == "corporate") & exposure.firm_size.isin(SMALL_FIRMS)
    borrower = firm | exposure.kind.isin(TRADERS)
    return exposure.balance.sum(
        where=borrower & exposure.purpose.isin(BUSINESS) & (exposure.credit_line < inclusive_small_line)
    )


# 协调机制与知识产权质押
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
@metric("新市民贷款余额", unit="元", shown="亿元", kind=STOCK, owner="零售金融部")
def new_citizen_loan_balance(exposure):
    """期末新市民客户的各项贷款余额，含经营、消费与住房贷款；新市民以客户台账的认定为准，没有认定的不计。"""
    return exposure.balance.sum(where=exposure.new_citizen)


@metric("新市民贷款户数", unit="户", kind=STOCK, owner="零售金融部")
def new_citizen_borrowers(exposure):
    """期末有贷款余额的新市民客户户数，一户多笔只计一次；没有余额的不计。"""
    return exposure.customer_no.nunique(where=exposure.new_citizen & (exposure.balance > 0))


worker_card_waivers = filed(
    "陇明公卡费用减免",
    unit="项",
    kind=STOCK,
    owner="零售金融部",
    doc="农民工工资专属卡“陇明公”享受的费用减免项数。",
)


@metric("陇明公卡新增发放", unit="张", shown="万张", kind=FLOW, owner="零售金融部")
def worker_cards_issued(card_issue):
    """报告期内发放的陇明公卡张数，补发、换发按新发计。"""
    return card_issue.cards.sum(where=card_issue.kind == "longminggong")


@metric("陇明公卡累计发行", unit="张", shown="万张", kind=CUMULATIVE, owner="零售金融部")
def worker_cards_to_date(card_issue):
    """截至期末累计发放的陇明公卡张数，已注销的不扣除。"""
    return card_issue.cards.sum(where=card_issue.kind == "longminggong")


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


# 女性与消费
@metric("“陇原巾帼贷”余额", unit="元", shown="万元", kind=STOCK)
def women_loan_balance(loan):
    """期末“陇原巾帼贷”荣誉、创业、专享三个产品的贷款余额；女性客户的其他贷款不计。"""
    return loan.balance.sum(where=loan.product.isin(("women_honour", "women_startup", "women_exclusive")))


@metric("女性创业者贷款余额", unit="元", shown="亿元", kind=STOCK)
def female_founder_loan_balance(exposure):
    """期末客户台账认定为女性创业者的客户的经营性贷款余额；其消费与住房贷款不计。"""
    return exposure.balance.sum(where=exposure.female_founder & exposure.purpose.isin(BUSINESS))


@metric("个人消费贷款余额", unit="元", shown="亿元", kind=STOCK, owner="零售金融部")
def consumer_loan_balance(loan):
    """期末用途为消费的个人贷款余额，含信用卡透支与汽车贷款；住房贷款与助学贷款不计。"""
    return loan.balance.sum(where=loan.purpose == "consumption")


@metric("助学贷款余额", unit="元", shown="亿元", kind=STOCK, owner="零售金融部")
def student_loan_balance(loan):
    """期末用途为助学的贷款余额；助学金、公益捐赠不计。"""
    return loan.balance.sum(where=loan.purpose == "education")
