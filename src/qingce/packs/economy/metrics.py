"""Size, earnings, asset quality, and lending to the real economy."""

from qingce.core.metric import FLOW, RATE, STOCK, filed, metric

# 高端制造业没有统一的统计分类：医药、专用设备、铁路船舶航空航天、计算机通信电子、仪器仪表五个大类
HIGH_END = ("C27", "C35", "C37", "C39", "C40")
NON_PERFORMING = ("substandard", "doubtful", "loss")

# 规模与效益
total_assets = filed("资产总额", unit="元", shown="亿元", kind=STOCK)
total_assets_growth = filed(
    "资产总额增速",
    unit="%",
    kind=RATE,
    doc="资产总额较年初的增长率；年初数未单独披露，按披露的增长率填报。",
)
deposits = filed("吸收存款", unit="元", shown="亿元", kind=STOCK)
deposits_growth = filed(
    "吸收存款增速",
    unit="%",
    kind=RATE,
    doc="吸收存款较年初的增长率；年初数未单独披露，按披露的增长率填报。",
)


@metric("发放贷款和垫款", unit="元", shown="亿元", kind=STOCK)
def total_loans(loan):
    """期末贷款台账余额合计，含贴现与垫款，不扣减值准备，不含应计利息。"""
    return loan.balance.sum()


@metric("发放贷款和垫款增速", unit="%")
def total_loans_growth(total_loans):
    """发放贷款和垫款期末余额 ÷ 期初余额 － 1。"""
    return total_loans / total_loans.prior - 1


operating_revenue = filed("营业收入", unit="元", shown="亿元", kind=FLOW)
net_profit = filed("归母净利润", unit="元", shown="亿元", kind=FLOW, doc="归属于母公司股东的净利润。")
net_profit_growth = filed(
    "归母净利润增速",
    unit="%",
    kind=RATE,
    doc="归母净利润的同比增长率；上年数未单独披露，按披露的增长率填报。",
)
global_bank_rank = filed(
    "全球银行 1000 强排名",
    unit="名次",
    kind=STOCK,
    owner="董事会办公室",
    doc="英国《银行家》杂志“全球银行 1000 强”榜单名次。",
)

# 资产质量
@metric("不良贷款余额", unit="元", shown="亿元", kind=STOCK, owner="风险管理部")
def npl_balance(loan):
    """期末五级分类为次级、可疑、损失的贷款余额合计；关注类与逾期但未降级的不计。"""
    return loan.balance.sum(where=loan.five_class.isin(NON_PERFORMING))


@metric("不良贷款率", unit="%", owner="风险管理部")
def npl_ratio(npl_balance, total_loans):
    """不良贷款余额 ÷ 发放贷款和垫款。"""
    return npl_balance / total_loans


loan_provisions = filed(
    "贷款损失准备",
    unit="元",
    shown="亿元",
    kind=STOCK,
    owner="风险管理部",
    doc="期末各项贷款的减值准备余额，来自总账，不由台账计算。",
)


@metric("拨备覆盖率", unit="%", owner="风险管理部")
def provision_coverage(loan_provisions, npl_balance):
    """贷款损失准备 ÷ 不良贷款余额。"""
    return loan_provisions / npl_balance


@metric("最大单一客户贷款占比", unit="%")
def largest_borrower_share(largest_borrower_balance, total_loans):
    """最大单一客户贷款余额 ÷ 发放贷款和垫款；与监管的单一客户集中度（分母为资本净额）不同。"""
    return largest_borrower_balance / total_loans


# 制造业
@metric("高端制造业贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def high_end_manufacturing_loan_balance(loan):
    """期末投向医药、专用设备、铁路船舶航空航天、计算机通信电子、仪器仪表五个制造业大类的贷款余额；其余制造业大类与高技术服务业不计。

    报告未披露“高端制造业”的口径，五个大类（27、35、37、39、40）是本系统的约定；改用其他口径时改此处的大类清单。
    """
    return loan.balance.sum(where=loan.division.isin(HIGH_END))


@metric("高端制造业贷款增速", unit="%", owner="公司金融部")
def high_end_manufacturing_growth(high_end_manufacturing_loan_balance):
    """高端制造业贷款期末余额 ÷ 期初余额 － 1。"""
    return high_end_manufacturing_loan_balance / high_end_manufacturing_loan_balance.prior - 1


manufacturing_share_gain = filed(
    "制造业贷款占比提升",
    unit="百分点",
    kind=RATE,
    owner="公司金融部",
    doc="制造业贷款占比较年初的变动，按填报数。",
)
@metric("兰州市制造业贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def lanzhou_manufacturing_loan_balance(loan):
    """期末投放地为兰州市、投向制造业的贷款余额；按投放县区认定，兰州的支行投放在外地的不计。"""
    return loan.balance.sum(where=(loan.industry == "C") & (loan.city == "6201"))


@metric("兰州市制造业贷款增速", unit="%", owner="公司金融部")
def lanzhou_manufacturing_growth(lanzhou_manufacturing_loan_balance):
    """兰州市制造业贷款期末余额 ÷ 期初余额 － 1。"""
    return lanzhou_manufacturing_loan_balance / lanzhou_manufacturing_loan_balance.prior - 1


@metric("制造业贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def manufacturing_loan_balance(loan):
    """期末投向行业为制造业（国民经济行业门类 C）的贷款余额合计，含贴现；制造业企业投向其他行业的贷款不计。"""
    return loan.balance.sum(where=loan.industry == "C")


@metric("制造业贷款占比", unit="%", owner="公司金融部")
def manufacturing_share(manufacturing_loan_balance, total_loans):
    """制造业贷款余额 ÷ 发放贷款和垫款。"""
    return manufacturing_loan_balance / total_loans


@metric("制造业中长期贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def manufacturing_long_term_balance(loan_term):
    """期末投向制造业、原始期限一年以上（不含一年）的贷款余额。"""
    return loan_term.balance.sum(where=(loan_term.industry == "C") & loan_term.long_term)


# 重大项目与民营企业
@metric("对接省市重大项目", unit="个", kind=STOCK, owner="公司金融部")
def major_projects(project):
    """期末重点项目台账中列入省、市重大项目名单的项目个数，同一项目只计一次。"""
    return project.project_no.nunique(where=project.roster == "major")


@metric("省市重大项目授信金额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def major_project_credit(project):
    """期末对省、市重大项目名单内项目的授信金额合计，含未用部分。"""
    return project.credit.sum(where=project.roster == "major")


@metric("民营企业贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def private_enterprise_loan_balance(exposure):
    """期末私人控股企业法人的贷款余额，含贴现；个体工商户、小微企业主和集体控股企业不计。"""
    return exposure.balance.sum(where=(exposure.ownership == "private") & (exposure.kind == "corporate"))


@metric("民营企业贷款户数", unit="户", kind=STOCK, owner="公司金融部")
def private_enterprise_borrowers(exposure):
    """期末有贷款余额的私人控股企业法人户数，一户多笔只计一次；个体工商户、小微企业主不计。"""
    return exposure.customer_no.nunique(
        where=(exposure.ownership == "private") & (exposure.kind == "corporate") & (exposure.balance > 0)
    )
