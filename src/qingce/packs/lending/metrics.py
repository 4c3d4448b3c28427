"""What each product lent, and the limits it keeps."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, filed, metric

# 线上产品
quick_loan_lending = filed("小微快贷当年累计发放额", unit="元", shown="亿元", places=1, kind=FLOW)
quick_loan_deals = filed("小微快贷当年累计发放笔数", unit="笔", kind=FLOW)
quick_loan_balance = filed("小微快贷贷款余额", unit="元", shown="亿元", kind=STOCK)
tax_loan_lending = filed("税 e 通当年累计发放额", unit="元", shown="亿元", kind=FLOW)
tax_loan_deals = filed("税 e 通当年累计发放笔数", unit="笔", kind=FLOW)
tax_loan_balance = filed("税 e 通贷款余额", unit="元", shown="亿元", kind=STOCK)
merchant_loan_lending = filed("商户贷当年累计发放额", unit="元", shown="万元", places=1, kind=FLOW)
merchant_loan_clients = filed("商户贷当年累计发放户数", unit="户", kind=FLOW)

# 农业信贷担保与创业担保
farm_guarantee_lending = filed("农担合作业务新增发放", unit="元", shown="万元", places=0, kind=FLOW)
farm_guarantee_lending_to_date = filed("农担合作业务累计发放", unit="元", shown="亿元", kind=CUMULATIVE)
startup_loan_cities = filed(
    "创业担保贷款覆盖地市州",
    unit="个",
    kind=STOCK,
    doc="存量创业担保贷款涉及的地、市、州个数。",
)
startup_loan_deals = filed("创业担保贷款累计发放笔数", unit="笔", kind=CUMULATIVE)
startup_loan_lending = filed("创业担保贷款累计发放额", unit="元", shown="亿元", kind=CUMULATIVE)
startup_loan_balance = filed("创业担保贷款余额", unit="元", shown="亿元", kind=STOCK)


# 规则
@metric("政采 e 贷最高支持比例", unit="%", places=0)
def procurement_loan_ceiling(procurement_loan_limit):
    """政采 e 贷金额占政府采购合同金额的上限。"""
    return procurement_loan_limit


@metric("知识产权质押贷款贴息比例", unit="%", places=0)
def ip_pledge_subsidy_share(ip_pledge_interest_subsidy):
    """按期还本付息后，已支付贷款年利息可享受的贴息比例。"""
    return ip_pledge_interest_subsidy
