"""Green lending and what it does."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric


# 绿色贷款
@metric("绿色贷款余额", unit="元", shown="亿元", kind=STOCK, by=("use",))
def green_loan_balance(loan):
    """期末已标注绿色用途的贷款余额合计，用途依《绿色产业指导目录（2019 年版）》分为六类。"""
    return loan.balance.sum(where=loan.use.notnull())


@metric("绿色贷款覆盖领域", unit="个", kind=STOCK)
def green_uses_covered(loan):
    """期末贷款台账中出现的绿色用途个数；已签约尚未用款的贷款也计入。"""
    return loan.use.nunique()


@metric("绿色贷款占比", unit="%")
def green_loan_share(green_loan_balance, total_loans):
    """绿色贷款余额 ÷ 发放贷款和垫款。"""
    return green_loan_balance / total_loans


green_bond_balance = filed(
    "绿色债券余额",
    unit="元",
    shown="亿元",
    kind=STOCK,
    owner="金融市场部",
    doc="期末持有的绿色债券余额。",
)


# 碳减排支持工具
@metric("碳减排贷款支持项目", unit="个", kind=STOCK)
def carbon_reduction_projects(carbon_reduction_loan):
    """截至期末累计获得碳减排贷款的项目个数，同一项目多笔贷款只计一次。"""
    return carbon_reduction_loan.project_no.nunique()


@metric("碳减排贷款累计发放额", unit="元", shown="万元", kind=STOCK)
def carbon_reduction_lending(carbon_reduction_loan):
    """截至期末累计发放的碳减排贷款金额合计。"""
    return carbon_reduction_loan.amount.sum()


@metric("碳减排贷款金额与利率乘积", unit="元", kind=STOCK)
def carbon_reduction_rate_mass(carbon_reduction_loan):
    """各笔碳减排贷款金额 × 年利率（百分数）之和，仅用于计算加权平均利率。"""
    return (carbon_reduction_loan.amount * carbon_reduction_loan.rate).sum()


@metric("碳减排贷款加权平均利率", unit="%", places=1)
def carbon_reduction_rate(carbon_reduction_rate_mass, carbon_reduction_lending):
    """以发放金额为权数的年利率平均数。"""
    return carbon_reduction_rate_mass / carbon_reduction_lending / 100


@metric("碳减排贷款带动年度碳减排量", unit="吨CO2e", kind=STOCK)
def carbon_reduction_effect(carbon_reduction_loan):
    """各项目年减排量按贷款占项目总投资的份额折算后合计。"""
    return carbon_reduction_loan.reduction.sum()


# 绿色金融改革创新试验区
green_platform_firms = filed(
    "绿金通平台融资企业",
    unit="家",
    kind=CUMULATIVE,
    doc="截至期末通过兰州新区“绿金通”平台获得本行融资的企业家数。",
)
green_platform_clients = filed(
    "绿金通平台融资客户",
    unit="户",
    kind=CUMULATIVE,
    doc="截至期末通过兰州新区“绿金通”平台获得本行融资的客户户数，与企业家数同口径。",
)
green_platform_deals = filed(
    "绿金通平台融资笔数",
    unit="笔",
    kind=CUMULATIVE,
    doc="截至期末通过“绿金通”平台完成的融资笔数。",
)
green_platform_financing = filed(
    "绿金通平台融资额",
    unit="元",
    shown="亿元",
    kind=CUMULATIVE,
    doc="截至期末通过“绿金通”平台完成的融资金额。",
)
green_report_years = filed(
    "连续参与绿色金融发展报告组稿",
    unit="年",
    kind=CUMULATIVE,
    doc="连续参与《甘肃省绿色金融发展报告》组稿的年数。",
)

# 绿色制造
green_manufacturers = filed(
    "获贷绿色制造企业",
    unit="户",
    kind=FLOW,
    doc="报告期内获得贷款的绿色制造企业户数。",
)
green_manufacturing_lending = filed(
    "绿色制造企业贷款投放",
    unit="元",
    shown="亿元",
    kind=FLOW,
    doc="报告期内向绿色制造企业累计投放的贷款。",
)
