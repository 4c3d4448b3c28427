"""What each product lent, and the limits it keeps."""

from qingce.core.metric import CUMULATIVE, FLOW, STOCK, metric


# 线上产品
@metric("小微快贷当年累计发放额", unit="元", shown="亿元", places=1, kind=FLOW)
def quick_loan_lending(loan_event):
    """报告期内小微快贷的发放金额合计，循环额度内多次提款逐次计入。"""
    return loan_event.amount.sum(where=(loan_event.kind == "disbursement") & (loan_event.product == "quick"))


@metric("小微快贷当年累计发放笔数", unit="笔", kind=FLOW)
def quick_loan_deals(loan_event):
    """报告期内小微快贷的发放笔数，循环额度内多次提款逐次计入；授信未提款的不计。"""
    return loan_event.count(where=(loan_event.kind == "disbursement") & (loan_event.product == "quick"))


@metric("小微快贷贷款余额", unit="元", shown="亿元", kind=STOCK)
def quick_loan_balance(loan):
    """期末小微快贷贷款余额；未用额度不计。"""
    return loan.balance.sum(where=loan.product == "quick")


@metric("税 e 通当年累计发放额", unit="元", shown="亿元", kind=FLOW)
def tax_loan_lending(loan_event):
    """报告期内税 e 通的发放金额合计，循环额度内多次提款逐次计入。"""
    return loan_event.amount.sum(where=(loan_event.kind == "disbursement") & (loan_event.product == "tax"))


@metric("税 e 通当年累计发放笔数", unit="笔", kind=FLOW)
def tax_loan_deals(loan_event):
    """报告期内税 e 通的发放笔数，循环额度内多次提款逐次计入；授信未提款的不计。"""
    return loan_event.count(where=(loan_event.kind == "disbursement") & (loan_event.product == "tax"))


@metric("税 e 通贷款余额", unit="元", shown="亿元", kind=STOCK)
def tax_loan_balance(loan):
    """期末税 e 通贷款余额；未用额度不计。"""
    return loan.balance.sum(where=loan.product == "tax")


@metric("商户贷当年累计发放额", unit="元", shown="万元", places=1, kind=FLOW)
def merchant_loan_lending(loan_event):
    """报告期内商户贷的发放金额合计，期内归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "merchant_loan")
    )


@metric("商户贷当年累计发放户数", unit="户", kind=FLOW)
def merchant_loan_clients(loan_event):
    """报告期内获得商户贷发放的户数，一户多笔只计一次。"""
    return loan_event.customer_no.nunique(
        where=(loan_event.kind == "disbursement") & (loan_event.product == "merchant_loan")
    )


@metric("线上贷款余额", unit="元", shown="亿元", kind=STOCK)
def online_loan_balance(loan):
    """期末全程线上办理的贷款余额，不限产品；线下签约、线上提款的以台账标记为准。"""
    return loan.balance.sum(where=loan.online)


# 农业信贷担保与创业担保
@metric("农担合作业务新增发放", unit="元", shown="万元", places=0, kind=FLOW)
def farm_guarantee_lending(loan_event):
    """报告期内由农业信贷担保公司担保的贷款发放金额合计，期内归还的不扣除；其他担保公司的不计。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "farm_guarantee")
    )


@metric("农担合作业务累计发放", unit="元", shown="亿元", kind=CUMULATIVE)
def farm_guarantee_lending_to_date(loan_event):
    """合作以来由农业信贷担保公司担保的贷款发放金额合计，已归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "farm_guarantee")
    )


@metric("创业担保贷款覆盖地市州", unit="个", kind=STOCK)
def startup_loan_cities(loan):
    """期末有创业担保贷款余额的地、市、州个数，按投放地市计；已结清的不计。"""
    return loan.city.nunique(where=(loan.programme == "startup_guarantee") & (loan.balance > 0))


@metric("创业担保贷款累计发放笔数", unit="笔", kind=CUMULATIVE)
def startup_loan_deals(loan_event):
    """截至期末创业担保贷款的发放笔数，续贷重复计入；审批未发放的不计。"""
    return loan_event.count(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "startup_guarantee")
    )


@metric("创业担保贷款累计发放额", unit="元", shown="亿元", kind=CUMULATIVE)
def startup_loan_lending(loan_event):
    """截至期末创业担保贷款的发放金额合计，已归还的不扣除。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "disbursement") & (loan_event.programme == "startup_guarantee")
    )


@metric("创业担保贷款余额", unit="元", shown="亿元", kind=STOCK)
def startup_loan_balance(loan):
    """期末创业担保贷款余额，含个人与小微企业；未列入专项的创业贷款不计。"""
    return loan.balance.sum(where=loan.programme == "startup_guarantee")


# 政采 e 贷
@metric("政采 e 贷当年发放额", unit="元", shown="万元", kind=FLOW)
def procurement_loan_lending(procurement_loan):
    """报告期内以政府采购合同为依据发放的贷款金额合计，期内归还的不扣除；合同中未融资的部分不计。"""
    return procurement_loan.loan_amount.sum()


# 知识产权质押
@metric("知识产权质押贷款余额", unit="元", shown="万元", kind=STOCK)
def ip_pledge_loan_balance(loan):
    """期末列入知识产权质押专项的贷款余额；以知识产权为次要担保、未列入专项的不计。"""
    return loan.balance.sum(where=loan.programme == "ip_pledge")


@metric("知识产权质押贷款已付利息", unit="元", shown="万元", kind=FLOW)
def ip_pledge_interest_paid(loan_event):
    """报告期内借款人按期支付的知识产权质押贷款利息，不含罚息与费用。"""
    return loan_event.amount.sum(
        where=(loan_event.kind == "interest") & (loan_event.programme == "ip_pledge")
    )


@metric("知识产权质押贷款可贴息额", unit="元", shown="万元", kind=FLOW)
def ip_pledge_subsidy(ip_pledge_interest_paid, ip_pledge_interest_subsidy):
    """已付利息 × 贴息比例；逾期户不享受贴息，其利息不应登记在内。"""
    return ip_pledge_interest_paid * ip_pledge_interest_subsidy


# 规则
@metric("政采 e 贷最高支持比例", unit="%", places=0)
def procurement_loan_ceiling(procurement_loan_limit):
    """政采 e 贷金额占政府采购合同金额的上限。"""
    return procurement_loan_limit


@metric("知识产权质押贷款贴息比例", unit="%", places=0)
def ip_pledge_subsidy_share(ip_pledge_interest_subsidy):
    """按期还本付息后，已支付贷款年利息可享受的贴息比例。"""
    return ip_pledge_interest_subsidy
