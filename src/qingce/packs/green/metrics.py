"""Green lending and what it does."""

from qingce.core.dataset import weighted
from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

NON_PERFORMING = ("substandard", "doubtful", "loss")


# 绿色贷款
@metric("绿色贷款余额", unit="元", shown="亿元", kind=STOCK, by=("use",))
def green_loan_balance(loan):
    """期末已标注绿色用途的贷款余额合计，用途依《绿色产业指导目录（2019 年版）》分为六类。

    按 2025 年版目录认定而不再标注六类用途的贷款不计，另见“绿色贷款余额（2025 年版目录）”。
    """
    return loan.balance.sum(where=loan.use.notnull())


@metric("绿色贷款覆盖领域", unit="个", kind=STOCK)
def green_uses_covered(loan):
    """期末贷款台账中出现的绿色用途个数；已签约尚未用款的贷款也计入。"""
    return loan.use.nunique()


@metric("绿色贷款占比", unit="%")
def green_loan_share(green_loan_balance, total_loans):
    """绿色贷款余额 ÷ 发放贷款和垫款。"""
    return green_loan_balance / total_loans


@metric("绿色贷款余额（按投向行业）", unit="元", shown="亿元", kind=STOCK, by=("industry",))
def green_loans_by_industry(loan):
    """期末已标注绿色用途的贷款余额，按投向行业门类分列；不填行业的只计入合计，没有标注用途的不计。"""
    return loan.balance.sum(where=loan.use.notnull())


@metric("绿色贷款不良余额", unit="元", shown="亿元", kind=STOCK, owner="风险管理部")
def green_npl_balance(loan):
    """期末已标注绿色用途（2019 年口径六类）的贷款中五级分类为次级、可疑、损失的余额；关注类与逾期但未降级的不计。"""
    return loan.balance.sum(where=loan.use.notnull() & loan.five_class.isin(NON_PERFORMING))


@metric("绿色贷款不良率", unit="%", owner="风险管理部")
def green_npl_ratio(green_npl_balance, green_loan_balance):
    """绿色贷款不良余额 ÷ 绿色贷款余额，均为 2019 年口径六类。"""
    return green_npl_balance / green_loan_balance


@metric("绿色债券余额", unit="元", shown="亿元", kind=STOCK, owner="金融市场部")
def green_bond_balance(bond_holding):
    """期末持有的绿色债券账面余额合计；本行发行的绿色债券不计。"""
    return bond_holding.carrying.sum(where=bond_holding.green)


# 碳减排支持工具
@metric("碳减排贷款支持项目", unit="个", kind=STOCK)
def carbon_reduction_projects(carbon_reduction_loan):
    """截至期末累计获得碳减排贷款的项目个数，同一项目多笔贷款只计一次。"""
    return carbon_reduction_loan.project_no.nunique()


@metric("碳减排贷款累计发放额", unit="元", shown="万元", kind=STOCK)
def carbon_reduction_lending(carbon_reduction_loan):
    """截至期末累计发放的碳减排贷款金额合计，已归还的不扣除。"""
    return carbon_reduction_loan.amount.sum()


@metric("碳减排专项贷款发放额", unit="元", shown="万元", kind=CUMULATIVE)
def carbon_reduction_disbursed(loan_event):
    """截至期末贷款事件台账中碳减排专项的发放金额合计，已归还的不扣除；用于与披露台账核对。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "carbon_reduction")
    )


@metric("碳减排贷款金额与利率乘积", unit="元", kind=STOCK)
def carbon_reduction_rate_mass(carbon_reduction_loan):
    """各笔碳减排贷款金额 × 年利率（百分数）之和，仅用于计算加权平均利率。"""
    return weighted(carbon_reduction_loan.amount, carbon_reduction_loan.rate).sum()


@metric("碳减排贷款加权平均利率", unit="%", places=1)
def carbon_reduction_rate(carbon_reduction_rate_mass, carbon_reduction_lending):
    """以发放金额为权数的年利率平均数。"""
    return carbon_reduction_rate_mass / carbon_reduction_lending / 100


@metric("碳减排贷款带动年度碳减排量", unit="吨CO2e", kind=STOCK)
def carbon_reduction_effect(carbon_reduction_loan):
    """各项目年减排量按贷款占项目总投资的份额折算后合计；其他来源资金对应的减排量不计。"""
    return carbon_reduction_loan.reduction.sum()


# 绿色金融改革创新试验区
@metric("绿金通平台融资企业", unit="家", kind=CUMULATIVE)
def green_platform_firms(platform_deal):
    """截至期末通过兰州新区“绿金通”平台获得本行融资的企业家数，一家多笔只计一次。"""
    return platform_deal.customer_no.nunique()


@metric("绿金通平台融资客户", unit="户", kind=CUMULATIVE)
def green_platform_clients(platform_deal):
    """截至期末通过兰州新区“绿金通”平台获得本行融资的客户户数，一户多笔只计一次，与企业家数同口径；他行融资不计。"""
    return platform_deal.customer_no.nunique()


@metric("绿金通平台融资笔数", unit="笔", kind=CUMULATIVE)
def green_platform_deals(platform_deal):
    """截至期末通过“绿金通”平台完成的融资笔数；申请未完成的不计。"""
    return platform_deal.count()


@metric("绿金通平台融资额", unit="元", shown="亿元", kind=CUMULATIVE)
def green_platform_financing(platform_deal):
    """截至期末通过“绿金通”平台完成的融资金额合计，已归还的不扣除。"""
    return platform_deal.amount.sum()


green_report_years = filed(
    "连续参与绿色金融发展报告组稿",
    unit="年",
    kind=CUMULATIVE,
    doc="连续参与《甘肃省绿色金融发展报告》组稿的年数。",
)

# 绿色制造
@metric("获贷绿色制造企业", unit="户", kind=FLOW)
def green_manufacturers(loan_event):
    """报告期内获得绿色制造企业贷款发放的企业户数，一户多笔只计一次。"""
    return loan_event.customer_no.nunique(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "green_manufacturing")
    )


@metric("绿色制造企业贷款投放", unit="元", shown="亿元", kind=FLOW)
def green_manufacturing_lending(loan_event):
    """报告期内向绿色制造企业发放的贷款本金合计，期内归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "green_manufacturing")
    )


@metric("名单内绿色制造企业", unit="户", kind=STOCK)
def listed_green_manufacturers(customer):
    """期末客户台账中的绿色制造企业户数，含尚未用款的名单客户。"""
    return customer.customer_no.nunique(where=customer.green_manufacturer)


@metric("有贷绿色制造企业", unit="户", kind=STOCK)
def lent_green_manufacturers(exposure):
    """期末有贷款余额的绿色制造企业户数，一户多笔只计一次；名单内没有余额的不计。"""
    return exposure.customer_no.nunique(where=exposure.green_manufacturer & (exposure.balance > 0))


@metric("绿色制造企业获贷率", unit="%")
def green_manufacturer_coverage(lent_green_manufacturers, listed_green_manufacturers):
    """有贷绿色制造企业户数 ÷ 名单内绿色制造企业户数。"""
    return lent_green_manufacturers / listed_green_manufacturers
