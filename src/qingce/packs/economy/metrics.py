"""Size, earnings, asset quality, and lending to the real economy."""

from qingce.core.metric import FLOW, RATE, STOCK, filed, metric

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
total_loans = filed("发放贷款和垫款", unit="元", shown="亿元", kind=STOCK)
total_loans_growth = filed(
    "发放贷款和垫款增速",
    unit="%",
    kind=RATE,
    doc="发放贷款和垫款较年初的增长率；年初数未单独披露，按披露的增长率填报。",
)
operating_revenue = filed("营业收入", unit="元", shown="亿元", kind=FLOW)
net_profit = filed("归母净利润", unit="元", shown="亿元", kind=FLOW, doc="归属于母公司股东的净利润。")
net_profit_growth = filed(
    "归母净利润增速",
    unit="%",
    kind=RATE,
    doc="归母净利润的同比增长率；上年数未单独披露，按披露的增长率填报。",
)
npl_ratio = filed("不良贷款率", unit="%", kind=RATE, owner="风险管理部", doc="期末不良贷款 ÷ 各项贷款。")
provision_coverage = filed(
    "拨备覆盖率",
    unit="%",
    kind=RATE,
    owner="风险管理部",
    doc="贷款损失准备 ÷ 不良贷款。",
)
global_bank_rank = filed(
    "全球银行 1000 强排名",
    unit="名次",
    kind=STOCK,
    owner="董事会办公室",
    doc="英国《银行家》杂志“全球银行 1000 强”榜单名次。",
)

# 制造业
high_end_manufacturing_growth = filed(
    "高端制造业贷款增速",
    unit="%",
    kind=RATE,
    owner="公司金融部",
    doc="高端制造业贷款余额较年初的增长率。",
)
manufacturing_share_gain = filed(
    "制造业贷款占比提升",
    unit="百分点",
    kind=RATE,
    owner="公司金融部",
    doc="制造业贷款占比较年初的变动，按填报数。",
)
lanzhou_manufacturing_growth = filed(
    "兰州市制造业贷款增速",
    unit="%",
    kind=RATE,
    owner="公司金融部",
    doc="兰州市范围内制造业贷款余额较年初的增长率。",
)


@metric("制造业贷款余额", unit="元", shown="亿元", kind=STOCK, owner="公司金融部")
def manufacturing_loan_balance(loan):
    """期末投向行业为制造业（国民经济行业门类 C）的贷款余额合计。"""
    return loan.balance.sum(where=loan.industry == "C")


@metric("制造业贷款占比", unit="%", owner="公司金融部")
def manufacturing_share(manufacturing_loan_balance, total_loans):
    """制造业贷款余额 ÷ 发放贷款和垫款。"""
    return manufacturing_loan_balance / total_loans


# 重大项目与民营企业
major_projects = filed(
    "对接省市重大项目",
    unit="个",
    kind=STOCK,
    owner="公司金融部",
    doc="期末已对接的省、市重大项目个数。",
)
major_project_credit = filed(
    "省市重大项目授信金额",
    unit="元",
    shown="亿元",
    kind=STOCK,
    owner="公司金融部",
    doc="期末对已对接省、市重大项目的授信总额。",
)
private_enterprise_loan_balance = filed(
    "民营企业贷款余额",
    unit="元",
    shown="亿元",
    kind=STOCK,
    owner="公司金融部",
)
